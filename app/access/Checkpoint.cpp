// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Checkpoint.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <cstring>
#include <utility>

namespace clavitor::checkpoint {

using namespace Qt::StringLiterals;

namespace {

constexpr char kDash[] = "\xe2\x80\x94 "; // an em dash and a space begin a signature's line
constexpr char kEd25519 = 1;              // signed-note.md's number of the algorithm
constexpr qsizetype kKeyHash = 4;
constexpr int kTextLines = 5;

template<std::size_t size>
QByteArray bytes(const std::array<std::byte, size> &from)
{
    return QByteArray(reinterpret_cast<const char *>(from.data()), static_cast<qsizetype>(size));
}

std::string_view view(const QByteArray &text)
{
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

QByteArray origin(const QString &vaultId)
{
    return "clavitor/" + vaultId.toLatin1();
}

QByteArray keyHash(const QString &vaultId, const crypto::VerifyingKey &key)
{
    return bytes(crypto::sha256(view(origin(vaultId) + '\n' + kEd25519 + bytes(key)))).first(kKeyHash);
}

std::optional<QByteArray> decoded(const QByteArray &base64, qsizetype size)
{
    const auto read = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors);
    // Only the one way to write it.
    if (!read || read.decoded.size() != size || read.decoded.toBase64() != base64)
        return std::nullopt;
    return read.decoded;
}

} // namespace

QByteArray text(const QString &vaultId, const AuditCheckpoint &checkpoint)
{
    const QByteArray time = QDateTime::fromMSecsSinceEpoch(checkpoint.time, QTimeZone::utc()).toString(Qt::ISODateWithMs).toLatin1();
    return origin(vaultId) + '\n' + QByteArray::number(checkpoint.sequence) + '\n' + bytes(checkpoint.mac).toBase64() + "\ngeneration "
        + QByteArray::number(checkpoint.generation) + "\ntime " + time + '\n';
}

AuditCheckpoint sign(const QString &vaultId, AuditCheckpoint checkpoint, const crypto::SigningKey &key)
{
    checkpoint.signature = bytes(key.sign(view(text(vaultId, checkpoint))));
    return checkpoint;
}

bool isGenuine(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key)
{
    crypto::SignatureBytes signature{};
    if (checkpoint.signature.size() != static_cast<qsizetype>(signature.size()))
        return false;
    std::memcpy(signature.data(), checkpoint.signature.constData(), signature.size());
    return crypto::verifies(signature, view(text(vaultId, checkpoint)), key);
}

bool isGenuine(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key,
               const std::vector<FormerSigner> &former)
{
    return isGenuine(vaultId, checkpoint, key) || std::ranges::any_of(former, [&](const FormerSigner &signer) {
        return checkpoint.sequence <= signer.upTo && isGenuine(vaultId, checkpoint, signer.key);
    });
}

QByteArray note(const QString &vaultId, const AuditCheckpoint &checkpoint, const crypto::VerifyingKey &key)
{
    const QByteArray signature = keyHash(vaultId, key) + checkpoint.signature;
    return text(vaultId, checkpoint) + '\n' + kDash + origin(vaultId) + ' ' + signature.toBase64() + '\n';
}

namespace {

std::optional<AuditCheckpoint> signedBy(const QString &vaultId, QByteArrayView note, const crypto::VerifyingKey &key)
{
    const QList<QByteArray> lines = note.toByteArray().split('\n');
    const QByteArray signer = kDash + origin(vaultId) + ' ';
    if (lines.size() < kTextLines + 2 || lines[0] != origin(vaultId) || !lines[kTextLines].isEmpty()
        || !lines[3].startsWith("generation ") || !lines[4].startsWith("time ") || !lines[kTextLines + 1].startsWith(signer))
        return std::nullopt;
    AuditCheckpoint read;
    bool isNumber = false;
    read.sequence = lines[1].toLongLong(&isNumber);
    if (!isNumber)
        return std::nullopt;
    read.generation = lines[3].sliced(11).toLongLong(&isNumber);
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(lines[4].sliced(5)), Qt::ISODateWithMs);
    const auto mac = decoded(lines[2], static_cast<qsizetype>(read.mac.size()));
    const auto signature = decoded(lines[kTextLines + 1].sliced(signer.size()), kKeyHash + static_cast<qsizetype>(sizeof(crypto::SignatureBytes)));
    if (!isNumber || !time.isValid() || !mac || !signature || signature->first(kKeyHash) != keyHash(vaultId, key))
        return std::nullopt;
    read.time = time.toMSecsSinceEpoch();
    std::memcpy(read.mac.data(), mac->constData(), read.mac.size());
    read.signature = signature->sliced(kKeyHash);
    // A date can be read from other bytes than those that were signed.
    if (!note.startsWith(text(vaultId, read)))
        return std::nullopt;
    return isGenuine(vaultId, read, key) ? std::optional(read) : std::nullopt;
}

} // namespace

std::optional<AuditCheckpoint> fromNote(const QString &vaultId, QByteArrayView note, const crypto::VerifyingKey &key,
                                        const std::vector<FormerSigner> &former)
{
    if (auto read = signedBy(vaultId, note, key))
        return read;
    for (const FormerSigner &signer : former)
        if (auto read = signedBy(vaultId, note, signer.key); read && read->sequence <= signer.upTo)
            return read;
    return std::nullopt;
}

NoteReader::NoteReader(const QString &vaultId, QByteArray notes, const crypto::VerifyingKey &key, std::vector<FormerSigner> former)
    : m_vaultId(vaultId)
    , m_notes(std::move(notes))
    , m_key(key)
    , m_former(std::move(former))
    , m_start(origin(vaultId) + '\n')
{
    if (m_notes.startsWith(m_start))
        m_at = 0;
    else if (const qsizetype before = m_notes.indexOf(QByteArray('\n' + m_start)); before >= 0)
        m_at = before + 1;
}

QList<AuditCheckpoint> NoteReader::next(qsizetype limit)
{
    QList<AuditCheckpoint> found;
    // A signature's line names the vault, too, but never begins with it.
    const QByteArray following = '\n' + m_start;
    for (; m_at >= 0 && limit > 0; --limit) {
        const qsizetype end = m_notes.indexOf(following, m_at);
        if (const auto one = fromNote(m_vaultId, QByteArrayView(m_notes).sliced(m_at, (end < 0 ? m_notes.size() : end) - m_at), m_key, m_former))
            found.append(*one);
        m_at = end < 0 ? -1 : end + 1;
    }
    return found;
}

} // namespace clavitor::checkpoint
