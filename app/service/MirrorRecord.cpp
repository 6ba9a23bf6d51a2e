// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/MirrorRecord.h"

#include "app/store/MetaStore.h"
#include "crypto/Digest.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>
#include <span>

namespace clavitor::mirror {

using namespace Qt::StringLiterals;

namespace {

constexpr std::string_view kMirrorLabel = "clavitor/mirror/v1";
constexpr qsizetype kDigest = static_cast<qsizetype>(sizeof(crypto::Digest32));
// Epoch, generation, then the manifest's MAC.
constexpr auto kUncompared = "mirror.uncompared"_L1;
constexpr qsizetype kUncomparedHead = 12;

} // namespace

QByteArray record(const SealedState &state, const crypto::SecretBytes &key, const QString &vaultId)
{
    QByteArray text = QByteArray::number(static_cast<qulonglong>(state.generation), 16).rightJustified(16, '0');
    text += QByteArray(reinterpret_cast<const char *>(state.mac.data()), kDigest).toHex();
    crypto::KeyedDigest mac(key.bytes());
    mac.addField(kMirrorLabel).addField(vaultId.toStdString()).addField(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    const crypto::Digest32 tag = mac.finish();
    return text + QByteArray(reinterpret_cast<const char *>(tag.data()), kDigest).toHex();
}

QByteArray withEpoch(QByteArray record, quint32 epoch)
{
    return epoch == 1 ? record : record + ' ' + QByteArray::number(epoch);
}

quint32 takeEpoch(QByteArray &record)
{
    const qsizetype at = record.indexOf(' ');
    if (at < 0)
        return 1;
    const quint32 epoch = record.sliced(at + 1).toUInt();
    record.truncate(at);
    return epoch;
}

std::optional<SealedState> read(const QByteArray &record, const crypto::SecretBytes &key, const QString &vaultId)
{
    if (record.size() != 16 + 4 * kDigest)
        return std::nullopt;
    SealedState state;
    bool isNumber = false;
    state.generation = record.first(16).toULongLong(&isNumber, 16);
    const QByteArray mac = QByteArray::fromHex(record.sliced(16, 2 * kDigest));
    if (!isNumber || mac.size() != kDigest)
        return std::nullopt;
    std::ranges::copy(std::as_bytes(std::span(mac.constData(), static_cast<std::size_t>(kDigest))), state.mac.begin());
    // A whole record, compared as one: it holds no secret but its last part, which is checked in constant time.
    const QByteArray genuine = mirror::record(state, key, vaultId);
    return crypto::equals(crypto::digest(std::as_bytes(std::span(genuine.constData(), static_cast<std::size_t>(genuine.size())))),
                          crypto::digest(std::as_bytes(std::span(record.constData(), static_cast<std::size_t>(record.size())))))
        ? std::optional(state)
        : std::nullopt;
}

std::optional<SealedState> uncompared(Database &database, quint32 epoch)
{
    const auto stored = MetaStore(database).value(kUncompared);
    if (!stored || !*stored || (*stored)->size() != kUncomparedHead + kDigest || qFromLittleEndian<quint32>((*stored)->constData()) != epoch)
        return std::nullopt;
    SealedState state;
    state.generation = qFromLittleEndian<quint64>((*stored)->constData() + 4);
    std::memcpy(state.mac.data(), (*stored)->constData() + kUncomparedHead, sizeof state.mac);
    return state;
}

Result<> keepUncompared(Database &database, const SealedState &state, quint32 epoch)
{
    QByteArray stored(kUncomparedHead, Qt::Uninitialized);
    qToLittleEndian<quint32>(epoch, stored.data());
    qToLittleEndian<quint64>(state.generation, stored.data() + 4);
    stored.append(reinterpret_cast<const char *>(state.mac.data()), kDigest);
    return MetaStore(database).setValue(kUncompared, stored);
}

Result<> forgetUncompared(Database &database)
{
    return MetaStore(database).remove(kUncompared);
}

} // namespace clavitor::mirror
