// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/PeerSocket.h"

#include <QElapsedTimer>
#include <QTest>
#include <QtEndian>

#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clavitor::link;

namespace {

/// A descriptor that is closed with it. Closing resets the connection, so that thousands leave nothing behind.
class Socket
{
public:
    explicit Socket(int descriptor = -1)
        : m_descriptor(descriptor)
    {
    }
    Socket(Socket &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    Socket &operator=(Socket &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~Socket() { reset(); }
    operator int() const { return m_descriptor; }
    void reset()
    {
        if (m_descriptor < 0)
            return;
        const linger atOnce{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
        ::close(std::exchange(m_descriptor, -1));
    }
    void closeGently() { ::close(std::exchange(m_descriptor, -1)); }
    [[nodiscard]] std::uint64_t inode() const
    {
        struct stat status{};
        return ::fstat(m_descriptor, &status) == 0 ? status.st_ino : 0;
    }

private:
    int m_descriptor;
};

struct Where
{
    sockaddr_storage address{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr *raw() const { return reinterpret_cast<const sockaddr *>(&address); }
};

Where v4(std::uint32_t host, std::uint16_t port)
{
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(host);
    Where where;
    where.size = sizeof to;
    std::memcpy(&where.address, &to, sizeof to);
    return where;
}

Where v6(const in6_addr &host, std::uint16_t port)
{
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(port);
    to.sin6_addr = host;
    Where where;
    where.size = sizeof to;
    std::memcpy(&where.address, &to, sizeof to);
    return where;
}

std::uint16_t portOf(int descriptor)
{
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&own), &size);
    std::uint16_t port = 0;
    std::memcpy(&port, reinterpret_cast<const char *>(&own) + 2, sizeof port); // at the same place in both families
    return ntohs(port);
}

struct Server
{
    explicit Server(bool onIPv6 = false)
        : listener(::socket(onIPv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
        , isIPv6(onIPv6)
    {
        const Where own = onIPv6 ? v6(in6addr_loopback, 0) : v4(INADDR_LOOPBACK, 0);
        if (::bind(listener, own.raw(), own.size) != 0 || ::listen(listener, 128) != 0)
            qFatal("no listener");
    }
    [[nodiscard]] Where where() const
    {
        return isIPv6 ? v6(in6addr_loopback, portOf(listener)) : v4(INADDR_LOOPBACK, portOf(listener));
    }
    [[nodiscard]] Socket accept() const { return Socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); }

    Socket listener;
    bool isIPv6;
};

Socket connected(const Where &to, const Where *from = nullptr)
{
    Socket client(::socket(to.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (from && ::bind(client, from->raw(), from->size) != 0)
        return Socket();
    return ::connect(client, to.raw(), to.size) == 0 ? std::move(client) : Socket();
}

std::optional<ConnectionEnds> ends(const Socket &accepted)
{
    return ConnectionEnds::ofAccepted(accepted);
}

/// Another user than this one, to which root can change.
constexpr uid_t Nobody = 65534;

} // namespace

class tst_PeerSocket : public QObject
{
    Q_OBJECT
private slots:
    void findsOwnConnections_data();
    void findsOwnConnections();
    void findsWhoConnectsFromAnotherLoopbackAddress();
    void findsWhoSpeaksToIPv4FromAnIPv6Socket();
    void namesAnotherUser();
    void findsWhoHasClosedItsSendingSideOnly();
    void findsNobodyWhenTheClientHasLeft();
    void isNotMisledByAListenerOnTheClientsPort();
    void missesNoneOfTenThousand();
    void readsTables_data();
    void readsTables();
    void refusesWhatIsNoConnection();
};

void tst_PeerSocket::findsOwnConnections_data()
{
    QTest::addColumn<bool>("isIPv6");
    QTest::newRow("127.0.0.1") << false;
    QTest::newRow("[::1]") << true;
}

void tst_PeerSocket::findsOwnConnections()
{
    QFETCH(bool, isIPv6);
    const Server server(isIPv6);
    PeerSockets sockets;
    const Socket first = connected(server.where());
    const Socket acceptedFirst = server.accept();
    const Socket second = connected(server.where());
    const Socket acceptedSecond = server.accept();
    for (const auto &[client, accepted] : {std::pair(&first, &acceptedFirst), std::pair(&second, &acceptedSecond)}) {
        QVERIFY(client->inode() != 0);
        const PeerSocket expected{::getuid(), client->inode()};
        const auto of = ends(*accepted);
        QVERIFY(of);
        QVERIFY(sockets.askKernel(*of) == expected);
        QVERIFY(PeerSockets::searchTables(*of) == expected);
        QVERIFY(sockets.find(*of) == expected);
    }
}

void tst_PeerSocket::findsWhoConnectsFromAnotherLoopbackAddress()
{
    const Server server;
    const Where from = v4(INADDR_LOOPBACK + 7, 0);
    const Socket client = connected(server.where(), &from);
    QVERIFY(client >= 0);
    const Socket accepted = server.accept();
    const PeerSocket expected{::getuid(), client.inode()};
    PeerSockets sockets;
    QVERIFY(sockets.askKernel(*ends(accepted)) == expected);
    QVERIFY(PeerSockets::searchTables(*ends(accepted)) == expected);
}

void tst_PeerSocket::findsWhoSpeaksToIPv4FromAnIPv6Socket()
{
    const Server server;
    in6_addr host{};
    host.s6_addr[10] = host.s6_addr[11] = 0xff;
    const std::uint32_t loopback = htonl(INADDR_LOOPBACK);
    std::memcpy(&host.s6_addr[12], &loopback, sizeof loopback);
    const Socket client = connected(v6(host, portOf(server.listener)));
    QVERIFY(client >= 0);
    const Socket accepted = server.accept();
    const PeerSocket expected{::getuid(), client.inode()};
    PeerSockets sockets;
    QVERIFY(sockets.askKernel(*ends(accepted)) == expected);
    QVERIFY(PeerSockets::searchTables(*ends(accepted)) == expected);
}

void tst_PeerSocket::namesAnotherUser()
{
    if (::geteuid() != 0)
        QSKIP("only root can connect as another user");
    const Server server;
    const Where to = server.where();
    std::array<int, 2> hold{};
    QCOMPARE(::pipe(hold.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(hold[1]);
        char byte = 0;
        const bool ready = ::setuid(Nobody) == 0;
        const int client = ::socket(AF_INET, SOCK_STREAM, 0);
        if (ready && ::connect(client, to.raw(), to.size) == 0)
            static_cast<void>(::read(hold[0], &byte, 1) + 0);
        ::_exit(0);
    }
    ::close(hold[0]);
    const Socket accepted = server.accept();
    PeerSockets sockets;
    const auto told = sockets.askKernel(*ends(accepted));
    const auto listed = PeerSockets::searchTables(*ends(accepted));
    ::close(hold[1]);
    ::waitpid(child, nullptr, 0);
    QVERIFY(told);
    QCOMPARE(told->uid, Nobody);
    QVERIFY(told == listed);
}

void tst_PeerSocket::findsWhoHasClosedItsSendingSideOnly()
{
    const Server server;
    const Socket client = connected(server.where());
    const Socket accepted = server.accept();
    ::shutdown(client, SHUT_WR);
    PeerSockets sockets;
    QVERIFY(sockets.find(*ends(accepted)) == (PeerSocket{::getuid(), client.inode()}));
}

void tst_PeerSocket::findsNobodyWhenTheClientHasLeft()
{
    const Server server;
    PeerSockets sockets;
    for (const bool hasAnswered : {false, true}) {
        if (hasAnswered) {
            const Socket other = connected(server.where());
            const Socket accepted = server.accept();
            QVERIFY(sockets.find(*ends(accepted)));
        }
        Socket client = connected(server.where());
        const Socket accepted = server.accept();
        const auto of = ends(accepted);
        client.closeGently();
        // The kernel holds what is left of it under root's number, which may be ours.
        QVERIFY(!sockets.askKernel(*of));
        QVERIFY(!PeerSockets::searchTables(*of));
        QVERIFY(!sockets.find(*of));
    }
}

void tst_PeerSocket::isNotMisledByAListenerOnTheClientsPort()
{
    const Server server;
    PeerSockets sockets;
    // Another program may have the port in the meantime.
    for (int attempt = 0; attempt < 20; ++attempt) {
        Socket client = connected(server.where());
        const Socket accepted = server.accept();
        const auto of = ends(accepted);
        const std::uint16_t port = portOf(client);
        client.reset();
        const Socket squatter(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const Where own = v4(INADDR_LOOPBACK, port);
        if (::bind(squatter, own.raw(), own.size) != 0)
            continue;
        QCOMPARE(::listen(squatter, 1), 0);
        QVERIFY(!sockets.askKernel(*of));
        QVERIFY(!sockets.find(*of));
        return;
    }
    QFAIL("the port was taken each time");
}

void tst_PeerSocket::missesNoneOfTenThousand()
{
    const Server server;
    PeerSockets sockets;
    qint64 nanoseconds = 0;
    for (int i = 0; i < 10'000; ++i) {
        const Socket client = connected(server.where());
        QVERIFY(client >= 0);
        const Socket accepted = server.accept();
        QElapsedTimer timer;
        timer.start();
        const auto of = ends(accepted);
        const auto found = of ? sockets.find(*of) : std::nullopt;
        nanoseconds += timer.nsecsElapsed();
        QVERIFY2(found == (PeerSocket{::getuid(), client.inode()}), qPrintable(QString::number(i)));
    }
    qInfo("a look-up took %.1f microseconds on average", static_cast<double>(nanoseconds) / 10'000'000.0);
}

void tst_PeerSocket::readsTables_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isFound");
    const QByteArray good = "   1: 0100007F:D431 0100007F:07C0 01 00000000:00000000 00:00000000 00000000  1000        0 43210 1 0000000000000000 20 0 0 10 -1";
    QTest::newRow("the client's end") << good << true;
    QTest::newRow("the server's end") << QByteArray(good).replace("D431 0100007F:07C0", "07C0 0100007F:D431") << false;
    QTest::newRow("another port") << QByteArray(good).replace("D431", "D432") << false;
    QTest::newRow("another address") << QByteArray(good).replace("0100007F:D431", "0200007F:D431") << false;
    QTest::newRow("nobody's any more") << QByteArray(good).replace("43210", "0") << false;
    QTest::newRow("cut short") << good.first(good.indexOf("43210")) << false;
    QTest::newRow("not a number") << QByteArray(good).replace("  1000 ", "  root ") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void tst_PeerSocket::readsTables()
{
    QFETCH(QByteArray, line);
    QFETCH(bool, isFound);
    ConnectionEnds of;
    of.client[0] = of.server[0] = htonl(INADDR_LOOPBACK);
    of.clientPort = htons(0xD431);
    of.serverPort = htons(1984);
    const QByteArray head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    const QByteArray other = "   0: 0100007F:07C0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n";
    if constexpr (Q_BYTE_ORDER == Q_LITTLE_ENDIAN) {
        const QByteArray table = head + other + line + '\n' + other;
        const auto found = peerSocketIn(table, false, of);
        QCOMPARE(found.has_value(), isFound);
        if (isFound)
            QVERIFY(found == (PeerSocket{1000, 43210}));
        QVERIFY(!peerSocketIn(table, true, of));
    }
}

void tst_PeerSocket::refusesWhatIsNoConnection()
{
    QVERIFY(!ConnectionEnds::ofAccepted(-1));
    const Server server;
    QVERIFY(!ConnectionEnds::ofAccepted(server.listener));
    std::array<int, 2> ends{};
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    const Socket one(ends[0]);
    const Socket two(ends[1]);
    QVERIFY(!ConnectionEnds::ofAccepted(one));
}

QTEST_GUILESS_MAIN(tst_PeerSocket)
#include "tst_PeerSocket.moc"
