// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ClientSocket.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <memory>

#include <unistd.h>

using namespace Qt::StringLiterals;
using clavitor::bridge::ClientSocket;

namespace {

/// Hands out descriptors as the listener of the bridge does.
class Listener : public QTcpServer
{
public:
    Listener() { listen(QHostAddress::LocalHost); }
    int accepted = -1;

protected:
    void incomingConnection(qintptr descriptor) override { accepted = static_cast<int>(descriptor); }
};

struct Connection
{
    Connection()
    {
        client.connectToHost(QHostAddress::LocalHost, listener.serverPort());
        if (!QTest::qWaitFor([this] { return listener.accepted >= 0 && client.state() == QAbstractSocket::ConnectedState; }, 30000))
            qFatal("no connection");
        server = std::make_unique<ClientSocket>(listener.accepted);
        server->ended = [this] { hasEnded = true; };
    }
    QByteArray taken()
    {
        QByteArray bytes(server->unread(), '\0');
        bytes.resize(server->read(bytes.data(), bytes.size()));
        return bytes;
    }

    Listener listener;
    QTcpSocket client;
    std::unique_ptr<ClientSocket> server;
    bool hasEnded = false;
};

} // namespace

class tst_ClientSocket : public QObject
{
    Q_OBJECT
private slots:
    void readsWhatArrives();
    void takesNoMoreThanItsLimitAhead();
    void keepsNothingOfWhatWasRead();
    void sendsWhatTheClientTakesInItsOwnTime();
    void seesTheEndBehindUnreadBytes();
    void findsABrokenConnectionWhileWriting();
    void endsOnceAndSaysNothingAfterClose();
};

void tst_ClientSocket::readsWhatArrives()
{
    Connection connection;
    QCOMPARE(connection.server->peerPort(), connection.client.localPort());
    QVERIFY(!connection.server->isIPv6());
    connection.client.write("hello ");
    QTRY_COMPARE(connection.server->unread(), qsizetype(6));
    connection.client.write("world");
    QTRY_COMPARE(connection.server->unread(), qsizetype(11));
    QByteArray part(4, '\0');
    QCOMPARE(connection.server->read(part.data(), 4), qsizetype(4));
    QCOMPARE(part, "hell"_ba);
    QCOMPARE(connection.taken(), "o world"_ba);
    QCOMPARE(connection.server->unread(), qsizetype(0));
    QVERIFY(!connection.hasEnded && !connection.server->hasClientLeft());
}

void tst_ClientSocket::takesNoMoreThanItsLimitAhead()
{
    Connection connection;
    const QByteArray sent(300'000, 'x');
    connection.client.write(sent);
    QTRY_COMPARE(connection.server->unread(), ClientSocket::MaxUnread);
    QTest::qWait(50);
    QCOMPARE(connection.server->unread(), ClientSocket::MaxUnread);
    // What is read makes room for the rest.
    QByteArray all;
    QTRY_COMPARE((all += connection.taken()).size(), sent.size());
    QCOMPARE(all, sent);
}

void tst_ClientSocket::keepsNothingOfWhatWasRead()
{
    Connection connection;
    const QByteArray sent = QByteArray("a token that came by, ").repeated(100'000);
    connection.client.write(sent);
    QByteArray all;
    QByteArray part(1000, '\0');
    // One byte always stays, as with a client that sends the next request ahead.
    while (all.size() < sent.size() - 1) {
        QTRY_VERIFY(connection.server->unread() > 1);
        all += part.first(connection.server->read(part.data(), std::min<qsizetype>(part.size(), connection.server->unread() - 1)));
        QVERIFY(connection.server->held() <= ClientSocket::MaxUnread);
    }
    QCOMPARE(all, sent.chopped(1));
}

void tst_ClientSocket::sendsWhatTheClientTakesInItsOwnTime()
{
    Connection connection;
    connection.client.setReadBufferSize(1024 * 1024);
    int written = 0;
    connection.server->written = [&written] { ++written; };
    QByteArray sent;
    for (int i = 0; i < 2'000'000; ++i)
        sent.append(QByteArray::number(i));
    QByteArray first = sent.first(7'000'000);
    QByteArray second = sent.sliced(7'000'000);
    connection.server->write(first);
    QVERIFY(first.isEmpty());
    QVERIFY(connection.server->unsent() > 0);
    connection.server->write(second);
    QCOMPARE(written, 0);
    QByteArray all;
    QTRY_COMPARE_WITH_TIMEOUT((all += connection.client.readAll()).size(), sent.size(), 60000);
    QCOMPARE(all, sent);
    QCOMPARE(connection.server->unsent(), qsizetype(0));
    QCOMPARE(written, 1);
}

void tst_ClientSocket::seesTheEndBehindUnreadBytes()
{
    Connection connection;
    connection.client.write("the last words");
    connection.client.disconnectFromHost();
    QTRY_VERIFY(connection.hasEnded);
    QCOMPARE(connection.server->unread(), qsizetype(0));
    QVERIFY(connection.server->hasClientLeft());
}

void tst_ClientSocket::findsABrokenConnectionWhileWriting()
{
    Connection connection;
    connection.client.abort();
    for (int i = 0; i < 100 && !connection.hasEnded; ++i) {
        QByteArray more(100'000, 'x');
        connection.server->write(more);
        QTest::qWait(1);
    }
    QTRY_VERIFY(connection.hasEnded);
    QCOMPARE(connection.server->unsent(), qsizetype(0));
}

void tst_ClientSocket::endsOnceAndSaysNothingAfterClose()
{
    Connection connection;
    int said = 0;
    connection.server->ended = [&said] { ++said; };
    connection.server->readable = [&said] { ++said; };
    connection.server->close();
    QTRY_COMPARE(connection.client.state(), QAbstractSocket::UnconnectedState);
    QByteArray late = "late"_ba;
    connection.server->write(late);
    QVERIFY(late.isEmpty());
    QCOMPARE(connection.server->unsent(), qsizetype(0));
    connection.server->close();
    QTest::qWait(20);
    QCOMPARE(said, 0);
}

QTEST_GUILESS_MAIN(tst_ClientSocket)
#include "tst_ClientSocket.moc"
