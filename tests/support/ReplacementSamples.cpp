// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ReplacementSamples.h"

namespace clavitor::test {

Result<> fillForReplacement(OpenVault &open, int entries)
{
    using namespace Qt::StringLiterals;
    QList<EntryId> ids;
    for (int i = 0; i < entries; ++i) {
        EntryDraft made = draft(u"entry %1"_s.arg(i), {{"user name", FieldKind::Username, "jo@example.org"}, {"password", FieldKind::Password, "shared-value"},
                                                       {"card number", FieldKind::CardNumber, "4111111111111111"}}, {u"dev"_s});
        const auto saved = open.save(std::move(made));
        if (!saved)
            return std::unexpected(saved.error());
        ids.append(saved->id);
        if (i % 3 != 0)
            continue;
        EntryDraft next = draft(u"entry %1"_s.arg(i), {{"user name", FieldKind::Username, "jo@example.org"}, {"password", FieldKind::Password, "second-value"},
                                                       {"security code", FieldKind::CardVerification, "737"}}, {u"dev"_s, u"later"_s});
        next.id = saved->id;
        next.baseVersion = saved->version;
        if (const auto again = open.save(std::move(next)); !again)
            return std::unexpected(again.error());
    }
    if (const Result<> trashed = open.moveToTrash({ids.last()}); !trashed)
        return trashed;
    for (const QString &name : {u"codex"_s, u"claude"_s}) {
        const auto key = open.createKey({name, u"a note"_s, {true, {}, {}, {}}, {Action::Read, Action::Search, Action::List}, 0, policyOf(Preset::Trusted)});
        if (!key)
            return std::unexpected(key.error());
        if (const Result<> allowed = open.allowAlways(key->agent.keyId, ids.first(), Action::Read); !allowed)
            return allowed;
    }
    return {};
}

QStringList everythingIn(OpenVault &open, const crypto::PersonalKeyPair *personal)
{
    using namespace Qt::StringLiterals;
    QStringList all;
    const auto text = [](const Result<crypto::SecretText> &value) {
        return value ? QString::fromUtf8(value->view().data(), static_cast<qsizetype>(value->size())) : u"? "_s + errorName(value.error().code);
    };
    for (const auto place : {EntryFilter::Place::Vault, EntryFilter::Place::Trash}) {
        EntryFilter filter;
        filter.place = place;
        const auto entries = open.catalog().list(filter);
        if (!entries)
            return {u"no list"_s};
        for (const EntrySummary &entry : *entries) {
            all += u"%1 %2 v%3 %4 %5"_s.arg(entry.id.toString(), entry.title).arg(entry.version).arg(entry.tags.join(u','), entry.urls.join(u','));
            for (const FieldOutline &field : entry.fields)
                all += u"  %1 %2 %3"_s.arg(field.label).arg(field.tier == Tier::Personal).arg(text(open.reveal(entry.id, field.number, Purpose::Edit, personal)));
            const auto history = open.entries().history(entry.id);
            if (!history)
                return {u"no history"_s};
            for (const EntryVersion &version : *history)
                for (const FieldOutline &field : version.summary.fields)
                    all += u"  v%1 %2 %3"_s.arg(version.version).arg(field.label, text(open.revealVersion(entry.id, version.version, field.number, personal)));
        }
    }
    EntryFilter found;
    found.text = u"entry 3"_s;
    all += u"found %1"_s.arg(open.catalog().list(found).value_or(QList<EntrySummary>()).size());
    for (const Agent &agent : open.agents().list().value_or(QList<Agent>()))
        all += u"key %1 %2 %3 %4"_s.arg(agent.keyId, agent.name, agent.note).arg(agent.scope.everything) + QString::number(agent.policy.entries.size());
    return all;
}

Result<KeysReplaced> replaceKeys(Vault &vault, const crypto::SecretText &password)
{
    std::optional<Result<KeysReplaced>> answer;
    vault.replaceKeys(password, [&](Result<KeysReplaced> result) { answer = std::move(result); });
    while (!answer)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return std::move(*answer);
}

LogVerdict verifiedLog(Vault &vault, const QByteArray &notes)
{
    std::optional<Result<LogVerdict>> answer;
    vault.verifyLog(notes, [&](Result<LogVerdict> result) { answer = std::move(result); });
    while (!answer)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    LogVerdict none;
    none.fault = LogVerdict::Fault::HeadAltered;
    none.row = -1;
    return answer->value_or(none);
}

} // namespace clavitor::test
