// SPDX-License-Identifier: GPL-3.0-or-later
// The part of AccessGate that tells what a key would be told, by the rules its calls go through.
#include "app/access/AccessGate.h"

#include "app/model/RefusalReasons.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

Result<KeyView> AccessGate::view(const QString &keyId) const
{
    auto stored = m_parts.agents.find(keyId);
    if (!stored)
        return std::unexpected(stored.error());
    const qint64 seen = std::max(m_parts.clock(), m_parts.audit.lastSeen());
    KeyView view;
    view.agent = std::move(stored->agent);
    view.agent.restsUntil = restsUntil(keyId);
    if (const Decision alive = decideAlive(view.agent, seen); !alive.allowed)
        view.stopped = alive.why;
    else if (view.agent.needsToken)
        view.stopped = reason::TokenReplaced;
    else if (m_frozen.contains(keyId))
        view.stopped = reason::KeyFrozen;
    else if (m_paused)
        view.stopped = reason::AllKeysPaused;
    else if (view.agent.restsUntil != 0)
        view.stopped = reason::Resting;
    const auto entries = m_parts.catalog.list({});
    if (!entries)
        return std::unexpected(entries.error());
    view.entries.reserve(entries->size());
    for (const EntrySummary &entry : *entries) {
        auto seenEntry = viewOf({view.agent, seen}, entry);
        if (!seenEntry)
            return std::unexpected(seenEntry.error());
        view.entries.append(std::move(*seenEntry));
    }
    return view;
}

Result<EntryView> AccessGate::viewOf(const Asker &asker, const EntrySummary &entry) const
{
    const Agent &agent = asker.agent;
    EntryView view;
    view.entry = entry;
    view.isInScope = isInScope(agent.scope, entry);
    if (!view.isInScope) {
        view.readWhy = view.codeWhy = view.useWhy = u"out of scope"_s;
        return view;
    }
    Plan planned = plan(agent, entry, codeAccess(asker, entry).mayHave);
    for (const AnswerField &field : planned.fields)
        view.fields.append({field.outline, field.delivery, field.delivery == Delivery::CodeOnly && !field.isFilled});
    const auto arrivesAs = [&](Delivery delivery) {
        return std::ranges::any_of(planned.fields, [&](const AnswerField &field) { return isCredential(field.outline.kind) && field.delivery == delivery; });
    };
    view.isNamesOnly = arrivesAs(Delivery::UseOnly) && !planned.givesCredential;
    const auto none = noCode(agent, entry);
    for (const Action action : {Action::Read, Action::Totp}) {
        Access &access = action == Action::Read ? view.read : view.code;
        QString &why = action == Action::Read ? view.readWhy : view.codeWhy;
        // Whether the key is stopped at all is told once, not of every entry.
        if (const Decision decision = decideAction(agent, action); !decision.allowed) {
            why = decision.why;
            continue;
        }
        if (action == Action::Totp && none) {
            why = none->why;
            continue;
        }
        if (entry.decoy) {
            access = Access::Given;
            why = u"read a decoy"_s;
            continue;
        }
        planned.givesCredential = planned.givesCredential || action == Action::Totp;
        const auto standing = standingOf(asker, entry, action, planned);
        if (!standing)
            return std::unexpected(standing.error());
        const Verdict verdict = judge(agent.policy, action, planned.givesCredential, *standing);
        access = verdict.access;
        why = verdict.why;
    }
    if (const Result<> told = viewUses(asker, view); !told)
        return std::unexpected(told.error());
    return view;
}

Result<> AccessGate::viewUses(const Asker &asker, EntryView &view) const
{
    if (const Decision decision = decideAction(asker.agent, Action::Use); !decision.allowed) {
        view.useWhy = decision.why;
        return {};
    }
    view.useWhy = reason::NoFieldForCommands;
    for (const FieldView &field : std::as_const(view.fields)) {
        if (field.delivery == Delivery::Never)
            continue;
        if (view.entry.decoy) {
            view.use = Access::Given;
            view.useWhy = u"read a decoy"_s;
            return {};
        }
        const Plan planned = planOfUse(asker.agent, field.outline, field.delivery);
        const auto standing = standingOf(asker, view.entry, Action::Use, planned);
        if (!standing)
            return std::unexpected(standing.error());
        const Verdict verdict = judge(asker.agent.policy, Action::Use, planned.givesCredential, *standing);
        view.use = verdict.access;
        view.useWhy = verdict.why;
        if (verdict.access != Access::Given)
            return {};
    }
    return {};
}

} // namespace clavitor
