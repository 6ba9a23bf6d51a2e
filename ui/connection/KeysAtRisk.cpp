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
        m_atRisk.clear();
        refresh();
    });
    hide();
}

void KeysAtRisk::setPrograms(const QString &program, const QString &shim)
{
    m_ours.program = program;
    m_ours.shim = shim;
}

void KeysAtRisk::setBridge(const BridgeState &state)
{
    m_ours.port = state.port == 0 ? quint16(1984) : state.port;
    const bool isTaken = state.kind == BridgeState::Kind::Failed && state.isTaken;
    if (isTaken && !m_isTaken) {
        if (m_takenAt == 0) {
            m_usedSince = m_servedSince;
            m_replaced.clear();
            m_atRisk.clear();
        } else if (m_servedSince > m_takenAt) {
            // A new token that was used since then may be with that program, too.
            for (const Agent &agent : std::as_const(m_agents))
                if (agent.lastUsedAt >= m_servedSince)
                    m_replaced.remove(agent.keyId);
        }
        m_owesLook = true;
        m_takenAt = m_clock();
    }
    m_isTaken = isTaken;
    noteThoseInUse();
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
    // A new token gives a key another id, and leaves it when it was made and what it is called.
    for (const Agent &is : agents)
        for (const Agent &was : std::as_const(m_agents))
            if (is.createdAt == was.createdAt && is.name == was.name && is.keyId != was.keyId && (m_atRisk.contains(was.keyId) || m_replaced.contains(was.keyId)))
                m_replaced.insert(is.keyId);
    m_agents = agents;
    noteThoseInUse();
    refresh();
}

void KeysAtRisk::noteThoseInUse()
{
    // What is used once the port is ours again gave its token to nobody. But if it was locked all the while, the first list tells.
    if ((!m_isTaken && !m_owesLook) || m_agents.isEmpty())
        return;
    m_owesLook = false;
    for (const Agent &agent : std::as_const(m_agents))
        if (agent.lastUsedAt != 0 && agent.lastUsedAt >= m_usedSince)
            m_atRisk.insert(agent.keyId);
}

QList<Agent> KeysAtRisk::concerned() const
{
    QList<Agent> agents;
    for (const Agent &agent : m_agents)
        if (!agent.isRevoked() && !agent.isExpired(m_clock()) && !agent.needsToken
            && (m_atRisk.contains(agent.keyId) || m_replaced.contains(agent.keyId)))
            agents << agent;
    std::ranges::stable_sort(agents, std::ranges::greater(), &Agent::lastUsedAt);
    return agents;
}

void KeysAtRisk::refresh()
{
    const QWidget *focused = window()->focusWidget();
    const bool wasFocused = m_list && focused && m_list->isAncestorOf(focused);
    const QString focusedName = wasFocused ? focused->accessibleName() : QString();
    delete std::exchange(m_list, nullptr);
    fill();
    // The keyboard stays on the key it is on, though its row is made anew.
    if (wasFocused)
        focusOn(focusedName);
}

void KeysAtRisk::focusOn(const QString &name)
{
    const auto buttons = m_list ? m_list->findChildren<QPushButton *>() : QList<QPushButton *>();
    const auto same = std::ranges::find(buttons, name, &QPushButton::accessibleName);
    if (!buttons.isEmpty())
        (same != buttons.end() ? *same : buttons.first())->setFocus();
    else if (m_close->isVisibleTo(window()))
        m_close->setFocus();
    else
        focusNextChild();
}

void KeysAtRisk::fill()
{
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
    m_list->show(); // what is hidden takes no focus
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
    replaceToken(m_client, m_clipboard, m_ours, agent, this,
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
