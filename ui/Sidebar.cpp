// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/Sidebar.h"

#include "ui/entries/EntryText.h"
#include "ui/style/Paint.h"
#include "ui/widgets/Card.h"
#include "ui/words/DisplayText.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace clavitor::ui {

namespace {

constexpr int kRow = 32;
constexpr int kPlaceRole = Qt::UserRole;
constexpr int kSymbolRole = Qt::UserRole + 1;
constexpr int kCountRole = Qt::UserRole + 2;
constexpr int kWaitingRole = Qt::UserRole + 3;
constexpr qreal kCountHeight = 18;

class PlaceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {100, kRow}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens &tokens = tokensOf(option.palette);
        // As wide with a scroll bar as without, so that the counts of both lists stand in one column.
        const int widest = option.widget->width() - option.widget->style()->pixelMetric(QStyle::PM_ScrollBarExtent);
        const QRectF row(space::s, option.rect.top() + 1, widest - space::s - 1, option.rect.height() - 2);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        QColor fill;
        if (selected) {
            fill = tokens.accent;
            fill.setAlphaF(0.12F);
        } else if (option.state.testFlag(QStyle::State_MouseOver)) {
            fill = tokens.text;
            fill.setAlphaF(0.05F);
        }
        if (fill.isValid())
            paint::panel(painter, row, kControlRadius, fill, {});
        if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange))
            paint::focusRing(painter, row, kControlRadius, tokens);
        const auto place = index.data(kPlaceRole).value<Place>();
        const QColor ink = selected                         ? tokens.accent
            : place.kind == Place::Kind::Personal           ? tokens.personal
                                                            : tokens.quiet;
        paintSymbol(painter, QRectF(row.left() + space::s, row.center().y() - 9, 18, 18),
                    static_cast<Symbol>(index.data(kSymbolRole).toInt()), ink);
        const int count = index.data(kCountRole).toInt();
        qreal right = row.right() - space::s;
        painter->save();
        if (count > 0) {
            const QString number = QLocale().toString(count);
            painter->setFont(fontOf(TextStyle::Quiet));
            painter->setPen(tokens.quiet);
            const qreal width = painter->fontMetrics().horizontalAdvance(number);
            painter->drawText(QRectF(right - width, row.top(), width, row.height()), Qt::AlignVCenter, number);
            right -= width + space::s;
        }
        if (const int waiting = index.data(kWaitingRole).toInt(); waiting > 0) {
            painter->setFont(fontOf(TextStyle::Quiet));
            const QString number = QLocale().toString(waiting);
            const qreal width = painter->fontMetrics().horizontalAdvance(number) + kCountHeight - 6;
            const QRectF badge(right - width, row.center().y() - kCountHeight / 2, width, kCountHeight);
            paint::panel(painter, badge, kCountHeight / 2, tokens.asks, {});
            painter->setPen(tokens.onAccent);
            painter->drawText(badge, Qt::AlignCenter, number);
            right -= width + space::s;
        }
        painter->setFont(fontOf(TextStyle::Body));
        painter->setPen(tokens.text);
        const QRectF text(row.left() + space::s + 18 + space::s, row.top(), 0, row.height());
        const QRectF area(text.left(), row.top(), right - text.left(), row.height());
        painter->drawText(area, Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight,
                                                            static_cast<int>(area.width())));
        painter->restore();
    }
};

QListWidget *makeList(QWidget *parent, const QString &name)
{
    auto *list = new QListWidget(parent);
    list->setFrameShape(QFrame::NoFrame);
    list->setItemDelegate(new PlaceDelegate(list));
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setUniformItemSizes(true);
    list->setMouseTracking(true);
    list->setAccessibleName(name);
    list->viewport()->setAutoFillBackground(false);
    return list;
}

} // namespace

Sidebar::Sidebar(QWidget *parent)
    : QWidget(parent)
    , m_search(new QLineEdit)
    , m_places(makeList(this, tr("Places")))
    , m_pages(makeList(this, tr("Pages")))
{
    setFixedWidth(216);
    m_search->setPlaceholderText(tr("Search  Ctrl+K"));
    m_search->setAccessibleName(tr("Search entries"));
    m_search->addAction(icon(Symbol::Search, Ink::Faint), QLineEdit::LeadingPosition);
    m_search->setClearButtonEnabled(true);
    m_search->setToolTip(tr("Search (Ctrl+K)"));
    m_search->installEventFilter(this);
    m_typing.setSingleShot(true);
    m_typing.setInterval(60);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_typing.start(); });
    connect(&m_typing, &QTimer::timeout, this, [this] { emit searchChanged(m_search->text().trimmed()); });

    m_keys = add(m_pages, Symbol::Key, tr("Keys"), {Place::Kind::Keys, {}, {}}, 0);
    add(m_pages, Symbol::Audit, tr("Audit"), {Place::Kind::Audit, {}, {}}, 0);
    add(m_pages, Symbol::Connection, tr("Connection"), {Place::Kind::Connection, {}, {}}, 0);
    add(m_pages, Symbol::Settings, tr("Settings"), {Place::Kind::Settings, {}, {}}, 0);
    m_pages->setFixedHeight(4 * kRow);
    m_pages->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_places->setMinimumHeight(kRow); // these scroll; the pages have to be there under two notices, too
    fill({});

    auto *line = new QHBoxLayout;
    line->setContentsMargins(space::m, space::s, space::m, space::s);
    line->addWidget(new Hairline);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(space::m, space::m, space::m, space::m);
    top->addWidget(m_search);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, space::s);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_places, 1);
    column->addLayout(line);
    column->addWidget(m_pages);

    for (QListWidget *list : {m_places, m_pages})
        connect(list, &QListWidget::itemSelectionChanged, this, [this, list] { chosen(list); });
    mark();
}

QListWidgetItem *Sidebar::add(QListWidget *list, Symbol symbol, const QString &text, const Place &place, int count)
{
    auto *item = new QListWidgetItem(text);
    item->setData(kPlaceRole, QVariant::fromValue(place));
    item->setData(kSymbolRole, static_cast<int>(symbol));
    item->setData(kCountRole, count);
    item->setData(Qt::AccessibleTextRole, count == 1 ? tr("%1, 1 entry").arg(text) : count > 1 ? tr("%1, %Ln entries", nullptr, count).arg(text) : text);
    list->addItem(item);
    return item;
}

void Sidebar::fill(const EntryCounts &counts)
{
    const QSignalBlocker quiet(m_places);
    m_places->clear();
    using enum Place::Kind;
    add(m_places, Symbol::All, tr("All entries"), {All, {}, {}}, counts.all);
    add(m_places, Symbol::Star, tr("Favourites"), {Favourites, {}, {}}, counts.favourites);
    for (const auto &[type, count] : counts.types)
        if (count > 0 || (m_place.kind == Type && m_place.type == type))
            add(m_places, EntryText::symbol(type), EntryText::types(type), {Type, type, {}}, count);
    for (const auto &[tag, count] : counts.tags)
        add(m_places, Symbol::Hash, displayText(tag, 60), {Tag, {}, tag}, count);
    add(m_places, Symbol::Personal, tr("Personal"), {Personal, {}, {}}, counts.personal);
    add(m_places, Symbol::Trash, tr("Trash"), {Trash, {}, {}}, counts.trash);
}

void Sidebar::setCounts(const EntryCounts &counts)
{
    const int scrolled = m_places->verticalScrollBar()->value();
    fill(counts);
    mark();
    m_places->verticalScrollBar()->setValue(scrolled);
}

void Sidebar::setKeyCount(int keys)
{
    m_keys->setData(kCountRole, keys);
}

void Sidebar::setRequestCount(int open)
{
    m_keys->setData(kWaitingRole, open);
    m_keys->setData(Qt::AccessibleTextRole, open == 0 ? tr("Keys")
                        : open == 1                   ? tr("Keys, 1 request of an agent waits")
                                                      : tr("Keys, %Ln requests of agents wait", nullptr, open));
}

void Sidebar::setPlace(const Place &place)
{
    const bool same = m_place == place;
    m_place = place;
    mark();
    if (!same)
        emit placeChanged(m_place);
}

void Sidebar::mark()
{
    for (QListWidget *list : {m_places, m_pages}) {
        const QSignalBlocker quiet(list);
        int found = -1;
        for (int row = 0; row < list->count(); ++row)
            if (list->item(row)->data(kPlaceRole).value<Place>() == m_place)
                found = row;
        list->clearSelection();
        if (found >= 0)
            list->setCurrentRow(found);
        list->viewport()->update();
    }
}

void Sidebar::chosen(QListWidget *list)
{
    const QList<QListWidgetItem *> items = list->selectedItems();
    if (!items.isEmpty())
        setPlace(items.first()->data(kPlaceRole).value<Place>());
}

void Sidebar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void Sidebar::clearSearch()
{
    m_search->clear();
    m_typing.stop();
    emit searchChanged({});
}

QString Sidebar::searchText() const
{
    return m_search->text().trimmed();
}

bool Sidebar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            if (!m_search->text().isEmpty()) {
                clearSearch();
                return true;
            }
            break;
        case Qt::Key_Down:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            emit leftSearch();
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void Sidebar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.ground);
    painter.fillRect(width() - 1, 0, 1, height(), tokens.line);
}

} // namespace clavitor::ui
