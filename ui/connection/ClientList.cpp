// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/ClientList.h"

#include "app/base/Clock.h"
#include "ui/connection/ClientRow.h"
#include "ui/connection/ConnectionText.h"
#include "ui/connection/RemoveSheet.h"
#include "ui/connection/SetUpSheet.h"
#include "ui/style/Tokens.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"

#include <QEvent>
#include <QVBoxLayout>

namespace clavitor::ui {

ClientList::ClientList(VaultClient *client, ClipboardGuard *clipboard, Clock clock, ThisComputer computer, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_computer(std::move(computer))
    , m_column(new QVBoxLayout(this))
    , m_none(new Label(tr("None of Codex, Claude Code, Gemini CLI, VS Code or Cursor was found for you on this computer. "
                          "Any other client is set up by hand."),
                       TextStyle::Body, Ink::Quiet))
    , m_message(new InlineMessage(InlineMessage::Kind::Error))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(space::xs);
    m_column->addWidget(m_message);
    m_column->addWidget(m_none->wrapping());
    m_none->hide();
    m_message->hide();
    m_message->setClosable(true);
    m_tick.setInterval(static_cast<int>(ms::minute));
    connect(&m_tick, &QTimer::timeout, this, &ClientList::showCalls);
    m_tick.start();
    connect(m_client, &VaultClient::factsChanged, this, [this](const VaultFacts &facts) {
        for (ClientRow *row : std::as_const(m_rows))
            row->setUnlocked(facts.state == LockState::Unlocked);
        if (facts.state != LockState::Unlocked) {
            m_agents.reset();
            showAgents();
        } else if (!m_agents) {
            loadAgents();
        }
    });
    connect(m_client, &VaultClient::agentsChanged, this, &ClientList::loadAgents);
}

void ClientList::setPort(quint16 port)
{
    if (std::exchange(m_port, port) != port)
        look();
}

void ClientList::setCalls(const QList<AuditEvent> &calls)
{
    m_calls = calls;
    showCalls();
}

void ClientList::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    window()->installEventFilter(this); // once, however often: a filter is moved, not doubled
    look();
    loadAgents();
}

bool ClientList::eventFilter(QObject *watched, QEvent *event)
{
    // The person comes back from an editor or from a client.
    if (event->type() == QEvent::WindowActivate && isVisible())
        look();
    return QWidget::eventFilter(watched, event);
}

void ClientList::look()
{
    if (m_isLooking) {
        m_lookAgain = true;
        return;
    }
    m_isLooking = true;
    lookAtClients(m_computer.places, m_port, {this, [this](const ClientSights &sights) {
        m_isLooking = false;
        take(sights);
        if (std::exchange(m_lookAgain, false))
            look();
    }});
}

void ClientList::take(const ClientSights &sights)
{
    // Rows stay as long as the clients are the same, so that focus and what is being read do.
    const auto isSame = [](const ClientRow *row, const std::shared_ptr<const ClientSight> &sight) {
        return row->sight()->client.configFile == sight->client.configFile;
    };
    const bool same = std::equal(m_rows.begin(), m_rows.end(), sights.begin(), sights.end(), isSame);
    if (!same) {
        while (QLayoutItem *item = m_column->takeAt(2)) {
            if (item->widget())
                item->widget()->deleteLater();
            delete item;
        }
        m_rows.clear();
        for (qsizetype index = 0; index < sights.size(); ++index) {
            if (index > 0)
                m_column->addWidget(new Hairline);
            auto *row = new ClientRow;
            m_column->addWidget(row);
            m_rows.append(row);
            connect(row, &ClientRow::setUpRequested, this, [this, row] { openSheet(row->sight()->client); });
            connect(row, &ClientRow::undoRequested, this, [this, row] { undo(*row->sight()); });
            connect(row, &ClientRow::removeRequested, this, [this, row] { openRemoval(row->sight()); });
        }
    }
    for (qsizetype index = 0; index < sights.size(); ++index) {
        m_rows.at(index)->setSight(sights.at(index));
        m_rows.at(index)->setUnlocked(m_client->isUnlocked());
    }
    m_none->setVisible(sights.isEmpty());
    showAgents();
    showCalls();
}

void ClientList::loadAgents()
{
    if (!m_client->isUnlocked())
        return;
    m_client->agents({this, [this](const Result<QList<Agent>> &agents) {
        m_agents = agents && m_client->isUnlocked() ? std::optional(*agents) : std::nullopt;
        showAgents();
    }});
}

void ClientList::showAgents()
{
    for (ClientRow *row : std::as_const(m_rows))
        row->setAgents(m_agents, m_clock());
}

void ClientList::showCalls()
{
    for (ClientRow *row : std::as_const(m_rows))
        row->setLastCall(LastCall::of(row->sight()->client.client, row->sight()->setting.keyId, m_calls, m_clock()));
}

void ClientList::openSheet(const InstalledClient &client)
{
    if (m_sheet || m_removal)
        return;
    m_message->hide();
    m_sheet = new SetUpSheet(m_client, m_clipboard, m_clock, m_computer, client, m_port, this);
    connect(m_sheet, &SetUpSheet::fileChanged, this, [this] {
        look();
        emit setUpDone();
    });
    m_sheet->open();
}

void ClientList::openRemoval(const std::shared_ptr<const ClientSight> &sight)
{
    if (m_sheet || m_removal)
        return;
    m_message->hide();
    m_removal = new RemoveSheet(m_client, m_clock, m_computer, sight, this);
    connect(m_removal, &RemoveSheet::fileChanged, this, &ClientList::look);
    m_removal->open();
}

void ClientList::undo(const ClientSight &sight)
{
    m_message->hide();
    if (const Result<> undone = undoChange(*sight.lastChange); !undone) {
        m_message->setMessage(InlineMessage::Kind::Error, ConnectionText::trouble(undone.error(), sight.client.name));
        m_message->show();
    }
    look();
}

} // namespace clavitor::ui
