// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultFolder about replacing all keys: the database of the next epoch beside that of the one before.
#include "app/session/VaultFolder.h"

#include "app/session/SyncedFile.h"
#include "app/store/DatabaseFile.h"
#include "crypto/Digest.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

QString VaultFolder::formerPath() const
{
    return headerPath() + ".before"_L1;
}

bool VaultFolder::hasDatabase() const
{
    static const QRegularExpression name(u"^vault(?:\\.[1-9][0-9]{0,9})?\\.db$"_s);
    const QStringList names = QDir(m_path).entryList({u"vault*.db"_s}, QDir::Files | QDir::Hidden | QDir::System);
    return std::ranges::any_of(names, [](const QString &file) { return name.match(file).hasMatch(); });
}

bool VaultFolder::hasDatabaseOf(const crypto::VaultHeader &header) const
{
    const auto file = DatabaseFile::look(databasePath(header.epoch), header.databaseSalt);
    return file && file->start == DatabaseFile::Start::OurSalt;
}

Result<> VaultFolder::keepFormer(const crypto::VaultHeader &header) const
{
    auto kept = writeSynced(formerPath(), crypto::serialise(header));
    if (kept)
        kept = syncFolder(m_path);
    if (!kept)
        ::unlink(QFile::encodeName(formerPath()).constData());
    return kept;
}

Result<crypto::VaultHeader> VaultFolder::former() const
{
    return readHeaderFile(formerPath());
}

Result<FormerKeys> VaultFolder::formerKeys() const
{
    const auto before = former();
    if (!before)
        return std::unexpected(before.error());
    FormerKeys keys;
    const QDateTime written = QFileInfo(formerPath()).lastModified();
    keys.writtenAt = written.isValid() ? written.toMSecsSinceEpoch() : 0;
    keys.opensVault = hasDatabaseOf(*before);
    keys.hasLaterFile = QFile::exists(databasePath(before->epoch + 1));
    return keys;
}

Result<> VaultFolder::keepDamaged(const QString &path) const
{
    if (!QFileInfo(path).exists() && !QFileInfo(path).isSymLink())
        return {};
    QString kept = path + ".damaged"_L1;
    for (int number = 2; QFileInfo(kept).exists() || QFileInfo(kept).isSymLink(); ++number)
        kept = path + u".damaged%1"_s.arg(number);
    return renameFile(path, kept);
}

QString VaultFolder::formerMark() const
{
    return m_path + "/vault.former"_L1;
}

bool VaultFolder::isMarkedFormer(const crypto::VaultHeader &header) const
{
    // It names the header: a better copy may have been brought back before that one was in place.
    const crypto::Digest32 named = crypto::digest(crypto::serialise(header));
    const auto mark = readSmallFile(formerMark(), named.size());
    return mark && std::ranges::equal(*mark, named);
}

Result<> VaultFolder::unmarkFormer() const
{
    if (!QFileInfo::exists(formerMark()))
        return {};
    const Result<> removed = removeFile(formerMark());
    return removed ? syncFolder(m_path) : removed;
}

Result<> VaultFolder::putBackFormer(const crypto::VaultHeader &header) const
{
    // First, or the next unlock would take it for one that was begun and never gone over to, and remove it.
    if (const Result<> aside = setAside(header.epoch + 1); !aside)
        return aside;
    if (const Result<> staged = stageHeader(header); !staged)
        return staged;
    // Before the first rename, as from there on a crash leaves a vault that looks like any other. A header that was changed since was
    // opened by it before, and that was told then.
    const auto before = former();
    Result<> kept;
    if (before && *before == header)
        kept = writeSynced(formerMark(), crypto::digest(crypto::serialise(header)));
    if (kept)
        kept = syncFolder(m_path);
    for (const QString &path : {headerPath(), headerCopyPath()})
        if (kept)
            kept = keepDamaged(path);
    if (!kept) {
        discardStaged();
        return kept;
    }
    reached(HeaderWriteStep::DamagedAside);
    return commitHeader();
}

Result<crypto::VaultHeader> VaultFolder::restoreFormer(const crypto::VaultHeader &later) const
{
    auto before = former();
    if (!before)
        return before;
    if (before->vaultId != later.vaultId || before->epoch >= later.epoch || !hasDatabaseOf(*before))
        return fail(ErrorCode::NoVault, u"nothing of before is kept"_s);
    if (const Result<> aside = setAside(later.epoch); !aside)
        return std::unexpected(aside.error());
    if (auto written = writeHeader(*before); !written)
        return std::unexpected(written.error());
    // Its database was set aside, so this takes only what says that there was one.
    if (const Result<> settled = discardFormer(*before, true); !settled)
        return std::unexpected(settled.error());
    return before;
}

Result<> VaultFolder::setAside(std::uint32_t epoch) const
{
    const QString path = databasePath(epoch);
    const auto isFree = [&](const QString &name) {
        return std::ranges::none_of(DatabaseFile::suffixes, [&](QLatin1StringView suffix) { return QFile::exists(name + suffix); });
    };
    if (isFree(path))
        return {};
    QString aside = path + ".aside"_L1;
    for (int number = 2; !isFree(aside); ++number)
        aside = path + u".aside%1"_s.arg(number);
    for (const QLatin1StringView suffix : DatabaseFile::suffixes)
        if (QFile::exists(path + suffix))
            if (const Result<> moved = renameFile(path + suffix, aside + suffix); !moved)
                return moved;
    return {};
}

Result<> VaultFolder::discardFormer(const crypto::VaultHeader &header, bool isNewest) const
{
    const auto before = former();
    if (!before || before->vaultId != header.vaultId)
        return {};
    const bool wasSwitched = before->epoch + 1 == header.epoch;
    const bool wasBegun = before->epoch == header.epoch;
    if (!wasSwitched && !(wasBegun && isNewest))
        return {};
    // A copy of the header that still names the other database may be the one that is read next.
    const auto reading = readHeader();
    if (!reading || reading->needsRepair || reading->headers.size() != 1 || reading->headers.front() != header)
        return {};
    const QString path = databasePath(wasSwitched ? before->epoch : header.epoch + 1);
    for (const QString &name : {path, DatabaseFile::unfinishedName(path)})
        for (const QLatin1StringView suffix : DatabaseFile::suffixes)
            if (const Result<> removed = removeFile(name + suffix); !removed)
                return removed;
    reached(ReplacementStep::FormerFileRemoved);
    // Last, so that what a crash or an error leaves is removed the next time.
    if (const Result<> removed = removeFile(formerPath()); !removed)
        return removed;
    return syncFolder(m_path);
}

void VaultFolder::reached(ReplacementStep step) const
{
    if (m_replacementWatcher)
        m_replacementWatcher(step);
}

} // namespace clavitor
