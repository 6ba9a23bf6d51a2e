// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QTreeView>

namespace clavitor::ui {

/// A tree view as a flat table that scrolls up and down only, a row at a time selected; how wide its columns are is the caller's.
void showAsRows(QTreeView &view);

/// A plain table of our look: rows of the theme's height, a hairline below each, the selection as a wash. The first column
/// takes what the others leave; of a model with thousands of rows only those on show are asked.
class RowView : public QTreeView {
    Q_OBJECT
public:
    explicit RowView(const QString &accessibleName, QWidget *parent = nullptr);

    /// Of the second column and on. One of 0 takes its share of the rest, as the first does.
    void setWidths(QList<int> widths);
    /// Columns that give way where there is less than `below` for all.
    void setSpare(QList<int> columns, int below);
    /// Columns that have nothing to show now.
    void setGone(QList<int> columns);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void fit();

    QList<int> m_widths;
    QList<int> m_spare;
    QList<int> m_gone;
    int m_below = 0;
};

} // namespace clavitor::ui
