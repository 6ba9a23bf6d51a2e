// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SeenByAgents.h"

#include "app/access/Policy.h"
#include "ui/keys/PolicyText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"
#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
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
        if (QWidget *line = item->widget()) {
            line->hide();
            line->deleteLater(); // this may run inside a signal of its menu
        }
        delete item;
    }
}

void SeenByAgents::showError(const Error &error)
{
    clear();
    if (error.code != ErrorCode::Locked)
        m_lines->addWidget((new Label(ErrorText::of(error.code).sentence(), TextStyle::Quiet, Ink::Denied))->wrapping());
}

bool SeenByAgents::sees(const Agent &agent) const
{
    return !agent.isRevoked() && !agent.isExpired(m_clock()) && isInScope(agent.scope, m_entry);
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
        addLine(CallerText::actor(event.actor), &event, key == m_agents.end() ? nullptr : &*key);
    }
    for (const Agent &agent : std::as_const(m_agents))
        if (!shown.contains(agent.keyId) && sees(agent))
            addLine(displayText(agent.name, 40), nullptr, &agent);
    if (std::ranges::none_of(m_agents, [this](const Agent &agent) { return sees(agent); }))
        m_lines->addWidget(new Label(m_agents.isEmpty() ? tr("No agent has a key yet.") : tr("No key sees this entry now."),
                                     TextStyle::Quiet, Ink::Quiet));
}

void SeenByAgents::addLine(const QString &name, const AuditEvent *last, const Agent *key)
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
    QString what = !last ? tr("not yet") : tr("%1, %2").arg(denied ? tr("%1, refused").arg(last->action) : last->action,
                                                            TimeText(m_clock()).past(last->time));
    const bool maySee = key && sees(*key);
    if (!maySee)
        what += tr(" · may no longer");
    else if (key->isFrozen())
        what += tr(" · frozen now");
    else if (key->paused)
        what += tr(" · paused now");
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(new ElidedLabel(name));
    words->addWidget(new ElidedLabel(what, TextStyle::Quiet, denied ? Ink::Denied : Ink::Quiet));
    row->addLayout(words, 1);
    const bool hasSecret = std::ranges::any_of(m_entry.fields, [](const FieldOutline &field) {
        return field.tier == Tier::Shared && isCredential(field.kind);
    });
    if (maySee && hasSecret)
        row->addWidget(deliveryButton(*key));
    m_lines->addWidget(line);
}

QPushButton *SeenByAgents::deliveryButton(const Agent &agent)
{
    const auto own = agent.policy.entries.constFind(m_entry.id);
    const bool isOwn = own != agent.policy.entries.constEnd();
    QString gets;
    if (isOwn) {
        gets = PolicyText::word(*own);
    } else {
        QStringList words;
        for (const FieldOutline &field : std::as_const(m_entry.fields))
            if (field.tier == Tier::Shared && isCredential(field.kind))
                if (const QString word = PolicyText::word(agent.policy.deliveryOf(m_entry.id, field.kind)); !words.contains(word))
                    words << word;
        gets = words.size() == 2 && words.removeOne(PolicyText::word(Delivery::CodeOnly)) ? tr("%1, codes").arg(words.first())
            : words.size() == 1                                                         ? words.first()
                                                                                        : tr("By kind of field");
    }
    auto *button = new QPushButton(gets);
    button->setAccessibleName(tr("What %1 gets: %2").arg(displayText(agent.name, 40), gets));
    button->setToolTip(isOwn ? tr("Set for this entry alone") : tr("By the rules of the key"));
    auto *menu = new QMenu(button);
    const auto add = [&](const QString &text, std::optional<Delivery> delivery, bool chosen) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(chosen);
        connect(action, &QAction::triggered, this, [this, agent, delivery] { setDelivery(agent, delivery); });
    };
    add(tr("By the rules of the key"), std::nullopt, !isOwn);
    menu->addSeparator();
    for (const Delivery delivery : {Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never})
        add(PolicyText::word(delivery), delivery, isOwn && *own == delivery);
    button->setMenu(menu);
    return button;
}

void SeenByAgents::setDelivery(const Agent &agent, std::optional<Delivery> delivery)
{
    AgentDraft draft;
    draft.name = agent.name;
    draft.note = agent.note;
    draft.scope = agent.scope;
    draft.actions = agent.actions;
    draft.expiresAt = agent.expiresAt;
    draft.policy = agent.policy;
    if (delivery)
        draft.policy.entries.insert(m_entry.id, *delivery);
    else
        draft.policy.entries.remove(m_entry.id);
    m_client->updateKey(agent.keyId, std::move(draft), Reply<Result<>>(this, [this](const Result<> &result) {
        if (!result)
            showError(result.error());
    }));
}

} // namespace clavitor::ui
