// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AuditVerifier.h"

#include "app/access/AuditLog.h"

#include <algorithm>
#include <utility>

namespace clavitor {

namespace {

/// Canonical bytes with what the columns hold where a character was cut in half. Rows are made of whole characters now; before,
/// a half was linked as it was, as an escape, and stored as what UTF-8 has for it.
QByteArray asStored(const QByteArray &canonical)
{
    static const QByteArray substitute = QString(QChar(0xD800)).toUtf8();
    QByteArray stored;
    stored.reserve(canonical.size());
    for (qsizetype at = 0; at < canonical.size(); ++at) {
        if (canonical.at(at) != '\\') {
            stored.append(canonical.at(at));
            continue;
        }
        // The writer escapes a surrogate only when it is alone.
        const QByteArrayView escape = QByteArrayView(canonical).sliced(at).first(std::min<qsizetype>(6, canonical.size() - at));
        bool isHex = false;
        const uint unit = escape.size() == 6 && escape.at(1) == 'u' ? escape.sliced(2).toByteArray().toUInt(&isHex, 16) : 0;
        if (isHex && QChar::isSurrogate(unit)) {
            stored.append(substitute);
            at += 5;
        } else {
            stored.append(escape.first(std::min<qsizetype>(2, escape.size())));
            ++at;
        }
    }
    return stored;
}

} // namespace

AuditVerifier::AuditVerifier(Parts parts)
    : m_parts(std::move(parts))
    , m_key(crypto::SecretBytes::copyOf(m_parts.firstKey.bytes()))
{
    m_parts.firstKey.wipe();
}

Result<> AuditVerifier::gather(int limit)
{
    if (!m_hasStored) {
        const auto stored = m_parts.store.checkpoints(m_gathered, limit);
        if (!stored)
            return std::unexpected(stored.error());
        for (const AuditCheckpoint &one : *stored)
            m_anchors.push_back({one, LogVerdict::Place::Vault});
        if (!stored->isEmpty())
            m_gathered = stored->last().sequence;
        m_hasStored = stored->size() < limit;
        if (!m_hasStored)
            return {};
        for (Notes &notes : m_parts.notes)
            m_notes.emplace_back(notes.place, checkpoint::NoteReader(m_parts.vaultId, std::move(notes.text), m_parts.key, m_parts.former));
        return {};
    }
    for (auto &[place, reader] : m_notes) {
        if (reader.isAtEnd())
            continue;
        for (AuditCheckpoint &one : reader.next(limit))
            m_anchors.push_back({std::move(one), place});
        return {};
    }
    std::ranges::stable_sort(m_anchors, {}, [](const Anchor &anchor) { return anchor.checkpoint.sequence; });
    m_hasAll = true;
    return {};
}

bool AuditVerifier::fail(LogVerdict::Fault fault, qint64 row)
{
    m_verdict.fault = fault;
    m_verdict.row = row;
    return false;
}

void AuditVerifier::agree(const Anchor &anchor)
{
    ++m_verdict.checkpoints;
    if (anchor.place == LogVerdict::Place::Vault)
        return;
    if (anchor.place == LogVerdict::Place::File) {
        m_verdict.fileRow = anchor.checkpoint.sequence;
        if (m_verdict.fileSince == 0)
            m_verdict.fileSince = anchor.checkpoint.time;
    } else if (m_verdict.fileRow == anchor.checkpoint.sequence) {
        return; // a file of the person's own proves more than a keychain that every program of theirs can write
    }
    m_verdict.anchor = anchor.place;
    m_verdict.anchorRow = anchor.checkpoint.sequence;
    m_verdict.anchorTime = anchor.checkpoint.time;
}

bool AuditVerifier::take(const AuditRow &row)
{
    const qint64 expected = m_sequence + 1;
    if (row.event.sequence != expected)
        return fail(LogVerdict::Fault::Missing, expected);
    // The columns are what people read, the canonical bytes what was linked.
    if (!row.isReadable || (canonicalJson(row.event) != row.canonical && canonicalJson(row.event) != asStored(row.canonical)))
        return fail(LogVerdict::Fault::Altered, expected);
    crypto::KeyedDigest link(m_key.bytes());
    link.add(std::span<const std::byte>(m_mac));
    link.add(std::as_bytes(std::span(row.canonical.constData(), static_cast<std::size_t>(row.canonical.size()))));
    const crypto::Digest32 mac = link.finish();
    if (!crypto::equals(mac, row.mac))
        return fail(LogVerdict::Fault::Altered, expected);
    m_sequence = expected;
    m_mac = mac;
    AuditLog::advance(m_key);
    ++m_verdict.rows;
    for (; m_next < m_anchors.size() && m_anchors[m_next].checkpoint.sequence <= m_sequence; ++m_next) {
        const Anchor &anchor = m_anchors[m_next];
        if (anchor.place == LogVerdict::Place::Vault && !checkpoint::isGenuine(m_parts.vaultId, anchor.checkpoint, m_parts.key, m_parts.former))
            return fail(LogVerdict::Fault::Checkpoint, m_sequence);
        if (anchor.checkpoint.sequence != m_sequence || !crypto::equals(anchor.checkpoint.mac, m_mac))
            return fail(LogVerdict::Fault::Disagrees, m_sequence);
        agree(anchor);
    }
    return true;
}

void AuditVerifier::finish()
{
    // Of rows nobody remembers truthfully none is missing.
    for (std::size_t i = m_next; i < m_anchors.size(); ++i)
        if (m_anchors[i].place == LogVerdict::Place::Vault && !checkpoint::isGenuine(m_parts.vaultId, m_anchors[i].checkpoint, m_parts.key, m_parts.former)) {
            fail(LogVerdict::Fault::Checkpoint, m_sequence + 1);
            return;
        }
    // The row the log should have had next, says whoever remembers one.
    if (m_sequence < m_parts.head.sequence || m_next < m_anchors.size())
        fail(LogVerdict::Fault::Missing, m_sequence + 1);
    else if (!crypto::equals(m_mac, m_parts.head.mac) || !m_key.equals(m_parts.head.key.bytes()))
        fail(LogVerdict::Fault::HeadAltered, m_sequence + 1);
}

Result<bool> AuditVerifier::step(int limit)
{
    if (!m_hasAll) {
        const Result<> gathered = gather(limit);
        if (!gathered)
            return std::unexpected(gathered.error());
        if (!m_hasAll)
            return false;
        // The first row is 1: what lies before was never written by us, and is listed all the same.
        const auto planted = m_parts.store.rowBefore(1);
        if (!planted)
            return std::unexpected(planted.error());
        if (*planted)
            fail(LogVerdict::Fault::Altered, **planted);
        return planted->has_value();
    }
    const auto rows = m_parts.store.rowsAfter(m_sequence, limit);
    if (!rows)
        return std::unexpected(rows.error());
    for (const AuditRow &row : *rows) {
        // Appended since, unless nothing is.
        if (row.event.sequence > m_parts.head.sequence) {
            finish();
            if (m_parts.isStill && m_verdict.fault == LogVerdict::Fault::None)
                fail(LogVerdict::Fault::HeadAltered, m_parts.head.sequence + 1);
            return true;
        }
        if (!take(row))
            return true;
    }
    if (!rows->empty())
        return false;
    finish();
    return true;
}

} // namespace clavitor
