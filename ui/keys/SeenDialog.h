// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/service/VaultClient.h"

#include <QDialog>

class QPushButton;
class QTreeView;

namespace clavitor::ui {

class EmptyState;
class InlineMessage;
class Label;
class MarkedLabel;
class SeenModel;

/// "This key leaked": every credential it has had, oldest first, to be changed one by one and ticked off. GUI thread.
class SeenDialog : public QDialog {
    Q_OBJECT
public:
    /// `client` outlives the dialog.
    SeenDialog(VaultClient *client, Clock clock, const Agent &agent, QWidget *parent = nullptr);

    /// Writes the list as Markdown; says where it could not.
    void saveAs(const QString &path);

signals:
    /// Show this entry in the window; the dialog has closed.
    void entryRequested(clavitor::EntryId entry);

private:
    void load();
    void tick(EntryId entry, bool ticked);
    void refresh();
    void showError(const Error &error);

    VaultClient *m_client;
    Clock m_clock;
    Agent m_agent;
    SeenModel *m_model;
    QTreeView *m_view;
    MarkedLabel *m_progress;
    EmptyState *m_empty;
    InlineMessage *m_message;
    QPushButton *m_open;
    QPushButton *m_address;
    QPushButton *m_save;
};

} // namespace clavitor::ui
