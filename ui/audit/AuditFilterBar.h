// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/model/AuditEvent.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace clavitor::ui {

/// What of the log is shown: text, action, key, outcome, one entry, a stretch of time. Each that is set can be seen and
/// taken back.
class AuditFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit AuditFilterBar(QWidget *parent = nullptr);

    [[nodiscard]] AuditFilter filter() const;
    [[nodiscard]] bool isSet() const;
    void setAgents(const QList<Agent> &agents);
    void setKey(const QString &keyId);
    void setEntry(EntryId entry, const QString &title);
    /// `words` is what the chip says; 0, 0 takes it away.
    void setTime(qint64 from, qint64 to, const QString &words);
    void reset();
    void focusSearch();

signals:
    void changed();
    /// The chip of the time was closed.
    void timeCleared();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();

    QLineEdit *m_text;
    QBoxLayout *m_row;
    QComboBox *m_action;
    QComboBox *m_key;
    QComboBox *m_outcome;
    QPushButton *m_entryChip;
    QPushButton *m_timeChip;
    QPushButton *m_reset;
    QTimer m_pause;
    EntryId m_entry;
    qint64 m_from = 0;
    qint64 m_to = 0;
};

} // namespace clavitor::ui
