// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession about whether the file is as it was left.
#include "app/session/VaultSessionParts.h"

#include "app/session/HeaderMemory.h"
#include "app/store/SurplusRows.h"
#include "app/store/Transaction.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

Result<> freezeAsChanged(Database &database)
{
    return database.freeze(Error{ErrorCode::ChangedOutside, u"changed outside Clavitor"_s});
}

} // namespace

Result<Manifest::Report> VaultSession::checked(Database &database, const crypto::VaultHeader &header)
{
    auto report = Manifest(database).check();
    if (!report)
        return report;
    const auto standing = HeaderMemory(database).standingOf(header);
    if (!standing && !Manifest::isFinding(standing.error()))
        return std::unexpected(standing.error());
    if (standing && *standing == HeaderMemory::Standing::Older)
        report->wrong.append(VaultPart::KeyFile);
    if (!report->wrong.isEmpty())
        if (const Result<> frozen = freezeAsChanged(database); !frozen)
            return std::unexpected(frozen.error());
    return report;
}

Result<Manifest::Report> VaultSession::compare(Database &database, const crypto::SecretBytes &manifestKey, const crypto::VaultHeader &header)
{
    Manifest manifest(database);
    if (const Result<> attached = manifest.attach(manifestKey, header.vaultId); !attached)
        return std::unexpected(attached.error());
    auto report = checked(database, header);
    if (report && report->wrong.isEmpty())
        if (const Result<> watched = manifest.watch(); !watched)
            return std::unexpected(watched.error());
    return report;
}

Result<> VaultSession::compareAgain(Opened &opened) const
{
    auto report = checked(opened.database, m_headers.front());
    if (!report)
        return std::unexpected(report.error());
    opened.contents = std::move(*report);
    return {};
}

Result<> VaultSession::remember(Opened &opened, const crypto::VaultHeader &header)
{
    const Result<> done = HeaderMemory(opened.database).remember(header);
    opened.isHeaderOwed = !done;
    return done;
}

Result<> VaultSession::discardFormer(bool isNewest)
{
    if (!m_open || isReplacing() || !m_open->contents.wrong.isEmpty())
        return {};
    return m_folder.discardFormer(m_headers.front(), isNewest);
}

const Manifest::Report &VaultSession::contents() const
{
    return held().contents;
}

Result<> VaultSession::freezeContents(const QString &why)
{
    if (!m_open)
        return failLocked();
    return m_open->database.freeze(Error{ErrorCode::ChangedOutside, why});
}

Result<> VaultSession::trustContents(quint64 atLeast, const std::function<Result<>()> &then)
{
    if (!m_open)
        return failLocked();
    Database &database = m_open->database;
    Manifest manifest(database);
    if (const Result<> thawed = database.freeze({}); !thawed)
        return thawed;
    const auto trusted = [&]() -> Result<> {
        if (const Result<> repaired = manifest.repairFreePages(); !repaired)
            return repaired;
        auto transaction = Transaction::begin(database);
        if (!transaction)
            return std::unexpected(transaction.error());
        auto surplus = SurplusRows(database).remove();
        if (!surplus)
            return std::unexpected(surplus.error());
        m_removed = std::move(*surplus);
        if (const Result<> repaired = manifest.repairIndexes(); !repaired)
            return repaired;
        if (const Result<> sealed = manifest.seal(atLeast); !sealed)
            return sealed;
        if (const Result<> watched = manifest.watch(); !watched)
            return watched;
        if (const Result<> known = remember(*m_open, m_headers.front()); !known)
            return known;
        if (const Result<> done = then(); !done)
            return done;
        return transaction->commit();
    };
    if (const Result<> done = trusted(); !done) {
        m_removed.clear();
        (void)freezeAsChanged(database);
        return done;
    }
    m_open->contents.wrong.clear();
    if (std::exchange(m_isRepairPutOff, false))
        repairCopies(m_headers.front());
    return {};
}

} // namespace clavitor
