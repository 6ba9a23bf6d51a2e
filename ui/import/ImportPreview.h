// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"

#include <QWidget>

#include <vector>

class QComboBox;

namespace clavitor::ui {

class Label;
class RemarksModel;
class TickList;

/// What an export holds before anything is written: how much of which kind, what becomes Personal, what cannot be kept,
/// and a tick for every entry. GUI thread.
class ImportPreview : public QWidget {
    Q_OBJECT
public:
    explicit ImportPreview(QWidget *parent = nullptr);

    /// Everything ticked.
    void setPlan(const ImportPlan &plan);
    [[nodiscard]] int tickedCount() const;
    /// Indexes into the plan's entries, ascending.
    [[nodiscard]] std::vector<std::size_t> ticked() const;
    void setTicked(const std::vector<std::size_t> &indexes);

signals:
    void changed();

private:
    [[nodiscard]] QWidget *entriesSide();
    [[nodiscard]] QWidget *remarksSide();
    void showCounts(const ImportPlan &plan);
    void showRemarks(const ImportPlan &plan);

    Label *m_source;
    Label *m_counts;
    Label *m_personal;
    TickList *m_entries;
    RemarksModel *m_remarks;
    QComboBox *m_kinds;
    QWidget *m_remarkSide;
};

} // namespace clavitor::ui
