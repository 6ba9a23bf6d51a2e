// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/RequestsPane.h"

#include "app/link/Messages.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/Toast.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/NameText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kWidestRequests = 860;
/// Answered ones are kept on show for orientation, not as an archive.
constexpr int kMostAnswered = 20;

} // namespace

RequestCard::RequestCard(const EntryRequest &request, qint64 now, QWidget *parent)
    : Card(parent)
    , m_request(request)
{
    const QString who = displayText(request.keyName, 64);
    const NameText title = NameText::of(request.title);
    setAccessibleName(tr("%1 asks for %2").arg(who, title.text));

    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    head->addWidget(new ElidedLabel(tr("%1 asks for").arg(who), TextStyle::Body, Ink::Quiet), 1);
    head->addWidget(new Label(TimeText(now).past(request.askedAt), TextStyle::Quiet, Ink::Quiet));
    auto *what = new QHBoxLayout;
    what->setSpacing(space::s);
    what->addWidget(new ElidedLabel(title.text, TextStyle::Section), 1);
    if (title.letters != NameText::Letters::Plain)
        what->addWidget(new Badge(Symbol::Warning, NameText::badge(title.letters), Ink::Asks));
    column()->setSpacing(space::s);
    column()->addLayout(head);
    column()->addLayout(what);
    if (!request.why.isEmpty())
        column()->addWidget((new Label(tr("It says: “%1”").arg(displayText(request.why, link::MaxReason)), TextStyle::Body, Ink::Quiet))->wrapping());
    if (!request.fields.isEmpty()) {
        auto *box = new QWidget;
        auto *flow = new FlowLayout(space::xs, box);
        for (const QString &field : request.fields.first(std::min(link::MaxRequestFields, request.fields.size())))
            flow->addWidget(new Badge(Symbol::Text, displayText(field, 40)));
        column()->addWidget(box);
    }
    auto *add = new QPushButton(icon(Symbol::Plus), tr("Add…"));
    add->setAccessibleName(tr("Add %1").arg(title.text));
    setButtonRole(add, ButtonRole::Ordinary); // one card of several: the page has no one thing to do
    auto *decline = new QPushButton(tr("Decline"));
    decline->setAccessibleName(tr("Decline %1").arg(title.text));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addWidget(new ElidedLabel(tr("Title and fields are the agent's words."), TextStyle::Quiet, Ink::Quiet), 1);
    buttons->addWidget(decline);
    buttons->addWidget(add);
    column()->addSpacing(space::xs);
    column()->addLayout(buttons);
    connect(add, &QPushButton::clicked, this, &RequestCard::addRequested);
    connect(decline, &QPushButton::clicked, this, &RequestCard::declineRequested);
}

RequestsPane::RequestsPane(VaultClient *client, Clock clock, Toast *toast, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_toast(toast)
    , m_scroll(new QScrollArea)
    , m_empty(new EmptyState(Symbol::Agent, tr("No agent asks for anything"),
                             tr("An agent that misses a credential can ask for it here. You type the value; the agent is told that it is there.")))
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    connect(m_empty->addButton(tr("Set up an agent")), &QPushButton::clicked, this, &RequestsPane::setUpRequested);
    m_error->hide();
    m_error->setClosable(true);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Requests"));
    auto *errors = new QHBoxLayout;
    errors->setContentsMargins(0, 0, space::xl, 0);
    errors->addWidget(m_error);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addLayout(errors);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_empty, 1);
    connect(m_client, &VaultClient::entryRequestsChanged, this, &RequestsPane::load);
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            load();
        else
            take({});
    });
    take({});
    if (m_client->isUnlocked())
        load();
}

int RequestsPane::openCount() const
{
    return static_cast<int>(std::ranges::count(m_requests, EntryRequest::State::Open, &EntryRequest::state));
}

void RequestsPane::load()
{
    if (!m_client->isUnlocked())
        return;
    m_client->entryRequests({this, [this](Result<QList<EntryRequest>> requests) {
        if (requests)
            take(std::move(*requests));
        else
            showError(requests.error());
    }});
}

void RequestsPane::take(QList<EntryRequest> requests)
{
    m_requests = std::move(requests);
    rebuild();
    emit countChanged(openCount());
}

void RequestsPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    rebuild(); // its times
}

void RequestsPane::rebuild()
{
    const qint64 now = m_clock();
    const int position = m_scroll->verticalScrollBar()->value();
    auto *list = new QWidget;
    auto *outer = new QHBoxLayout(list);
    outer->setContentsMargins(0, 0, space::xl, space::xl);
    auto *middle = new QWidget;
    middle->setMaximumWidth(kWidestRequests);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    outer->addWidget(middle, 1);
    outer->addStretch(0);
    for (const EntryRequest &request : std::as_const(m_requests)) {
        if (request.state != EntryRequest::State::Open)
            continue;
        auto *card = new RequestCard(request, now);
        column->addWidget(card);
        connect(card, &RequestCard::addRequested, this, [this, request] { emit addRequested(request); });
        connect(card, &RequestCard::declineRequested, this, [this, request] { decline(request); });
    }
    int answered = 0;
    for (const EntryRequest &request : std::as_const(m_requests)) {
        if (request.state == EntryRequest::State::Open || ++answered > kMostAnswered)
            continue;
        const bool added = request.state == EntryRequest::State::Added;
        auto *row = new QHBoxLayout;
        row->setSpacing(space::s);
        row->addWidget(new Badge(added ? Symbol::Allowed : Symbol::Denied, added ? tr("Added") : tr("Declined"), added ? Ink::Allowed : Ink::Quiet));
        row->addWidget(new ElidedLabel(tr("%1, for %2").arg(NameText::of(request.title).text, displayText(request.keyName, 64)), TextStyle::Body,
                                       Ink::Quiet),
                       1);
        row->addWidget(new Label(TimeText(now).past(request.askedAt), TextStyle::Quiet, Ink::Quiet));
        column->addLayout(row);
    }
    column->addStretch();
    // Later: this may run inside a signal of one of the old cards.
    if (QWidget *old = m_scroll->takeWidget())
        old->deleteLater();
    m_scroll->setWidget(list);
    m_scroll->verticalScrollBar()->setValue(position);
    m_scroll->setVisible(!m_requests.isEmpty());
    m_empty->setVisible(m_requests.isEmpty());
}

void RequestsPane::decline(const EntryRequest &request)
{
    m_client->declineRequest(request.id, {this, [this, who = displayText(request.keyName, 64)](const Result<> &result) {
        if (result)
            m_toast->say(tr("Declined. %1 is told so.").arg(who));
        else
            showError(result.error());
    }});
}

void RequestsPane::showError(const Error &error)
{
    if (error.code == ErrorCode::Locked)
        return;
    m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
    m_error->show();
}

} // namespace clavitor::ui
