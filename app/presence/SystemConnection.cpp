// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/SystemConnection.h"

#include <QDeadlineTimer>
#include <QThreadPool>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int FirstWordMilliseconds = 3'000;

/// Qt shares a connection among all who name it; ours ends with its object.
QString freshName()
{
    static std::atomic<quint64> count = 0;
    return u"clavitor-system-%1"_s.arg(++count);
}

/// Where connections begin and end, one after another: both wait while another is being made. Never destroyed, which would wait for a
/// bus that does not answer.
QThreadPool &busThread()
{
    static QThreadPool *const pool = [] {
        auto *made = new QThreadPool;
        made->setMaxThreadCount(1);
        return made;
    }();
    return *pool;
}

/// The path of a Unix socket in the file system; empty for any other address.
QByteArray pathOf(const QString &address)
{
    constexpr auto kind = "unix:"_L1;
    constexpr auto key = "path="_L1;
    if (!address.startsWith(kind))
        return {};
    for (const QString &part : address.mid(kind.size()).split(u','))
        if (part.startsWith(key))
            return QByteArray::fromPercentEncoding(part.mid(key.size()).toUtf8());
    return {};
}

bool waitsFor(int socket, short event, const QDeadlineTimer &deadline)
{
    pollfd waits{socket, event, 0};
    return ::poll(&waits, 1, static_cast<int>(std::max<qint64>(deadline.remainingTime(), 0))) == 1;
}

} // namespace

bool answersAt(const QString &address, int milliseconds)
{
    const QByteArray path = pathOf(address);
    if (path.isEmpty())
        return true;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path.size() >= static_cast<qsizetype>(sizeof to.sun_path))
        return false;
    std::ranges::copy(path, to.sun_path);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0)
        return false;
    const QDeadlineTimer deadline(milliseconds);
    // "Authentication Protocol" of the D-Bus specification: whoever serves answers the first line, whatever it thinks of it.
    const QByteArray hello = QByteArray(1, '\0') + "AUTH EXTERNAL " + QByteArray::number(::getuid()).toHex() + "\r\n";
    std::array<char, 64> answer{};
    const bool answers = ::connect(socket, reinterpret_cast<const sockaddr *>(&to), sizeof to) == 0
        && ::send(socket, hello.constData(), static_cast<std::size_t>(hello.size()), MSG_NOSIGNAL) == hello.size()
        && waitsFor(socket, POLLIN, deadline) && ::recv(socket, answer.data(), answer.size(), 0) > 0;
    ::close(socket);
    return answers;
}

/// One connection on its way.
struct SystemConnection::Attempt {
    Attempt() = default;
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;
    ~Attempt()
    {
        if (!connection.isEmpty())
            busThread().start([name = connection] { QDBusConnection::disconnectFromBus(name); });
    }

    std::mutex mutex;
    bool isWanted = true;
    QObject *context = nullptr;
    QString connection; ///< made, and nobody's yet
};

/// Lives in the thread of those who wait and dies with them, so that they may be told from aside.
class SystemConnection::Ear : public QObject {
public:
    Ear(std::shared_ptr<Attempt> attempt, QObject *parent)
        : QObject(parent)
        , m_attempt(std::move(attempt))
    {
    }
    ~Ear() override
    {
        const std::scoped_lock lock(m_attempt->mutex);
        m_attempt->isWanted = false;
    }
    Ear(const Ear &) = delete;
    Ear &operator=(const Ear &) = delete;

private:
    std::shared_ptr<Attempt> m_attempt;
};

SystemConnection::~SystemConnection()
{
    if (m_attempt) {
        const std::scoped_lock lock(m_attempt->mutex);
        if (std::exchange(m_attempt->isWanted, false))
            m_attempt->context->deleteLater();
    }
    if (!m_bus.name().isEmpty())
        busThread().start([name = m_bus.name()] { QDBusConnection::disconnectFromBus(name); });
}

void SystemConnection::open(const QString &address, QObject *context, std::function<void(bool)> tried)
{
    m_attempt = std::make_shared<Attempt>();
    m_attempt->context = new Ear(m_attempt, context);
    busThread().start([this, attempt = m_attempt, address, tried = std::move(tried)] {
        const auto isWanted = [&attempt] {
            const std::scoped_lock lock(attempt->mutex);
            return attempt->isWanted;
        };
        if (!isWanted())
            return;
        QDBusConnection bus{QString()};
        if (answersAt(address, FirstWordMilliseconds) && isWanted())
            bus = QDBusConnection::connectToBus(address, freshName());
        const std::scoped_lock lock(attempt->mutex);
        attempt->connection = bus.name();
        if (!attempt->isWanted)
            return;
        // By its own thread this object is there as long as the attempt is wanted.
        QMetaObject::invokeMethod(attempt->context, [this, attempt, bus, tried] {
            if (!std::exchange(attempt->isWanted, false))
                return;
            attempt->connection.clear();
            m_bus = bus;
            m_attempt.reset();
            attempt->context->deleteLater();
            tried(bus.isConnected());
        }, Qt::QueuedConnection);
    });
}

} // namespace clavitor
