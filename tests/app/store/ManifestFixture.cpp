// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store/ManifestFixture.h"

namespace clavitor::test {

Agent agentNamed(const QString &keyId, const QString &name)
{
    Agent agent;
    agent.keyId = keyId;
    agent.name = name;
    agent.scope.everything = true;
    return agent;
}

ManifestFixture::ManifestFixture() = default;
ManifestFixture::~ManifestFixture() = default;

void ManifestFixture::start()
{
    m_store = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_store->open());
    Manifest manifest(m_store->database());
    REQUIRE_OK(manifest.attach(m_key, m_vaultId));
    REQUIRE_OK(manifest.seal());
    REQUIRE_OK(manifest.watch());
}

Result<> ManifestFixture::reopen()
{
    if (const Result<> opened = m_store->reopen(); !opened)
        return opened;
    return Manifest(m_store->database()).attach(m_key, m_vaultId);
}

Result<Manifest::Report> ManifestFixture::checkAgain()
{
    if (const Result<> opened = reopen(); !opened)
        return std::unexpected(opened.error());
    return Manifest(m_store->database()).check();
}

QByteArray ManifestFixture::photographed()
{
    if (!m_store->database().close())
        return {};
    const QByteArray bytes = contentOf(m_store->path());
    if (!m_store->open(Database::Mode::Existing))
        return {};
    Manifest manifest(m_store->database());
    if (!manifest.attach(m_key, m_vaultId) || !manifest.watch())
        return {};
    return bytes;
}

Result<> ManifestFixture::saveEntry(const QString &title)
{
    EntryStore entries(m_store->database(), m_store->keys());
    auto draft = login(title, "ada", "correct horse 47", {u"https://%1.example"_s.arg(title)}, {u"work"_s});
    draft.fields.push_back(field(FieldKind::RecoveryCodes, "11111-22222"));
    const auto saved = entries.save(std::move(draft), 1000);
    return saved ? Result<>() : std::unexpected(saved.error());
}

Result<> ManifestFixture::appendRow(qint64 sequence)
{
    AuditEvent event;
    event.sequence = sequence;
    event.time = sequence;
    event.action = u"read"_s;
    event.actor = u"mcp:codex"_s;
    // Some without a key, some about no entry: each index leads to others of them.
    if (sequence % 5 != 0)
        event.keyId = sequence % 2 == 0 ? u"aaaaaaaa"_s : u"bbbbbbbb"_s;
    if (sequence % 3 != 0)
        event.entry = EntryId{QUuid(static_cast<uint>(sequence % 7), 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1)};
    AuditStore audit(m_store->database());
    auto transaction = Transaction::begin(m_store->database());
    if (!transaction)
        return std::unexpected(transaction.error());
    crypto::Digest32 mac{};
    mac.fill(static_cast<std::byte>(sequence % 251));
    if (const Result<> added = audit.append(event, QByteArray::number(sequence), mac); !added)
        return added;
    if (const Result<> moved = audit.advanceChain(sequence, mac, TemporaryStore::filled(static_cast<unsigned char>(sequence % 200))); !moved)
        return moved;
    return transaction->commit();
}

QByteArray ManifestFixture::storedState()
{
    Statement query = m_store->database().statement("SELECT manifest FROM audit_chain");
    const auto row = query.step();
    return row && *row ? query.blob(0) : QByteArray();
}

Result<> ManifestFixture::putState(const QByteArray &state)
{
    return m_store->database().run("UPDATE audit_chain SET manifest = ?", QByteArrayView(state));
}

} // namespace clavitor::test
