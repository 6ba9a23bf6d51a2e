// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/model/Entry.h"

#include <QWidget>

class QRadioButton;
class QTabWidget;

namespace clavitor::ui {

class Label;
class TickList;

/// Which entries a key may know of: all, or those with some tags, of some types, or chosen one by one (what any of them
/// covers), with a live line that says how many that is today.
class ScopeForm : public QWidget {
    Q_OBJECT
public:
    explicit ScopeForm(QWidget *parent = nullptr);

    /// The entries to choose from, and what is chosen. Chosen entries that are no longer there stay in the scope.
    void setScope(const Scope &scope);
    void setEntries(const QList<EntrySummary> &entries);
    [[nodiscard]] Scope scope() const;
    /// How many of the entries the scope covers.
    [[nodiscard]] int covered() const;

signals:
    void changed();

private:
    void fill();
    void refresh();

    QList<EntrySummary> m_entries;
    Scope m_given;
    QRadioButton *m_all;
    QRadioButton *m_some;
    QTabWidget *m_tabs;
    TickList *m_tags;
    TickList *m_types;
    TickList *m_chosen;
    Label *m_sum;
    bool m_filled = false;
};

} // namespace clavitor::ui
