// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"
#include "app/model/KeyPolicy.h"

#include <QMap>
#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace clavitor::ui {

class Label;

/// Entries whose secrets reach a key otherwise than those of the rest: one line each, with what it gets. GUI thread.
class OverrideForm : public QWidget {
    Q_OBJECT
public:
    explicit OverrideForm(QWidget *parent = nullptr);

    void setEntries(const QList<EntrySummary> &entries);
    void setOverrides(const QMap<EntryId, Delivery> &overrides);
    [[nodiscard]] const QMap<EntryId, Delivery> &overrides() const { return m_overrides; }

signals:
    void changed();

private:
    void rebuild();
    void addLine(EntryId id, Delivery delivery);
    void pick();

    QList<EntrySummary> m_entries;
    QMap<EntryId, Delivery> m_overrides;
    Label *m_none;
    QWidget *m_box = nullptr;
    QVBoxLayout *m_lines;
    QPushButton *m_add;
};

} // namespace clavitor::ui
