// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/LocalDoor.h"
#include "tests/bridge/BridgeRig.h"

#include <QDir>
#include <QLocalSocket>
#include <QStandardPaths>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using clavitor::tests::BridgeRig;
using clavitor::tests::ScriptedKeeper;

namespace {

constexpr std::chrono::seconds AnswerLimit{35};

QByteArray get(const QByteArray &target, const QByteArray &host = "localhost"_ba, const QByteArray &lines = {})
{
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + ScriptedKeeper::Token + "\r\n" + lines + "\r\n";
}

} // namespace

/// Clients that come in by the Unix socket: the same guards, the same answers.
class tst_LocalClients : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_runtime;
    QString m_path;

    void open(BridgeRig &rig)
    {
        const auto door = link::openDoor(m_path);
        QVERIFY(door.has_value());
        rig.server().listenLocally(*door);
    }

    /// Everything the bridge sends until it closes, or until `text` has come.
    static QByteArray converse(QLocalSocket &socket, const QByteArray &bytes, const QByteArray &text = {})
    {
        socket.write(bytes);
        QByteArray all;
        static_cast<void>(QTest::qWaitFor([&] {
            all += socket.readAll();
            return socket.state() == QLocalSocket::UnconnectedState || (!text.isEmpty() && all.contains(text));
        }, 30000));
        return all + socket.readAll();
    }

private slots:
    void init()
    {
        m_runtime = std::make_unique<QTemporaryDir>();
        m_path = link::doorPath(m_runtime->path(), 1984);
    }

    void areAnsweredAsThoseOfTcp()
    {
        BridgeRig rig;
        open(rig);
        QLocalSocket client;
        client.connectToServer(m_path);
        QVERIFY(client.waitForConnected());
        for (const auto &[target, part] : {std::pair("/api/status"_ba, "vault_id"_ba), std::pair("/api/search?q=github"_ba, "github.com"_ba)})
            QVERIFY(converse(client, get(target), part).startsWith("HTTP/1.1 200 "));
        QCOMPARE(rig.keeper().questions.size(), qsizetype(2));
        for (const link::Question &question : rig.keeper().questions) {
            QCOMPARE(question.token, QByteArray(ScriptedKeeper::Token));
            struct stat status{};
            QCOMPARE(::fstat(static_cast<int>(client.socketDescriptor()), &status), 0);
            if (question.peer.socket != 0) // where the kernel tells
                QCOMPARE(question.peer.socket, status.st_ino);
            QCOMPARE(question.peer.port, std::uint16_t(0));
        }
    }

    void areHeldToTheSameRules_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("a host with a port") << get("/api/status"_ba, "localhost:1984"_ba) << 403;
        QTest::newRow("another host") << get("/api/status"_ba, "evil.test"_ba) << 403;
        QTest::newRow("a web page") << get("/api/status"_ba, "localhost"_ba, "Origin: https://evil.test\r\n"_ba) << 403;
        QTest::newRow("two hosts") << get("/api/status"_ba, "localhost"_ba, "Host: localhost\r\n"_ba) << 400;
        QTest::newRow("chunks") << get("/api/status"_ba, "localhost"_ba, "Transfer-Encoding: chunked\r\n"_ba) << 400;
        QTest::newRow("no path of ours") << get("/nothing"_ba) << 404;
        QTest::newRow("nonsense") << "nonsense\r\n\r\n"_ba << 400;
        QTest::newRow("no token") << "GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba << 401;
    }

    void areHeldToTheSameRules()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        BridgeRig rig;
        open(rig);
        QLocalSocket client;
        client.connectToServer(m_path);
        QVERIFY(client.waitForConnected());
        const QByteArray answer = converse(client, request);
        QVERIFY2(answer.startsWith(QByteArray("HTTP/1.1 " + QByteArray::number(status))), answer.constData());
        for (const link::Question &question : rig.keeper().questions)
            QVERIFY(question.token.isEmpty());
    }

    void shareThePlacesWithThoseOfTcp()
    {
        bridge::ConnectionLimits limits;
        limits.connections = 3;
        BridgeRig rig(limits);
        open(rig);
        std::vector<std::unique_ptr<QLocalSocket>> silent;
        for (int i = 0; i < 5; ++i) {
            silent.push_back(std::make_unique<QLocalSocket>());
            silent.back()->connectToServer(m_path);
            QVERIFY(silent.back()->waitForConnected());
        }
        QTRY_COMPARE(rig.server().connectionCount(), qsizetype(3));
        QVERIFY(clavitor::tests::isServedMeanwhile(rig));
    }

    void withdrawTheirQuestionsWhenTheyLeave()
    {
        BridgeRig rig;
        open(rig);
        rig.holdAnswers();
        {
            QLocalSocket client;
            client.connectToServer(m_path);
            QVERIFY(client.waitForConnected());
            client.write(get("/api/entries"_ba));
            QTRY_COMPARE(rig.link().openQuestions(), qsizetype(1));
        }
        QTRY_COMPARE(rig.link().openQuestions(), qsizetype(0));
    }

    void findNobodyWhenTheBridgeHasClosed()
    {
        BridgeRig rig;
        open(rig);
        rig.server().close();
        QCOMPARE(link::enterDoor(m_path).error().kind, link::DoorRefusal::Kind::Absent);
    }

    /// As root every file can be reached, but who comes in is looked at all the same.
    void ofAnotherUserAreClosedUnread()
    {
        if (::geteuid() != 0 || QStandardPaths::findExecutable(u"setpriv"_s).isEmpty() || QStandardPaths::findExecutable(u"curl"_s).isEmpty())
            QSKIP("only root, with setpriv and curl, can run a program of another user");
        BridgeRig rig;
        open(rig);
        const auto curl = [this](const QStringList &as) {
            QStringList command = as + QStringList{u"curl"_s, u"-q"_s, u"-sS"_s, u"-i"_s, u"--max-time"_s, u"30"_s, u"--unix-socket"_s, m_path,
                                                  u"http://localhost/health"_s};
            QProcess process;
            process.start(command.takeFirst(), command);
            static_cast<void>(QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 40000));
            return process.readAllStandardOutput();
        };
        QVERIFY(curl({}).startsWith("HTTP/1.1 200 "));
        const qsizetype asked = rig.keeper().questions.size();
        const QStringList nobody{u"setpriv"_s, u"--reuid"_s, u"nobody"_s, u"--clear-groups"_s};
        QVERIFY(curl(nobody).isEmpty());
        // The folder and the socket opened to everybody: it does not help.
        for (const QString &path : {m_runtime->path(), m_runtime->filePath(u"clavitor"_s), m_path})
            ::chmod(QFile::encodeName(path).constData(), 0777);
        QVERIFY(curl(nobody).isEmpty());
        QVERIFY(curl({}).startsWith("HTTP/1.1 200 "));
        QCOMPARE(rig.keeper().questions.size(), asked + 1);
    }
};

QTEST_GUILESS_MAIN(tst_LocalClients)
#include "tst_LocalClients.moc"
