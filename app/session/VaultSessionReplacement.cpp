// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession that replaces all of its keys: everything is written anew beside the vault, proved, and taken over by
// one rename of the header. Whatever ends it before leaves the vault of before, whatever ends it after leaves the new one.
#include "app/session/VaultSessionParts.h"

#include "app/session/PasswordStrength.h"
#include "crypto/SubKeys.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Rows between two looks at what else is to be done: some tens of milliseconds.
constexpr int RowsAtOnce = 100;

} // namespace

Result<PasswordWork<NextKeys>> VaultSession::beginReplacement(const crypto::SecretText &password)
{
    if (!m_open)
        return failLocked();
    if (const auto &frozen = m_open->database.frozenBy())
        return std::unexpected(*frozen);
    return [header = m_headers.front(), password = normalisedPassword(password), cost = m_cost, random = m_random,
            stop = newStop()]() mutable {
        return nextKeys(std::move(header), std::move(password), cost, random, *stop);
    };
}

Result<> VaultSession::startReplacement(NextKeys keys)
{
    if (!m_open)
        return failLocked();
    if (m_replacement || keys.before != m_headers.front())
        return fail(ErrorCode::Busy, u"the header was changed meanwhile"_s);
    // What is kept from before would be written over, and it is the only header there is until it has taken the place of both copies.
    if (m_formerKeys)
        if (const Result<> written = writeInPlace(m_headers.front()); !written)
            return written;
    if (const auto frozen = m_open->database.freeze(Error{ErrorCode::Busy, u"the keys are being replaced"_s}); !frozen)
        return frozen;
    m_findings.clear();
    m_folder.reached(ReplacementStep::Begun);
    // The file of before an earlier one, where that could not be removed then.
    if (const Result<> discarded = m_folder.discardFormer(m_headers.front(), false); !discarded) {
        (void)m_open->database.freeze({});
        return discarded;
    }
    (void)m_open->database.limitCache(true); // slower without, and no worse
    auto manifestKey = crypto::deriveSubKey(keys.vaultKey, crypto::SubKey::Manifest);
    m_replacement.reset(new Replacement{std::move(keys.header), std::move(keys.vaultKey), std::move(manifestKey),
                                        std::move(keys.personalKeys), {}, {}, 0, false, {}, false, {}});
    Replacement &next = *m_replacement;
    const auto begun = [&]() -> Result<> {
        // What lies where the new file goes is not of this vault as it is known here: a copy's, or one that did not open.
        if (const Result<> aside = m_folder.setAside(next.header.epoch); !aside)
            return aside;
        next.isPlaceOurs = true;
        if (const Result<> kept = m_folder.keepFormer(m_headers.front()); !kept)
            return kept;
        m_folder.reached(ReplacementStep::FormerKept);
        const auto sealFirst = [&](Database &made) -> Result<> {
            Manifest manifest(made);
            const Result<> attached = manifest.attach(next.manifestKey, next.header.vaultId);
            return attached ? manifest.seal() : attached;
        };
        auto made = Database::open(m_folder.databasePath(next.header.epoch), crypto::deriveSubKey(next.vaultKey, crypto::SubKey::Database),
                                   next.header.databaseSalt, Database::Mode::Create, nullptr, sealFirst);
        if (!made)
            return std::unexpected(made.error());
        next.database.emplace(std::move(*made));
        (void)next.database->limitCache(true);
        m_folder.tightenPermissions(next.header.epoch);
        m_folder.reached(ReplacementStep::FileMade);
        // The file was closed and opened anew under its name, so what seals it is to be attached once more.
        if (const Result<> attached = Manifest(*next.database).attach(next.manifestKey, next.header.vaultId); !attached)
            return attached;
        const crypto::VaultHeader &is = next.header;
        next.copy.emplace(ReencryptedCopy::Vault{m_open->database, sealingKeys()}, next.personalKeys, m_open->signingKey->verifyingKey(),
                          ReencryptedCopy::Vault{*next.database, {is.vaultId, is.epoch, is.personalKey, &next.manifestKey}});
        const Result<> copying = next.copy->begin();
        m_findings = next.copy->wrong();
        next.total = next.copy->total();
        return copying;
    }();
    if (!begun)
        cancelReplacement();
    return begun;
}

Result<bool> VaultSession::replaceMore()
{
    if (!m_replacement)
        return fail(ErrorCode::Internal, u"no keys are being replaced"_s);
    Replacement &next = *m_replacement;
    if (!next.copy) {
        // What follows the copy, in pieces, too: a lock is not to wait for all of it.
        const Result<> done = next.database ? closeCopy() : next.other ? provedWhole() : openCopy();
        if (!done)
            return std::unexpected(done.error());
        return next.isProved;
    }
    const Result<bool> copied = next.copy->step(RowsAtOnce);
    if (!copied) {
        m_findings = next.copy->wrong();
        return copied;
    }
    if (!next.passedHalf && next.copy->done() * 2 >= next.total) {
        next.passedHalf = true;
        m_folder.reached(ReplacementStep::HalfCopied);
    }
    if (*copied) {
        next.copy.reset();
        next.personalKeys.secretKey.wipe();
        next.manifestKey.wipe();
        m_folder.reached(ReplacementStep::Copied);
    }
    return false;
}

Result<> VaultSession::closeCopy()
{
    const Result<> closed = m_replacement->database->close();
    m_replacement->database.reset();
    return closed;
}

Result<> VaultSession::openCopy()
{
    Replacement &next = *m_replacement;
    auto opened = openDatabase(next.header, std::move(next.vaultKey), Database::Mode::Existing);
    if (!opened)
        return std::unexpected(opened.error());
    if (!(*opened)->contents.wrong.isEmpty())
        return fail(ErrorCode::DamagedFile, u"the new file is not as it was written"_s);
    next.other = std::move(*opened);
    return {};
}

Result<> VaultSession::provedWhole()
{
    const Result<> whole = m_replacement->other->database.quickCheck();
    m_replacement->isProved = whole.has_value();
    m_folder.reached(ReplacementStep::Proved);
    return whole;
}

VaultSession::Progress VaultSession::replacementProgress() const
{
    if (!m_replacement)
        return {};
    return {m_replacement->copy ? m_replacement->copy->done() : m_replacement->total, m_replacement->total};
}

Result<> VaultSession::switchKeys(const std::function<Result<>()> &then)
{
    if (!m_replacement || !m_replacement->isProved)
        return fail(ErrorCode::Internal, u"no keys are ready"_s);
    Replacement &next = *m_replacement;
    // A way to unlock may have been taken away meanwhile.
    if (const auto kept = m_folder.former(); !kept || *kept != m_headers.front())
        return fail(ErrorCode::Busy, u"the header was changed meanwhile"_s);
    next.headers = std::exchange(m_headers, {next.header});
    std::swap(m_open, next.other);
    Result<> done = then();
    // What `then` wrote goes into the file itself: the log beside it may have a name that is not on the disk yet.
    if (done)
        done = m_open->database.truncateLog();
    if (done) {
        m_folder.reached(ReplacementStep::Recorded);
        done = writeInPlace(next.header);
    }
    if (!done) {
        std::swap(m_open, next.other);
        m_headers = std::exchange(next.headers, {});
        return done;
    }
    m_folder.reached(ReplacementStep::Switched);
    return {};
}

void VaultSession::finishReplacement()
{
    if (!m_replacement || m_replacement->headers.empty())
        return;
    shutPersonal();
    m_slot.forget();
    // Its log is of no use any more, so what closing it says is not either.
    (void)m_replacement->other->database.close();
    m_replacement.reset();
    // The vault of before goes only when what opens this one lies there as it was made; else the next open sees to it.
    const auto written = m_folder.readHeader();
    if (!written || written->headers.front() != m_headers.front() || written->needsRepair) {
        if (!m_trouble)
            m_trouble = written ? Error{ErrorCode::Io, u"vault.keys is not there as it was written"_s} : written.error();
        return;
    }
    // All is new already; what is left of before is removed at the next open.
    if (const Result<> discarded = m_folder.discardFormer(m_headers.front(), true); !discarded && !m_trouble)
        m_trouble = discarded.error();
    m_folder.reached(ReplacementStep::Finished);
}

void VaultSession::cancelReplacement()
{
    if (!m_replacement)
        return;
    if (!m_replacement->headers.empty())
        return finishReplacement();
    const bool isPlaceOurs = m_replacement->isPlaceOurs;
    m_replacement.reset();
    if (!m_open)
        return;
    (void)m_open->database.freeze({});
    (void)m_open->database.limitCache(false);
    if (const Result<> discarded = m_folder.discardFormer(m_headers.front(), isPlaceOurs); !discarded)
        m_trouble = discarded.error();
}

Result<> VaultSession::goBackFrom(const crypto::VaultHeader &header, const Error &why)
{
    auto before = m_folder.restoreFormer(header);
    if (!before)
        return std::unexpected(why);
    m_headers.clear();
    m_headers.push_back(std::move(*before));
    m_hasStaleCopy = false;
    m_repairNote = u"the file with the new keys could not be read, so the vault from before they were replaced is back; that file is "
                   "kept beside it, its name ending in .aside"_s;
    return fail(ErrorCode::DamagedFile, m_repairNote);
}

} // namespace clavitor
