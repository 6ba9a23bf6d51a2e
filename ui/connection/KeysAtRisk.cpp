// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/KeysAtRisk.h"

#include "app/service/VaultClient.h"
#include "ui/keys/TokenReplacement.h"
#include "ui/style/Icons.h"
#include "ui/style/ThemeStyle.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

KeysAtRisk::KeysAtRisk(VaultClient *client, ClipboardGuard *clipboard, Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clipboard(clipboard)
    , m_clock(std::move(clock))
    , m_words((new Label({}, TextStyle::Body))->wrapping())
    , m_close(new IconButton(Symbol::Close, tr("Hide the keys that were in use")))
    , m_rows(nullptr)
    , m_error(new InlineMessage(InlineMessage::Kind::Error))
{
    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    head->addWidget(m_words, 1);
    head->addWidget(m_close, 0, Qt::AlignTop);
    m_rows = new QVBoxLayout(this);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(space::s);
    m_rows->addWidget(new Hairline);
    m_rows->addLayout(head);
    m_rows->addWidget(m_error);
    m_error->setClosable(true);
    m_error->hide();
    connect(m_close, &IconButton::clicked, this, [this] {
        m_takenAt = 0;
        refresh();
    });
    hide();
}

void KeysAtRisk::setBridge(const BridgeState &state)
{
    m_port = state.port == 0 ? quint16(1984) : state.port;
    const bool isTaken = state.kind == BridgeState::Kind::Failed && state.isTaken;
    if (isTaken && !m_isTaken) {
        if (m_takenAt == 0) {
            m_usedSince = m_servedSince;
            m_replaced.clear();
        }
        m_takenAt = m_clock();
    }
    m_isTaken = isTaken;
    const bool serves = state.kind == BridgeState::Kind::Serving;
    // Once it was kept from its port, what comes then is another run; a bridge that crashed goes on with the one before.
    if (serves && (m_servedSince == 0 || (m_wasTaken && !m_serves)))
        m_servedSince = m_clock();
    m_serves = serves;
    m_wasTaken = isTaken || (m_wasTaken && !serves);
    refresh();
}

void KeysAtRisk::setAgents(const QList<Agent> &agents)
{
    m_agents = agents;
    refresh();
}

QList<Agent> KeysAtRisk::concerned() const
{
    QList<Agent> agents;
    for (const Agent &agent : m_agents)
        if (!agent.isRevoked() && !agent.isExpired(m_clock()) && !agent.needsToken && agent.lastUsedAt != 0
            && (agent.lastUsedAt >= m_usedSince || m_replaced.contains(agent.keyId)))
            agents << agent;
    std::ranges::stable_sort(agents, std::ranges::greater(), &Agent::lastUsedAt);
    return agents;
}

void KeysAtRisk::refresh()
{
    delete std::exchange(m_list, nullptr);
    const QList<Agent> agents = m_takenAt == 0 ? QList<Agent>() : concerned();
    setVisible(!agents.isEmpty());
    if (agents.isEmpty())
        return;
    m_close->setVisible(!m_isTaken);
    m_words->setText(m_isTaken ? tr("Agents that call meanwhile may give that program their tokens. These keys were in use:")
                               : tr("Another program had the port (%1). Agents that called meanwhile may have given it their tokens. These keys were in use:")
                                     .arg(TimeText(m_clock()).past(m_takenAt)));
    m_list = new QWidget;
    auto *column = new QVBoxLayout(m_list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    for (const Agent &agent : agents)
        column->addWidget(rowOf(agent));
    m_rows->addWidget(m_list);
}

QWidget *KeysAtRisk::rowOf(const Agent &agent)
{
    auto *row = new QWidget;
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::m);
    const QString name = displayText(agent.name, 64);
    line->addWidget(new ElidedLabel(name, TextStyle::BodyStrong));
    if (m_replaced.contains(agent.keyId)) {
        line->addStretch(1);
        line->addWidget(new Badge(Symbol::Allowed, tr("Token replaced"), Ink::Allowed));
        return row;
    }
    line->addWidget(new Label(tr("last used %1").arg(TimeText(m_clock()).past(agent.lastUsedAt)), TextStyle::Quiet, Ink::Quiet));
    line->addStretch(1);
    auto *button = new QPushButton(tr("Replace token…"));
    button->setAutoDefault(false);
    button->setAccessibleName(tr("Replace the token of %1").arg(name));
    connect(button, &QPushButton::clicked, this, [this, agent] { replace(agent); });
    line->addWidget(button);
    return row;
}

void KeysAtRisk::replace(const Agent &agent)
{
    m_error->hide();
    replaceToken(m_client, m_clipboard, m_port, agent, this,
                 {[this](const QString &former, const QString &keyId) {
                      m_replaced.insert(keyId);
                      emit tokenEnded(former);
                      refresh();
                  },
                  [this](const Error &error) {
                      m_error->setMessage(InlineMessage::Kind::Error, ErrorText::of(error.code).sentence());
                      m_error->show();
                  }});
}

} // namespace clavitor::ui
