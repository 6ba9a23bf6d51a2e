// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the scripted VaultClient about entries.
#include "tests/support/ScriptedPlay.h"

#include "app/base/SecretString.h"

#include <algorithm>
#include <map>

namespace clavitor {

using namespace Qt::StringLiterals;
using test::play;
using test::ScriptedVault;

namespace {

EntrySummary *find(EntryId id)
{
    auto &entries = ScriptedVault::current().entries;
    const auto it = std::ranges::find(entries, id, &EntrySummary::id);
    return it == entries.end() ? nullptr : &*it;
}

} // namespace

void VaultClient::entries(EntryQuery query, Reply<Result<QList<EntrySummary>>> reply)
{
    play<QList<EntrySummary>>(u"entries"_s, query.text, std::move(reply), [&]() -> Result<QList<EntrySummary>> {
        QList<EntrySummary> found;
        for (const EntrySummary &entry : ScriptedVault::current().entries) {
            if (entry.trashed != (query.place == EntryQuery::Place::Trash) || (query.type && *query.type != entry.type)
                || (!query.tag.isEmpty() && !entry.tags.contains(query.tag)) || (query.favouritesOnly && !entry.favourite)
                || (query.personalOnly && !entry.hasPersonal())
                || !QString(entry.title + u' ' + entry.subtitle).contains(query.text, Qt::CaseInsensitive))
                continue;
            found << entry;
        }
        std::sort(found.begin(), found.end(), [](const EntrySummary &a, const EntrySummary &b) {
            return a.title.compare(b.title, Qt::CaseInsensitive) < 0;
        });
        return found;
    });
}

void VaultClient::counts(Reply<Result<EntryCounts>> reply)
{
    play<EntryCounts>(u"counts"_s, {}, std::move(reply), []() -> Result<EntryCounts> {
        EntryCounts counts;
        std::map<EntryType, int> types;
        std::map<QString, int> tags;
        for (const EntrySummary &entry : ScriptedVault::current().entries) {
            if (entry.trashed) {
                ++counts.trash;
                continue;
            }
            ++counts.all;
            counts.favourites += entry.favourite ? 1 : 0;
            counts.personal += entry.hasPersonal() ? 1 : 0;
            ++types[entry.type];
            for (const QString &tag : entry.tags)
                ++tags[tag];
        }
        for (const auto &[type, count] : types)
            counts.types << std::pair(type, count);
        for (const auto &[tag, count] : tags)
            counts.tags << std::pair(tag, count);
        return counts;
    });
}

void VaultClient::entry(EntryId id, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"entry"_s, {}, std::move(reply), [id]() -> Result<EntrySummary> {
        if (const EntrySummary *found = find(id))
            return *found;
        return fail(ErrorCode::NotFound);
    });
}

void VaultClient::openValues(EntryId id, Reply<Result<QHash<int, QString>>> reply)
{
    play<QHash<int, QString>>(u"openValues"_s, {}, std::move(reply), [id]() -> Result<QHash<int, QString>> {
        QHash<int, QString> values;
        if (const EntrySummary *found = find(id))
            for (const FieldOutline &field : found->fields)
                if (field.tier == Tier::Shared && !isMasked(field.kind))
                    values[field.number] = ScriptedVault::current().values.value(id.toString() + u'/' + QString::number(field.number));
        return values;
    });
}

void VaultClient::reveal(EntryId id, int field, Purpose, Reply<Result<crypto::SecretText>> reply)
{
    play<crypto::SecretText>(u"reveal"_s, QString::number(field), std::move(reply), [id, field]() -> Result<crypto::SecretText> {
        return takeSecret(QString(ScriptedVault::current().values.value(id.toString() + u'/' + QString::number(field))));
    });
}

void VaultClient::code(EntryId, int field, Purpose, Reply<Result<CodeOnShow>> reply)
{
    play<CodeOnShow>(u"code"_s, QString::number(field), std::move(reply),
                     []() -> Result<CodeOnShow> { return CodeOnShow{u"847203"_s, 30, 17}; });
}

void VaultClient::save(EntryDraft draft, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"save"_s, draft.title, std::move(reply), [&]() -> Result<EntrySummary> {
        EntrySummary saved = ScriptedVault::entry(draft.type, draft.title, {}, draft.urls, draft.tags);
        for (const FieldDraft &field : draft.fields)
            saved.fields << FieldOutline{static_cast<int>(saved.fields.size()) + 1, field.label, field.kind, field.tier};
        if (EntrySummary *old = find(draft.id)) {
            saved.id = old->id;
            saved.version = old->version + 1;
            *old = saved;
        } else {
            ScriptedVault::current().entries << saved;
        }
        emit entriesChanged();
        return saved;
    });
}

void VaultClient::setFavourite(EntryId id, bool favourite, Reply<Result<>> reply)
{
    play(u"setFavourite"_s, {}, std::move(reply), [&] {
        if (EntrySummary *found = find(id))
            found->favourite = favourite;
        emit entriesChanged();
    });
}

void VaultClient::moveToTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"moveToTrash"_s, {}, std::move(reply), [&] {
        for (EntryId id : ids)
            if (EntrySummary *found = find(id))
                found->trashed = true;
        emit entriesChanged();
    });
}

void VaultClient::restoreFromTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"restoreFromTrash"_s, {}, std::move(reply), [&] {
        for (EntryId id : ids)
            if (EntrySummary *found = find(id))
                found->trashed = false;
        emit entriesChanged();
    });
}

void VaultClient::deleteForever(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"deleteForever"_s, {}, std::move(reply), [&] {
        ScriptedVault::current().entries.removeIf([&ids](const EntrySummary &entry) { return ids.contains(entry.id); });
        emit entriesChanged();
    });
}

void VaultClient::history(EntryId id, Reply<Result<QList<EntryVersion>>> reply)
{
    play<QList<EntryVersion>>(u"history"_s, {}, std::move(reply), [id]() -> Result<QList<EntryVersion>> {
        QList<EntryVersion> versions;
        if (const EntrySummary *found = find(id))
            versions << EntryVersion{1, found->createdAt, *found};
        return versions;
    });
}

void VaultClient::revealVersion(EntryId, int version, int, Reply<Result<crypto::SecretText>> reply)
{
    play<crypto::SecretText>(u"revealVersion"_s, QString::number(version), std::move(reply),
                             []() -> Result<crypto::SecretText> { return takeSecret(u"an older value"_s); });
}

void VaultClient::restoreVersion(EntryId id, int version, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"restoreVersion"_s, QString::number(version), std::move(reply), [id]() -> Result<EntrySummary> {
        if (const EntrySummary *found = find(id))
            return *found;
        return fail(ErrorCode::NotFound);
    });
}

} // namespace clavitor
