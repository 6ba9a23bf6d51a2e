// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditLog.h"

#include "app/base/Clock.h"
#include "app/link/Utf8.h"
#include "app/model/Agent.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <limits>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Bytes of UTF-8. A title is the person's.
constexpr qsizetype kTitleLimit = 1024;
constexpr qsizetype kPlaceLimit = 1024;
constexpr qsizetype kOtherLimit = 4096;
// Rows the head is led over where they are missing: some tenths of a second.
constexpr qint64 longestGap = 500'000;

/// Every text as the columns will give it back, so that what is linked is what is read: cut between characters.
void settleTexts(AuditEvent &event)
{
    const bool isAgents = event.entry.isNull() && !event.actor.startsWith("app:"_L1);
    const auto settle = [](QString &text, qsizetype limit) { text = link::cutToUtf8(text, limit); };
    settle(event.subject, isAgents ? AuditLog::agentTextLimit : kTitleLimit);
    // A command stands in the row of its use and in the one of the person's yes.
    const bool isCommand = event.action == wireName(Action::Use) || event.actor.startsWith("app:"_L1);
    settle(event.reason, isCommand ? AuditLog::commandLimit : AuditLog::agentTextLimit);
    settle(event.caller.client, AuditLog::agentTextLimit);
    settle(event.caller.program, kPlaceLimit);
    settle(event.caller.parents, kPlaceLimit);
    settle(event.caller.folder, kPlaceLimit);
    for (QString *const text : {&event.action, &event.actor, &event.keyId, &event.why, &event.requestId})
        settle(*text, kOtherLimit);
}

} // namespace

QByteArray canonicalJson(const AuditEvent &event)
{
    QJsonObject row{
        {u"seq"_s, event.sequence},
        {u"utc"_s, event.time},
        {u"op"_s, event.action},
        {u"subject"_s, event.subject},
        {u"actor"_s, event.actor},
        {u"token_id"_s, event.keyId},
        {u"decision"_s, QString(wireName(event.outcome))},
        {u"why"_s, event.why},
        {u"reason"_s, event.reason},
        {u"req_id"_s, event.requestId},
        {u"us"_s, event.durationMicroseconds},
    };
    if (!event.entry.isNull())
        row.insert(u"entry_id"_s, event.entry.toString());
    if (event.caller != Caller{}) {
        row.insert(u"caller"_s, QJsonObject{{u"program"_s, event.caller.program},
                                            {u"pid"_s, event.caller.pid},
                                            {u"parents"_s, event.caller.parents},
                                            {u"folder"_s, event.caller.folder},
                                            {u"client"_s, event.caller.client}});
    }
    return QJsonDocument(row).toJson(QJsonDocument::Compact);
}

AuditLog::AuditLog(AuditStore &store)
    : m_store(store)
{
}

void AuditLog::Head::follow(const Head &other)
{
    sequence = other.sequence;
    mac = other.mac;
    clock = other.clock;
    if (key.size() != other.key.size())
        key = crypto::SecretBytes(other.key.size());
    std::ranges::copy(other.key.bytes(), key.writable().begin());
}

Result<> AuditLog::load(const SealingKeys &keys, const crypto::RandomSource &random)
{
    const Result<qint64> seen = m_store.lastSeen();
    if (!seen)
        return std::unexpected(seen.error());
    m_lastSeen = *seen;
    const Result<qint64> clock = m_store.clockStood();
    if (!clock)
        return std::unexpected(clock.error());
    auto chain = m_store.chain();
    if (!chain)
        return std::unexpected(chain.error());
    if (*chain) {
        m_stored = {(*chain)->sequence, (*chain)->mac, std::move((*chain)->key), *clock};
        if (const Result<> caught = catchUp(); !caught)
            return caught;
        m_next.follow(m_stored);
        return {};
    }
    crypto::SecretBytes first(sizeof(crypto::Digest32));
    random(first.writable());
    const auto text = crypto::SecretText::copyOf({reinterpret_cast<const char *>(first.bytes().data()), first.size()});
    const auto start = crypto::sealPersonal(text, AuditStore::startContext(keys), keys.personalKey, *keys.manifestKey);
    const Result<> started = m_store.startChain(
        first, QByteArrayView(reinterpret_cast<const char *>(start.data()), static_cast<qsizetype>(start.size())));
    if (!started)
        return started;
    m_stored = {0, {}, std::move(first), *clock};
    m_next.follow(m_stored);
    return {};
}

Result<> AuditLog::catchUp()
{
    // Rows behind the head are there only in a file that was changed outside: an older head. Genuine ones are linked with the
    // keys the head leads to, so those are walked; what is not genuine shows when the log is verified.
    for (;;) {
        const auto rows = m_store.rowsAfter(m_stored.sequence, AuditStore::maximumPage);
        if (!rows)
            return std::unexpected(rows.error());
        if (rows->empty())
            return {};
        for (const AuditRow &row : *rows) {
            // Behind a longer gap no row is followed by its key any more: verifying ends at the first that is missing.
            for (qint64 step = std::min(row.event.sequence - m_stored.sequence, longestGap); step > 0; --step)
                advance(m_stored.key);
            m_stored.sequence = row.event.sequence;
            m_stored.mac = row.mac;
        }
    }
}

void AuditLog::advance(crypto::SecretBytes &key)
{
    crypto::KeyedDigest step(key.bytes());
    step.add("next");
    crypto::Digest32 next = step.finish();
    // Into the block that is there: fencing off a new one takes half a dozen system calls, at every row.
    std::ranges::copy(next, key.writable().begin());
    explicit_bzero(next.data(), next.size());
}

AuditChain AuditLog::head() const
{
    return {m_stored.sequence, m_stored.mac, crypto::SecretBytes::copyOf(m_stored.key.bytes()), {}};
}

Result<> AuditLog::append(AuditEvent event)
{
    // Calls to a locked vault are told of afterwards.
    if (event.outcome == Outcome::Locked)
        return write(std::move(event));
    const qint64 time = event.time;
    if (time < m_next.clock - clockTolerance) {
        AuditEvent step;
        step.time = time;
        step.action = QString(AuditStore::clockSetBack);
        step.actor = u"app:clavitor"_s;
        step.why = u"it was %1"_s.arg(toIso8601(m_next.clock));
        if (const Result<> written = write(std::move(step)); !written)
            return written;
        m_next.clock = time;
    }
    if (const Result<> written = write(std::move(event)); !written)
        return written;
    m_next.clock = std::max(m_next.clock, time);
    return {};
}

Result<> AuditLog::keepSeen(const AuditEvent &event)
{
    const auto trusts = [](const AuditEvent &row) { return AuditStore::trustsTheClock(row.action); };
    if (trusts(event)) {
        m_keptSeen = 0;
        return m_store.forgetSeen();
    }
    if (event.time >= m_lastSeen - orderTolerance || m_keptSeen >= m_lastSeen || std::ranges::any_of(m_open, trusts))
        return {};
    m_keptSeen = m_lastSeen;
    return m_store.keepSeen(m_lastSeen);
}

Result<> AuditLog::write(AuditEvent event)
{
    if (const Result<> kept = keepSeen(event); !kept)
        return kept;
    m_lastSeen = std::max(m_lastSeen, event.time);
    if (m_next.sequence == std::numeric_limits<qint64>::max())
        return fail(ErrorCode::DamagedFile, u"the log has a row with the last number there is"_s);
    event.sequence = m_next.sequence + 1;
    settleTexts(event);

    const QByteArray canonical = canonicalJson(event);
    crypto::KeyedDigest mac(m_next.key.bytes());
    mac.add(std::as_bytes(std::span(m_next.mac)));
    mac.add(std::as_bytes(std::span(canonical.constData(), static_cast<std::size_t>(canonical.size()))));
    const crypto::Digest32 linked = mac.finish();

    const Result<> stored = m_store.append(event, canonical, linked);
    if (!stored)
        return stored;

    m_next.sequence = event.sequence;
    m_next.mac = linked;
    advance(m_next.key);
    m_open.append(std::move(event));
    return {};
}

Result<> AuditLog::seal()
{
    if (m_open.isEmpty())
        return {};
    if (sign && (m_wantsCheckpoint || m_next.sequence / checkpointEvery != m_stored.sequence / checkpointEvery)) {
        m_checkpoint = sign(m_next.sequence, m_next.mac);
        if (const Result<> added = m_store.addCheckpoint(*m_checkpoint); !added)
            return added;
    }
    return m_store.advanceChain(m_next.sequence, m_next.mac, m_next.key);
}

void AuditLog::settle(bool stored)
{
    if (!stored)
        m_keptSeen = 0;
    if (m_open.isEmpty())
        return;
    const QList<AuditEvent> rows = std::exchange(m_open, {});
    const auto checkpoint = std::exchange(m_checkpoint, std::nullopt);
    if (!stored) {
        m_next.follow(m_stored);
        return;
    }
    for (const AuditEvent &row : rows)
        m_lastSeen = AuditStore::trustsTheClock(row.action) ? row.time : std::max(m_lastSeen, row.time);
    m_stored.follow(m_next);
    if (checkpoint)
        m_wantsCheckpoint = false;
    if (committed)
        committed(rows);
    if (checkpoint && checkpointed)
        checkpointed(*checkpoint);
}

} // namespace clavitor
