// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/access/WrittenLog.h"

namespace clavitor::test {

WrittenLog::WrittenLog() = default;
WrittenLog::~WrittenLog() = default;

void WrittenLog::fill()
{
    m_outside.clear();
    REQUIRE_OK(m_vault->openPersonal());
    // The session keeps its own; the vault key is not handed out, so this log is signed by a key of the test's.
    m_signing = std::make_unique<crypto::SigningKey>(crypto::SigningKey::of(crypto::SecretBytes(32)));
    AuditLog &log = m_vault->open().audit();
    log.sign = [this](qint64 sequence, const crypto::Digest32 &mac) {
        return checkpoint::sign(vaultId(), {sequence, mac, sequence * 3, 1'772'965'394'000 + sequence, {}}, *m_signing);
    };
    log.checkpointed = [this](const AuditCheckpoint &one) { m_outside.push_back(one); };
    for (qint64 row = *m_vault->open().rows().lastSequence() + 1; row <= kRows; ++row) {
        AuditEvent event = m_vault->open().owner().row("read"_L1, u"entry %1"_s.arg(row % 7));
        event.actor = row % 2 == 0 ? u"mcp:codex"_s : u"api:claude"_s;
        event.outcome = row % 5 == 0 ? Outcome::Denied : row % 11 == 0 ? Outcome::Error : Outcome::Allowed;
        if (row % 3 == 0) {
            event.entry = EntryId{newUuid(row)};
            event.caller = {u"/usr/bin/codex"_s, row, u"zsh ← kitty"_s, u"/home/me/project"_s, u"codex 0.169"_s};
            event.reason = u"deploy"_s;
            event.requestId = u"req-%1"_s.arg(row);
        }
        if (row == kRows)
            log.wantCheckpoint();
        REQUIRE_OK(m_vault->open().owner().record({event}));
    }
    QCOMPARE(m_outside.back().sequence, kRows);
}

crypto::SecretBytes WrittenLog::firstKey()
{
    const auto chain = m_vault->open().rows().chain();
    const QByteArray sealed = (*chain)->sealedStart;
    const crypto::SealContext context{vaultId().toStdString(), {}, 0, "audit_key", 1};
    const auto start = crypto::openPersonal(std::as_bytes(std::span(sealed.constData(), static_cast<std::size_t>(sealed.size()))), context,
                                            *m_vault->vault().personalKeys(), m_vault->vault().recordKey());
    return crypto::SecretBytes::copyOf(start->bytes());
}

AuditVerifier::Parts WrittenLog::parts()
{
    auto chain = m_vault->open().rows().chain();
    AuditVerifier::Parts made{m_vault->open().rows(), vaultId(), m_signing->verifyingKey(), firstKey(), std::move(**chain), true};
    made.notes = {{LogVerdict::Place::File, checkpoint::note(vaultId(), m_outside.back(), m_signing->verifyingKey())}};
    return made;
}

LogVerdict WrittenLog::verdictOf(AuditVerifier::Parts parts, int limit)
{
    AuditVerifier verifier(std::move(parts));
    for (;;) {
        const auto done = verifier.step(limit);
        if (!done)
            qFatal("%s", qPrintable(done.error().detail));
        if (*done)
            return verifier.verdict();
    }
}

void WrittenLog::must(const Result<> &done)
{
    if (!done)
        qFatal("%s", qPrintable(done.error().detail));
}

} // namespace clavitor::test

#include "moc_WrittenLog.cpp"
