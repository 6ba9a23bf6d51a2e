// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/model/AuditEvent.h"
#include "ui/widgets/Card.h"

class QGridLayout;

namespace clavitor::ui {

/// One row of the log in full: who called from where, the reason it gave (marked as its own words), why it was decided
/// so, how long it took. Everything from outside is made honest by displayText().
class AuditCard : public Pane {
    Q_OBJECT
public:
    explicit AuditCard(Clock clock, QWidget *parent = nullptr);

    void setEvent(const AuditEvent &event);
    [[nodiscard]] qint64 sequence() const { return m_sequence; }

signals:
    void closed();
    /// Only rows of this key, or about this entry.
    void keyFilterRequested(const QString &keyId);
    void entryFilterRequested(const clavitor::EntryId &entry, const QString &title);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void row(const QString &name, const QString &value, bool mono = false);

    Clock m_clock;
    QWidget *m_body = nullptr;
    QGridLayout *m_grid = nullptr;
    qint64 m_sequence = 0;
};

} // namespace clavitor::ui
