// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/BridgeExit.h"
#include "app/service/Vault.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/TemporaryVault.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include <array>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// A socket of this process that listens on one of the addresses that keep the bridge from its port.
class Squatter {
public:
    explicit Squatter(const QString &address)
        : m_socket(::socket(address.contains(u':') ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_addr.s_addr = htonl(address == "0.0.0.0"_L1 ? INADDR_ANY : INADDR_LOOPBACK);
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_addr = address == "::"_L1 ? in6addr_any : in6addr_loopback;
        const bool isSix = address.contains(u':');
        auto *where = isSix ? reinterpret_cast<sockaddr *>(&six) : reinterpret_cast<sockaddr *>(&four);
        socklen_t size = isSix ? sizeof six : sizeof four;
        works = ::bind(m_socket, where, size) == 0 && ::listen(m_socket, 5) == 0 && ::getsockname(m_socket, where, &size) == 0;
        port = ntohs(isSix ? six.sin6_port : four.sin_port);
    }
    ~Squatter() { ::close(m_socket); }
    bool works = false;
    std::uint16_t port = 0;

private:
    int m_socket;
};

} // namespace

/// A bridge that cannot have its port is on record, with who has it.
class tst_BlockedBridge : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<BridgeSide> m_bridge;

    void say(std::uint16_t port, const QString &failure)
    {
        m_bridge->channel->send(link::encode(link::ToKeeper(link::BridgeUp{port, failure})));
        QSignalSpy said(&m_vault->vault(), &Vault::bridgeUp);
        QVERIFY(said.wait());
    }
    [[nodiscard]] QList<AuditEvent> blocked()
    {
        AuditFilter filter;
        filter.actions = {u"bridge.blocked"_s};
        return m_vault->open().rows().page(filter, 0, 100)->events;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_bridge = std::make_unique<BridgeSide>();
        m_vault->vault().attachBridge(m_bridge->keeperEnd, 1984);
    }
    void cleanup()
    {
        m_vault.reset();
        m_bridge.reset();
    }

    void whoHoldsThePortIsOnRecord_data()
    {
        QTest::addColumn<QString>("address");
        for (const char *address : {"127.0.0.1", "0.0.0.0", "::1", "::"})
            QTest::newRow(address) << QString::fromLatin1(address);
    }
    void whoHoldsThePortIsOnRecord()
    {
        QFETCH(QString, address);
        const Squatter squatter(address);
        QVERIFY(squatter.works);
        say(squatter.port, u"the port is taken"_s);
        QCOMPARE(blocked().size(), 1);
        const AuditEvent row = blocked().first();
        QCOMPARE(row.subject, u"%1 (process %2)"_s.arg(QFileInfo(QCoreApplication::applicationFilePath()).fileName()).arg(QCoreApplication::applicationPid()));
        QCOMPARE(row.caller.program, QCoreApplication::applicationFilePath());
        QCOMPARE(row.caller.pid, QCoreApplication::applicationPid());
        QCOMPARE(row.actor, u"app:clavitor"_s);
        QCOMPARE(row.why, u"the port is taken"_s);
        QCOMPARE(row.outcome, Outcome::Error);
        QVERIFY(!row.isByAgent());
    }

    void aHolderThatIsGoneIsOnRecordByItsPort()
    {
        std::uint16_t port = 0;
        {
            const Squatter squatter(u"127.0.0.1"_s);
            port = squatter.port;
        }
        say(port, u"the port is taken"_s);
        QCOMPARE(blocked().first().subject, u"port %1"_s.arg(port));
    }

    void whatHappensWhileItIsLockedIsWrittenAtTheUnlock()
    {
        const Squatter squatter(u"127.0.0.1"_s);
        QVERIFY(m_vault->vault().lock());
        m_vault->now += 1000;
        const qint64 then = m_vault->now;
        say(squatter.port, u"first"_s);
        say(squatter.port, u"second"_s);
        m_vault->now += ms::hour;
        QVERIFY(m_vault->unlock());
        QCOMPARE(blocked().size(), 2);
        QCOMPARE(blocked()[1].why, u"seen at %1: first"_s.arg(toIso8601(then)));
        QVERIFY(blocked()[0].why.endsWith(u": second"_s));
        QCOMPARE(blocked()[1].time, m_vault->now);
        AuditFilter clock;
        clock.actions = {u"clock.back"_s};
        QVERIFY2(m_vault->open().rows().page(clock, 0, 1)->events.isEmpty(), "no clock was set back");
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QCOMPARE(blocked().size(), 2);
    }

    void aHolderThatComesAndGoesFillsNoMemory()
    {
        QVERIFY(m_vault->vault().lock());
        for (int time = 0; time < 40; ++time)
            say(1, u"time %1"_s.arg(time));
        QVERIFY(m_vault->unlock());
        QCOMPARE(blocked().size(), 16);
        QVERIFY(blocked().first().why.endsWith(u"time 39"_s));
    }

    void aBridgeThatServesOrIsOfAnotherBuildLeavesNoRow()
    {
        say(1984, {});
        say(0, QString::fromLatin1(link::mismatchReason));
        QVERIFY(blocked().isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_BlockedBridge)
#include "tst_BlockedBridge.moc"
