// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/tool/VaultTool.h"

#include "app/import/ImportFile.h"
#include "app/session/QtKeychainSlot.h"
#include "crypto/KeySlots.h"
#include "crypto/SubKeys.h"
#include "tests/tool/SampleEntries.h"

#include <QEventLoop>
#include <QJsonDocument>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace clavitor {

namespace {

PasswordCost cheapestCost()
{
    return [](const crypto::RandomSource &random) -> std::expected<crypto::Calibration, crypto::CryptoError> {
        const auto parameters = crypto::PasswordHashParameters::make(crypto::PasswordHashParameters::fewestPasses,
                                                                     crypto::PasswordHashParameters::leastMemory, {});
        if (!parameters)
            return std::unexpected(parameters.error());
        return crypto::Calibration{parameters->withFreshSalt(random), false};
    };
}

} // namespace

VaultTool::VaultTool(const QString &folder)
    : m_folder(folder)
    , m_session(VaultFolder(folder), systemClock(), crypto::systemRandom(), cheapestCost())
{
}

Result<> VaultTool::create(const crypto::SecretText &password)
{
    if (const Result<> created = m_session.create(u"test"_s, password); !created)
        return created;
    return wire();
}

Result<> VaultTool::open(const crypto::SecretText &password)
{
    if (const Result<> unlocked = m_session.unlockWithPassword(password); !unlocked)
        return unlocked;
    return wire();
}

Result<> VaultTool::changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
{
    return m_session.changePassword(current, next);
}

Result<> VaultTool::removeSheet()
{
    return m_session.removeWay({crypto::SlotKind::Recovery, 0});
}

Result<> VaultTool::wire()
{
    auto open = OpenVault::open({m_session.database(), m_session.sealingKeys(), m_session.tokenKey(), m_session.name(), systemClock(), crypto::systemRandom()});
    if (!open)
        return std::unexpected(open.error());
    m_open = std::move(*open);
    return {};
}

Result<> VaultTool::addSamples(int count)
{
    if (const auto outcome = m_open->applyImport(sampleEntries(count), nullptr); !outcome)
        return std::unexpected(outcome.error());
    return {};
}

Result<> VaultTool::import(const QString &file)
{
    auto plan = importFile(file, systemClock()());
    if (!plan)
        return std::unexpected(plan.error());
    if (const auto outcome = m_open->applyImport(std::move(*plan), nullptr); !outcome)
        return std::unexpected(outcome.error());
    return {};
}

Result<> VaultTool::addKey(const QString &description)
{
    AgentDraft draft;
    draft.name = description.section(u':', 0, 0);
    const QString scope = description.section(u':', 1);
    if (scope.startsWith("tag="_L1))
        draft.scope.tags = {scope.mid(4).section(u',', 0, 0)};
    else
        draft.scope.everything = true;
    draft.actions = QList<Action>(allActions().begin(), allActions().end());
    // Nobody is there to be asked, unless the key is made to ask.
    const bool isAllowed = scope == "allowed"_L1;
    draft.policy = policyOf(isAllowed || scope.endsWith(",asks"_L1) || scope == "asks"_L1 ? Preset::AskFirst : Preset::Trusted);
    if (scope == "unseen"_L1)
        draft.policy = policyOf(Preset::UseWithoutSeeing);
    if (draft.policy.asking == Asking::Never)
        draft.policy.budget = {0, 0, 0};
    draft.expiresAt = systemClock()() + 24LL * 60 * 60 * 1000;
    const auto key = m_open->createKey(draft);
    if (!key)
        return std::unexpected(key.error());
    // As if the person had said "always" to reading each.
    if (isAllowed) {
        const auto entries = m_open->catalog().list({});
        if (!entries)
            return std::unexpected(entries.error());
        for (const EntrySummary &entry : *entries)
            if (const Result<> allowed = m_open->allowAlways(key->agent.keyId, entry.id, Action::Read); !allowed)
                return allowed;
    }
    const std::string_view token = key->token.view();
    print({{u"key"_s, draft.name}, {u"token"_s, QString::fromLatin1(token.data(), static_cast<qsizetype>(token.size()))}});
    return {};
}

Result<> VaultTool::addLease(const QString &description)
{
    const QStringList parts = description.split(u':');
    if (parts.size() != 4)
        return fail(ErrorCode::InvalidValue, u"a lease is KEY:TITLE:READS:SECONDS"_s);
    LeaseDraft lease;
    const auto keys = m_open->agents().list();
    const auto entries = m_open->catalog().list({});
    if (!keys || !entries)
        return fail(ErrorCode::Internal);
    for (const Agent &key : *keys)
        if (key.name == parts[0])
            lease.keyId = key.keyId;
    for (const EntrySummary &entry : *entries)
        if (entry.title == parts[1])
            lease.entries = {entry.id};
    lease.reads = parts[2].toInt();
    lease.until = systemClock()() + parts[3].toLongLong() * 1000;
    const auto made = m_open->addLease(lease);
    if (!made)
        return std::unexpected(made.error());
    print({{u"lease"_s, made->toString()}, {u"id"_s, lease.entries.first().toString()}});
    return {};
}

Result<> VaultTool::addKeychain()
{
    auto secret = crypto::randomSecret(Keychain::SecretSize, crypto::systemRandom());
    if (const Result<> added = m_session.addKeychainSlot(secret); !added)
        return added;
    printKey(u"keychain secret"_s, secret.bytes());
    QtKeychainSlot keychain;
    QEventLoop loop;
    Result<> kept = fail(ErrorCode::Internal);
    keychain.write(m_session.keychainItem(), std::move(secret), [&](Result<> result) {
        kept = std::move(result);
        loop.quit();
    });
    loop.exec();
    return kept;
}

Result<> VaultTool::printAudit()
{
    constexpr int batch = 1000;
    qint64 last = 0;
    while (true) {
        const auto rows = m_open->rows().rowsAfter(last, batch);
        if (!rows)
            return std::unexpected(rows.error());
        for (const AuditRow &row : *rows) {
            print({{u"sequence"_s, row.event.sequence}, {u"time"_s, toIso8601(row.event.time)}, {u"action"_s, row.event.action}, {u"entry"_s, row.event.subject},
                   {u"actor"_s, row.event.actor}, {u"outcome"_s, QString(wireName(row.event.outcome))}, {u"why"_s, row.event.why}, {u"reason"_s, row.event.reason}, {u"request"_s, row.event.requestId},
                   {u"program"_s, row.event.caller.program}});
            last = row.event.sequence;
        }
        if (rows->size() < batch)
            return {};
    }
}

Result<> VaultTool::printEntries()
{
    const auto entries = m_open->catalog().list({});
    if (!entries)
        return std::unexpected(entries.error());
    for (const EntrySummary &entry : *entries)
        print({{u"id"_s, entry.id.toString()}, {u"title"_s, entry.title}, {u"version"_s, entry.version}});
    return {};
}

Result<> VaultTool::writeForEver()
{
    std::vector<std::pair<EntryId, int>> saved;
    for (int number = 0;; ++number) {
        EntryDraft draft = sampleEntry(number);
        if (number % 3 == 2) {
            const auto &[id, version] = saved[static_cast<std::size_t>(number / 3)];
            draft.id = id;
            draft.baseVersion = version;
        }
        const auto entry = m_open->save(std::move(draft));
        if (!entry)
            return std::unexpected(entry.error());
        if (number % 3 == 2)
            saved[static_cast<std::size_t>(number / 3)].second = entry->version;
        else
            saved.emplace_back(entry->id, entry->version);
        print({{u"id"_s, entry->id.toString()}, {u"version"_s, entry->version}});
    }
}

void VaultTool::print(const QJsonObject &row)
{
    const QByteArray line = QJsonDocument(row).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stdout);
    std::fflush(stdout);
}

void VaultTool::printKey(const QString &name, std::span<const std::byte> bytes)
{
    const QByteArray raw(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    print({{u"name"_s, name}, {u"hex"_s, QString::fromLatin1(raw.toHex())}});
}

Result<> VaultTool::printKeys(const crypto::SecretText &password)
{
    const auto reading = VaultFolder(m_folder).readHeader();
    if (!reading)
        return std::unexpected(reading.error());
    const auto keys = crypto::openBoth(reading->headers.front(), password);
    if (!keys)
        return fail(ErrorCode::WrongPassword);
    printKey(u"vault key"_s, keys->vaultKey.bytes());
    printKey(u"personal key"_s, keys->personalKeys.secretKey.bytes());
    for (const auto &[name, purpose] : {std::pair(u"database key"_s, crypto::SubKey::Database), std::pair(u"token key"_s, crypto::SubKey::Token),
                                        std::pair(u"manifest key"_s, crypto::SubKey::Manifest), std::pair(u"signing key"_s, crypto::SubKey::Checkpoint)})
        printKey(name, crypto::deriveSubKey(keys->vaultKey, purpose).bytes());
    return {};
}

} // namespace clavitor
