// SPDX-License-Identifier: GPL-3.0-or-later
// The importing part of OpenVault: one file, one step.
#include "app/service/OpenVault.h"

#include "app/model/EntryLimits.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// The change that gives a stored entry what a file's twin of it has more: tags, as many as an entry may have, and the star.
/// Nothing when there is none. `isCut` when tags were left out.
std::optional<EntryDraft> completion(const EntrySummary &stored, const EntryDraft &twin, bool &isCut)
{
    EntryDraft draft;
    draft.tags = stored.tags;
    for (const QString &tag : twin.tags) {
        const QString name = tag.trimmed();
        if (name.isEmpty() || draft.tags.contains(name))
            continue;
        if (draft.tags.size() < entryLimits::tags)
            draft.tags.append(name);
        else
            isCut = true;
    }
    draft.favourite = stored.favourite || twin.favourite;
    if (draft.tags.size() == stored.tags.size() && draft.favourite == stored.favourite)
        return std::nullopt;
    draft.id = stored.id;
    draft.baseVersion = stored.version;
    draft.type = stored.type;
    draft.title = stored.title;
    draft.urls = stored.urls;
    // The dates stay what they are, by them a later import knows the entry again.
    draft.updatedAt = stored.updatedAt;
    for (const FieldOutline &outline : stored.fields)
        draft.fields.push_back({outline.number, outline.label, outline.kind, outline.tier, {}});
    return draft;
}

} // namespace

Result<ImportOutcome> OpenVault::applyImport(ImportPlan plan, const crypto::PersonalKeyPair *personal)
{
    return auditedWhole(m_owner.row("import"_L1, plan.source), [&]() -> Result<ImportOutcome> {
        const qint64 now = m_clock();
        ImportOutcome outcome;
        outcome.id = ImportId{newUuid(now)};
        if (const Result<> begun = m_imports.begin(outcome.id, plan.format, plan.source, now); !begun)
            return std::unexpected(begun.error());
        // What the vault held before: two identical rows of one file are both kept, as the file has them.
        std::vector<Likeness> likeness;
        likeness.reserve(plan.entries.size());
        for (const EntryDraft &draft : plan.entries) {
            if (const Result<> on = m_database.whileNotStopped(); !on)
                return std::unexpected(on.error());
            auto found = m_entries.likenessOf(draft, personal);
            if (!found)
                return std::unexpected(found.error());
            likeness.push_back(std::move(*found));
        }
        for (std::size_t i = 0; i < plan.entries.size(); ++i) {
            if (const Result<> on = m_database.whileNotStopped(); !on)
                return std::unexpected(on.error());
            const Result<> done = likeness[i].same ? completeFromImport(*likeness[i].same, plan.entries[i], outcome)
                                                   : writeFromImport(std::move(plan.entries[i]), outcome, now);
            // No title: details go where titles do not.
            if (!done)
                return fail(done.error().code, u"entry %1 of %2: "_s.arg(i + 1).arg(plan.entries.size()) + done.error().detail);
            outcome.maybeTwice += likeness[i].unknown ? 1 : 0;
        }
        AuditEvent row = m_owner.row("import"_L1, plan.source);
        row.why = u"%1: %2 entries written, %3 of them maybe twice, %4 already there, %5 of them completed, %6 cut"_s.arg(plan.format)
                      .arg(outcome.written)
                      .arg(outcome.maybeTwice)
                      .arg(outcome.alreadyThere)
                      .arg(outcome.completed)
                      .arg(outcome.cut);
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return outcome;
    });
}

Result<> OpenVault::completeFromImport(EntryId id, const EntryDraft &twin, ImportOutcome &outcome)
{
    ++outcome.alreadyThere;
    const auto stored = m_catalog.find(id);
    if (!stored)
        return std::unexpected(stored.error());
    bool isCut = false;
    auto change = completion(*stored, twin, isCut);
    outcome.cut += isCut ? 1 : 0;
    if (!change)
        return {};
    const auto saved = m_entries.save(std::move(*change), m_clock());
    // One that was stored before there were limits stays as it is: no reason to refuse the file.
    if (!saved && saved.error().code == ErrorCode::InvalidValue) {
        outcome.cut += isCut ? 0 : 1;
        return {};
    }
    if (!saved)
        return std::unexpected(saved.error());
    ++outcome.completed;
    // A tag may bring the entry within an agent's reach.
    AuditEvent row = m_owner.row("update"_L1, saved->title, id);
    row.why = u"completed from an import"_s;
    return m_audit.append(std::move(row));
}

Result<> OpenVault::writeFromImport(EntryDraft draft, ImportOutcome &outcome, qint64 now)
{
    const auto personal = std::ranges::count(draft.fields, Tier::Personal, &FieldDraft::tier);
    const auto saved = m_entries.save(std::move(draft), now);
    if (!saved)
        return std::unexpected(saved.error());
    outcome.personalFields += static_cast<int>(personal);
    ++outcome.written;
    return m_imports.remember(outcome.id, saved->id, saved->version);
}

Result<int> OpenVault::undoImport(ImportId id)
{
    return auditedWhole(m_owner.row("import.undo"_L1, m_name), [&]() -> Result<int> {
        const auto undone = m_imports.undo(id, m_clock());
        if (!undone)
            return std::unexpected(undone.error());
        AuditEvent row = m_owner.row("import.undo"_L1, u"%1 entries"_s.arg(undone->removed));
        row.why = u"%1 changed since and kept"_s.arg(undone->kept.size());
        if (const Result<> appended = m_audit.append(std::move(row)); !appended)
            return std::unexpected(appended.error());
        return static_cast<int>(undone->kept.size());
    });
}

} // namespace clavitor
