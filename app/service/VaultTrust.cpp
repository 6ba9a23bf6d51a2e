// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Vault about whether its file is as it was left: against its own manifest, and against what is remembered
// of it outside.
#include "app/service/Vault.h"

#include "app/base/Monotonic.h"
#include "app/service/BridgeChannel.h"
#include "app/service/MirrorRecord.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// A burst of changes is told once.
constexpr int kMirrorDelay = 10'000;
// So long the keys of rows that were written can be read from the log beside the file. A file system's time is in it, so not after each.
constexpr int kLogPatience = 5'000;
// Until a large search index is looked at, which takes a tenth of a second for 10,000 entries.
constexpr int kSearchPatience = 2000;
// Between two looks at what else is to be done: an agent that asks meanwhile waits for two of them at most.
constexpr qint64 kVerifyTurn = 6'000; // microseconds
constexpr int kRowsAtOnce = 50;
constexpr qint64 kRowsSwept = 400;
// What the person is told of the way, in steps of it.
constexpr qint64 kProgressSteps = 200;

QLatin1StringView partName(VaultPart part)
{
    switch (part) {
    case VaultPart::Entries:
        return "entries"_L1;
    case VaultPart::Versions:
        return "earlier versions"_L1;
    case VaultPart::Imports:
        return "imports"_L1;
    case VaultPart::Keys:
        return "keys"_L1;
    case VaultPart::Grants:
        return "grants and requests"_L1;
    case VaultPart::Settings:
        return "settings"_L1;
    case VaultPart::Log:
        return "audit log"_L1;
    case VaultPart::Structure:
        return "tables and indexes"_L1;
    case VaultPart::SearchIndex:
        return "search index"_L1;
    case VaultPart::Manifest:
        return "manifest"_L1;
    case VaultPart::KeyFile:
        return "an older vault.keys"_L1;
    }
    return "parts"_L1;
}

/// For the row that says what was trusted.
QString trustedInWords(const Distrust &why)
{
    if (why.kind == Distrust::Kind::OlderCopy && why.newest == 0)
        return u"an older copy: from before the keys were replaced"_s;
    if (why.kind == Distrust::Kind::OlderCopy)
        return u"an older copy: change %1, the newest known was %2"_s.arg(why.generation).arg(why.newest);
    QStringList parts;
    for (const VaultPart part : why.parts)
        parts.append(QString(partName(part)));
    return u"changed outside: "_s + parts.join(u", "_s);
}

QString removedInWords(const QList<RemovedSurplus> &removed)
{
    constexpr qsizetype kNamesShown = 5;
    QStringList parts;
    for (const RemovedSurplus &one : removed) {
        QString part = u"%1 of %2"_s.arg(QString::number(one.rows), QString(partName(one.part)));
        if (!one.names.isEmpty()) {
            part += u" (%1"_s.arg(one.names.first(std::min(kNamesShown, one.names.size())).join(u", "_s));
            part += one.names.size() > kNamesShown ? u" and %1 more)"_s.arg(one.names.size() - kNamesShown) : u")"_s;
        }
        parts.append(part);
    }
    return parts.isEmpty() ? QString() : u"; of rows that were there twice one stayed, taken out: "_s + parts.join(u", "_s);
}

} // namespace

Result<std::unique_ptr<OpenVault>> Vault::makeOpen(bool leasesOnly)
{
    auto open = OpenVault::open({m_session.database(), m_session.sealingKeys(), m_session.tokenKey(), m_session.name(), m_clock, m_random,
                                 m_steady, m_caller, m_approvalTimes, leasesOnly ? nullptr : &m_session.signingKey(), leasesOnly, m_links});
    if (!open)
        return open;
    (*open)->audit().committed = [this, leasesOnly](const QList<AuditEvent> &rows) {
        if (!m_logTimer.isActive())
            m_logTimer.start(kLogPatience);
        if (m_expectsMirror && !m_mirrorTimer.isActive())
            m_mirrorTimer.start(kMirrorDelay);
        // What a lease reads while it is locked is for nobody in front of the screen to see; the log has it at the next unlock.
        if (!leasesOnly)
            emit auditAppended(rows);
    };
    if (leasesOnly)
        return open; // which signs none
    // The key that signed it may be gone when it is committed.
    (*open)->audit().checkpointed = [this, signer = m_session.signingKey().verifyingKey()](const AuditCheckpoint &one) {
        m_note = checkpoint::note(m_session.vaultId(), one, signer);
        m_logTimer.start(0); // what it vouches for is to be out of reach of the keys of before
        emit checkpointMade(m_note, one.sequence);
    };
    return open;
}

void Vault::cleanLog()
{
    // The keys that rows were linked with are overwritten in the file, but each stands in a page of the log beside it.
    if ((m_open || m_leased) && !m_replaced && !isDistrusted())
        tell(m_session.database().truncateLog());
}

void Vault::checkpointWritten(const KeptCheckpoints &written)
{
    m_written = written;
    if (!m_open || isDistrusted() || m_session.isReplacing())
        return;
    tell(m_open->checkpointWritten(*std::exchange(m_written, std::nullopt)));
}

void Vault::distrust(Distrust why)
{
    tell(m_session.freezeContents(u"not as it was left"_s));
    m_facts.removedSurplus.clear();
    m_facts.distrust = std::move(why);
    dropQuestions({});
    showState();
}

void Vault::compareWith(const std::optional<QByteArray> &remembered)
{
    if (!isMirrorOwed() && (!m_open || m_mirror != Mirror::Unread))
        return; // after the lock, or once more
    if (m_replaced)
        return; // nothing can be decided of a file that is about to be another; that is told from its next unlock on
    m_mirror = Mirror::Answered;
    m_mirrorPatience.stop();
    if (std::exchange(m_facts.uncompared, std::nullopt))
        showState();
    const auto earlier = mirror::uncompared(m_session.database(), m_session.epoch());
    const SealedState opened = earlier.value_or(m_session.contents().state);
    const qsizetype end = remembered ? remembered->indexOf('\n') : -1;
    QByteArray record = remembered ? remembered->left(end) : QByteArray();
    const quint32 epoch = mirror::takeEpoch(record);
    const auto newest = epoch == m_session.epoch() ? mirror::read(record, m_session.manifestKey(), m_session.vaultId()) : std::nullopt;
    // A checkpoint that was made since the unlock is newer than the one that is remembered.
    if (newest && end >= 0 && m_note.isEmpty())
        m_note = remembered->sliced(end + 1);
    // Whoever can write there can make this up, and could as well take the record away.
    if (epoch > m_session.epoch()) {
        distrust({Distrust::Kind::OlderCopy, {}, static_cast<qint64>(opened.generation), 0});
        if (m_bridge)
            m_bridge->flush();
        return;
    }
    // The same count with another MAC is a copy that went its own way.
    if (newest && (newest->generation > opened.generation || (newest->generation == opened.generation && newest->mac != opened.mac)))
        distrust({Distrust::Kind::OlderCopy, {}, static_cast<qint64>(opened.generation), static_cast<qint64>(newest->generation)});
    else if (!rowsAgree(m_note))
        distrust({Distrust::Kind::ChangedOutside, {VaultPart::Log}, static_cast<qint64>(opened.generation), 0});
    else {
        // Before anything newer than that is told, or the vault would be taken for older than itself.
        if (const Result<> removed = earlier && !isDistrusted() ? mirror::forgetUncompared(m_session.database()) : Result<>(); !removed) {
            m_mirror = Mirror::Unread;
            tell(removed);
        }
        tellMirror();
        tell(m_session.discardFormer(newest.has_value()));
    }
    if (m_bridge)
        m_bridge->flush();
}

void Vault::cannotCompare(ErrorCode why)
{
    if (!isMirrorOwed() && (!m_open || m_mirror != Mirror::Unread))
        return;
    m_mirror = Mirror::Unread;
    m_mirrorPatience.stop();
    // A desktop without a keychain is not told at each unlock that it has none; one whose keychain went away is.
    const bool isThere = why == ErrorCode::KeychainLocked || why == ErrorCode::KeychainTimeout || why == ErrorCode::KeychainDenied
        || why == ErrorCode::KeychainFailed;
    if (isThere || m_facts.uncompared)
        m_facts.uncompared = why;
    // Where it cannot be written the next unlock compares the file as it is then.
    Database &database = m_session.database();
    if (!mirror::uncompared(database, m_session.epoch()) && !isDistrusted())
        (void)mirror::keepUncompared(database, m_session.contents().state, m_session.epoch());
    tell(m_session.discardFormer(false));
    showState();
    if (m_bridge)
        m_bridge->flush();
}

void Vault::mirrorIsLate()
{
    m_mirror = Mirror::Late;
    if (m_bridge)
        m_bridge->flush();
}

bool Vault::rowsAgree(const QByteArray &note) const
{
    const auto former = formerSigners(m_open->database());
    const auto remembered = checkpoint::fromNote(m_session.vaultId(), note, m_session.signingKey().verifyingKey(),
                                                 former.value_or(std::vector<FormerSigner>()));
    if (!remembered)
        return true;
    const auto row = m_open->rows().rowsAfter(remembered->sequence - 1, 1);
    return row && !row->empty() && row->front().event.sequence == remembered->sequence && crypto::equals(row->front().mac, remembered->mac);
}

void Vault::tellMirror()
{
    m_mirrorTimer.stop();
    // Also when it kept a lease before it was told.
    const bool isOwed = m_mirror == Mirror::Awaited || m_mirror == Mirror::Late || m_mirror == Mirror::Unread;
    if ((!m_open && !m_leased) || !m_expectsMirror || isDistrusted() || isOwed)
        return;
    const auto state = Manifest(m_session.database()).state();
    if (!state)
        return;
    QByteArray record = mirror::withEpoch(mirror::record(*state, m_session.manifestKey(), m_session.vaultId()), m_session.epoch());
    if (!m_note.isEmpty())
        record += '\n' + m_note;
    if (record == m_mirrored)
        return;
    m_mirrored = record;
    emit mirrored(m_session.vaultId(), record);
}

void Vault::sweepLog()
{
    if (!m_open || !m_sweep || isDistrusted())
        return;
    const Manifest::Report &contents = m_session.contents();
    Manifest manifest(m_session.database());
    Sweep &sweep = *m_sweep;
    // Of a disk that fails nothing is known but that; the next unlock looks again.
    const auto isUnknown = [this](const Error &error) {
        if (Manifest::isFinding(error))
            return false;
        m_sweep.reset();
        tell(std::unexpected(error));
        return true;
    };
    bool isLogWrong = false;
    if (sweep.done < contents.later->last) {
        const qint64 to = std::min(sweep.done + kRowsSwept, contents.later->last);
        const auto sum = manifest.sumOfAudit(sweep.done, to);
        if (!sum && isUnknown(sum.error()))
            return;
        isLogWrong = !sum;
        if (sum)
            sweep.sum.add(*sum);
        // An index that is wrong keeps nothing from being seen that is wrong with the rows.
        if (sweep.isIndexed) {
            const auto indexed = manifest.indexedAudit(sweep.done, to);
            if (!indexed && isUnknown(indexed.error()))
                return;
            sweep.isIndexed = indexed.has_value();
            if (indexed)
                std::ranges::transform(sweep.indexed, *indexed, sweep.indexed.begin(), std::plus());
        }
        sweep.done = to;
    } else if (sweep.isIndexed && sweep.counted < sweep.indexed.size()) {
        const auto fits = manifest.auditIndexFits(sweep.counted, sweep.indexed[sweep.counted], sweep.done);
        if (!fits && isUnknown(fits.error()))
            return;
        sweep.isIndexed = fits && *fits;
        ++sweep.counted;
    }
    if (!isLogWrong && (sweep.done < contents.later->last || (sweep.isIndexed && sweep.counted < sweep.indexed.size()))) {
        QTimer::singleShot(0, this, &Vault::sweepLog);
        return;
    }
    const Sweep swept = *std::exchange(m_sweep, std::nullopt);
    QList<VaultPart> wrong;
    if (isLogWrong || swept.sum != contents.later->expected)
        wrong.append(VaultPart::Log);
    if (!swept.isIndexed)
        wrong.append(VaultPart::Structure);
    if (!wrong.isEmpty())
        distrust({Distrust::Kind::ChangedOutside, wrong, static_cast<qint64>(contents.state.generation), 0});
}

void Vault::lookAtSearchLater(quint64 turn)
{
    QTimer::singleShot(kSearchPatience, this, [this, turn] {
        if (turn != m_turns || !m_open || isDistrusted())
            return;
        // The file of new keys has an index made anew, but they may come to nothing.
        m_replaced ? lookAtSearchLater(turn) : lookAtSearchIndex();
    });
}

void Vault::lookAtSearchIndex()
{
    const auto fits = Manifest(m_session.database()).searchIndexFits();
    if (fits && !*fits)
        distrust({Distrust::Kind::ChangedOutside, {VaultPart::SearchIndex}, static_cast<qint64>(m_session.contents().state.generation), 0});
    else if (!fits && fits.error().code != ErrorCode::Locked)
        tell(std::unexpected(fits.error()));
}

void Vault::verifyLog(const QByteArray &notes, Verified done)
{
    if (!m_open)
        return done(fail(ErrorCode::Locked));
    if (m_verifier || m_replaced)
        return done(fail(ErrorCode::Busy));
    const crypto::PersonalKeyPair *personal = personalKeys();
    if (!personal)
        return done(fail(ErrorCode::PersonalShut));
    auto verifier = m_open->verifier(*personal, {{LogVerdict::Place::File, notes}, {LogVerdict::Place::Keychain, m_note}});
    if (!verifier)
        return done(std::unexpected(verifier.error()));
    m_verifier = std::make_unique<AuditVerifier>(std::move(*verifier));
    m_verified = std::move(done);
    verifyMore();
}

void Vault::verifyMore()
{
    if (!m_verifier)
        return;
    const qint64 begun = steadyMicroseconds();
    const qint64 before = m_verifier->verdict().rows;
    do {
        const auto finished = m_verifier->step(kRowsAtOnce);
        if (!finished)
            return endVerify(std::unexpected(finished.error()));
        if (*finished)
            return endVerify(m_verifier->verdict());
    } while (steadyMicroseconds() - begun < kVerifyTurn);
    const qint64 rows = m_verifier->verdict().rows;
    if (const qint64 unit = std::max<qint64>(m_verifier->total() / kProgressSteps, 1); rows / unit != before / unit)
        emit verifyProgress(rows, m_verifier->total());
    // Behind whatever agents and windows asked meanwhile.
    QTimer::singleShot(0, this, &Vault::verifyMore);
}

void Vault::cancelVerify()
{
    if (!m_verifier)
        return;
    LogVerdict verdict = m_verifier->verdict();
    verdict.isCancelled = true;
    endVerify(verdict);
}

void Vault::endVerify(Result<LogVerdict> verdict)
{
    m_verifier.reset();
    if (auto done = std::exchange(m_verified, {}))
        done(std::move(verdict));
}

Result<> Vault::trustContents()
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    if (!isDistrusted())
        return {};
    cancelVerify();
    m_sweep.reset();
    const Distrust why = *m_facts.distrust;
    std::unique_ptr<OpenVault> open;
    const Result<> trusted = m_session.trustContents(static_cast<quint64>(std::max(why.newest, why.generation)), [&]() -> Result<> {
        auto made = makeOpen();
        if (!made)
            return std::unexpected(made.error());
        open = std::move(*made);
        // What is told from here on takes the place of what is remembered, unless that is still to be read.
        if (m_mirror != Mirror::Unread)
            if (const Result<> decided = mirror::forgetUncompared(m_session.database()); !decided)
                return decided;
        return open->trusted(trustedInWords(why) + formerKeysInWords() + removedInWords(m_session.removedSurplus()));
    });
    if (!trusted)
        return trusted;
    m_open = std::move(open);
    m_facts.distrust.reset();
    m_facts.removedSurplus = m_session.removedSurplus();
    tell(m_session.formerKeysAreOnRecord());
    if (const auto trouble = m_session.takeTrouble())
        tell(std::unexpected(*trouble));
    tell(writeLockedCalls());
    applyPauseWish();
    tellMirror();
    announceAgents();
    showState();
    emit entriesChanged();
    emit grantsChanged();
    return {};
}

} // namespace clavitor
