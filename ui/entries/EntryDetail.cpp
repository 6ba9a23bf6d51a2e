// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntryDetail.h"

#include "ui/PersonalAccess.h"
#include "ui/WebLink.h"
#include "ui/entries/EntryText.h"
#include "ui/entries/SeenByAgents.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Avatar.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LinkButton.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QEvent>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace clavitor::ui {

EntryDetail::EntryDetail(FieldDoors doors, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_doors(doors)
    , m_clock(std::move(clock))
    , m_area(new QScrollArea)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    auto *back = new QPushButton(icon(Symbol::ArrowLeft), tr("Back to the list"));
    setButtonRole(back, ButtonRole::Flat);
    m_back = back;
    m_back->hide();
    connect(back, &QPushButton::clicked, this, &EntryDetail::backRequested);
    m_error->setClosable(true);
    m_error->hide();
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_back, 0, Qt::AlignLeft);
    column->addWidget(m_error);
    column->addWidget(m_area, 1);
}

void EntryDetail::setEntry(const EntrySummary &entry)
{
    if (m_entry && *m_entry == entry)
        return;
    m_error->hide();
    const bool same = m_entry && m_entry->id == entry.id;
    if (!same)
        leavePersonal();
    m_entry = entry;
    build();
    if (!same)
        m_area->ensureVisible(0, 0);
}

void EntryDetail::leavePersonal()
{
    // Opened to look at this entry: the next one asks again.
    if (m_entry && m_doors.personal->isOpen())
        m_doors.personal->shut();
}

void EntryDetail::clear()
{
    leavePersonal();
    m_entry.reset();
    m_rows.clear();
    m_error->hide();
    delete m_area->takeWidget();
}

void EntryDetail::build()
{
    m_rows.clear();
    auto *page = new Pane;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(space::xl, space::l, space::xl, space::xl);
    column->setSpacing(0);
    column->addWidget(header());
    addUrls(column);
    addTags(column);
    column->addSpacing(space::m);
    column->addWidget(new Hairline);
    column->addSpacing(space::xs);
    addFields(column);
    addFoot(column);
    column->addStretch(1);
    m_area->setWidget(page);
    loadOpenValues();
}

QWidget *EntryDetail::header()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::xs);
    auto *avatar = new Avatar(40);
    avatar->setEntry(EntryText::title(*m_entry), EntryText::seed(*m_entry));
    auto *titles = new QVBoxLayout;
    titles->setSpacing(0);
    titles->addWidget(new ElidedLabel(displayText(EntryText::title(*m_entry)), TextStyle::Title));
    titles->addWidget(new ElidedLabel(EntryText::type(m_entry->type), TextStyle::Quiet, Ink::Quiet));
    row->addWidget(avatar);
    row->addSpacing(space::s);
    row->addLayout(titles, 1);
    if (m_entry->decoy)
        row->addWidget(new Badge(Symbol::Bait, tr("Decoy"), Ink::Quiet));

    if (m_entry->trashed) {
        auto *restore = new QPushButton(icon(Symbol::Undo), tr("Restore"));
        auto *erase = new IconButton(Symbol::Trash, tr("Delete for good"));
        erase->setSymbol(Symbol::Trash, Ink::Denied);
        connect(restore, &QPushButton::clicked, this, &EntryDetail::restoreRequested);
        connect(erase, &IconButton::clicked, this, &EntryDetail::deleteRequested);
        row->addWidget(restore);
        row->addWidget(erase);
        return box;
    }
    auto *star = new IconButton(Symbol::Star, m_entry->favourite ? tr("Remove from favourites") : tr("Add to favourites"));
    if (m_entry->favourite)
        star->setSymbol(Symbol::StarFilled, Ink::Asks);
    auto *edit = new IconButton(Symbol::Edit, tr("Edit"));
    auto *more = new IconButton(Symbol::More, tr("More actions"));
    auto *menu = new QMenu(more);
    connect(menu->addAction(icon(Symbol::Duplicate), tr("D&uplicate…")), &QAction::triggered, this,
            &EntryDetail::duplicateRequested);
    connect(menu->addAction(icon(Symbol::History), tr("&History…")), &QAction::triggered, this, &EntryDetail::historyRequested);
    menu->addSeparator();
    connect(menu->addAction(icon(Symbol::Trash), tr("Move to &trash\tDel")), &QAction::triggered, this,
            &EntryDetail::trashRequested);
    more->setMenu(menu);
    connect(star, &IconButton::clicked, this, &EntryDetail::favouriteRequested);
    connect(edit, &IconButton::clicked, this, &EntryDetail::editRequested);
    for (IconButton *button : {star, edit, more})
        row->addWidget(button);
    return box;
}

void EntryDetail::addUrls(QVBoxLayout *column)
{
    if (m_entry->urls.isEmpty())
        return;
    column->addSpacing(space::s);
    for (const QString &url : std::as_const(m_entry->urls)) {
        auto *link = new LinkButton(displayText(url));
        link->setToolTip(displayText(url));
        link->setEnabled(isWebLink(url));
        link->setAccessibleName(link->isEnabled() ? tr("Open %1 in the browser").arg(displayText(url)) : displayText(url));
        connect(link, &LinkButton::clicked, this, [url] { openWebLink(url); });
        column->addWidget(link);
    }
}

void EntryDetail::addTags(QVBoxLayout *column)
{
    if (m_entry->tags.isEmpty())
        return;
    column->addSpacing(space::s);
    auto *box = new QWidget;
    auto *flow = new FlowLayout(space::xs, box);
    for (const QString &tag : std::as_const(m_entry->tags))
        flow->addWidget(new Badge(Symbol::Hash, displayText(tag, 40)));
    column->addWidget(box);
}

void EntryDetail::addFields(QVBoxLayout *column)
{
    for (const FieldOutline &field : std::as_const(m_entry->fields)) {
        FieldRow *row = nullptr;
        if (field.kind == FieldKind::Totp && field.tier == Tier::Shared && !m_entry->trashed) {
            auto *code = new CodeFieldRow(m_doors, m_clock, *m_entry, field);
            connect(code, &CodeFieldRow::periodKnown, this, [this](int seconds) { emit periodKnown(m_entry->id, seconds); });
            row = code;
        } else if (isMasked(field.kind) || field.tier == Tier::Personal) {
            row = new SecretFieldRow(m_doors, *m_entry, field);
        } else {
            row = new OpenFieldRow(m_doors, *m_entry, field);
        }
        connect(row, &FieldRow::failed, this, &EntryDetail::showError);
        connect(row, &FieldRow::copied, this, &EntryDetail::copied);
        column->addWidget(row);
        m_rows.append(row);
    }
    if (m_entry->fields.isEmpty())
        column->addWidget(new Label(tr("This entry has no fields yet. Press Ctrl+E to add some."), TextStyle::Body, Ink::Quiet));
    if (m_entry->hasPersonal()) {
        auto *open = new MarkedLabel(Symbol::Personal, Ink::Personal);
        auto tell = [this, open] {
            open->setText(tr("Personal is open for %1 s more.", "seconds").arg(m_doors.personal->secondsLeft()));
            open->setVisible(m_doors.personal->isOpen());
        };
        connect(m_doors.personal, &PersonalAccess::changed, open, tell);
        column->addWidget(open);
        tell();
    }
}

QWidget *EntryDetail::decoyRow()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::m);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(new Label(tr("Decoy for agents")));
    words->addWidget((new Label(tr("It looks real to them. A key that reads it is frozen, and you are told. Give it values that open nothing."),
                                TextStyle::Quiet, Ink::Quiet))->wrapping());
    auto *decoy = new Switch(tr("Decoy for agents"));
    decoy->setChecked(m_entry->decoy);
    row->addLayout(words, 1);
    row->addWidget(decoy, 0, Qt::AlignTop);
    connect(decoy, &Switch::clicked, this, &EntryDetail::decoyRequested);
    return box;
}

void EntryDetail::addFoot(QVBoxLayout *column)
{
    column->addSpacing(space::m);
    column->addWidget(new Hairline);
    column->addSpacing(space::l);
    if (!m_entry->trashed) {
        column->addWidget(new SeenByAgents(m_doors.client, m_clock, *m_entry));
        column->addSpacing(space::m);
        column->addWidget(decoyRow());
        column->addSpacing(space::l);
        column->addWidget(new Hairline);
        column->addSpacing(space::m);
    }
    const TimeText time(m_clock());
    auto *row = new QHBoxLayout;
    row->addWidget(new Label(m_entry->version > 1 ? tr("Changed %1 · made %2").arg(time.past(m_entry->updatedAt), time.past(m_entry->createdAt))
                                                  : tr("Made %1").arg(time.past(m_entry->createdAt)),
                             TextStyle::Quiet, Ink::Quiet),
                   1);
    if (m_entry->version > 1 && !m_entry->trashed) {
        auto *history = new QPushButton(icon(Symbol::History), tr("History"));
        setButtonRole(history, ButtonRole::Flat);
        connect(history, &QPushButton::clicked, this, &EntryDetail::historyRequested);
        row->addWidget(history);
    }
    column->addLayout(row);
}

void EntryDetail::loadOpenValues()
{
    const EntryId id = m_entry->id;
    m_doors.client->openValues(id, Reply<Result<QHash<int, QString>>>(this, [this, id](Result<QHash<int, QString>> values) {
        if (!m_entry || m_entry->id != id)
            return;
        if (!values) {
            showError(values.error());
            return;
        }
        for (FieldRow *row : std::as_const(m_rows))
            if (auto *open = qobject_cast<OpenFieldRow *>(row))
                open->setValue(values->value(open->field().number));
    }));
}

void EntryDetail::maskAll()
{
    for (FieldRow *row : std::as_const(m_rows))
        row->mask();
}

bool EntryDetail::copyFirst(std::initializer_list<FieldKind> kinds)
{
    for (FieldKind kind : kinds)
        for (FieldRow *row : std::as_const(m_rows))
            if (row->field().kind == kind && row->field().tier == Tier::Shared) {
                row->copy();
                return true;
            }
    return false;
}

void EntryDetail::showError(const Error &error)
{
    if (error.code == ErrorCode::Locked || error.code == ErrorCode::Cancelled)
        return;
    const ErrorText text = ErrorText::of(error.code);
    m_error->setMessage(InlineMessage::Kind::Error, text.title + u' ' + text.next);
    m_error->show();
}

void EntryDetail::setBackVisible(bool visible)
{
    m_back->setVisible(visible);
}

void EntryDetail::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_watched == window())
        return;
    if (m_watched)
        m_watched->removeEventFilter(this);
    m_watched = window();
    m_watched->installEventFilter(this);
}

bool EntryDetail::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_watched && (event->type() == QEvent::WindowDeactivate || event->type() == QEvent::Hide))
        maskAll();
    return QWidget::eventFilter(watched, event);
}

} // namespace clavitor::ui
