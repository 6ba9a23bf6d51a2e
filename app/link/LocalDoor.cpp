// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/LocalDoor.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace clavitor::link {

using namespace Qt::StringLiterals;

namespace {

constexpr int Backlog = 64;
/// For a bridge that is just ending: its ports are free a moment before its last descriptor is.
constexpr int StaleAttempts = 5;
constexpr timespec StalePause{0, 20'000'000};

using Kind = DoorRefusal::Kind;

std::unexpected<DoorRefusal> refuse(Kind kind, QString sentence)
{
    return std::unexpected(DoorRefusal{kind, std::move(sentence)});
}

std::unexpected<DoorRefusal> systemSaid(const QString &what)
{
    return refuse(Kind::Failed, what + u": "_s + QString::fromLocal8Bit(std::strerror(errno)) + u'.');
}

QString folderOf(const QString &path)
{
    return path.left(path.lastIndexOf(u'/'));
}

/// Closes what nobody takes.
class Descriptor
{
public:
    explicit Descriptor(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~Descriptor()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int value() const { return m_descriptor; }
    [[nodiscard]] int take() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

int newSocket()
{
#ifdef SOCK_CLOEXEC
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
#else
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor >= 0) {
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    }
    return descriptor;
#endif
}

/// nullopt when the path does not fit, which the system would cut off without a word.
std::optional<sockaddr_un> addressOf(const QString &path)
{
    const QByteArray bytes = QFile::encodeName(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (bytes.isEmpty() || bytes.contains('\0') || static_cast<std::size_t>(bytes.size()) >= sizeof address.sun_path)
        return std::nullopt;
    std::memcpy(address.sun_path, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    return address;
}

std::unexpected<DoorRefusal> tooLong(const QString &path)
{
    return refuse(Kind::Failed, u"The path %1 is too long for a socket."_s.arg(path));
}

std::optional<struct stat> lookAt(const QString &path)
{
    struct stat status{};
    if (::lstat(QFile::encodeName(path).constData(), &status) != 0)
        return std::nullopt;
    return status;
}

/// What stands there is this user's, of that kind and no link; empty when so.
QString fault(const QString &path, const struct stat &status, mode_t kind, mode_t refused)
{
    if (S_ISLNK(status.st_mode))
        return u"%1 is a link, and could lead anywhere."_s.arg(path);
    if ((status.st_mode & S_IFMT) != kind)
        return kind == S_IFSOCK ? u"%1 is no socket."_s.arg(path) : u"%1 is no folder."_s.arg(path);
    if (status.st_uid != ::getuid())
        return u"%1 belongs to another user (number %2)."_s.arg(path).arg(status.st_uid);
    if ((status.st_mode & refused) != 0)
        return u"Other users may use %1."_s.arg(path);
    return {};
}

std::expected<void, DoorRefusal> checkFolder(const QString &path, mode_t refused)
{
    const std::optional<struct stat> status = lookAt(path);
    if (!status)
        return refuse(Kind::Absent, u"%1 is not there."_s.arg(path));
    if (const QString wrong = fault(path, *status, S_IFDIR, refused); !wrong.isEmpty())
        return refuse(Kind::Unsafe, wrong);
    return {};
}

std::expected<void, DoorRefusal> makeFolder(const QString &path)
{
    // Who may write there can take away what we make.
    if (const auto runtime = checkFolder(folderOf(path), S_IWGRP | S_IWOTH); !runtime)
        return runtime;
    const QByteArray bytes = QFile::encodeName(path);
    if (::mkdir(bytes.constData(), 0700) != 0 && errno != EEXIST)
        return systemSaid(u"The folder %1 could not be made"_s.arg(path));
    if (const auto made = checkFolder(path, 0); !made)
        return made;
    if (::chmod(bytes.constData(), 0700) != 0)
        return systemSaid(u"The folder %1 could not be made private"_s.arg(path));
    return {};
}

bool isAnswered(const sockaddr_un &address)
{
    const Descriptor probe(newSocket());
    return probe.value() >= 0
        && (::connect(probe.value(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 || errno == EAGAIN);
}

/// What may be replaced: nothing, or a socket of ours that nobody listens on.
std::expected<void, DoorRefusal> checkStale(const QString &path, const sockaddr_un &address)
{
    for (int attempt = 1;; ++attempt) {
        const std::optional<struct stat> there = lookAt(path);
        if (!there)
            return {};
        if (const QString wrong = fault(path, *there, S_IFSOCK, 0); !wrong.isEmpty())
            return refuse(Kind::Unsafe, wrong);
        if (!isAnswered(address))
            return {};
        if (attempt == StaleAttempts)
            return refuse(Kind::Failed, u"Another program of yours listens at %1."_s.arg(path));
        ::nanosleep(&StalePause, nullptr);
    }
}

} // namespace

std::optional<PeerCredentials> credentialsOf(int descriptor)
{
#if defined(SO_PEERCRED)
    ucred told{};
    socklen_t size = sizeof told;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &told, &size) != 0 || size != sizeof told || told.uid == static_cast<uid_t>(-1))
        return std::nullopt; // of nobody, as for a socket that is not connected
    // A process of another PID namespace, as outside of an agent's sandbox, has no number in ours, and its user all the same.
    return PeerCredentials{told.uid, told.pid};
#elif defined(Q_OS_UNIX)
    uid_t uid = 0;
    gid_t gid = 0;
    if (::getpeereid(descriptor, &uid, &gid) != 0)
        return std::nullopt;
    return PeerCredentials{uid, 0};
#else
    Q_UNUSED(descriptor)
    return std::nullopt;
#endif
}

QString runtimeFolder()
{
    const QString told = QFile::decodeName(qgetenv("XDG_RUNTIME_DIR"));
    if (told.startsWith(u'/'))
        return told.endsWith(u'/') && told.size() > 1 ? told.chopped(1) : told;
    const QString usual = u"/run/user/"_s + QString::number(::getuid());
    return checkFolder(usual, S_IWGRP | S_IWOTH) ? usual : QString();
}

QString doorPath(const QString &runtimeFolder, std::uint16_t port)
{
    const QString name = port == DefaultPort ? u"bridge.sock"_s : u"bridge-%1.sock"_s.arg(port);
    return runtimeFolder + u"/clavitor/"_s + name;
}

std::expected<int, DoorRefusal> openDoor(const QString &path)
{
    const QString newPath = path + u".new"_s;
    const std::optional<sockaddr_un> address = addressOf(path);
    const std::optional<sockaddr_un> newAddress = addressOf(newPath);
    if (!address || !newAddress)
        return tooLong(path);
    if (const auto folder = makeFolder(folderOf(path)); !folder)
        return std::unexpected(folder.error());
    for (const auto &[name, at] : {std::pair(path, *address), std::pair(newPath, *newAddress)})
        if (const auto stale = checkStale(name, at); !stale)
            return std::unexpected(stale.error());

    Descriptor listener(newSocket());
    if (listener.value() < 0)
        return systemSaid(u"There is no socket to be had"_s);
    const QByteArray newName = QFile::encodeName(newPath);
    ::unlink(newName.constData());
    // Made under another name and renamed when it is ready: nobody sees a door that does not lead anywhere.
    const mode_t before = ::umask(0177);
    const int bound = ::bind(listener.value(), reinterpret_cast<const sockaddr *>(&*newAddress), sizeof *newAddress);
    const int error = errno;
    ::umask(before);
    errno = error;
    if (bound != 0 || ::chmod(newName.constData(), 0600) != 0 || ::listen(listener.value(), Backlog) != 0
        || ::rename(newName.constData(), QFile::encodeName(path).constData()) != 0)
        return systemSaid(u"The socket %1 could not be made"_s.arg(path));
    return listener.take();
}

std::expected<int, DoorRefusal> enterDoor(const QString &path)
{
    const std::optional<sockaddr_un> address = addressOf(path);
    if (!address)
        return tooLong(path);
    const QString folder = folderOf(path);
    if (const auto runtime = checkFolder(folderOf(folder), S_IWGRP | S_IWOTH); !runtime)
        return std::unexpected(runtime.error());
    if (const auto own = checkFolder(folder, S_IRWXG | S_IRWXO); !own)
        return std::unexpected(own.error());
    const std::optional<struct stat> there = lookAt(path);
    if (!there)
        return refuse(Kind::Absent, u"%1 is not there."_s.arg(path));
    if (const QString wrong = fault(path, *there, S_IFSOCK, S_IRWXG | S_IRWXO); !wrong.isEmpty())
        return refuse(Kind::Unsafe, wrong);

    Descriptor connection(newSocket());
    if (connection.value() < 0)
        return systemSaid(u"There is no socket to be had"_s);
    if (::connect(connection.value(), reinterpret_cast<const sockaddr *>(&*address), sizeof *address) != 0) {
        // EAGAIN: it has more to accept than it takes at the moment.
        if (errno == ECONNREFUSED || errno == ENOENT || errno == EAGAIN)
            return refuse(Kind::Absent, u"Nobody listens at %1."_s.arg(path));
        return systemSaid(u"%1 could not be reached"_s.arg(path));
    }
    const std::optional<PeerCredentials> listener = credentialsOf(connection.value());
    if (!listener)
        return refuse(Kind::Unsafe, u"The system does not tell whose program listens at %1."_s.arg(path));
    if (listener->uid != ::getuid())
        return refuse(Kind::Unsafe, u"A program of another user (number %2) listens at %1."_s.arg(path).arg(listener->uid));
    return connection.take();
}

} // namespace clavitor::link
