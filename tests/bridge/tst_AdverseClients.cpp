// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bridge/BridgeRig.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include <array>
#include <memory>
#include <vector>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using namespace std::chrono_literals;
using clavitor::bridge::ConnectionLimits;
using clavitor::tests::BridgeRig;
using clavitor::tests::codeOf;
using clavitor::tests::isServedMeanwhile;
using clavitor::tests::RawAnswer;
using clavitor::tests::RawClient;
using clavitor::tests::ScriptedKeeper;

namespace {

ConnectionLimits hasty()
{
    ConnectionLimits limits;
    limits.head = 1000ms;
    limits.body = 1000ms;
    limits.write = 1000ms;
    limits.idle = 1000ms;
    limits.linger = 500ms;
    return limits;
}

QByteArray ping(int id = 1)
{
    return R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) + R"(,"method":"ping"})";
}

} // namespace

class tst_AdverseClients : public QObject
{
    Q_OBJECT
private slots:
    void cutsOffWhoSendsAheadWithoutEnd();
    void timesSlowHeadsOut();
    void timesSlowBodiesOut();
    void closesIdleConnections();
    void dropsClientsThatDoNotRead();
    void holdsLittleForManyThatDoNotRead();
    void survivesFloodsOfConnections();
    void servesOthersThroughAThousandConnections();
    void survivesFloodsOfBytes();
    void keepsWhoWaitsWhenAllPlacesAreTaken();
    void servesWhoAskedBeforeManyThatLeft();
    void tellsTheKeeperWhoLeft();
    void survivesClientsThatLeaveAtAnyMoment();
    void survivesRandomBytesOnTheWire();
};

void tst_AdverseClients::cutsOffWhoSendsAheadWithoutEnd()
{
    BridgeRig rig;
    rig.holdAnswers();
    RawClient client(rig.port());
    client.send(rig.get("/api/search?q=x"_ba));
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(1));
    client.send(QByteArray(4 * 1024 * 1024, 'x'));
    QVERIFY(client.isClosedWithin(30000));
    QTRY_COMPARE(rig.keeper().clientsGone.size(), qsizetype(1));
}

void tst_AdverseClients::timesSlowHeadsOut()
{
    BridgeRig rig(hasty());
    // Every byte in time, the head as a whole not.
    RawClient slow(rig.port());
    QElapsedTimer timer;
    timer.start();
    const QByteArray head = "GET /health HTTP/1.1\r\n" + rig.host() + "X: " + QByteArray(100, 'x');
    for (const char byte : head) {
        slow.send(QByteArray(1, byte));
        QTest::qWait(10);
        if (!slow.isOpen() || timer.elapsed() > 30000)
            break;
    }
    QCOMPARE(slow.answer().status, 408);
    QVERIFY(slow.isClosedWithin(30000));
    QVERIFY(timer.elapsed() < 60000);
    // Who says nothing at all is told nothing.
    RawClient silent(rig.port());
    QVERIFY(silent.isClosedWithin(30000));
    QVERIFY(silent.unread().isEmpty());
}

void tst_AdverseClients::timesSlowBodiesOut()
{
    BridgeRig rig(hasty());
    RawClient slow(rig.port());
    slow.send(rig.post(QByteArray(1000, ' ')).chopped(500));
    const RawAnswer answer = slow.answer();
    QCOMPARE(answer.status, 408);
    QCOMPARE(codeOf(answer), u"timeout"_s);
    QVERIFY(slow.isClosedWithin(30000));
}

void tst_AdverseClients::closesIdleConnections()
{
    BridgeRig rig(hasty());
    RawClient client(rig.port());
    QCOMPARE(client.send(rig.get("/api/status"_ba)).answer().status, 200);
    QVERIFY(client.isOpen());
    QVERIFY(client.isClosedWithin(30000));
    QVERIFY(client.unread().isEmpty());
    // An answer the keeper takes its time for is not idleness.
    rig.holdAnswers();
    RawClient waiting(rig.port());
    waiting.send(rig.get("/api/status"_ba));
    QTest::qWait(2500);
    QVERIFY(waiting.isOpen());
}

void tst_AdverseClients::dropsClientsThatDoNotRead()
{
    BridgeRig rig(hasty());
    rig.keeper().script = [](const link::Question &question) {
        return link::Answer{question.id, link::Status::Ok, QByteArray(7 * 1024 * 1024, 'x'), {}, 0};
    };
    // A plain socket that never reads: the kernel's buffers fill and the answer gets stuck.
    QTcpSocket stuck;
    stuck.setReadBufferSize(1024);
    stuck.connectToHost(QHostAddress::LocalHost, rig.port());
    QTRY_COMPARE(stuck.state(), QAbstractSocket::ConnectedState);
    stuck.write(rig.get("/api/status"_ba));
    QTRY_COMPARE(rig.server().connectionCount(), qsizetype(1));
    QTRY_COMPARE_WITH_TIMEOUT(rig.server().connectionCount(), qsizetype(0), 30000);
}

void tst_AdverseClients::holdsLittleForManyThatDoNotRead()
{
    ConnectionLimits limits;
    limits.unsent = 8 * 1024 * 1024;
    limits.write = 300s;
    BridgeRig rig(limits);
    rig.keeper().keepsQuestions = false;
    rig.keeper().script = [](const link::Question &question) {
        return std::holds_alternative<link::StatusQuery>(question.query)
                   ? ScriptedKeeper::plausible(question)
                   : link::Answer{question.id, link::Status::Ok, QByteArray(7 * 1024 * 1024, 'x'), {}, 0};
    };
    // Thirty answers that are larger than the kernel's buffers, none of them read.
    std::vector<std::unique_ptr<QTcpSocket>> stuck;
    for (int i = 0; i < 30; ++i) {
        stuck.push_back(std::make_unique<QTcpSocket>());
        stuck.back()->setReadBufferSize(1024);
        stuck.back()->connectToHost(QHostAddress::LocalHost, rig.port());
        stuck.back()->write(rig.get("/api/search?q=github"_ba));
        QVERIFY(isServedMeanwhile(rig));
    }
    // What two of them may hold, and no more, is left; the newest among them.
    QTRY_VERIFY(rig.server().connectionCount() <= 4);
    QCOMPARE(stuck.back()->state(), QAbstractSocket::ConnectedState);
    // Who reads gets all of it.
    RawClient reader(rig.port());
    QCOMPARE(reader.send(rig.get("/api/search?q=github"_ba)).answer().body.size(), qsizetype(7 * 1024 * 1024));
}

void tst_AdverseClients::servesOthersThroughAThousandConnections()
{
    // Client and server share this process, and so its descriptors.
    rlimit files{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_max < 2048)
        QSKIP("this process may not have two thousand descriptors");
    const rlimit more{std::max<rlim_t>(files.rlim_cur, 2048), files.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &more), 0);
    {
        BridgeRig rig;
        std::vector<std::unique_ptr<QTcpSocket>> crowd;
        const std::array<QByteArray, 5> openings{QByteArray(), "GET /api/entr"_ba, rig.get("/api/status"_ba), rig.post(ping()),
                                                 "POST /mcp HTTP/1.1\r\n" + rig.host() + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"};
        for (int i = 0; i < 1000; ++i) {
            crowd.push_back(std::make_unique<QTcpSocket>());
            crowd.back()->connectToHost(QHostAddress::LocalHost, rig.port());
            crowd.back()->write(openings[static_cast<std::size_t>(i) % openings.size()]);
            QCoreApplication::processEvents();
            if (i % 100 == 99)
                QVERIFY(isServedMeanwhile(rig));
        }
        QVERIFY(rig.server().connectionCount() <= 64);
        QVERIFY(isServedMeanwhile(rig));
        QCOMPARE(rig.link().openQuestions(), qsizetype(0));
    }
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &files), 0);
}

void tst_AdverseClients::survivesFloodsOfConnections()
{
    BridgeRig rig;
    std::vector<std::unique_ptr<QTcpSocket>> half;
    for (int i = 0; i < 190; ++i) {
        half.push_back(std::make_unique<QTcpSocket>());
        half.back()->connectToHost(QHostAddress::LocalHost, rig.port());
        half.back()->write("GET /health HTTP/1.1\r\nX: ");
        if (i % 20 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_VERIFY(rig.server().connectionCount() >= 60);
    QTest::qWait(100);
    QVERIFY(rig.server().connectionCount() <= 64);
    for (int i = 0; i < 5; ++i)
        QVERIFY(isServedMeanwhile(rig));
}

void tst_AdverseClients::survivesFloodsOfBytes()
{
    BridgeRig rig;
    RawClient head(rig.port());
    head.send("GET / HTTP/1.1\r\n" + rig.host() + "X: " + QByteArray(12 * 1024 * 1024, 'x'));
    RawClient body(rig.port());
    body.send("POST /mcp HTTP/1.1\r\n" + rig.host() +
              "Content-Type: application/json\r\nContent-Length: 12582912\r\n\r\n" +
              QByteArray(12 * 1024 * 1024, 'x'));
    QVERIFY(isServedMeanwhile(rig));
    QVERIFY(head.isClosedWithin(30000));
    QVERIFY(body.isClosedWithin(30000));
    QVERIFY(head.unread().startsWith("HTTP/1.1 431 "));
    QVERIFY(body.unread().startsWith("HTTP/1.1 413 "));
}

void tst_AdverseClients::keepsWhoWaitsWhenAllPlacesAreTaken()
{
    ConnectionLimits limits;
    limits.connections = 4;
    BridgeRig rig(limits);
    rig.holdAnswers();
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.push_back(std::make_unique<RawClient>(rig.port()));
        waiting.back()->send(rig.get("/api/status"_ba));
    }
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(4));
    RawClient surplus(rig.port());
    const RawAnswer refused = surplus.answer();
    QCOMPARE(refused.status, 503);
    QCOMPARE(codeOf(refused), u"busy"_s);
    QCOMPARE(refused.field("Retry-After"_ba), "1"_ba);
    for (const link::Question &question : QList(rig.keeper().questions))
        rig.keeper().answer(ScriptedKeeper::plausible(question));
    for (const std::unique_ptr<RawClient> &client : waiting)
        QCOMPARE(client->answer().status, 200);
    // Answered and idle now, they make room, the oldest first.
    RawClient next(rig.port());
    QTRY_VERIFY(!waiting.front()->isOpen());
    QVERIFY(waiting.back()->isOpen());
}

void tst_AdverseClients::servesWhoAskedBeforeManyThatLeft()
{
    ConnectionLimits limits;
    limits.connections = 4;
    BridgeRig rig(limits);
    // The server lives on this thread, so until the event loop runs all of these wait in the kernel.
    const auto connected = [&rig] {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(rig.port());
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return ::connect(descriptor, reinterpret_cast<const sockaddr *>(&to), sizeof to) == 0 ? descriptor : -1;
    };
    const QByteArray request = rig.get("/api/status"_ba);
    const int asking = connected();
    QVERIFY(asking >= 0);
    QCOMPARE(::send(asking, request.constData(), static_cast<std::size_t>(request.size()), 0), request.size());
    for (int i = 0; i < 20; ++i) {
        const int leaving = connected();
        QVERIFY(leaving >= 0);
        if (i % 2 == 0)
            QCOMPARE(::send(leaving, request.constData(), static_cast<std::size_t>(request.size()), 0), request.size());
        ::close(leaving);
    }
    QByteArray said;
    const auto hasHeadCome = [asking, &said] {
        std::array<char, 4096> part{};
        const auto size = ::recv(asking, part.data(), part.size(), MSG_DONTWAIT);
        said.append(part.data(), qMax(size, ssize_t(0)));
        return size == 0 || said.contains("\r\n\r\n");
    };
    QTRY_VERIFY(hasHeadCome());
    ::close(asking);
    QVERIFY2(said.startsWith("HTTP/1.1 200 "), said.constData());
}

void tst_AdverseClients::tellsTheKeeperWhoLeft()
{
    BridgeRig rig;
    rig.holdAnswers();
    RawClient client(rig.port());
    client.send(rig.get("/api/search?q=x"_ba));
    QTRY_COMPARE(rig.keeper().questions.size(), qsizetype(1));
    const std::uint64_t id = rig.keeper().questions.at(0).id;
    client.leave();
    QTRY_COMPARE(rig.keeper().clientsGone, QList<std::uint64_t>{id});
    // The answer that still comes is dropped.
    rig.keeper().answer({id, link::Status::Ok, "{}"_ba, {}, 0});
    QTest::qWait(50);
    QCOMPARE(rig.link().openQuestions(), qsizetype(0));
}

void tst_AdverseClients::survivesClientsThatLeaveAtAnyMoment()
{
    BridgeRig rig;
    QList<link::Question> open;
    rig.keeper().keepsQuestions = false;
    rig.keeper().script = [&open](const link::Question &question) -> std::optional<link::Answer> {
        if (question.id % 3 == 0)
            return ScriptedKeeper::plausible(question);
        open.append(question);
        return std::nullopt;
    };
    QRandomGenerator random(1984);
    const QByteArray get = rig.get("/api/search?q=github"_ba);
    const QByteArray post = rig.post(
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"x"}}})"_ba);
    for (int round = 0; round < 1500; ++round) {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, rig.port());
        const QByteArray request = (round % 2 ? get : post) + (round % 5 ? QByteArray() : get);
        // At which byte, after how many turns of the event loop, and how it leaves.
        const int stage = round % 6;
        socket->waitForConnected();
        if (stage > 0)
            socket->write(stage == 1 ? request.first(random.bounded(static_cast<int>(request.size())))
                                     : request);
        socket->flush();
        for (int turn = random.bounded(4); turn > 0; --turn)
            QCoreApplication::processEvents();
        if (stage >= 4 && !open.isEmpty()) {
            // The answer and the client's leaving cross.
            const link::Question question = open.takeAt(random.bounded(static_cast<int>(open.size())));
            rig.keeper().answer(ScriptedKeeper::plausible(question));
        }
        stage % 2 ? socket->abort() : socket->disconnectFromHost();
        socket.reset();
        if (round % 7 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE_WITH_TIMEOUT(rig.server().connectionCount(), qsizetype(0), 30000);
    QTRY_COMPARE(rig.link().openQuestions(), qsizetype(0));
    rig.keeper().script = [](const link::Question &question) { return ScriptedKeeper::plausible(question); };
    QVERIFY(isServedMeanwhile(rig));
}

void tst_AdverseClients::survivesRandomBytesOnTheWire()
{
    BridgeRig rig(hasty());
    QRandomGenerator random(7);
    const QByteArray good = rig.post(ping()) + rig.get("/api/status"_ba);
    for (int round = 0; round < 300; ++round) {
        QByteArray bytes = good;
        for (int change = 0; change < 4; ++change)
            bytes[random.bounded(static_cast<int>(bytes.size()))] = static_cast<char>(random.bounded(256));
        RawClient client(rig.port());
        client.send(bytes.first(random.bounded(static_cast<int>(bytes.size()))));
        if (round % 10 == 0)
            static_cast<void>(client.answer(50));
    }
    QVERIFY(isServedMeanwhile(rig));
}

QTEST_GUILESS_MAIN(tst_AdverseClients)
#include "tst_AdverseClients.moc"
