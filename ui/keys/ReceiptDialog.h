// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

class QComboBox;
class QDateTimeEdit;
class QPlainTextEdit;
class QPushButton;

namespace clavitor::ui {

class InlineMessage;
class Label;

/// What a key did in a time, to read, copy or save as Markdown. GUI thread.
class ReceiptDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog.
    ReceiptDialog(VaultClient *client, Clock clock, const Agent &agent, QWidget *parent = nullptr);

    /// The page on show; empty until it was read.
    [[nodiscard]] const QString &markdown() const { return m_markdown; }
    /// Writes the page; says where it could not.
    void saveAs(const QString &path);

private:
    [[nodiscard]] qint64 from() const;
    void load();
    void choosePath();

    VaultClient *m_client;
    Clock m_clock;
    Agent m_agent;
    QComboBox *m_span;
    QDateTimeEdit *m_since;
    Label *m_sum;
    QPlainTextEdit *m_preview;
    InlineMessage *m_error;
    QPushButton *m_copy;
    QPushButton *m_save;
    QString m_markdown;
    int m_generation = 0;
};

} // namespace clavitor::ui
