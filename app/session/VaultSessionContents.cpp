// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession about whether the file is as it was left.
#include "app/session/VaultSessionParts.h"

#include "app/store/Transaction.h"

namespace clavitor {

using namespace Qt::StringLiterals;

Result<Manifest::Report> VaultSession::compare(Database &database, const crypto::SecretBytes &manifestKey, const std::string &vault)
{
    Manifest manifest(database);
    if (const Result<> attached = manifest.attach(manifestKey, vault); !attached)
        return std::unexpected(attached.error());
    auto report = manifest.check();
    if (!report)
        return report;
    const Result<> ready = report->wrong.isEmpty() ? manifest.watch()
                                                   : database.freeze(Error{ErrorCode::ChangedOutside, u"changed outside Clavitor"_s});
    return ready ? std::move(report) : std::unexpected(ready.error());
}

Result<> VaultSession::compareAgain(Opened &opened)
{
    auto report = Manifest(opened.database).check();
    if (!report)
        return std::unexpected(report.error());
    opened.contents = std::move(*report);
    return opened.contents.wrong.isEmpty() ? Result<>()
                                           : opened.database.freeze(Error{ErrorCode::ChangedOutside, u"changed outside Clavitor"_s});
}

void VaultSession::discardFormer()
{
    if (m_open && !isReplacing() && m_open->contents.wrong.isEmpty())
        m_folder.discardFormer(m_headers.front());
}

const Manifest::Report &VaultSession::contents() const
{
    return held().contents;
}

Result<> VaultSession::freezeContents(const QString &why)
{
    if (!m_open)
        return fail(ErrorCode::Locked, u"the vault is locked"_s);
    return m_open->database.freeze(Error{ErrorCode::ChangedOutside, why});
}

Result<> VaultSession::trustContents(quint64 atLeast, const std::function<Result<>()> &then)
{
    if (!m_open)
        return fail(ErrorCode::Locked, u"the vault is locked"_s);
    Database &database = m_open->database;
    Manifest manifest(database);
    if (const Result<> thawed = database.freeze({}); !thawed)
        return thawed;
    const auto trusted = [&]() -> Result<> {
        auto transaction = Transaction::begin(database);
        if (!transaction)
            return std::unexpected(transaction.error());
        if (const Result<> repaired = manifest.repairIndexes(); !repaired)
            return repaired;
        if (const Result<> sealed = manifest.seal(atLeast); !sealed)
            return sealed;
        if (const Result<> watched = manifest.watch(); !watched)
            return watched;
        if (const Result<> done = then(); !done)
            return done;
        return transaction->commit();
    };
    const Result<> done = trusted();
    if (!done)
        (void)database.freeze(Error{ErrorCode::ChangedOutside, u"changed outside Clavitor"_s});
    else
        m_open->contents.wrong.clear();
    return done;
}

} // namespace clavitor
