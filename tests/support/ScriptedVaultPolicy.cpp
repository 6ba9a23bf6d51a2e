// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the scripted VaultClient about what keys get: grants, requests, reports, bait.
#include "tests/support/ScriptedPlay.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;
using test::play;
using test::ScriptedVault;

namespace {

Agent *findKey(const QString &keyId)
{
    auto &agents = ScriptedVault::current().agents;
    const auto it = std::ranges::find(agents, keyId, &Agent::keyId);
    return it == agents.end() ? nullptr : &*it;
}

bool isInScope(const Scope &scope, const EntrySummary &entry)
{
    return !entry.trashed
        && (scope.everything || scope.entries.contains(entry.id) || scope.types.contains(entry.type)
            || std::ranges::any_of(entry.tags, [&scope](const QString &tag) { return scope.tags.contains(tag); }));
}

/// As the keeper tells it, from the agent's policy and the grants alone.
EntryView viewOf(const Agent &agent, const EntrySummary &entry)
{
    EntryView view;
    view.entry = entry;
    view.isInScope = isInScope(agent.scope, entry);
    if (!view.isInScope) {
        view.readWhy = view.codeWhy = view.useWhy = u"out of scope"_s;
        return view;
    }
    for (const FieldOutline &field : entry.fields)
        view.fields << FieldView{field, field.tier == Tier::Personal ? Delivery::Never : agent.policy.deliveryOf(entry.id, field.kind)};
    const bool showsPassword = std::ranges::any_of(view.fields, [](const FieldView &field) {
        return field.outline.kind == FieldKind::Password && field.delivery == Delivery::Show;
    });
    for (FieldView &field : view.fields)
        field.isWithheld = field.delivery == Delivery::CodeOnly && agent.policy.codeNeedsTap && showsPassword;
    const auto decide = [&](Action action, QString &why) {
        if (!agent.actions.contains(action)) {
            why = u"action not allowed for this key"_s;
            return Access::Refused;
        }
        const bool granted = std::ranges::any_of(ScriptedVault::current().grants,
                                                 [&](const Grant &grant) { return grant.covers(agent.keyId, entry.id, action, 1); });
        if (granted || agent.policy.asking == Asking::Never)
            return Access::Given;
        why = u"asks the first time"_s;
        return Access::Asks;
    };
    view.read = decide(Action::Read, view.readWhy);
    view.code = decide(Action::Totp, view.codeWhy);
    const auto arrivesAs = [&](Delivery delivery) {
        return std::ranges::any_of(view.fields, [&](const FieldView &field) { return isCredential(field.outline.kind) && field.delivery == delivery; });
    };
    const bool givesCode = std::ranges::any_of(view.fields, [](const FieldView &field) { return field.delivery == Delivery::CodeOnly && !field.isWithheld; });
    view.isNamesOnly = arrivesAs(Delivery::UseOnly) && !arrivesAs(Delivery::Show) && !givesCode;
    view.use = decide(Action::Use, view.useWhy);
    if (view.use == Access::Given && arrivesAs(Delivery::UseOnly))
        view.use = Access::Asks;
    if (view.use == Access::Asks)
        view.useWhy = u"asks for each command"_s;
    return view;
}

} // namespace

void VaultClient::setDecoy(EntryId id, bool decoy, Reply<Result<>> reply)
{
    play(u"setDecoy"_s, decoy ? u"on"_s : u"off"_s, std::move(reply), [&] {
        for (EntrySummary &entry : ScriptedVault::current().entries)
            if (entry.id == id)
                entry.decoy = decoy;
        emit entriesChanged();
    });
}

void VaultClient::releaseKey(QString keyId, Reply<Result<>> reply)
{
    play(u"releaseKey"_s, keyId, std::move(reply), [&] {
        if (Agent *agent = findKey(keyId)) {
            agent->frozenAt = 0;
            agent->frozenWhy.clear();
            agent->restsUntil = 0;
        }
        emit agentsChanged();
    });
}

void VaultClient::viewAs(QString keyId, Reply<Result<KeyView>> reply)
{
    play<KeyView>(u"viewAs"_s, keyId, std::move(reply), [&]() -> Result<KeyView> {
        const Agent *agent = findKey(keyId);
        if (!agent)
            return fail(ErrorCode::NotFound);
        KeyView view;
        view.agent = *agent;
        if (agent->isRevoked())
            view.stopped = u"key revoked"_s;
        else if (agent->isFrozen())
            view.stopped = u"key frozen"_s;
        else if (agent->paused)
            view.stopped = u"key paused"_s;
        for (const EntrySummary &entry : ScriptedVault::current().entries)
            if (!entry.trashed)
                view.entries << viewOf(*agent, entry);
        std::ranges::sort(view.entries, [](const EntryView &a, const EntryView &b) {
            return a.entry.title.compare(b.entry.title, Qt::CaseInsensitive) < 0;
        });
        return view;
    });
}

void VaultClient::receipt(QString keyId, qint64 from, qint64 to, Reply<Result<KeyReceipt>> reply)
{
    play<KeyReceipt>(u"receipt"_s, keyId, std::move(reply), [&]() -> Result<KeyReceipt> {
        ScriptedVault &vault = ScriptedVault::current();
        if (const auto ready = vault.receipts.constFind(keyId); ready != vault.receipts.constEnd()) {
            KeyReceipt receipt = *ready;
            receipt.from = from;
            receipt.to = to;
            return receipt;
        }
        KeyReceipt receipt;
        receipt.keyId = keyId;
        if (const Agent *agent = findKey(keyId))
            receipt.keyName = agent->name;
        receipt.from = from;
        receipt.to = to;
        for (const AuditEvent &row : std::as_const(vault.audit)) {
            if (row.keyId != keyId || row.time < from || row.time >= to)
                continue;
            ++receipt.calls;
            receipt.denied += row.outcome == Outcome::Denied ? 1 : 0;
            receipt.searches += row.action == u"search"_s ? 1 : 0;
            receipt.lists += row.action == u"list"_s ? 1 : 0;
            receipt.first = receipt.first == 0 ? row.time : receipt.first;
            receipt.last = row.time;
            if (!row.caller.program.isEmpty() && !receipt.programs.contains(row.caller.program))
                receipt.programs << row.caller.program;
            if (!AuditEvent::givingActions().contains(row.action))
                continue;
            auto line = std::ranges::find(receipt.lines, row.subject, &KeyReceipt::Line::title);
            if (line == receipt.lines.end()) {
                receipt.lines << KeyReceipt::Line{row.entry, row.subject, 0, 0, 0, row.time, row.time};
                line = receipt.lines.end() - 1;
            }
            line->last = row.time;
            ++(row.outcome == Outcome::Denied ? line->denied : row.action == u"read"_s ? line->reads : row.action == u"use"_s ? line->uses : line->codes);
        }
        return receipt;
    });
}

void VaultClient::blastRadius(QString keyId, Reply<Result<QList<SeenCredential>>> reply)
{
    play<QList<SeenCredential>>(u"blastRadius"_s, keyId, std::move(reply),
                                [&]() -> Result<QList<SeenCredential>> { return ScriptedVault::current().seen.value(keyId); });
}

void VaultClient::tickRotated(QString keyId, EntryId entry, bool ticked, Reply<Result<>> reply)
{
    play(u"tickRotated"_s, ticked ? u"on"_s : u"off"_s, std::move(reply), [&] {
        for (SeenCredential &seen : ScriptedVault::current().seen[keyId])
            if (seen.entry == entry)
                seen.ticked = ticked;
    });
}

void VaultClient::grants(Reply<Result<QList<Grant>>> reply)
{
    play<QList<Grant>>(u"grants"_s, {}, std::move(reply), []() -> Result<QList<Grant>> { return ScriptedVault::current().grants; });
}

void VaultClient::endGrant(GrantId id, Reply<Result<>> reply)
{
    play<void>(u"endGrant"_s, {}, std::move(reply), [&]() -> Result<> {
        if (ScriptedVault::current().grants.removeIf([&id](const Grant &grant) { return grant.id == id; }) == 0)
            return fail(ErrorCode::NotFound);
        emit grantsChanged();
        return {};
    });
}

void VaultClient::addLease(LeaseDraft lease, Reply<Result<GrantId>> reply)
{
    play<GrantId>(u"addLease"_s, lease.keyId, std::move(reply), [&]() -> Result<GrantId> {
        ScriptedVault &vault = ScriptedVault::current();
        vault.leases << lease;
        Grant grant;
        grant.id = GrantId{newUuid(1'773'000'000'000)};
        grant.keyId = lease.keyId;
        grant.entries = lease.entries;
        grant.actions = lease.withCodes ? QList<Action>{Action::Read, Action::Totp} : QList<Action>{Action::Read};
        grant.isLease = true;
        grant.until = lease.until;
        grant.readsLeft = lease.reads;
        vault.grants.prepend(grant);
        emit grantsChanged();
        return grant.id;
    });
}

void VaultClient::entryRequests(Reply<Result<QList<EntryRequest>>> reply)
{
    play<QList<EntryRequest>>(u"entryRequests"_s, {}, std::move(reply),
                              []() -> Result<QList<EntryRequest>> { return ScriptedVault::current().entryRequests; });
}

void VaultClient::fulfilRequest(EntryRequestId id, EntryId entry, bool letIn, Reply<Result<>> reply)
{
    play(u"fulfilRequest"_s, letIn ? u"let in"_s : u"not let in"_s, std::move(reply), [&] {
        for (EntryRequest &request : ScriptedVault::current().entryRequests)
            if (request.id == id) {
                request.state = EntryRequest::State::Added;
                request.entry = entry;
            }
        emit entryRequestsChanged();
    });
}

void VaultClient::declineRequest(EntryRequestId id, Reply<Result<>> reply)
{
    play(u"declineRequest"_s, {}, std::move(reply), [&] {
        for (EntryRequest &request : ScriptedVault::current().entryRequests)
            if (request.id == id)
                request.state = EntryRequest::State::Declined;
        emit entryRequestsChanged();
    });
}

} // namespace clavitor
