// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultFolder about replacing all keys: the database of the next epoch beside that of the one before.
#include "app/session/VaultFolder.h"

#include "app/session/SyncedFile.h"
#include "app/store/DatabaseFile.h"
#include "app/base/SystemError.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// Of a database, and of what SQLite keeps beside it.
constexpr std::array FileSuffixes{""_L1, "-wal"_L1, "-shm"_L1, "-journal"_L1};

} // namespace

QString VaultFolder::formerPath() const
{
    return headerPath() + ".before"_L1;
}

std::vector<std::pair<QString, std::uint32_t>> VaultFolder::databaseFiles() const
{
    static const QRegularExpression name(u"^vault(?:\\.([1-9][0-9]{0,9}))?\\.db(?:\\.new)?(?:-wal|-shm|-journal)?$"_s);
    std::vector<std::pair<QString, std::uint32_t>> files;
    const QStringList names = QDir(m_path).entryList({u"vault*"_s}, QDir::Files | QDir::Hidden | QDir::System);
    for (const QString &file : names)
        if (const auto match = name.match(file); match.hasMatch())
            files.emplace_back(file, match.hasCaptured(1) ? match.captured(1).toUInt() : 1);
    return files;
}

bool VaultFolder::hasDatabase() const
{
    return std::ranges::any_of(databaseFiles(), [](const auto &file) { return file.first.endsWith(".db"_L1); });
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
    discardFormer(*before);
    return before;
}

Result<> VaultFolder::setAside(std::uint32_t epoch) const
{
    const QString path = databasePath(epoch);
    const auto isFree = [&](const QString &name) {
        return std::ranges::none_of(FileSuffixes, [&](QLatin1StringView suffix) { return QFile::exists(name + suffix); });
    };
    if (isFree(path))
        return {};
    QString aside = path + ".aside"_L1;
    for (int number = 2; !isFree(aside); ++number)
        aside = path + u".aside%1"_s.arg(number);
    for (const QLatin1StringView suffix : FileSuffixes)
        if (QFile::exists(path + suffix) && ::rename(QFile::encodeName(path + suffix).constData(), QFile::encodeName(aside + suffix).constData()) != 0)
            return std::unexpected(systemError(errno));
    return {};
}

void VaultFolder::discardFormer(const crypto::VaultHeader &header) const
{
    const auto before = former();
    if (!before || before->vaultId != header.vaultId)
        return;
    const bool wasSwitched = before->epoch + 1 == header.epoch;
    if (!wasSwitched && before->epoch != header.epoch)
        return;
    // A copy of the header that still names the other database may be the one that is read next.
    const auto reading = readHeader();
    if (!reading || reading->needsRepair || reading->headers.size() != 1 || reading->headers.front() != header)
        return;
    const QString path = databasePath(wasSwitched ? before->epoch : header.epoch + 1);
    for (const QString &name : {path, DatabaseFile::unfinishedName(path)})
        for (const QLatin1StringView suffix : FileSuffixes)
            ::unlink(QFile::encodeName(name + suffix).constData());
    reached(ReplacementStep::FormerFileRemoved);
    // Last, so that whatever a crash leaves is removed the next time.
    ::unlink(QFile::encodeName(formerPath()).constData());
    (void)syncFolder(m_path);
}

void VaultFolder::reached(ReplacementStep step) const
{
    if (m_replacementWatcher)
        m_replacementWatcher(step);
}

} // namespace clavitor
