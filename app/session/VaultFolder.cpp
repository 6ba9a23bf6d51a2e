// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultFolder.h"

#include "app/base/PrivateFolder.h"
#include "app/base/SystemError.h"
#include "app/session/SyncedFile.h"
#include "app/store/DatabaseFile.h"
#include "app/store/VaultLock.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ranges>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int LongestFolderName = 64; // characters
constexpr auto StagedSuffix = ".new"_L1;
constexpr std::size_t LargestMark = 64; // bytes: a salt, a blank and an inode's number

/// Not so of one that could not be looked for.
bool isSurelyMissing(const QString &path)
{
    struct stat file {};
    return ::lstat(QFile::encodeName(path).constData(), &file) != 0 && saysMissing(errno);
}

QString troubleWith(const QString &path, ErrorCode code)
{
    const QString name = QFileInfo(path).fileName();
    switch (code) {
    case ErrorCode::NoVault:
        return name + " was missing"_L1;
    case ErrorCode::ForeignFile:
        return name + " was not a vault's file"_L1;
    case ErrorCode::ParametersRefused:
        return name + " asked for a password hash outside the bounds"_L1;
    case ErrorCode::DamagedFile:
        return name + " was damaged"_L1;
    default:
        return name + " could not be read"_L1;
    }
}

/// Of two copies that both fail, the error that says most about what to do.
ErrorCode worseOf(ErrorCode a, ErrorCode b)
{
    // What could not be read may be whole, so nothing is to be done about the other before it was.
    constexpr std::array order{ErrorCode::NewerSchema, ErrorCode::Io, ErrorCode::ReadOnly, ErrorCode::ParametersRefused,
                               ErrorCode::DamagedFile, ErrorCode::ForeignFile};
    for (const ErrorCode code : order) {
        if (a == code || b == code)
            return code;
    }
    return a;
}

} // namespace

VaultFolder::VaultFolder(QString path, StepWatcher watcher, ReplacementWatcher replacementWatcher)
    : m_path(QDir::cleanPath(QDir(path).absolutePath()))
    , m_watcher(std::move(watcher))
    , m_replacementWatcher(std::move(replacementWatcher))
{
}

QString VaultFolder::standardPath(const QString &name)
{
    QString safe;
    for (const QChar c : name.normalized(QString::NormalizationForm_C).trimmed()) {
        const bool fits = c.isLetterOrNumber() || c == u' ' || c == u'-' || c == u'_' || (c == u'.' && !safe.isEmpty());
        safe += fits ? c : QChar(u'_');
    }
    safe.truncate(LongestFolderName);
    if (safe.isEmpty())
        safe = u"vault"_s;
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/clavitor/"_L1 + safe.trimmed();
}

QString VaultFolder::databasePath(std::uint32_t epoch) const
{
    return epoch == 1 ? m_path + "/vault.db"_L1 : u"%1/vault.%2.db"_s.arg(m_path).arg(epoch);
}

QString VaultFolder::headerPath() const
{
    return m_path + "/vault.keys"_L1;
}

QString VaultFolder::headerCopyPath() const
{
    return m_path + "/vault.keys.copy"_L1;
}

bool VaultFolder::isOccupied() const
{
    return hasDatabase() || QFileInfo::exists(headerPath()) || QFileInfo::exists(headerCopyPath());
}

bool VaultFolder::isHeldElsewhere() const
{
    // Taken for a moment; where there is no such file nobody has it, and none is made.
    if (!QFileInfo::exists(m_path + "/lock"_L1))
        return false;
    const auto taken = VaultLock::acquire(m_path);
    return !taken && taken.error().code == ErrorCode::AlreadyOpen;
}

Result<> VaultFolder::make() const
{
    return makePrivateFolder(m_path);
}

Result<VaultFolder::HeaderReading> VaultFolder::readHeader() const
{
    QString firstPath = headerPath();
    QString secondPath = headerCopyPath();
    auto first = readHeaderFile(firstPath);
    auto second = readHeaderFile(secondPath);
    const auto isMissing = [](const Result<crypto::VaultHeader> &copy) {
        return !copy && copy.error().code == ErrorCode::NoVault;
    };
    const bool isUncommitted = isMissing(first) && isMissing(second) && QFileInfo::exists(databasePath());
    if (isUncommitted) {
        first = readHeaderFile(firstPath + StagedSuffix);
        second = readHeaderFile(secondPath + StagedSuffix);
    }
    // A newer version's file is never "repaired" with an older one.
    const auto isNewer = [](const Result<crypto::VaultHeader> &copy) {
        return !copy && copy.error().code == ErrorCode::NewerSchema;
    };
    if (isNewer(first) || isNewer(second))
        return fail(ErrorCode::NewerSchema, m_path);
    if (!first && !second) {
        if (isMissing(first) && isMissing(second)) {
            if (hasDatabase())
                return fail(ErrorCode::DamagedFile, u"vault.keys and its copy are missing in %1"_s.arg(m_path));
            return fail(ErrorCode::NoVault, m_path);
        }
        const ErrorCode code = worseOf(first.error().code, second.error().code);
        return fail(code, first.error().code == code ? first.error().detail : second.error().detail);
    }

    HeaderReading reading;
    QStringList troubles;
    // What cannot be read may be whole, and the newer one.
    const auto isBad = [](const Result<crypto::VaultHeader> &copy) {
        return !copy && (copy.error().code == ErrorCode::NoVault || copy.error().code == ErrorCode::DamagedFile
                         || copy.error().code == ErrorCode::ForeignFile || copy.error().code == ErrorCode::ParametersRefused);
    };
    reading.needsRepair = isUncommitted || isBad(first) || isBad(second);
    if (!first)
        troubles += troubleWith(firstPath, first.error().code);
    if (!second)
        troubles += troubleWith(secondPath, second.error().code);
    if (first && second && *first != *second)
        troubles += u"the two copies of vault.keys differed"_s;
    reading.trouble = troubles.join("; "_L1);
    if (first)
        reading.headers.push_back(std::move(*first));
    if (second && (reading.headers.empty() || *second != reading.headers.front()))
        reading.headers.push_back(std::move(*second));
    std::stable_sort(reading.headers.begin(), reading.headers.end(),
                     [](const auto &a, const auto &b) { return a.revision > b.revision; });
    return reading;
}

Result<> VaultFolder::writeHeader(const crypto::VaultHeader &header) const
{
    if (auto staged = stageHeader(header); !staged)
        return staged;
    return commitHeader();
}

Result<> VaultFolder::stageHeader(const crypto::VaultHeader &header) const
{
    const std::vector<std::byte> bytes = crypto::serialise(header);
    reached(HeaderWriteStep::Started);
    auto written = writeSynced(headerPath() + StagedSuffix, bytes);
    if (written) {
        reached(HeaderWriteStep::FirstWritten);
        written = writeSynced(headerCopyPath() + StagedSuffix, bytes);
    }
    if (!written) {
        discardStaged();
        return written;
    }
    reached(HeaderWriteStep::BothWritten);
    return {};
}

Result<> VaultFolder::commitHeader() const
{
    if (auto renamed = renameFile(headerPath() + StagedSuffix, headerPath()); !renamed) {
        discardStaged();
        return renamed;
    }
    reached(HeaderWriteStep::FirstRenamed);
    // The header is in place without it. But an old copy opens with what was just taken away, so that has to be known.
    const auto copied = renameFile(headerCopyPath() + StagedSuffix, headerCopyPath());
    reached(HeaderWriteStep::BothRenamed);
    auto synced = syncFolder(m_path);
    reached(HeaderWriteStep::Finished);
    return copied ? synced : copied;
}

void VaultFolder::discardStaged() const
{
    ::unlink(QFile::encodeName(headerPath() + StagedSuffix).constData());
    ::unlink(QFile::encodeName(headerCopyPath() + StagedSuffix).constData());
}

QString VaultFolder::unfinishedMark() const
{
    return m_path + "/vault.unfinished"_L1;
}

Result<> VaultFolder::markUnfinished(const crypto::VaultHeader &header) const
{
    const auto salt = std::as_bytes(std::span(header.databaseSalt));
    QByteArray mark = QByteArray(reinterpret_cast<const char *>(salt.data()), static_cast<qsizetype>(salt.size())).toHex();
    struct stat file {};
    if (::lstat(QFile::encodeName(databasePath()).constData(), &file) == 0)
        mark += ' ' + QByteArray::number(static_cast<qulonglong>(file.st_ino));
    // Never half of one in the place of another.
    const QString staged = unfinishedMark() + StagedSuffix;
    auto written = writeSynced(staged, std::as_bytes(std::span(mark.constData(), static_cast<std::size_t>(mark.size()))));
    if (written)
        written = renameFile(staged, unfinishedMark());
    if (!written)
        ::unlink(QFile::encodeName(staged).constData());
    return written ? syncFolder(m_path) : written;
}

VaultFolder::Marked VaultFolder::databaseOf(const QByteArray &mark) const
{
    const QList<QByteArray> parts = mark.split(' ');
    const QByteArray bytes = QByteArray::fromHex(parts.first());
    std::array<std::byte, 16> salt{};
    if (bytes.size() != static_cast<qsizetype>(salt.size()))
        return Marked::Another;
    std::ranges::copy(std::as_bytes(std::span(bytes.constData(), salt.size())), salt.begin());
    const auto found = DatabaseFile::look(databasePath(), salt);
    struct stat file {};
    if (!found || found->start != DatabaseFile::Start::OurSalt || ::lstat(QFile::encodeName(databasePath()).constData(), &file) != 0)
        return Marked::Another;
    // Of a mark that was never completed the salt is all that is known. Some file systems give other numbers with each mount.
    const bool isIt = parts.size() < 2 || parts[1] == QByteArray::number(static_cast<qulonglong>(file.st_ino));
    return isIt ? Marked::It : Marked::Copy;
}

Result<> VaultFolder::discardUnfinished() const
{
    const auto marked = readSmallFile(unfinishedMark(), LargestMark);
    if (!marked)
        return marked.error().code == ErrorCode::NoVault ? Result<>() : std::unexpected(marked.error());
    const QByteArray mark(reinterpret_cast<const char *>(marked->data()), static_cast<qsizetype>(marked->size()));
    // A header that is on its way to its name was to be kept: readHeader() finds it. And where one of before is kept, there was a vault;
    // one of another database is that of a vault which was here once.
    const auto before = former();
    const bool isVault = !isSurelyMissing(headerPath()) || !isSurelyMissing(headerCopyPath()) || readHeaderFile(headerPath() + StagedSuffix)
        || readHeaderFile(headerCopyPath() + StagedSuffix) || (before && hasDatabaseOf(*before));
    if (!isVault) {
        discardStaged();
        const Marked marks = databaseOf(mark);
        if (marks == Marked::Copy)
            if (const Result<> aside = setAside(1); !aside)
                return aside;
        QStringList names{DatabaseFile::unfinishedName(databasePath())};
        if (marks == Marked::It)
            names.append(databasePath());
        // The database last: it tells what the files beside it are of, and a log that is left is taken for the next one's.
        for (const QString &name : std::as_const(names))
            for (const QLatin1StringView suffix : DatabaseFile::suffixes | std::views::reverse)
                if (const Result<> removed = removeFile(name + suffix); !removed)
                    return removed;
    }
    // Last, and only once the rest is on the disk: what a crash or an error leaves of this is seen to the next time.
    if (const Result<> synced = syncFolder(m_path); !synced)
        return synced;
    for (const QString &name : {QString(unfinishedMark() + StagedSuffix), unfinishedMark()})
        if (const Result<> removed = removeFile(name); !removed)
            return removed;
    return syncFolder(m_path);
}

void VaultFolder::tightenPermissions(std::uint32_t epoch) const
{
    for (const auto suffix : DatabaseFile::suffixes)
        ::chmod(QFile::encodeName(databasePath(epoch) + suffix).constData(), PrivateFile);
}

QString VaultFolder::pauseMark() const
{
    return m_path + "/agents.paused"_L1;
}

Result<> VaultFolder::markPaused(bool paused) const
{
    if (!paused) {
        if (::unlink(QFile::encodeName(pauseMark()).constData()) == 0)
            return syncFolder(m_path);
        return saysMissing(errno) ? Result<>() : failWithErrno(pauseMark());
    }
    auto written = writeSynced(pauseMark(), {});
    if (written)
        written = syncFolder(m_path);
    // What is said to have failed must not hold at the next start.
    if (!written)
        ::unlink(QFile::encodeName(pauseMark()).constData());
    return written;
}

bool VaultFolder::isMarkedPaused() const
{
    return QFileInfo::exists(pauseMark());
}

void VaultFolder::reached(HeaderWriteStep step) const
{
    if (m_watcher)
        m_watcher(step);
}

} // namespace clavitor
