// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/LocalDoor.h"
#include "tests/support/RunningBridge.h"
#include "tests/support/RawClient.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTest>
#include <QTimer>

#include <csignal>
#include <memory>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using clavitor::tests::RawAnswer;
using clavitor::tests::RawClient;
using clavitor::tests::RunningBridge;
using clavitor::tests::ScriptedKeeper;

namespace {

const QByteArray Token = ScriptedKeeper::Token;
constexpr int kRaces = 20;

bool isPortFree(std::uint16_t port)
{
    QTcpServer v4;
    QTcpServer v6;
    return v4.listen(QHostAddress::LocalHost, port) && v6.listen(QHostAddress::LocalHostIPv6, port);
}

} // namespace

class tst_BridgeProgram : public QObject
{
    Q_OBJECT
private slots:
    void servesBothLoopbackAddressesAndNoOther();
    void refusesToRunWithoutAKeeper();
    void endsWhenTheKeeperLeaves();
    void answersWhatIsOpenWhenTheKeeperLeaves();
    void endsOnABuildOfAnotherTime_data();
    void endsOnABuildOfAnotherTime();
    void endsOnAStartThatNobodyWrites_data();
    void endsOnAStartThatNobodyWrites();
    void namesWhoHoldsThePort_data();
    void namesWhoHoldsThePort();
    void namesTheNextHolderOfThePort();
    void servesOnceThePortIsFree();
    void waitsForABridgeThatIsJustLeaving();
    void comesBackOnItsPortAtOnceAfterBeingKilled();
    void hasThePortOrSaysWhoDoesHoweverTheyRace();
    void putsNoTokenIntoItsArgumentsOrEnvironment();
    void servesItsUnixSocketAsWell();
    void replacesTheSocketOfABridgeThatWasKilled();
    void servesWithoutASocketWhereSomethingElseStands();
};

void tst_BridgeProgram::servesBothLoopbackAddressesAndNoOther()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    QVERIFY(port != 0);
    for (const QHostAddress &address :
         {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        RawClient client(port, address);
        const RawAnswer answer = client.send(RawClient::get(port, "/api/search?q=github"_ba, Token)).answer();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.body.contains("github.com"));
    }
    QCOMPARE(bridge.keeper().questions.at(0).peer.ipv6, false);
    QCOMPARE(bridge.keeper().questions.at(1).peer.ipv6, true);
    QTcpServer elsewhere;
    QVERIFY(elsewhere.listen(QHostAddress(u"127.0.0.2"_s), port));
}

void tst_BridgeProgram::refusesToRunWithoutAKeeper()
{
    for (const QStringList &arguments :
         {QStringList{}, QStringList{u"0"_s}, QStringList{u"x"_s}, QStringList{u"3"_s, u"4"_s}}) {
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(QStringLiteral(CLAVITOR_BRIDGE_PROGRAM), arguments);
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitCode(), 64);
        QVERIFY(process.readAllStandardError().contains("started by clavitor"));
    }
}

void tst_BridgeProgram::endsWhenTheKeeperLeaves()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    QVERIFY(port != 0);
    bridge.keeper().leave();
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(bridge.process().exitStatus(), QProcess::NormalExit);
    QVERIFY(isPortFree(port));
}

void tst_BridgeProgram::answersWhatIsOpenWhenTheKeeperLeaves()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    bridge.keeper().script = [](const link::Question &) { return std::nullopt; };
    RawClient client(port);
    client.send(RawClient::get(port, "/api/entries"_ba, Token));
    QTRY_COMPARE(bridge.keeper().questions.size(), qsizetype(1));
    bridge.keeper().leave();
    const RawAnswer answer = client.answer();
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.body.contains("keeper_unavailable"));
}

void tst_BridgeProgram::endsOnABuildOfAnotherTime_data()
{
    QTest::addColumn<QByteArray>("rest");
    QTest::newRow("that says the same") << QByteArray(2, '\0');
    QTest::newRow("that says more") << QByteArray(17, '\1');
    QTest::newRow("that says less") << QByteArray();
}

void tst_BridgeProgram::endsOnABuildOfAnotherTime()
{
    QFETCH(QByteArray, rest);
    RunningBridge bridge;
    // A Start of another build, as a program sends it that was started before an update.
    const QByteArray build = link::buildStamp() + 'x';
    bridge.keeper().sendFrame(QByteArray(4, '\0') + static_cast<char>(build.size()) + build + rest);
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(bridge.process().exitCode(), 3);
    QTRY_VERIFY(bridge.keeper().bridgeUp.has_value());
    QVERIFY(bridge.keeper().bridgeUp->failure.contains(u"Clavitor was updated: quit it and start it again."));
    QCOMPARE(bridge.keeper().bridgeUp->port, std::uint16_t(0)); // nobody has it
}

void tst_BridgeProgram::endsOnAStartThatNobodyWrites_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("an unknown tag") << QByteArray(9, '\7');
    QTest::newRow("our own build, and more") << QByteArray(4, '\0') + static_cast<char>(link::buildStamp().size()) + link::buildStamp() + "more than a port";
    QTest::newRow("a build that is no text, and more") << QByteArray(4, '\0') + '\4' + QByteArray(9, '\1');
}

void tst_BridgeProgram::endsOnAStartThatNobodyWrites()
{
    QFETCH(QByteArray, payload);
    RunningBridge bridge;
    bridge.keeper().sendFrame(payload);
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(bridge.process().exitStatus(), QProcess::NormalExit);
    QVERIFY2(bridge.process().exitCode() != 3, "nothing says that this is another build");
    QVERIFY(!bridge.keeper().bridgeUp);
}

void tst_BridgeProgram::namesWhoHoldsThePort_data()
{
    QTest::addColumn<QHostAddress>("held");
    QTest::addColumn<QString>("named");
    QTest::newRow("IPv4") << QHostAddress(QHostAddress::LocalHost) << u"127.0.0.1:%1 is taken by "_s;
    QTest::newRow("IPv6 only") << QHostAddress(QHostAddress::LocalHostIPv6) << u"[::1]:%1 is taken by "_s;
    QTest::newRow("every IPv4 address")
        << QHostAddress(QHostAddress::AnyIPv4) << u"127.0.0.1:%1 is taken by "_s;
    QTest::newRow("every IPv6 address") << QHostAddress(QHostAddress::AnyIPv6) << u"[::1]:%1 is taken by "_s;
    QTest::newRow("every address") << QHostAddress(QHostAddress::Any) << u"127.0.0.1:%1 is taken by "_s;
}

void tst_BridgeProgram::namesWhoHoldsThePort()
{
    QFETCH(QHostAddress, held);
    QFETCH(QString, named);
    QTcpServer squatter;
    QVERIFY(squatter.listen(held, 0));
    RunningBridge bridge;
    QCOMPARE(bridge.start(squatter.serverPort()), std::uint16_t(0));
    QVERIFY(bridge.keeper().bridgeUp.has_value());
    const QString failure = bridge.keeper().bridgeUp->failure;
    QVERIFY2(failure.startsWith(named.arg(squatter.serverPort())), qPrintable(failure));
    QVERIFY2(failure.contains(u"tst_BridgeProgram (process %1)"_s.arg(QCoreApplication::applicationPid())),
             qPrintable(failure));
}

void tst_BridgeProgram::namesTheNextHolderOfThePort()
{
    // Another program, which holds the port when this one lets go of it.
    const auto squatter = std::make_unique<QTcpServer>();
    QVERIFY(squatter->listen(QHostAddress::LocalHost, 0));
    const std::uint16_t port = squatter->serverPort();
    RunningBridge bridge;
    QCOMPARE(bridge.start(port), std::uint16_t(0));
    const QString first = bridge.keeper().bridgeUp->failure;
    QVERIFY(first.contains(u"tst_BridgeProgram"_s));
    const int other = ::fork();
    if (other == 0) {
        ::pause(); // with the listening socket it was born with
        ::_exit(0);
    }
    squatter->close();
    QTRY_VERIFY_WITH_TIMEOUT(bridge.keeper().bridgeUp->failure != first, 10000);
    const QString next = bridge.keeper().bridgeUp->failure;
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
    QVERIFY2(next.contains(u"(process %1)"_s.arg(other)), qPrintable(next));
}

void tst_BridgeProgram::servesOnceThePortIsFree()
{
    QTcpServer squatter;
    QVERIFY(squatter.listen(QHostAddress(QHostAddress::LocalHostIPv6), 0));
    RunningBridge bridge;
    QCOMPARE(bridge.start(squatter.serverPort()), std::uint16_t(0));
    // Neither address was kept meanwhile.
    QTcpServer other;
    const std::uint16_t port = squatter.serverPort();
    QVERIFY(other.listen(QHostAddress(QHostAddress::LocalHost), port));
    other.close();
    squatter.close();
    QTRY_VERIFY_WITH_TIMEOUT(bridge.keeper().bridgeUp->failure.isEmpty(), 10000);
    QCOMPARE(bridge.keeper().bridgeUp->port, port);
    RawClient client(port);
    client.send(RawClient::get(port, "/api/entries"_ba, Token));
    QCOMPARE(client.answer().status, 200);
}

void tst_BridgeProgram::waitsForABridgeThatIsJustLeaving()
{
    QTcpServer leaving;
    QVERIFY(leaving.listen(QHostAddress(QHostAddress::LocalHost), 0));
    QTimer::singleShot(300, &leaving, &QTcpServer::close);
    RunningBridge bridge;
    QVERIFY(bridge.start(leaving.serverPort()) != 0); // the first thing it says is that it serves
    QVERIFY(bridge.keeper().bridgeUp->failure.isEmpty());
}

void tst_BridgeProgram::comesBackOnItsPortAtOnceAfterBeingKilled()
{
    std::uint16_t port = 0;
    for (int round = 0; round < 3; ++round) {
        RunningBridge bridge;
        const std::uint16_t served = bridge.start(port);
        QVERIFY(served != 0);
        port = served;
        // The server ends this one first, which leaves TIME_WAIT behind on its port.
        RawClient refused(port);
        QCOMPARE(refused.send("nonsense\r\n\r\n"_ba).answer().status, 400);
        RawClient open(port);
        QCOMPARE(open.send(RawClient::get(port, "/api/status"_ba, Token)).answer().status, 200);
        ::kill(static_cast<pid_t>(bridge.process().processId()), SIGKILL);
        QVERIFY(bridge.process().waitForFinished(30000));
    }
}

void tst_BridgeProgram::hasThePortOrSaysWhoDoesHoweverTheyRace()
{
    // A bridge died, and something grabs at its port while the next one starts: one of them has it, and it is said which.
    std::uint16_t port = 0;
    qint64 took = 0;
    {
        RunningBridge bridge;
        QElapsedTimer timer;
        timer.start();
        port = bridge.start();
        took = timer.elapsed();
        QVERIFY(port != 0);
        ::kill(static_cast<pid_t>(bridge.process().processId()), SIGKILL);
        QVERIFY(bridge.process().waitForFinished(30000));
    }
    int served = 0;
    int blocked = 0;
    for (int round = 0; round < kRaces; ++round) {
        RunningBridge bridge;
        QTcpServer squatter;
        QTimer grab;
        grab.setInterval(round % 4);
        const QHostAddress address(round % 2 == 0 ? QHostAddress::LocalHost : QHostAddress::LocalHostIPv6);
        connect(&grab, &QTimer::timeout, &squatter, [&] {
            if (!squatter.isListening())
                squatter.listen(address, port);
        });
        // From at once to twice the time a start takes: half of the time it comes late, to what may be a port in use.
        QTimer::singleShot(static_cast<int>(round * took / (kRaces / 2)), &grab, [&grab] { grab.start(); });
        const std::uint16_t got = bridge.start(port);
        QVERIFY(bridge.keeper().bridgeUp.has_value());
        const QString about = u"round %1: %2"_s.arg(round).arg(bridge.keeper().bridgeUp->failure);
        QVERIFY2((got != 0) != squatter.isListening(), qPrintable(about));
        if (got == 0) {
            ++blocked;
            QVERIFY2(bridge.keeper().bridgeUp->failure.contains(u"(process %1)"_s.arg(QCoreApplication::applicationPid())), qPrintable(about));
            QCOMPARE(bridge.keeper().bridgeUp->port, port);
        } else {
            ++served;
            RawClient client(port);
            QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, Token)).answer().status, 200);
        }
    }
    const QString both = u"%1 served, %2 kept from it"_s.arg(served).arg(blocked);
    qInfo("%s", qPrintable(both));
    QVERIFY2(served > 0 && blocked > 0, qPrintable(both));
}

void tst_BridgeProgram::putsNoTokenIntoItsArgumentsOrEnvironment()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    RawClient client(port);
    QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, Token)).answer().status, 200);
    for (const QString &name : {u"cmdline"_s, u"environ"_s}) {
        QFile file(u"/proc/%1/%2"_s.arg(bridge.process().processId()).arg(name));
        if (file.open(QIODevice::ReadOnly))
            QVERIFY(!file.readAll().contains(Token));
    }
}

void tst_BridgeProgram::servesItsUnixSocketAsWell()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    const auto client = link::enterDoor(link::doorPath(bridge.runtime().path(), port));
    QVERIFY2(client.has_value(), qPrintable(client ? QString() : client.error().sentence));
    QCOMPARE(link::credentialsOf(*client)->pid, bridge.process().processId());
    const QByteArray request = "GET /api/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Token + "\r\n\r\n";
    QCOMPARE(::send(*client, request.constData(), static_cast<std::size_t>(request.size()), MSG_NOSIGNAL), ssize_t(request.size()));
    char first[16] = {};
    QTRY_VERIFY_WITH_TIMEOUT(::recv(*client, first, 12, MSG_DONTWAIT | MSG_PEEK) == 12, 30000);
    QVERIFY(::recv(*client, first, 12, 0) == 12);
    QCOMPARE(QByteArray(first), "HTTP/1.1 200"_ba);
    // From within its cage the bridge has asked the kernel for the client's own end.
    struct stat own{};
    QCOMPARE(::fstat(*client, &own), 0);
    QCOMPARE(bridge.keeper().questions.last().peer.socket, std::uint64_t(own.st_ino));
    ::close(*client);
}

void tst_BridgeProgram::replacesTheSocketOfABridgeThatWasKilled()
{
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    const QString path = link::doorPath(bridge.runtime().path(), port);
    ::kill(static_cast<pid_t>(bridge.process().processId()), SIGKILL);
    QVERIFY(bridge.process().waitForFinished(30000));
    QCOMPARE(link::enterDoor(path).error().kind, link::DoorRefusal::Kind::Absent);
    QVERIFY(QFile::exists(path));
    const auto next = link::openDoor(path);
    QVERIFY(next.has_value());
    ::close(*next);
}

void tst_BridgeProgram::servesWithoutASocketWhereSomethingElseStands()
{
    RunningBridge bridge;
    QVERIFY(QFile::link(u"/elsewhere"_s, bridge.runtime().filePath(u"clavitor"_s)));
    const std::uint16_t port = bridge.start();
    QVERIFY(port != 0);
    RawClient client(port);
    QCOMPARE(client.send(RawClient::get(port, "/api/status"_ba, Token)).answer().status, 200);
    QCOMPARE(link::enterDoor(link::doorPath(bridge.runtime().path(), port)).error().kind, link::DoorRefusal::Kind::Unsafe);
}

QTEST_GUILESS_MAIN(tst_BridgeProgram)
#include "tst_BridgeProgram.moc"
