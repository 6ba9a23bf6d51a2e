// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SeenByAgents.h"

#include "app/access/Policy.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kRowsRead = 200;

} // namespace

SeenByAgents::SeenByAgents(VaultClient *client, Clock clock, const EntrySummary &entry, QWidget *parent)
    : QWidget(parent)
    , m_client(client)
    , m_clock(std::move(clock))
    , m_entry(entry)
    , m_lines(new QVBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(new SectionTitle(tr("Seen by agents")));
    m_lines->setSpacing(space::xs);
    column->addLayout(m_lines);
    connect(m_client, &VaultClient::agentsChanged, this, &SeenByAgents::ask);
    connect(m_client, &VaultClient::auditAppended, this, [this](const QList<AuditEvent> &events) {
        bool mine = false;
        for (const AuditEvent &event : events) {
            if (event.entry == m_entry.id) {
                // Only each key's last use is shown.
                m_events.removeIf([&event](const AuditEvent &older) { return older.keyId == event.keyId; });
                m_events.prepend(event);
                mine = true;
            }
        }
        if (mine)
            fill();
    });
    ask();
}

void SeenByAgents::ask()
{
    m_client->agents(Reply<Result<QList<Agent>>>(this, [this](Result<QList<Agent>> agents) {
        if (!agents)
            return showError(agents.error());
        m_agents = std::move(*agents);
        AuditFilter filter;
        filter.entry = m_entry.id;
        m_client->auditPage(filter, 0, kRowsRead, Reply<Result<AuditPage>>(this, [this](Result<AuditPage> page) {
            if (!page)
                return showError(page.error());
            m_events = std::move(page->events);
            fill();
        }));
    }));
}

void SeenByAgents::clear()
{
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void SeenByAgents::showError(const Error &error)
{
    clear();
    if (error.code != ErrorCode::Locked)
        m_lines->addWidget((new Label(ErrorText::of(error.code).sentence(), TextStyle::Quiet, Ink::Denied))->wrapping());
}

void SeenByAgents::fill()
{
    clear();
    QList<QString> shown;
    for (const AuditEvent &event : std::as_const(m_events)) {
        if (!event.isByAgent() || shown.contains(event.keyId))
            continue;
        shown.append(event.keyId);
        const auto key = std::ranges::find(m_agents, event.keyId, &Agent::keyId);
        const bool mayStill = key != m_agents.end() && !key->isRevoked() && isInScope(key->scope, m_entry);
        addLine(CallerText::actor(event.actor), &event, mayStill);
    }
    for (const Agent &agent : std::as_const(m_agents))
        if (!shown.contains(agent.keyId) && !agent.isRevoked() && isInScope(agent.scope, m_entry))
            addLine(displayText(agent.name, 40), nullptr, true);
    if (m_lines->count() == 0)
        m_lines->addWidget(new Label(m_agents.isEmpty() ? tr("No agent has a key yet.") : tr("No key reaches this entry."),
                                     TextStyle::Quiet, Ink::Quiet));
}

void SeenByAgents::addLine(const QString &name, const AuditEvent *last, bool mayStill)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    auto *icon = new Label({});
    const Tokens &tokens = tokensOf(palette());
    const bool denied = last && last->outcome != Outcome::Allowed;
    icon->setPixmap(symbolPixmap(denied ? Symbol::Denied : Symbol::Agent, 16, devicePixelRatioF(),
                                 denied ? tokens.denied : last ? tokens.quiet : tokens.faint));
    row->addWidget(icon);
    auto *who = new ElidedLabel(name);
    who->setMinimumWidth(120);
    row->addWidget(who, 1);
    QString what = !last ? QString() : denied ? tr("%1, refused").arg(last->action) : last->action;
    if (!mayStill)
        what += tr(" · may no longer");
    row->addWidget(new Label(what, TextStyle::Quiet, denied ? Ink::Denied : Ink::Quiet));
    auto *when = new Label(last ? TimeText(m_clock()).past(last->time) : tr("never"), TextStyle::Quiet, Ink::Quiet);
    when->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    when->setMinimumWidth(110);
    row->addWidget(when);
    m_lines->addWidget(line);
}

} // namespace clavitor::ui
