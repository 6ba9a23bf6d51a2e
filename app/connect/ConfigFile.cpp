// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ConfigFile.h"

#include "app/base/PrivateFolder.h"
#include "app/link/Wipe.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#ifdef Q_OS_LINUX
#include <stdio.h> // renameat2
#include <sys/xattr.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kBackupMark(".clavitor-backup-");
constexpr qsizetype kDigestLength = 16; ///< hexadecimal characters: tells files apart, protects nothing
constexpr qsizetype kLongestPart = 60;  ///< bytes of a folder's or file's name in a backup's, which has 255

QByteArray digestOf(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().first(kDigestLength);
}

/// A file that is made for its owner alone from the first moment, whatever the umask: one that became private later could have been
/// opened before. Gone again unless it is kept.
class NewFile {
public:
    /// Under this very name, which must be free.
    static NewFile named(const QString &path)
    {
        const QByteArray name = QFile::encodeName(path);
        return NewFile(::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600), name);
    }
    /// Under a name of its own beside `path`, to take its place.
    static NewFile beside(const QString &path)
    {
        QByteArray name = QFile::encodeName(path) + ".XXXXXX";
        const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
        return NewFile(descriptor, name);
    }
    ~NewFile()
    {
        const int number = errno;
        close();
        if (!m_name.isEmpty())
            ::unlink(m_name.constData());
        errno = number;
    }
    NewFile(const NewFile &) = delete;
    NewFile &operator=(const NewFile &) = delete;

    /// All of it, on the disk. False: errno says why.
    [[nodiscard]] bool write(QByteArrayView bytes)
    {
        while (m_descriptor >= 0 && !bytes.isEmpty()) {
            const ssize_t written = ::write(m_descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
            if (written >= 0)
                bytes = bytes.sliced(written);
            else if (errno != EINTR)
                return false;
        }
        return m_descriptor >= 0 && ::fsync(m_descriptor) == 0;
    }
    /// Who else could read and write what it takes the place of still can, as far as the system lets us: the mode last, which chown() cuts.
    [[nodiscard]] bool takeAfter(const struct stat &old, const QString &path)
    {
        mode_t mode = old.st_mode & 07777;
        if (mode & 077)
            (void)(::fchown(m_descriptor, static_cast<uid_t>(-1), old.st_gid) == 0);
#ifdef Q_OS_LINUX
        // With a list of users (acl(5)) the group's bits are the widest of the list, and not what the group may.
        constexpr auto list = "system.posix_acl_access";
        std::array<char, 4096> entries{};
        const ssize_t size = ::getxattr(QFile::encodeName(path).constData(), list, entries.data(), entries.size());
        if (size > 0 || (size < 0 && errno == ERANGE)) {
            if (size > 0 && ::fsetxattr(m_descriptor, list, entries.data(), static_cast<std::size_t>(size), 0) == 0)
                return true;
            mode &= ~mode_t(070);
        } else if (::fgetxattr(m_descriptor, list, nullptr, 0) > 0) {
            // The folder's list for what is made in it, which the old file did not have: its users would get what the mode opens.
            if (::fremovexattr(m_descriptor, list) != 0)
                return false;
        }
#endif
        return mode == 0600 || ::fchmod(m_descriptor, mode) == 0;
    }
    /// Nothing is to be said of it any more: it stays.
    void keep() { m_name.clear(); }
    [[nodiscard]] bool keepWith(QByteArrayView bytes)
    {
        const bool isWritten = write(bytes);
        if (isWritten)
            keep();
        return isWritten;
    }
    [[nodiscard]] bool replace(const QString &path)
    {
        if (!close() || ::rename(m_name.constData(), QFile::encodeName(path).constData()) != 0)
            return false;
        m_name.clear();
        return true;
    }
    /// Only where nothing is; EEXIST else.
    [[nodiscard]] bool become(const QString &path)
    {
        const QByteArray name = QFile::encodeName(path);
        if (!close())
            return false;
#ifdef Q_OS_LINUX
        if (::renameat2(AT_FDCWD, m_name.constData(), AT_FDCWD, name.constData(), RENAME_NOREPLACE) == 0) {
            m_name.clear();
            return true;
        }
        if (errno != EINVAL && errno != ENOSYS) // which a file system says that does not know how
            return false;
#endif
        return ::link(m_name.constData(), name.constData()) == 0; // the other name of it goes with this object
    }

private:
    NewFile(int descriptor, QByteArray name)
        : m_descriptor(descriptor)
        , m_name(descriptor >= 0 ? std::move(name) : QByteArray())
    {
    }
    bool close() { return m_descriptor < 0 || ::close(std::exchange(m_descriptor, -1)) == 0; }

    int m_descriptor;
    QByteArray m_name;
};

std::unexpected<Error> notWritten(const QString &path, int number)
{
    return fail(number == ENOSPC || number == EDQUOT ? ErrorCode::DiskFull : ErrorCode::Io,
                u"%1 cannot be written: %2."_s.arg(path, qt_error_string(number)));
}

std::unexpected<Error> changedMeanwhile(const QString &path)
{
    return fail(ErrorCode::Conflict, u"%1 was changed meanwhile. Nothing was written."_s.arg(path));
}

bool isSame(const ConfigFile &one, const ConfigFile &other)
{
    return one.exists == other.exists && one.target == other.target && one.bytes == other.bytes;
}

/// Puts `bytes` where `before` is, with its permissions, in one step. All is made ready before the last look at the file, so that
/// what another program writes meanwhile is not lost.
Result<> writeOver(const ConfigFile &before, const QByteArray &bytes, const BeforeReplacing &ready)
{
    struct stat old {};
    const bool hasMode = before.exists && ::stat(QFile::encodeName(before.target).constData(), &old) == 0;
    NewFile file = NewFile::beside(before.target);
    if (!file.write(bytes) || (hasMode && !file.takeAfter(old, before.target)))
        return notWritten(before.target, errno);
    if (ready)
        ready();
    if (!before.exists) {
        if (file.become(before.target))
            return {};
        return errno == EEXIST ? changedMeanwhile(before.path) : notWritten(before.target, errno);
    }
    const Result<ConfigFile> now = ConfigFile::read(before.path);
    if (!now || !isSame(*now, before))
        return changedMeanwhile(before.path);
    if (!file.replace(before.target))
        return notWritten(before.target, errno);
    return {};
}

Result<> makeFolder(const QString &folder)
{
    const Result<> made = makePrivateFolder(folder);
    return made ? made : fail(made.error().code, u"The folder %1 cannot be made."_s.arg(folder));
}

/// For its owner alone from the first moment, as far as it is made here.
Result<> makeBackupFolder(const QString &folder)
{
    const QByteArray name = QFile::encodeName(folder);
    // A home may be a repository itself.
    const auto ignoresAll = [&folder] {
        const QString file = folder + "/.gitignore"_L1;
        return QFileInfo::exists(file) || NewFile::named(file).keepWith("*\n");
    };
    if (!makePrivateFolder(folder) || ::chmod(name.constData(), 0700) != 0 || !ignoresAll())
        return fail(ErrorCode::Io, u"The folder %1 cannot be made, so no backup can be kept. Nothing was written."_s.arg(folder));
    return {};
}

/// As much of it as fits, and no half of a character, which would be another name on the disk.
QString cutName(const QString &name)
{
    qsizetype end = name.size();
    while (QFile::encodeName(name.first(end)).size() > kLongestPart || (end > 0 && name.at(end - 1).isHighSurrogate()))
        --end;
    return name.first(end);
}

/// What the backups of a file begin with where they do not lie beside it: for a person the folder it is in, for us which of that name.
QString nameFarAway(const QString &target)
{
    const QFileInfo info(target);
    return cutName(info.dir().dirName()) + u'-' + QString::fromLatin1(digestOf(target.toUtf8()).first(8)) + u'-' + cutName(info.fileName());
}

/// Files of ours alone: a repository brings what it likes, a link to anything under such a name with it, and what it brings is everybody's to read.
QStringList filesIn(const QDir &folder, const QString &start)
{
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QStringList files;
    for (const QFileInfo &info : folder.entryInfoList(QDir::Files | QDir::Hidden | QDir::NoSymLinks, QDir::Name))
        if (info.fileName().startsWith(start) && !(info.permissions() & others))
            files.append(info.filePath());
    return files;
}

/// Oldest first of each place.
QStringList backupsOf(const QString &target, const QString &backups)
{
    const QFileInfo info(target);
    QStringList all = filesIn(info.dir(), info.fileName() + kBackupMark);
    if (!backups.isEmpty())
        all += filesIn(QDir(backups), nameFarAway(target) + kBackupMark);
    return all;
}

QString freeName(const QString &wanted)
{
    QString name = wanted;
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = wanted + u'-' + QString::number(number);
    return name;
}

} // namespace

ConfigFile::~ConfigFile()
{
    link::wipe(bytes);
}

Result<ConfigFile> ConfigFile::read(const QString &path)
{
    ConfigFile file;
    file.path = path;
    const QFileInfo info(path);
    if (!info.exists()) {
        if (info.isSymLink())
            return fail(ErrorCode::InvalidValue, u"%1 is a link to a file that is not there."_s.arg(path));
        file.target = path;
        return file;
    }
    file.target = info.canonicalFilePath();
    if (!info.isFile())
        return fail(ErrorCode::InvalidValue, u"%1 is not a file."_s.arg(path));
    if (info.size() > Largest)
        return fail(ErrorCode::InvalidValue, u"%1 is larger than 16 MB."_s.arg(path));
    file.permissions = info.permissions();
    QFile disk(file.target);
    if (!disk.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, disk.errorString()));
    // One allocation: a buffer that grows would leave its smaller selves behind.
    file.bytes.resize(disk.size());
    const qint64 got = disk.read(file.bytes.data(), file.bytes.size());
    if (got != file.bytes.size())
        return fail(ErrorCode::Io, u"%1 cannot be read as a whole."_s.arg(path));
    file.exists = true;
    return file;
}

Result<> mayChange(const ConfigFile &before)
{
    const Result<ConfigFile> current = ConfigFile::read(before.path);
    if (!current)
        return std::unexpected(current.error());
    if (!isSame(*current, before))
        return changedMeanwhile(before.path);
    // Asked of the permissions themselves: replacing a file needs no right to write into the old one.
    if (before.exists && !(current->permissions & QFile::WriteOwner))
        return fail(ErrorCode::ReadOnly, u"%1 is read-only. Nothing was written."_s.arg(before.path));
    return {};
}

bool isInProject(const ConfigFile &file)
{
    const QFileInfo info(file.target);
    if (info.fileName() == ".mcp.json"_L1)
        return true;
    QDir folder = info.dir();
    do {
        // A file in a work tree that `git worktree` made.
        if (QFileInfo::exists(folder.filePath(u".git"_s)))
            return true;
    } while (!folder.isRoot() && folder.cdUp());
    return false;
}

Result<AppliedChange> applyChange(const ConfigFile &before, const QByteArray &after, qint64 now, const QString &backups, const BeforeReplacing &ready)
{
    if (const Result<> may = mayChange(before); !may)
        return std::unexpected(may.error());
    AppliedChange change{before.path, before.target, {}, digestOf(after)};
    if (!before.exists) {
        if (const Result<> made = makeFolder(QFileInfo(before.target).path()); !made)
            return std::unexpected(made.error());
        if (const Result<> written = writeOver(before, after, ready); !written)
            return std::unexpected(written.error());
        return change;
    }
    const QString time = QDateTime::fromMSecsSinceEpoch(now).toString(u"yyyyMMdd-hhmmss"_s);
    QString start = before.target;
    if (!backups.isEmpty() && isInProject(before)) {
        if (const Result<> made = makeBackupFolder(backups); !made)
            return std::unexpected(made.error());
        start = QDir(backups).filePath(nameFarAway(before.target));
    }
    change.backup = freeName(start + kBackupMark + time + u'-' + QString::fromLatin1(change.digest));
    NewFile backup = NewFile::named(change.backup);
    if (!backup.write(before.bytes))
        return notWritten(change.backup, errno);
    if (const Result<> written = writeOver(before, after, ready); !written)
        return std::unexpected(written.error());
    backup.keep();
    for (const QString &earlier : backupsOf(before.target, backups))
        if (earlier != change.backup)
            QFile::remove(earlier);
    return change;
}

Result<> undoChange(const AppliedChange &change, const BeforeReplacing &ready)
{
    const Result<ConfigFile> current = ConfigFile::read(change.path);
    if (!current)
        return std::unexpected(current.error());
    const auto changedSince = [&change] {
        return fail(ErrorCode::Conflict, change.backup.isEmpty()
            ? u"%1 was changed since, so it stays as it is."_s.arg(change.path)
            : u"%1 was changed since, so it stays as it is. What it was before is in %2."_s.arg(change.path, change.backup));
    };
    if (!current->exists || current->target != change.target || digestOf(current->bytes) != change.digest)
        return changedSince();
    if (change.backup.isEmpty()) {
        if (!QFile::remove(change.target))
            return fail(ErrorCode::Io, u"%1 cannot be removed."_s.arg(change.target));
        return {};
    }
    if (!QFileInfo::exists(change.backup))
        return fail(ErrorCode::NotFound, u"The backup %1 is gone."_s.arg(change.backup));
    const Result<ConfigFile> old = ConfigFile::read(change.backup);
    if (!old)
        return std::unexpected(old.error());
    if (const Result<> written = writeOver(*current, old->bytes, ready); !written)
        return written.error().code == ErrorCode::Conflict ? changedSince() : written;
    QFile::remove(change.backup);
    return {};
}

Result<> deleteBackup(const AppliedChange &change)
{
    if (!change.backup.isEmpty() && QFileInfo::exists(change.backup) && !QFile::remove(change.backup))
        return fail(ErrorCode::Io, u"%1 cannot be removed."_s.arg(change.backup));
    return {};
}

std::optional<AppliedChange> lastChange(const QString &path, const QString &backups)
{
    const Result<ConfigFile> current = ConfigFile::read(path);
    if (!current || !current->exists)
        return std::nullopt;
    const QByteArray digest = digestOf(current->bytes);
    const QStringList all = backupsOf(current->target, backups);
    for (auto backup = all.rbegin(); backup != all.rend(); ++backup)
        if (QFileInfo(*backup).fileName().contains(u'-' + QString::fromLatin1(digest)))
            return AppliedChange{path, current->target, *backup, digest};
    return std::nullopt;
}

} // namespace clavitor
