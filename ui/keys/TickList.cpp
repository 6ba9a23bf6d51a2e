// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/TickList.h"

#include "ui/style/Icons.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QSet>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

enum Role { KeyRole = Qt::UserRole, SearchRole, DetailRole };

/// The detail stands behind the text, quieter.
class TickDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString detail = index.data(DetailRole).toString();
        if (detail.isEmpty())
            return;
        QStyleOptionViewItem own = option;
        initStyleOption(&own, index);
        QRect room = own.widget->style()->subElementRect(QStyle::SE_ItemViewItemText, &own, own.widget);
        room.adjust(own.fontMetrics.horizontalAdvance(own.text) + space::l, 0, -space::s, 0);
        const QFont font = fontOf(TextStyle::Quiet);
        painter->setFont(font);
        painter->setPen(tokensOf(option.palette).quiet);
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter, QFontMetrics(font).elidedText(detail, Qt::ElideRight, room.width()));
    }
};

} // namespace

TickList::TickList(const QString &searchHint, const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit)
    , m_view(new QListView)
    , m_model(new QStandardItemModel(this))
    , m_shown(new QSortFilterProxyModel(this))
{
    m_search->setPlaceholderText(searchHint);
    m_search->setAccessibleName(searchHint);
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(Symbol::Search), QLineEdit::LeadingPosition);
    m_shown->setSourceModel(m_model);
    m_shown->setFilterRole(SearchRole);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view->setModel(m_shown);
    m_view->setAccessibleName(accessibleName);
    m_view->setUniformItemSizes(true);
    m_view->setItemDelegate(new TickDelegate(m_view));
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setMinimumHeight(148);
    m_view->installEventFilter(this);
    m_search->installEventFilter(this);
    setFocusProxy(m_search);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(m_search);
    column->addWidget(m_view, 1);
    connect(m_search, &QLineEdit::textChanged, m_shown, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_model, &QStandardItemModel::itemChanged, this, [this] {
        if (!m_filling)
            emit changed();
    });
    // The whole line ticks, not only the box.
    connect(m_view, &QListView::activated, this, &TickList::turn);
}

void TickList::turn(const QModelIndex &index)
{
    const bool ticked = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    m_shown->setData(index, ticked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
}

void TickList::enterView()
{
    if (!m_view->currentIndex().isValid())
        m_view->setCurrentIndex(m_shown->index(0, 0));
    m_view->setFocus();
}

void TickList::setItems(const QList<Item> &items)
{
    m_filling = true;
    m_model->clear();
    for (const Item &item : items) {
        auto *row = new QStandardItem(item.text);
        row->setData(item.detail, DetailRole);
        row->setAccessibleText(item.detail.isEmpty() ? item.text : tr("%1, %2").arg(item.text, item.detail));
        row->setCheckable(true);
        row->setCheckState(item.ticked ? Qt::Checked : Qt::Unchecked);
        row->setData(item.key, KeyRole);
        row->setData(QString(item.text + u' ' + item.detail), SearchRole);
        m_model->appendRow(row);
    }
    m_filling = false;
    if (m_model->rowCount() > 0)
        m_view->setCurrentIndex(m_shown->index(0, 0));
    emit changed();
}

QStringList TickList::ticked() const
{
    QStringList keys;
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->item(row)->checkState() == Qt::Checked)
            keys << m_model->item(row)->data(KeyRole).toString();
    return keys;
}

int TickList::tickedCount() const
{
    int count = 0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        count += m_model->item(row)->checkState() == Qt::Checked ? 1 : 0;
    return count;
}

int TickList::count() const
{
    return m_model->rowCount();
}

void TickList::setTicked(const QStringList &keys)
{
    const QSet<QString> wanted(keys.begin(), keys.end());
    m_filling = true;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        QStandardItem *item = m_model->item(row);
        item->setCheckState(wanted.contains(item->data(KeyRole).toString()) ? Qt::Checked : Qt::Unchecked);
    }
    m_filling = false;
    emit changed();
}

void TickList::tickShown(bool ticked)
{
    m_filling = true;
    for (int row = 0; row < m_shown->rowCount(); ++row)
        m_shown->setData(m_shown->index(row, 0), ticked ? Qt::Checked : Qt::Unchecked, Qt::CheckStateRole);
    m_filling = false;
    emit changed();
}

bool TickList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool isReturn = (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && !(key->modifiers() & ~Qt::KeypadModifier);
    if (watched == m_search && (key->key() == Qt::Key_Down || isReturn)) {
        if (m_shown->rowCount() > 0)
            enterView();
        return true;
    }
    // Passed on, it would press the main button of the dialog, with what was not ticked yet.
    if (watched == m_view && isReturn) {
        if (m_view->currentIndex().isValid() && !key->isAutoRepeat())
            turn(m_view->currentIndex());
        return true;
    }
    if (watched == m_view && !key->text().isEmpty() && key->text().at(0).isPrint() && key->key() != Qt::Key_Space) {
        m_search->setFocus();
        m_search->setText(m_search->text() + key->text());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace clavitor::ui
