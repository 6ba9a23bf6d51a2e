// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SeenByAgents.h"

#include "app/access/Policy.h"
#include "ui/keys/PolicyText.h"
#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/MarkedLabel.h"
#include "ui/words/DisplayText.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kRowsRead = 20; ///< of a key; what it had is asked for by itself when it is not among them

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
    connect(m_client, &VaultClient::auditAppended, this, &SeenByAgents::takeRows);
    ask();
}

void SeenByAgents::Use::add(const AuditEvent &event)
{
    if (!event.isByAgent())
        return;
    if (!last || event.sequence > last->sequence)
        last = event;
    if (event.isGiven() && (!given || event.sequence > given->sequence))
        given = event;
}

void SeenByAgents::ask()
{
    const int asking = ++m_asking;
    m_client->agents(Reply<Result<QList<Agent>>>(this, [this, asking](Result<QList<Agent>> agents) {
        if (asking != m_asking)
            return;
        if (!agents)
            return showError(agents.error());
        m_agents = std::move(*agents);
        m_uses.clear();
        m_missing = 0;
        m_trouble.reset();
        for (const Agent &agent : std::as_const(m_agents))
            askUses(agent, false);
        if (m_missing == 0)
            fill();
    }));
}

/// By the key: what a busy one did would hide what another had.
void SeenByAgents::askUses(const Agent &agent, bool isGiven)
{
    AuditFilter filter;
    filter.keyId = agent.keyId;
    filter.entry = m_entry.id;
    if (isGiven) {
        filter.actions = AuditEvent::givingActions();
        filter.outcomes = {Outcome::Allowed};
    }
    ++m_missing;
    m_client->auditPage(filter, 0, kRowsRead, Reply<Result<AuditPage>>(this, [this, agent, isGiven, asking = m_asking](const Result<AuditPage> &page) {
        if (asking != m_asking)
            return;
        --m_missing;
        if (page) {
            Use &use = m_uses[agent.keyId];
            for (const AuditEvent &event : page->events)
                use.add(event);
            if (!isGiven && !use.given && page->more)
                askUses(agent, true);
        } else {
            m_trouble = page.error();
        }
        if (m_missing > 0)
            return;
        if (m_trouble)
            showError(*m_trouble);
        else
            fill();
    }));
}

void SeenByAgents::takeRows(const QList<AuditEvent> &events)
{
    bool isMine = false;
    for (const AuditEvent &event : events)
        if (event.entry == m_entry.id) {
            m_uses[event.keyId].add(event);
            isMine = true;
        }
    if (isMine && m_missing == 0 && !m_trouble)
        fill();
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
        m_lines->addWidget((new MarkedLabel(Symbol::Denied, Ink::Denied, ErrorText::of(error.code).sentence()))->wrapping());
}

bool SeenByAgents::sees(const Agent &agent) const
{
    return !agent.isRevoked() && !agent.isExpired(m_clock()) && isInScope(agent.scope, m_entry);
}

void SeenByAgents::fill()
{
    clear();
    QList<const Agent *> keys;
    for (const Agent &agent : std::as_const(m_agents))
        if (sees(agent) || m_uses.value(agent.keyId).last)
            keys.append(&agent);
    const auto lastTime = [this](const Agent *key) {
        const Use use = m_uses.value(key->keyId);
        return use.last ? use.last->sequence : 0;
    };
    std::ranges::stable_sort(keys, std::ranges::greater(), lastTime);
    for (const Agent *key : std::as_const(keys))
        addLine(*key, m_uses.value(key->keyId));
    if (std::ranges::none_of(m_agents, [this](const Agent &agent) { return sees(agent); }))
        m_lines->addWidget(new Label(m_agents.isEmpty() ? tr("No agent has a key yet.") : tr("No key sees this entry now."),
                                     TextStyle::Quiet, Ink::Quiet));
}

void SeenByAgents::addLine(const Agent &key, const Use &use)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    auto *icon = new Label({});
    const Tokens &tokens = tokensOf(palette());
    const bool isRefused = use.last && use.last->outcome != Outcome::Allowed;
    const bool isRefusedOnly = isRefused && !use.given;
    icon->setPixmap(symbolPixmap(isRefusedOnly ? Symbol::Denied : Symbol::Agent, 16, devicePixelRatioF(),
                                 isRefusedOnly ? tokens.denied : use.last ? tokens.quiet : tokens.faint));
    row->addWidget(icon, 0, Qt::AlignTop);
    const TimeText time(m_clock());
    const bool maySee = sees(key);
    QString state;
    if (!maySee)
        state = tr(" · may no longer");
    else if (key.isFrozen())
        state = tr(" · frozen now");
    else if (key.paused)
        state = tr(" · paused now");
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(new ElidedLabel(displayText(key.name, 40)));
    const auto say = [&](const QString &what, Ink ink) {
        words->addWidget(new ElidedLabel(what + state, TextStyle::Quiet, ink));
        state.clear();
    };
    const AuditEvent *had = use.given ? &*use.given : use.last && !isRefused ? &*use.last : nullptr;
    if (had)
        say(tr("%1, %2").arg(had->action, time.past(had->time)), Ink::Quiet);
    if (isRefused)
        say(tr("%1, refused, %2").arg(use.last->action, time.past(use.last->time)), Ink::Denied);
    else if (!had)
        say(tr("not yet"), Ink::Quiet);
    row->addLayout(words, 1);
    const bool hasSecret = std::ranges::any_of(m_entry.fields, [](const FieldOutline &field) {
        return field.tier == Tier::Shared && isCredential(field.kind);
    });
    if (maySee && hasSecret)
        row->addWidget(deliveryButton(key));
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
