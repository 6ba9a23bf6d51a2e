// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultFolder about replacing all keys: the database of the next epoch beside that of the one before.
#include "app/session/VaultFolder.h"

#include "app/session/SyncedFile.h"
#include "app/store/DatabaseFile.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>

#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

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
    if (auto written = writeHeader(*before); !written)
        return std::unexpected(written.error());
    discardOthers(*before);
    return before;
}

void VaultFolder::discardOthers(const crypto::VaultHeader &header) const
{
    const auto files = databaseFiles();
    const auto isOther = [&](const auto &file) { return file.second != header.epoch; };
    const bool keepsFormer = QFile::exists(formerPath());
    if (!keepsFormer && std::ranges::none_of(files, isOther))
        return;
    // A copy of the header that still names another database may be the one that is read next.
    const auto reading = readHeader();
    if (!reading || reading->needsRepair || reading->headers.size() != 1 || reading->headers.front() != header)
        return;
    if (keepsFormer)
        ::unlink(QFile::encodeName(formerPath()).constData());
    reached(ReplacementStep::FormerHeaderRemoved);
    for (const auto &file : files)
        if (isOther(file))
            ::unlink(QFile::encodeName(m_path + u'/' + file.first).constData());
    (void)syncFolder(m_path); // what comes back after a power cut is removed at the next open
}

void VaultFolder::reached(ReplacementStep step) const
{
    if (m_replacementWatcher)
        m_replacementWatcher(step);
}

} // namespace clavitor
