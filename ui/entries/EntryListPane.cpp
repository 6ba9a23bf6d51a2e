// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryListPane.h"

#include "ui/entries/EntryDelegate.h"
#include "ui/entries/EntryListModel.h"
#include "ui/entries/EntryText.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/words/ErrorText.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>

namespace clavitor::ui {

EntryListPane::EntryListPane(VaultClient *client, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_model(new EntryListModel(this))
    , m_heading(new ElidedLabel({}, TextStyle::Section))
    , m_countLabel(new Label({}, TextStyle::Quiet, Ink::Quiet))
    , m_new(new IconButton(Symbol::Plus, tr("New entry")))
    , m_stack(new QStackedWidget)
    , m_view(new QListView)
    , m_noEntries(new EmptyState(Symbol::Shield, tr("Your vault is empty"),
                                 tr("Bring in what another password manager exported, or make a first entry.")))
    , m_noMatch(new EmptyState(Symbol::Search, tr("Nothing found"), {}))
    , m_noneHere(new EmptyState(Symbol::All, {}, {}))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(new EntryDelegate(clock, m_view));
    m_view->setUniformItemSizes(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setDragEnabled(false);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setAccessibleName(tr("Entries"));
    m_view->installEventFilter(this);

    m_new->setMenu(newMenu());
    m_error->hide();

    auto *header = new QHBoxLayout;
    header->setContentsMargins(space::l, space::m, space::s, space::s);
    header->setSpacing(space::s);
    header->addWidget(m_heading, 1);
    header->addWidget(m_countLabel);
    header->addWidget(m_new);
    m_stack->setContentsMargins(0, space::xs, 0, space::xs);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_noEntries);
    m_stack->addWidget(m_noMatch);
    m_stack->addWidget(m_noneHere);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(header);
    column->addWidget(new Hairline);
    column->addWidget(m_error);
    column->addWidget(m_stack, 1);

    connect(m_noEntries->addButton(tr("Import")), &QPushButton::clicked, this, &EntryListPane::importRequested);
    connect(m_noEntries->addButton(tr("New entry")), &QPushButton::clicked, this,
            [this] { emit newRequested(EntryType::Login); });
    connect(m_noMatch->addButton(tr("Clear search")), &QPushButton::clicked, this, &EntryListPane::clearSearchRequested);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EntryListPane::selectionChanged);
    connect(m_view, &QListView::activated, this, &EntryListPane::activated);
    connect(m_view, &QWidget::customContextMenuRequested, this, &EntryListPane::showMenu);
    connect(m_client, &VaultClient::entriesChanged, this, &EntryListPane::refresh);

    m_tick.setSingleShot(true);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, [this, clock = std::move(clock)] {
        if (m_view->isVisible())
            m_view->viewport()->update();
        m_tick.start(CountdownRing::untilNextSecond(clock));
    });
    m_tick.start(1000);
    m_learn.setSingleShot(true);
    m_learn.setInterval(150);
    connect(&m_learn, &QTimer::timeout, this, &EntryListPane::learnPeriods);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, &m_learn, qOverload<>(&QTimer::start));
}

QMenu *EntryListPane::newMenu()
{
    auto *menu = new QMenu(this);
    for (EntryType type : allEntryTypes()) {
        QAction *action = menu->addAction(icon(EntryText::symbol(type)), EntryText::type(type));
        connect(action, &QAction::triggered, this, [this, type] { emit newRequested(type); });
    }
    menu->addSeparator();
    connect(menu->addAction(icon(Symbol::Import), tr("Import…")), &QAction::triggered, this, &EntryListPane::importRequested);
    return menu;
}

void EntryListPane::setQuery(const EntryQuery &query, const QString &heading)
{
    m_samePlace = false;
    m_query = query;
    m_heading->setText(heading);
    refresh();
}

void EntryListPane::refresh()
{
    if (!m_client->isUnlocked()) {
        clear();
        return;
    }
    const quint64 question = ++m_question;
    m_client->entries(m_query, Reply<Result<QList<EntrySummary>>>(this, [this, question](Result<QList<EntrySummary>> result) {
        if (question != m_question)
            return;
        if (result)
            take(std::move(*result));
        else if (result.error().code != ErrorCode::Locked)
            m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(result.error().code).sentence());
        m_error->setVisible(!result && result.error().code != ErrorCode::Locked);
    }));
}

void EntryListPane::clear()
{
    ++m_question;
    m_count = -1;
    m_asked.clear();
    m_model->setEntries({});
    m_countLabel->setText({});
}

void EntryListPane::take(QList<EntrySummary> entries)
{
    const std::optional<EntrySummary> before = current();
    const int place = m_samePlace ? m_view->currentIndex().row() : -1;
    m_samePlace = true;
    m_count = static_cast<int>(entries.size());
    m_model->setEntries(std::move(entries));
    m_countLabel->setText(QLocale().toString(m_count));
    if (m_count == 0)
        showEmptyState();
    else
        m_stack->setCurrentWidget(m_view);

    int row = m_wanted.isNull() ? -1 : m_model->rowOf(m_wanted);
    if (row >= 0)
        m_wanted = {};
    else if (!m_view->selectionModel()->hasSelection())
        row = before ? m_model->rowOf(before->id) : -1;
    if (row < 0 && !m_view->selectionModel()->hasSelection() && m_count > 0)
        row = qBound(0, place, m_count - 1); // what comes next after what went away
    if (row >= 0 && row < m_count) {
        selectRow(row);
        m_view->scrollTo(m_model->index(row));
    }
    emit selectionChanged();
    m_learn.start();
}

void EntryListPane::showEmptyState()
{
    const bool trash = m_query.place == EntryQuery::Place::Trash;
    if (!m_query.text.isEmpty()) {
        m_noMatch->setWords(Symbol::Search, tr("Nothing found"), tr("No entry here matches “%1”.").arg(m_query.text));
        m_stack->setCurrentWidget(m_noMatch);
        return;
    }
    if (!trash && !m_query.type && m_query.tag.isEmpty() && !m_query.favouritesOnly && !m_query.personalOnly) {
        m_stack->setCurrentWidget(m_noEntries);
        return;
    }
    if (trash)
        m_noneHere->setWords(Symbol::Trash, tr("The trash is empty"),
                             tr("What you delete waits here until you delete it for good. Agents never see it."));
    else if (m_query.favouritesOnly)
        m_noneHere->setWords(Symbol::Star, tr("No favourites yet"), tr("Press Ctrl+D on an entry you use often."));
    else if (m_query.personalOnly)
        m_noneHere->setWords(Symbol::Personal, tr("Nothing Personal yet"),
                             tr("Mark a field as Personal in the editor and no agent can ever read it."));
    else
        m_noneHere->setWords(Symbol::All, tr("Nothing here yet"), tr("New entries of this kind will stand here."));
    m_stack->setCurrentWidget(m_noneHere);
}

QList<EntryId> EntryListPane::selection() const
{
    QList<EntryId> ids;
    const QModelIndexList rows = m_view->selectionModel()->selectedIndexes();
    ids.reserve(rows.size());
    for (const QModelIndex &row : rows)
        ids.append(m_model->entry(row.row()).id);
    return ids;
}

std::optional<EntrySummary> EntryListPane::current() const
{
    const QModelIndexList rows = m_view->selectionModel()->selectedIndexes();
    if (rows.size() != 1)
        return std::nullopt;
    return m_model->entry(rows.first().row());
}

void EntryListPane::selectRow(int row)
{
    // By itself the view would add to what is selected while Ctrl is down, as it is when Ctrl+S saved the entry.
    m_view->selectionModel()->setCurrentIndex(m_model->index(row), QItemSelectionModel::ClearAndSelect);
}

void EntryListPane::select(EntryId id)
{
    m_wanted = id;
    if (const int row = m_model->rowOf(id); row >= 0) {
        m_wanted = {};
        selectRow(row);
        m_view->scrollTo(m_model->index(row));
    }
}

void EntryListPane::setTotpPeriod(EntryId id, int seconds)
{
    m_model->setTotpPeriod(id, seconds);
}

void EntryListPane::focusList()
{
    m_view->setFocus();
}

// Only the vault knows a code's period. It is asked once for the rows on screen; the code itself is dropped.
void EntryListPane::learnPeriods()
{
    if (!m_view->isVisible() || m_query.place == EntryQuery::Place::Trash || !m_client->isUnlocked())
        return;
    const QModelIndex first = m_view->indexAt({space::xl, 2});
    for (int row = qMax(0, first.row()); row < m_model->rowCount(); ++row) {
        if (m_view->visualRect(m_model->index(row)).top() > m_view->viewport()->height())
            return;
        const EntrySummary &entry = m_model->entry(row);
        if (!entry.hasTotp() || m_asked.contains(entry.id))
            continue;
        m_asked.insert(entry.id);
        for (const FieldOutline &field : entry.fields) {
            if (field.kind != FieldKind::Totp || field.tier != Tier::Shared)
                continue;
            m_client->code(entry.id, field.number, Purpose::Show,
                           Reply<Result<CodeOnShow>>(this, [this, id = entry.id](Result<CodeOnShow> code) {
                               if (code)
                                   m_model->setTotpPeriod(id, code->periodSeconds);
                           }));
            break;
        }
    }
}

void EntryListPane::showMenu(const QPoint &where)
{
    const qsizetype count = selection().size();
    if (count == 0)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](Symbol symbol, const QString &text, void (EntryListPane::*signal)()) {
        connect(menu->addAction(icon(symbol), text), &QAction::triggered, this, signal);
    };
    if (m_query.place == EntryQuery::Place::Trash) {
        add(Symbol::Undo, tr("&Restore"), &EntryListPane::restoreRequested);
        menu->addSeparator();
        add(Symbol::Trash, tr("&Delete for good…"), &EntryListPane::deleteRequested);
    } else {
        if (count == 1) {
            add(Symbol::Edit, tr("&Edit…\tCtrl+E"), &EntryListPane::editRequested);
            add(Symbol::Duplicate, tr("D&uplicate…"), &EntryListPane::duplicateRequested);
            add(Symbol::Star, tr("&Favourite\tCtrl+D"), &EntryListPane::favouriteRequested);
            menu->addSeparator();
        }
        add(Symbol::Trash, count == 1 ? tr("Move to &trash\tDel") : tr("Move %Ln entries to &trash\tDel", nullptr, static_cast<int>(count)),
            &EntryListPane::trashRequested);
    }
    menu->popup(m_view->viewport()->mapToGlobal(where));
}

bool EntryListPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Delete || (key->key() == Qt::Key_Backspace && key->modifiers() == Qt::NoModifier)) {
            if (m_query.place == EntryQuery::Place::Trash)
                emit deleteRequested();
            else
                emit trashRequested();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            emit activated();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace clavitor::ui
