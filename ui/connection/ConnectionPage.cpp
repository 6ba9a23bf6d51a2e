// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/ConnectionPage.h"

#include "app/connect/Examination.h"
#include "app/service/VaultClient.h"
#include "ui/connection/ClientList.h"
#include "ui/connection/DoctorSheet.h"
#include "ui/connection/KeysAtRisk.h"
#include "ui/connection/LastCall.h"
#include "ui/keys/KeyText.h"
#include "ui/keys/SnippetView.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/FlowLayout.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWidestPage = 860;
constexpr int kRowNameWidth = 128;
/// Enough to find the last call of each client without asking for the whole log.
constexpr int kRecentCalls = 200;

} // namespace

ConnectionPage::ConnectionPage(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_clientsCard(new Card)
    , m_column(nullptr)
    , m_doctor(new QPushButton(tr("Run the doctor")))
    , m_state(new Badge(Symbol::Timer, tr("Starting"), Ink::Asks))
    , m_words(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_trouble(new InlineMessage(InlineMessage::Kind::Error))
    , m_atRisk(new KeysAtRisk(client, clipboard, m_clock))
    , m_key(new QComboBox)
    , m_newKey(new QPushButton(tr("Create key")))
    , m_snippets(new SnippetView(clipboard))
    , m_lastCall(new Label({}, TextStyle::Body, Ink::Quiet))
    , m_unread(new InlineMessage(InlineMessage::Kind::Error))
{
    auto *content = new QWidget;
    auto *outer = new QHBoxLayout(content);
    outer->setContentsMargins(0, 0, space::xl, space::xl);
    auto *middle = new QWidget;
    middle->setMaximumWidth(kWidestPage);
    outer->addWidget(middle, 1);
    outer->addStretch(0);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::l);
    m_column = column;

    m_words->wrapping();
    m_trouble->hide();
    connect(m_trouble->setAction(tr("Start again")), &QPushButton::clicked, this, &ConnectionPage::restartRequested);
    auto *bridge = new Card;
    auto *head = new FlowLayout(space::s);
    head->addWidget(new SectionTitle(tr("Bridge to agents")));
    head->addWidget(m_state);
    head->addStretch();
    m_doctor->setIcon(icon(Symbol::ShieldCheck));
    m_doctor->setToolTip(tr("Says what keeps agents from the vault, line by line, as \"clavitor doctor\" does in a terminal."));
    m_doctor->hide();
    connect(m_doctor, &QPushButton::clicked, this, &ConnectionPage::showDoctor);
    head->addWidget(m_doctor);
    bridge->column()->addLayout(head);
    bridge->column()->addWidget(m_words);
    bridge->column()->addWidget(m_trouble);
    bridge->column()->addWidget(m_atRisk);
    connect(m_atRisk, &KeysAtRisk::tokenEnded, this, &ConnectionPage::tokenEnded);
    bridge->column()->addWidget(new Hairline);
    addAddress(bridge->column(), tr("MCP"), &m_mcp);
    addAddress(bridge->column(), tr("REST"), &m_rest);
    addAddress(bridge->column(), tr("With the vault's id"), &m_vaultMcp);
    addAddress(bridge->column(), tr("Vault id"), &m_vaultId);
    column->addWidget(bridge);

    Card *clients = m_clientsCard;
    auto *clientHead = new FlowLayout(space::s);
    clientHead->addWidget(new SectionTitle(tr("By hand")));
    clientHead->addStretch();
    clientHead->addWidget(new Label(tr("Key"), TextStyle::Quiet, Ink::Quiet));
    clientHead->addWidget(m_key);
    m_key->setAccessibleName(tr("Key"));
    m_key->setMinimumWidth(160);
    m_newKey->setIcon(icon(Symbol::Plus));
    clientHead->addWidget(m_newKey);
    clients->column()->addLayout(clientHead);
    m_unread->hide();
    m_unread->setClosable(true);
    clients->column()->addWidget(m_unread);
    clients->column()->addWidget(m_snippets);
    clients->column()->addWidget(new Hairline);
    m_lastCall->wrapping();
    clients->column()->addWidget(m_lastCall);
    column->addWidget(clients);
    column->addStretch();

    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    auto *page = new QVBoxLayout(this);
    page->setContentsMargins(space::xl, space::l, 0, 0);
    page->setSpacing(space::l);
    page->addWidget(new Label(tr("Connection"), TextStyle::Title));
    page->addWidget(scroll, 1);

    connect(m_newKey, &QPushButton::clicked, this, &ConnectionPage::newKeyRequested);
    connect(m_snippets, &SnippetView::clientChanged, this, &ConnectionPage::tellLastCall);
    connect(m_key, &QComboBox::currentIndexChanged, this, &ConnectionPage::tellLastCall);
    connect(m_client, &VaultClient::factsChanged, this, &ConnectionPage::takeFacts);
    connect(m_client, &VaultClient::agentsChanged, this, &ConnectionPage::loadAgents);
    connect(m_client, &VaultClient::auditAppended, this, &ConnectionPage::takeCalls);
    connect(m_client, &VaultClient::lockedCall, this, &ConnectionPage::takeLockedCall);
    setAutoFillBackground(true); // cards stand on the ground
    setBridge({BridgeState::Kind::Starting, 1984, {}});
    takeFacts();
    tellLastCall(); // so that its line has its height from the start
}

void ConnectionPage::setComputer(const ThisComputer &computer)
{
    m_examiner = computer.examiner;
    m_doctor->setVisible(m_examiner);
    m_atRisk->setPrograms(computer.program, computer.shim);
    m_snippets->setPrograms(computer.program, computer.shim);
    auto *card = new Card;
    card->column()->addWidget(new SectionTitle(tr("Clients on this computer")));
    m_list = new ClientList(m_client, m_clipboard, m_clock, computer);
    m_list->setPort(m_bridge.port == 0 ? quint16(1984) : m_bridge.port);
    m_list->setCalls(m_calls);
    card->column()->addWidget(m_list);
    m_column->insertWidget(m_column->indexOf(m_clientsCard), card);
}

void ConnectionPage::showDoctor()
{
    m_examiner->setPort(m_bridge.port == 0 ? quint16(1984) : m_bridge.port);
    auto *sheet = new DoctorSheet(m_examiner, this);
    sheet->open();
}

void ConnectionPage::takeCalls(const QList<AuditEvent> &oldestFirst)
{
    for (const AuditEvent &event : oldestFirst)
        if (LastCall::isCall(event))
            m_calls.prepend(event);
    if (m_calls.size() > 2 * kRecentCalls)
        m_calls.resize(kRecentCalls);
    tellLastCall();
}

void ConnectionPage::takeLockedCall(const LockedCall &call)
{
    // Its row is written at the next unlock; the person looks now.
    AuditEvent event;
    event.time = m_clock();
    event.action = call.action;
    event.actor = call.actor;
    event.outcome = Outcome::Locked;
    event.caller = call.caller;
    takeCalls({event});
}

void ConnectionPage::addAddress(QVBoxLayout *column, const QString &name, Label **value)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    auto *label = new Label(name, TextStyle::Quiet, Ink::Quiet);
    label->setMinimumWidth(kRowNameWidth);
    auto *text = new ElidedLabel({}, TextStyle::Mono);
    auto *copy = new IconButton(Symbol::Copy, tr("Copy: %1").arg(name));
    row->addWidget(label);
    row->addWidget(text, 1);
    row->addWidget(copy);
    column->addLayout(row);
    connect(copy, &IconButton::clicked, text, [text] { QGuiApplication::clipboard()->setText(text->text()); });
    *value = text;
}

void ConnectionPage::setBridge(const BridgeState &state)
{
    m_bridge = state;
    const quint16 port = state.port == 0 ? quint16(1984) : state.port;
    m_snippets->setPort(port);
    if (m_list)
        m_list->setPort(port);
    switch (state.kind) {
    case BridgeState::Kind::Serving:
        m_state->setBadge(Symbol::Allowed, tr("Serving"), Ink::Allowed);
        m_words->setText(tr("Listens on 127.0.0.1:%1 and [::1]:%1, on this computer only.").arg(port));
        break;
    case BridgeState::Kind::Starting:
        m_state->setBadge(Symbol::Timer, tr("Starting"), Ink::Asks);
        m_words->setText(tr("It is about to listen on this computer only."));
        break;
    case BridgeState::Kind::Off:
        m_state->setBadge(Symbol::Off, tr("Off"), Ink::Quiet);
        m_words->setText(tr("Agents cannot reach the vault."));
        break;
    case BridgeState::Kind::Failed:
        m_state->setBadge(Symbol::Denied, tr("Off"), Ink::Denied);
        m_words->setText(tr("Agents cannot reach the vault. The vault itself works."));
        break;
    }
    const bool trouble = state.kind == BridgeState::Kind::Failed || state.kind == BridgeState::Kind::Off;
    m_trouble->setVisible(trouble);
    if (trouble)
        m_trouble->setMessage(state.kind == BridgeState::Kind::Failed ? InlineMessage::Kind::Error : InlineMessage::Kind::Note,
                              state.reason.isEmpty() ? tr("It was stopped.") : displayText(state.reason, 300));
    // When a key was last used is not announced with each call.
    if (state.isTaken && m_client->isUnlocked())
        loadAgents();
    m_atRisk->setBridge(state);
    takeFacts();
}

void ConnectionPage::takeFacts()
{
    const VaultFacts &facts = m_client->facts();
    const QString base = ClientSnippet::baseAddress(m_bridge.port == 0 ? 1984 : m_bridge.port);
    m_mcp->setText(base + u"/mcp"_s);
    m_rest->setText(base + u"/api"_s);
    m_vaultId->setText(facts.vaultId);
    m_vaultMcp->setText(facts.vaultId.isEmpty() ? QString() : QString(base + u'/' + facts.vaultId + u"/mcp"_s));
    if (facts.state == LockState::Unlocked && m_agents.isEmpty()) {
        loadAgents();
        loadCalls();
    } else if (facts.state != LockState::Unlocked) {
        m_agents.clear();
        m_atRisk->setAgents({});
        m_calls.clear();
        m_key->clear();
        tellLastCall();
    }
}

void ConnectionPage::loadAgents()
{
    m_client->agents({this, [this](const Result<QList<Agent>> &agents) {
        m_missingKeys = agents ? std::nullopt : std::optional(agents.error());
        showTrouble();
        if (!agents)
            return;
        m_agents = *agents;
        m_atRisk->setAgents(m_agents);
        const QString before = m_key->currentData().toString();
        m_key->clear();
        for (const Agent &agent : *agents)
            if (KeyText::state(agent, m_clock()) == KeyState::Active)
                m_key->addItem(icon(Symbol::Key), displayText(agent.name, 40), agent.keyId);
        m_key->setVisible(m_key->count() > 0);
        m_key->setCurrentIndex(std::max(0, m_key->findData(before)));
        tellLastCall();
    }});
}

void ConnectionPage::loadCalls()
{
    m_client->auditPage({}, std::numeric_limits<qint64>::max(), kRecentCalls, {this, [this](const Result<clavitor::AuditPage> &page) {
        m_missingCalls = page ? std::nullopt : std::optional(page.error());
        showTrouble();
        if (!page)
            return;
        m_calls.clear();
        for (const AuditEvent &event : page->events)
            if (LastCall::isCall(event))
                m_calls << event;
        tellLastCall();
    }});
}

/// What could not be read, the keys before the calls; gone once both could.
void ConnectionPage::showTrouble()
{
    m_unread->hide();
    for (const auto &missing : {m_missingCalls, m_missingKeys}) {
        if (!missing || missing->code == ErrorCode::Locked)
            continue;
        m_unread->setMessage(InlineMessage::Kind::Error, ErrorText::of(missing->code).sentence());
        m_unread->show();
    }
}

void ConnectionPage::tellLastCall()
{
    if (m_list)
        m_list->setCalls(m_calls);
    const QString name = ClientSnippet::nameOf(m_snippets->client());
    const QString keyId = m_key->currentData().toString();
    m_snippets->setKeyId(keyId);
    const auto last = std::find_if(m_calls.begin(), m_calls.end(), [&](const AuditEvent &event) {
        return event.isByAgent() && ClientSnippet::isFrom(m_snippets->client(), event.caller.client) && (keyId.isEmpty() || event.keyId == keyId);
    });
    if (last == m_calls.end()) {
        m_lastCall->setText(keyId.isEmpty() ? tr("No call of %1 seen yet. Create a key, put it in, and its first call shows here.").arg(name)
                                            : tr("No call of %1 with this key seen lately. Its next one shows here.").arg(name));
        return;
    }
    m_lastCall->setText(tr("Last call of %1: %2, %3 (%4)")
                            .arg(name, TimeText(m_clock()).past(last->time), displayText(last->action + u' ' + last->subject, 80),
                                 displayText(last->caller.client, 60)));
}

} // namespace clavitor::ui
