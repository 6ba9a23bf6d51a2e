// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditTable.h"

#include "ui/audit/AuditModel.h"
#include "ui/audit/AuditText.h"
#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/RowView.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

namespace clavitor::ui {

namespace {

constexpr int kSymbol = 16;
constexpr int kTimeWidth = 96;
constexpr int kActionWidth = 112;
constexpr int kOutcomeWidth = 112;
/// Below it the outcome has no column.
constexpr int kNarrowTable = 660;
constexpr int kNarrowTimeWidth = 88;
constexpr int kNarrowActionWidth = 104;
/// And below this the two that are longest share what is left, however little.
constexpr int kLeast = 380;
constexpr int kLeastActionWidth = 84;
constexpr int kLeastName = 56;

void paintOutcome(QPainter *painter, const QRect &cell, Outcome outcome, const QColor &colour)
{
    paintSymbol(painter, QRectF(cell.left(), cell.center().y() + 0.5 - kSymbol / 2.0, kSymbol, kSymbol), AuditText::symbol(outcome), colour);
}

} // namespace

void AuditDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRect cell = option.rect.adjusted(space::m, 0, -space::s, 0);
    const auto outcome = static_cast<Outcome>(index.data(AuditModel::OutcomeRole).toInt());
    const QColor colour = tokens.ink(AuditText::ink(outcome));
    painter->save();
    painter->setClipRect(option.rect);
    const auto text = [&](const QFont &font, const QColor &ink, const QRect &where) {
        painter->setFont(font);
        painter->setPen(ink);
        painter->drawText(where, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, where.width()));
    };
    switch (index.column()) {
    case AuditModel::Time:
        text(fontOf(TextStyle::Mono), tokens.quiet, cell);
        break;
    case AuditModel::ActionName: {
        const auto *table = qobject_cast<const QTreeView *>(option.widget);
        const bool marked = table && table->isColumnHidden(AuditModel::Decision);
        if (marked)
            paintOutcome(painter, cell, outcome, colour);
        text(fontOf(TextStyle::Body), tokens.text, cell.adjusted(marked ? kSymbol + space::s : 0, 0, 0, 0));
        break;
    }
    case AuditModel::EntryName:
        text(fontOf(TextStyle::Body), tokens.text, cell);
        break;
    case AuditModel::Actor:
        text(fontOf(TextStyle::Mono), tokens.quiet, cell);
        break;
    case AuditModel::Decision:
        paintOutcome(painter, cell, outcome, colour);
        text(fontOf(TextStyle::Body), colour, cell.adjusted(kSymbol + space::s, 0, 0, 0));
        break;
    default:
        break;
    }
    painter->restore();
}

QSize AuditDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {40, rowHeight(option.widget)};
}

AuditTable::AuditTable(QWidget *parent)
    : QTreeView(parent)
{
    setAccessibleName(tr("Audit log"));
    setItemDelegate(new AuditDelegate(this));
    showAsRows(*this);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        if (const bool now = isAtTop(); now != m_atTop) {
            m_atTop = now;
            emit atTopChanged(now);
        }
        lookBelow();
    });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &AuditTable::lookBelow);
}

bool AuditTable::isAtTop() const
{
    return verticalScrollBar()->value() == verticalScrollBar()->minimum();
}

void AuditTable::lookBelow()
{
    const QScrollBar *bar = verticalScrollBar();
    if (isVisible() && bar->maximum() - bar->value() < 2 * bar->pageStep())
        emit nearEnd();
}

void AuditTable::showEvent(QShowEvent *event)
{
    QTreeView::showEvent(event);
    lookBelow();
}

void AuditTable::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fitColumns();
}

void AuditTable::fitColumns()
{
    if (!model())
        return;
    const bool narrow = viewport()->width() < kNarrowTable;
    setColumnHidden(AuditModel::Decision, narrow);
    const int time = narrow ? kNarrowTimeWidth : kTimeWidth;
    const bool least = viewport()->width() < kLeast;
    const int action = least ? kLeastActionWidth : narrow ? kNarrowActionWidth : kActionWidth;
    const int rest = viewport()->width() - time - action - (narrow ? 0 : kOutcomeWidth);
    const int entry = rest * (narrow ? 42 : 55) / 100;
    header()->resizeSection(AuditModel::Time, time);
    header()->resizeSection(AuditModel::ActionName, action);
    header()->resizeSection(AuditModel::EntryName, std::max(least ? kLeastName : 80, entry));
    header()->resizeSection(AuditModel::Actor, std::max(least ? kLeastName : 80, rest - entry));
    if (!narrow)
        header()->resizeSection(AuditModel::Decision, kOutcomeWidth);
}

void AuditTable::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Tokens &tokens = tokensOf(palette());
    if (index.data(AuditModel::IsHeadingRole).toBool()) {
        painter->setFont(fontOf(TextStyle::BodyStrong));
        painter->setPen(tokens.text);
        painter->drawText(option.rect.adjusted(space::m, 0, 0, -space::s), Qt::AlignLeft | Qt::AlignBottom,
                          index.siblingAtColumn(0).data().toString());
    } else {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.12F);
        if (selectionModel()->isSelected(index))
            painter->fillRect(option.rect, fill); // whose card is on show
        QTreeView::drawRow(painter, option, index);
    }
    // Within the row: below it, the next one would draw over it.
    const QRectF row = QRectF(option.rect).adjusted(0, 0, 0, -1);
    paint::hairline(painter, row.bottomLeft(), row.bottomRight(), blend(tokens.surface, tokens.line, 0.7));
}

void AuditTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        event->ignore(); // the page closes the card with it
    else
        QTreeView::keyPressEvent(event);
}

} // namespace clavitor::ui
