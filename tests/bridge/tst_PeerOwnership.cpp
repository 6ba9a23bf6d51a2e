// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/BridgeRig.h"
#include "tests/support/RunningBridge.h"

#include <QStandardPaths>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using clavitor::bridge::PeerLookup;
using clavitor::tests::BridgeRig;
using clavitor::tests::isServedMeanwhile;
using clavitor::tests::RawClient;
using clavitor::tests::RunningBridge;
using clavitor::tests::ScriptedKeeper;

namespace {

constexpr std::chrono::seconds AnswerLimit{35};

std::optional<link::PeerSocket> own(qintptr)
{
    return link::PeerSocket{::getuid(), 4711};
}

/// What a curl of that user, or of this one, got: its exit status and every byte, head included.
struct CurlResult
{
    int status = -1;
    QByteArray bytes;
};

CurlResult curl(const QString &user, std::uint16_t port, const QString &host)
{
    QStringList command{u"curl"_s, u"-q"_s, u"-sS"_s, u"-i"_s, u"-g"_s, u"--max-time"_s, u"30"_s,
                        u"http://%1:%2/health"_s.arg(host).arg(port)};
    if (!user.isEmpty())
        command = QStringList{u"setpriv"_s, u"--reuid"_s, user, u"--clear-groups"_s} + command;
    QProcess process;
    process.start(command.takeFirst(), command);
    // The keeper lives on this thread, so its events must go on.
    static_cast<void>(QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 40000));
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput()};
}

} // namespace

class tst_PeerOwnership : public QObject
{
    Q_OBJECT
private slots:
    void tellsTheKeeperWhichSocketIsTheClients();
    void asksOnceForAConnection();
    void dropsOthersBeforeAByteIsRead_data();
    void dropsOthersBeforeAByteIsRead();
    void servesItsOwnAmongManyOfOthers();
    void writesAtMostALineAMinuteAboutOthers();
    void givesAnotherUsersProgramNothing();
};

void tst_PeerOwnership::tellsTheKeeperWhichSocketIsTheClients()
{
    BridgeRig rig;
    for (const QHostAddress &address :
         {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        QTcpSocket client;
        client.connectToHost(address, rig.port());
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.write(rig.get("/api/status"_ba));
        QTRY_VERIFY(client.bytesAvailable() > 0);
        struct stat status{};
        QCOMPARE(::fstat(static_cast<int>(client.socketDescriptor()), &status), 0);
        const link::Peer &peer = rig.keeper().questions.last().peer;
        QCOMPARE(peer.socket, status.st_ino);
        QCOMPARE(peer.port, client.localPort());
        QCOMPARE(peer.ipv6, address == QHostAddress(QHostAddress::LocalHostIPv6));
    }
}

void tst_PeerOwnership::asksOnceForAConnection()
{
    int asked = 0;
    BridgeRig rig({}, AnswerLimit, [&asked](qintptr descriptor) {
        ++asked;
        return own(descriptor);
    });
    RawClient client(rig.port());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(client.send(rig.get("/api/status"_ba)).answer().status, 200);
    QCOMPARE(asked, 1);
    for (const link::Question &question : rig.keeper().questions)
        QCOMPARE(question.peer.socket, std::uint64_t(4711));
}

void tst_PeerOwnership::dropsOthersBeforeAByteIsRead_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("another user") << true;
    QTest::newRow("a user nobody can tell") << false;
}

void tst_PeerOwnership::dropsOthersBeforeAByteIsRead()
{
    QFETCH(bool, isKnown);
    BridgeRig rig({}, AnswerLimit, [isKnown](qintptr) {
        return isKnown ? std::optional(link::PeerSocket{::getuid() + 1, 4711}) : std::nullopt;
    });
    for (const QByteArray &request : {QByteArray(), rig.get("/health"_ba), rig.get("/api/search?q=github"_ba),
                                      "nonsense\r\n\r\n"_ba, QByteArray(100'000, 'x')}) {
        RawClient client(rig.port());
        client.send(request);
        QVERIFY(client.isClosedWithin(30000));
        QVERIFY(client.unread().isEmpty());
        QCOMPARE(rig.server().connectionCount(), qsizetype(0));
    }
    QVERIFY(rig.keeper().questions.isEmpty());
}

void tst_PeerOwnership::servesItsOwnAmongManyOfOthers()
{
    int arrived = 0;
    BridgeRig rig({}, AnswerLimit, [&arrived](qintptr descriptor) {
        return ++arrived % 100 == 0 ? own(descriptor) : std::optional(link::PeerSocket{::getuid() + 1, 1});
    });
    // More than there are places, so that who is dropped must not have taken one.
    for (int i = 1; i < 100; ++i) {
        RawClient other(rig.port());
        QVERIFY(other.isClosedWithin(30000));
    }
    QVERIFY(isServedMeanwhile(rig));
}

void tst_PeerOwnership::writesAtMostALineAMinuteAboutOthers()
{
    static QStringList lines;
    lines.clear();
    const QtMessageHandler before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &message) { lines.append(message); });
    {
        BridgeRig rig({}, AnswerLimit, [](qintptr) { return link::PeerSocket{::getuid() + 1, 1}; });
        for (int i = 0; i < 20; ++i) {
            RawClient other(rig.port());
            static_cast<void>(other.isClosedWithin(30000));
        }
    }
    qInstallMessageHandler(before);
    QCOMPARE(lines.filter(u"turned away"_s).size(), qsizetype(1));
    QVERIFY(lines.filter(u"turned away"_s).first().contains(QString::number(::getuid() + 1)));
}

void tst_PeerOwnership::givesAnotherUsersProgramNothing()
{
    if (QStandardPaths::findExecutable(u"curl"_s).isEmpty())
        QSKIP("curl is not installed");
    RunningBridge bridge;
    const std::uint16_t port = bridge.start();
    QVERIFY(port != 0);
    for (const QString &host : {u"127.0.0.1"_s, u"[::1]"_s}) {
        const CurlResult mine = curl({}, port, host);
        QCOMPARE(mine.status, 0);
        QVERIFY(mine.bytes.startsWith("HTTP/1.1 200 "));
    }
    if (::geteuid() != 0 || QStandardPaths::findExecutable(u"setpriv"_s).isEmpty())
        QSKIP("only root, with setpriv, can run a program of another user");
    const qsizetype asked = bridge.keeper().questions.size();
    for (const QString &host : {u"127.0.0.1"_s, u"[::1]"_s}) {
        const CurlResult theirs = curl(u"nobody"_s, port, host);
        // 52: the server answered nothing; 56: it reset the connection.
        QVERIFY2(theirs.status == 52 || theirs.status == 56, qPrintable(QString::number(theirs.status)));
        QVERIFY(theirs.bytes.isEmpty());
    }
    QCOMPARE(bridge.keeper().questions.size(), asked);
}

QTEST_GUILESS_MAIN(tst_PeerOwnership)
#include "tst_PeerOwnership.moc"
