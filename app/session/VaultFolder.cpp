// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultFolder.h"

#include "app/base/SystemError.h"
#include "app/session/CryptoMeaning.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {


constexpr mode_t FolderMode = 0700;
constexpr mode_t FileMode = 0600;
constexpr int LongestFolderName = 64; // characters
constexpr auto StagedSuffix = ".new"_L1;
constexpr std::array DatabaseSuffixes{""_L1, "-wal"_L1, "-shm"_L1, "-journal"_L1};

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value)
        : m_value(value)
    {
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    [[nodiscard]] bool isValid() const { return m_value >= 0; }
    [[nodiscard]] int value() const { return m_value; }

private:
    int m_value;
};

std::unexpected<Error> failWithErrno(const QString &path)
{
    return std::unexpected(systemError(errno, path));
}

Result<> syncFolder(const QString &path)
{
    const Descriptor folder(::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.isValid())
        return failWithErrno(path);
    // Some file systems cannot sync a folder and say so with EINVAL; there is nothing better to do there.
    if (::fsync(folder.value()) != 0 && errno != EINVAL)
        return failWithErrno(path);
    return {};
}

Result<> writeSynced(const QString &path, std::span<const std::byte> bytes)
{
    const QByteArray name = QFile::encodeName(path);
    const Descriptor file(::open(name.constData(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FileMode));
    if (!file.isValid() || ::fchmod(file.value(), FileMode) != 0)
        return failWithErrno(path);
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.value(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failWithErrno(path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file.value()) != 0)
        return failWithErrno(path);
    return {};
}

Result<> renameFile(const QString &from, const QString &to)
{
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        return failWithErrno(to);
    return {};
}

Result<> makeFolder(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), FolderMode) == 0) {
        // mkdir() leaves out what the umask has; a umask of 0777 must not lock us out either.
        if (::chmod(name.constData(), FolderMode) != 0)
            return failWithErrno(path);
        return syncFolder(QFileInfo(path).path());
    }
    if (errno == EEXIST && QFileInfo(path).isDir())
        return {};
    if (errno == ENOENT && QFileInfo(path).path() != path) {
        if (auto above = makeFolder(QFileInfo(path).path()); !above)
            return above;
        return makeFolder(path);
    }
    if (errno == EEXIST || errno == ENOTDIR) // nothing is missing and there is no vault in the way: the path itself cannot hold one
        return fail(ErrorCode::Io, path + ": a file lies where a folder should be"_L1);
    return failWithErrno(path);
}

/// NoVault when the file is not there.
Result<crypto::VaultHeader> readCopy(const QString &path)
{
    // Not blocking, because what lies there might be a pipe.
    const Descriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.isValid())
        return saysMissing(errno) ? fail(ErrorCode::NoVault, path) : failWithErrno(path);
    struct stat facts {};
    if (::fstat(file.value(), &facts) != 0)
        return failWithErrno(path);
    if (!S_ISREG(facts.st_mode) || facts.st_size > static_cast<off_t>(crypto::VaultHeader::largestFile))
        return fail(ErrorCode::ForeignFile, path);
    std::vector<std::byte> bytes(crypto::VaultHeader::largestFile + 1);
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t read = ::read(file.value(), bytes.data() + length, bytes.size() - length);
        if (read < 0 && errno == EINTR)
            continue;
        if (read < 0)
            return failWithErrno(path);
        if (read == 0)
            break;
        length += static_cast<std::size_t>(read);
    }
    auto header = crypto::parseVaultHeader(std::span(bytes).first(length));
    if (!header)
        return fail(meaningOf(header.error(), ErrorCode::DamagedFile), path);
    return std::move(*header);
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
    constexpr std::array order{ErrorCode::NewerSchema, ErrorCode::ParametersRefused, ErrorCode::DamagedFile,
                               ErrorCode::ForeignFile, ErrorCode::ReadOnly, ErrorCode::Io};
    for (const ErrorCode code : order) {
        if (a == code || b == code)
            return code;
    }
    return a;
}

} // namespace

VaultFolder::VaultFolder(QString path, StepWatcher watcher)
    : m_path(QDir::cleanPath(QDir(path).absolutePath()))
    , m_watcher(std::move(watcher))
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

QString VaultFolder::databasePath() const
{
    return m_path + "/vault.db"_L1;
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
    return QFileInfo::exists(databasePath()) || QFileInfo::exists(headerPath()) || QFileInfo::exists(headerCopyPath());
}

Result<> VaultFolder::make() const
{
    return makeFolder(m_path);
}

Result<VaultFolder::HeaderReading> VaultFolder::readHeader() const
{
    QString firstPath = headerPath();
    QString secondPath = headerCopyPath();
    auto first = readCopy(firstPath);
    auto second = readCopy(secondPath);
    const auto isMissing = [](const Result<crypto::VaultHeader> &copy) {
        return !copy && copy.error().code == ErrorCode::NoVault;
    };
    const bool isUncommitted = isMissing(first) && isMissing(second) && QFileInfo::exists(databasePath());
    if (isUncommitted) {
        first = readCopy(firstPath + StagedSuffix);
        second = readCopy(secondPath + StagedSuffix);
    }
    // A newer version's file is never "repaired" with an older one.
    const auto isNewer = [](const Result<crypto::VaultHeader> &copy) {
        return !copy && copy.error().code == ErrorCode::NewerSchema;
    };
    if (isNewer(first) || isNewer(second))
        return fail(ErrorCode::NewerSchema, m_path);
    if (!first && !second) {
        if (isMissing(first) && isMissing(second)) {
            if (QFileInfo::exists(databasePath()))
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

void VaultFolder::removeVault() const
{
    discardStaged();
    ::unlink(QFile::encodeName(headerPath()).constData());
    ::unlink(QFile::encodeName(headerCopyPath()).constData());
    for (const auto suffix : DatabaseSuffixes)
        ::unlink(QFile::encodeName(databasePath() + suffix).constData());
}

void VaultFolder::tightenPermissions() const
{
    for (const auto suffix : DatabaseSuffixes)
        ::chmod(QFile::encodeName(databasePath() + suffix).constData(), FileMode);
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
