// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTreeView>

namespace clavitor::ui {

/// Draws a row of the log: time and names in monospace, the outcome as icon and word.
class AuditDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// The log as a table; headings of days take a whole row. One row high, however long the log is. Where it is narrow the
/// outcome is its icon before the action, and the word is told by the card.
class AuditTable : public QTreeView {
    Q_OBJECT
public:
    explicit AuditTable(QWidget *parent = nullptr);

    /// With less, entry and actor are no longer told.
    static constexpr int LeastWidth = 440;

    /// Nothing newer is out of sight above.
    [[nodiscard]] bool isAtTop() const;

signals:
    void atTopChanged(bool atTop);
    /// Less than two screens are left below what is seen. Never while the table is hidden.
    void nearEnd();

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void drawBranches(QPainter *, const QRect &, const QModelIndex &) const override {}
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void fitColumns();
    void lookBelow();

    bool m_atTop = true;
};

} // namespace clavitor::ui
