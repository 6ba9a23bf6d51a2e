// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/HeaderMemory.h"

#include "app/store/MetaStore.h"
#include "crypto/VaultHeader.h"

#include <QtEndian>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Newest = "header.newest"_L1;
constexpr qsizetype RevisionSize = 8;
constexpr qsizetype HeaderRecordSize = RevisionSize + static_cast<qsizetype>(sizeof(crypto::Digest32));

/// The revision, then the digest of the header's file.
QByteArray recordOf(const crypto::VaultHeader &header)
{
    QByteArray record(RevisionSize, Qt::Uninitialized);
    qToLittleEndian<quint64>(header.revision, record.data());
    const crypto::Digest32 digest = crypto::digest(crypto::serialise(header));
    return record.append(reinterpret_cast<const char *>(digest.data()), HeaderRecordSize - RevisionSize);
}

} // namespace

HeaderMemory::HeaderMemory(Database &database)
    : m_database(database)
{
}

Result<HeaderMemory::Standing> HeaderMemory::standingOf(const crypto::VaultHeader &header) const
{
    const auto stored = MetaStore(m_database).value(Newest);
    if (!stored)
        return std::unexpected(stored.error());
    if (!*stored)
        return Standing::Unknown;
    const QByteArray &record = **stored;
    if (record.size() != HeaderRecordSize)
        return Standing::Older;
    const auto revision = qFromLittleEndian<quint64>(record.constData());
    if (header.revision > revision)
        return Standing::Newer;
    return record == recordOf(header) ? Standing::Same : Standing::Older;
}

Result<> HeaderMemory::remember(const crypto::VaultHeader &header)
{
    const QByteArray record = recordOf(header);
    MetaStore meta(m_database);
    const auto stored = meta.value(Newest);
    if (!stored)
        return std::unexpected(stored.error());
    return *stored == record ? Result<>() : meta.setValue(Newest, record);
}

} // namespace clavitor
