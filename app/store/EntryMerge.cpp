// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryMerge.h"

#include "app/base/SecretString.h"
#include "app/model/EntryLimits.h"

#include <QSet>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maximumSubtitle = 256;

QStringList trimmed(const QStringList &values)
{
    QStringList kept;
    for (const QString &value : values)
        if (QString text = value.trimmed(); !text.isEmpty() && !kept.contains(text))
            kept.append(std::move(text));
    return kept;
}

QString titleFor(const EntryDraft &draft, const QStringList &urls)
{
    if (const QString title = draft.title.trimmed(); !title.isEmpty())
        return title.left(entryLimits::title);
    for (const QString &url : urls)
        if (const QString host = hostOf(url); !host.isEmpty())
            return host;
    return wireName(draft.type);
}

} // namespace

EntrySummary normalised(const EntryDraft &draft)
{
    EntrySummary summary;
    summary.type = draft.type;
    summary.urls = trimmed(draft.urls);
    summary.tags = trimmed(draft.tags);
    summary.tags.sort();
    summary.title = titleFor(draft, summary.urls);
    return summary;
}

Result<> checkNames(const EntrySummary &summary)
{
    const auto fit = [](const QStringList &names, qsizetype count, qsizetype length) {
        return names.size() <= count
            && std::ranges::all_of(names, [length](const QString &name) { return name.size() <= length; });
    };
    if (!fit(summary.urls, entryLimits::urls, entryLimits::url))
        return fail(ErrorCode::InvalidValue, u"too many URLs, or one that is too long"_s);
    if (!fit(summary.tags, entryLimits::tags, entryLimits::tag))
        return fail(ErrorCode::InvalidValue, u"too many tags, or one that is too long"_s);
    return {};
}

Result<> mergeFields(EntryState &state, EntryDraft &&draft, const SealingKeys &keys, bool personalOpen)
{
    if (draft.fields.size() > entryLimits::fields)
        return fail(ErrorCode::InvalidValue, u"too many fields"_s);
    std::vector<StoredField> stored = std::move(state.fields);
    state.fields.clear();
    QSet<int> seen;
    for (FieldDraft &wanted : draft.fields) {
        StoredField field;
        if (wanted.number == 0) {
            if (!wanted.value)
                return fail(ErrorCode::InvalidValue, u"a new field without a value"_s);
            field.outline.number = state.nextField++;
        } else {
            const auto known = std::ranges::find_if(
                stored, [&](const StoredField &candidate) { return candidate.outline.number == wanted.number; });
            if (known == stored.end() || seen.contains(wanted.number))
                return fail(ErrorCode::InvalidValue, "field "_L1 + QString::number(wanted.number));
            seen.insert(wanted.number);
            if (!wanted.value && known->outline.tier != wanted.tier)
                return fail(ErrorCode::InvalidValue, u"another tier without a value"_s);
            // Whoever finds the window open may not hand to agents what only the master password shows.
            if (known->outline.tier == Tier::Personal && wanted.tier == Tier::Shared && !personalOpen)
                return fail(ErrorCode::PersonalShut, known->outline.wireId());
            field = std::move(*known);
        }
        field.outline.label = wanted.label.trimmed();
        if (field.outline.label.size() > entryLimits::label)
            return fail(ErrorCode::InvalidValue, u"a label that is too long"_s);
        field.outline.kind = wanted.kind;
        field.outline.tier = wanted.tier;
        if (wanted.value) {
            if (wanted.value->size() > entryLimits::valueBytes)
                return fail(ErrorCode::InvalidValue, u"a value over the maximum size"_s);
            field.value = std::move(*wanted.value);
            field.sealed.clear();
            if (wanted.tier == Tier::Personal)
                sealField(field, state.summary.id, state.summary.version, keys);
        }
        state.fields.push_back(std::move(field));
    }
    outlineFields(state);
    return {};
}

void sealField(StoredField &field, EntryId entry, int version, const SealingKeys &keys)
{
    const std::vector<std::byte> record = crypto::sealPersonal(
        field.value, sealContext(keys, entry, field.outline.number, field.outline.kind, version), keys.personalKey,
        *keys.manifestKey);
    field.outline.tier = Tier::Personal;
    field.sealed = QByteArray(reinterpret_cast<const char *>(record.data()), static_cast<qsizetype>(record.size()));
    field.sealedVersion = version;
    field.sealedKind = field.outline.kind;
    field.value.wipe();
}

void outlineFields(EntryState &state)
{
    state.summary.fields.clear();
    state.summary.subtitle.clear();
    for (const StoredField &field : state.fields) {
        state.summary.fields.append(field.outline);
        if (state.summary.subtitle.isEmpty() && field.outline.tier == Tier::Shared && isListed(field.outline.kind))
            state.summary.subtitle = revealToQString(field.value).left(maximumSubtitle);
    }
}

crypto::SealContext sealContext(const SealingKeys &keys, EntryId entry, int field, FieldKind kind, int version)
{
    crypto::SealContext context;
    context.vaultId = keys.vaultId;
    std::ranges::transform(entry.toBytes(), context.entryId.begin(), [](char c) { return static_cast<std::byte>(c); });
    context.fieldNumber = static_cast<std::uint32_t>(field);
    context.kind = std::string(wireName(kind).data(), static_cast<std::size_t>(wireName(kind).size()));
    context.version = static_cast<std::uint32_t>(version);
    context.epoch = keys.epoch;
    return context;
}

} // namespace clavitor
