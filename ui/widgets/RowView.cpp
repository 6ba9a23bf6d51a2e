// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RowView.h"

#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kLeastShare = 120;
/// So that a cell's text starts where its heading does.
constexpr int kUnderHeading = 5;

class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {40, rowHeight(option.widget)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem own = option;
        own.rect.adjust(kUnderHeading, 0, 0, 0);
        QStyledItemDelegate::paint(painter, own, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->state.setFlag(QStyle::State_Selected, false); // the row is washed as a whole
        option->decorationSize = {16, 16};
        option->features.setFlag(QStyleOptionViewItem::WrapText, false);
    }
};

} // namespace

void showAsRows(QTreeView &view)
{
    view.setRootIsDecorated(false);
    view.setItemsExpandable(false);
    view.setIndentation(0);
    view.setUniformRowHeights(true);
    view.setFrameShape(QFrame::NoFrame);
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setAllColumnsShowFocus(true);
    view.setTextElideMode(Qt::ElideRight);
    view.header()->setSectionsMovable(false);
    view.header()->setSectionResizeMode(QHeaderView::Fixed);
    view.header()->setStretchLastSection(false);
    view.header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

RowView::RowView(const QString &accessibleName, QWidget *parent)
    : QTreeView(parent)
{
    setAccessibleName(accessibleName);
    setItemDelegate(new RowDelegate(this));
    showAsRows(*this);
}

void RowView::setWidths(QList<int> widths)
{
    m_widths = std::move(widths);
    fit();
}

void RowView::setSpare(QList<int> columns, int below)
{
    m_spare = std::move(columns);
    m_below = below;
    fit();
}

void RowView::setGone(QList<int> columns)
{
    m_gone = std::move(columns);
    fit();
}

void RowView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fit();
}

void RowView::fit()
{
    if (!model() || model()->columnCount() <= m_widths.size())
        return;
    const bool narrow = viewport()->width() < m_below;
    int rest = viewport()->width();
    int shares = 1;
    for (int column = 1; column <= m_widths.size(); ++column) {
        const bool gone = m_gone.contains(column) || (narrow && m_spare.contains(column));
        setColumnHidden(column, gone);
        if (gone)
            continue;
        rest -= m_widths.at(column - 1);
        shares += m_widths.at(column - 1) == 0 ? 1 : 0;
    }
    const int share = std::max(kLeastShare, rest / shares);
    header()->resizeSection(0, share);
    for (qsizetype i = 0; i < m_widths.size(); ++i)
        header()->resizeSection(static_cast<int>(i) + 1, m_widths.at(i) == 0 ? share : m_widths.at(i));
    // What is left of the last one is elided; beyond the edge it would be cut.
    int last = static_cast<int>(m_widths.size());
    while (last > 0 && isColumnHidden(last))
        --last;
    int before = 0;
    for (int column = 0; column < last; ++column)
        before += isColumnHidden(column) ? 0 : header()->sectionSize(column);
    header()->resizeSection(last, std::max(header()->minimumSectionSize(), std::min(header()->sectionSize(last), viewport()->width() - before)));
}

void RowView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &tokens = tokensOf(palette());
    if (selectionModel()->isSelected(index)) {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.12F);
        painter->fillRect(option.rect, fill);
    }
    QTreeView::drawRow(painter, option, index);
    const QRectF row = QRectF(option.rect).adjusted(0, 0, 0, -1);
    paint::hairline(painter, row.bottomLeft(), row.bottomRight(), blend(tokens.surface, tokens.line, 0.7));
}

} // namespace clavitor::ui
