// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LoopbackProbe.h"

#include "app/connect/PortUser.h"
#include "tests/app/connect/LoopbackListener.h"

#include <QTest>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_LoopbackProbe : public QObject {
    Q_OBJECT
private slots:
    void bringsStatusAndBody_data();
    void bringsStatusAndBody();
    void sendsTheTokenAsAClientWould();
    void saysThatNobodyListens();
    void saysThatSomebodyKeepsSilent();
    void saysThatItIsNoHttp_data();
    void saysThatItIsNoHttp();
    void stopsReadingAnEndlessAnswer();
    void namesTheProgramThatHoldsAPort();
    void readsTheTableOfListeners_data();
    void readsTheTableOfListeners();
};

void tst_LoopbackProbe::bringsStatusAndBody_data()
{
    QTest::addColumn<int>("address");
    QTest::newRow("IPv4") << int(LoopbackAddress::V4);
    QTest::newRow("IPv6") << int(LoopbackAddress::V6);
}

void tst_LoopbackProbe::bringsStatusAndBody()
{
    QFETCH(int, address);
    LoopbackListener listener(static_cast<LoopbackAddress>(address), "HTTP/1.1 423 Locked\r\nContent-Length: 2\r\n\r\n{}"_ba);
    if (!listener.works())
        QSKIP("this computer has no such address");
    const LoopbackAnswer answer = askLoopback(static_cast<LoopbackAddress>(address), listener.port(), "/health"_ba);
    QCOMPARE(answer.kind, LoopbackAnswer::Kind::Answered);
    QCOMPARE(answer.status, 423);
    QCOMPARE(answer.body, "{}"_ba);
    const QByteArray host = QByteArray(address == int(LoopbackAddress::V4) ? "127.0.0.1:" : "[::1]:") + QByteArray::number(listener.port());
    const QByteArray head = "GET /health HTTP/1.1\r\nHost: " + host + "\r\n";
    QVERIFY(listener.asked.startsWith(head));
    QVERIFY(!listener.asked.contains("Authorization"));
}

void tst_LoopbackProbe::sendsTheTokenAsAClientWould()
{
    LoopbackListener listener(LoopbackAddress::V4, "HTTP/1.1 200 OK\r\n\r\n"_ba);
    QVERIFY(listener.works());
    QCOMPARE(askLoopback(LoopbackAddress::V4, listener.port(), "/api/status"_ba, crypto::SecretText::copyOf("clavitor_x")).status, 200);
    QVERIFY(listener.asked.contains("\r\nAuthorization: Bearer clavitor_x\r\n"));
}

void tst_LoopbackProbe::saysThatNobodyListens()
{
    std::uint16_t port = 0;
    {
        const LoopbackListener listener(LoopbackAddress::V4, QByteArray());
        port = listener.port();
    }
    QCOMPARE(askLoopback(LoopbackAddress::V4, port, "/"_ba).kind, LoopbackAnswer::Kind::Refused);
    QVERIFY(!userOfPort(LoopbackAddress::V4, port));
}

void tst_LoopbackProbe::saysThatSomebodyKeepsSilent()
{
    LoopbackListener listener(LoopbackAddress::V4, QByteArray());
    listener.isSilent = true;
    QCOMPARE(askLoopback(LoopbackAddress::V4, listener.port(), "/"_ba, {}, 100).kind, LoopbackAnswer::Kind::Silent);
}

void tst_LoopbackProbe::saysThatItIsNoHttp_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a greeting") << "SSH-2.0-OpenSSH_9.2\r\n"_ba;
    QTest::newRow("half a head") << "HTTP/1.1 200 OK\r\n"_ba;
    QTest::newRow("no number") << "HTTP/1.1 yes\r\n\r\n"_ba;
    QTest::newRow("nothing") << QByteArray();
}

void tst_LoopbackProbe::saysThatItIsNoHttp()
{
    QFETCH(QByteArray, bytes);
    LoopbackListener listener(LoopbackAddress::V4, bytes);
    QCOMPARE(askLoopback(LoopbackAddress::V4, listener.port(), "/"_ba).kind, LoopbackAnswer::Kind::NotHttp);
}

void tst_LoopbackProbe::stopsReadingAnEndlessAnswer()
{
    LoopbackListener listener(LoopbackAddress::V4, "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(1'000'000, 'x'));
    const LoopbackAnswer answer = askLoopback(LoopbackAddress::V4, listener.port(), "/"_ba);
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.size() <= 70'000);
}

void tst_LoopbackProbe::namesTheProgramThatHoldsAPort()
{
#ifdef Q_OS_LINUX
    const LoopbackListener listener(LoopbackAddress::V4, QByteArray());
    const auto user = userOfPort(LoopbackAddress::V4, listener.port());
    QVERIFY(user);
    QCOMPARE(user->pid, QCoreApplication::applicationPid());
    QCOMPARE(user->program, QCoreApplication::applicationFilePath());
    QCOMPARE(user->uid, ::getuid());
#else
    QSKIP("/proc is Linux's");
#endif
}

void tst_LoopbackProbe::readsTheTableOfListeners_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("address");
    QTest::addColumn<bool>("found");
    const QByteArray rest = " 00000000:00000000 00:00000000 00000000  1001        0 52413 1 0000000000000000 100 0 0 10 0\n";
    const int four = int(LoopbackAddress::V4);
    const int six = int(LoopbackAddress::V6);
    QTest::newRow("listens on 127.0.0.1") << "   0: 0100007F:07C0 00000000:0000 0A" + rest << four << true;
    QTest::newRow("listens everywhere") << "   0: 00000000:07C0 00000000:0000 0A" + rest << four << true;
    QTest::newRow("another port") << "   0: 0100007F:07C1 00000000:0000 0A" + rest << four << false;
    QTest::newRow("another address") << "   0: 0200007F:07C0 00000000:0000 0A" + rest << four << false;
    QTest::newRow("connected only") << "   0: 0100007F:07C0 0100007F:9999 01" + rest << four << false;
    QTest::newRow("listens on [::1]") << "   0: 00000000000000000000000001000000:07C0 00000000000000000000000000000000:0000 0A" + rest << six << true;
    QTest::newRow("listens on [::]") << "   0: 00000000000000000000000000000000:07C0 00000000000000000000000000000000:0000 0A" + rest << six << true;
    QTest::newRow("takes 127.0.0.1 by [::]") << "   0: 00000000000000000000000000000000:07C0 00000000000000000000000000000000:0000 0A" + rest << four << true;
    QTest::newRow("[::1] is not 127.0.0.1") << "   0: 00000000000000000000000001000000:07C0 00000000000000000000000000000000:0000 0A" + rest << four << false;
    QTest::newRow("cut") << "   0: 0100007F:07C0 00000000:0000 0A"_ba << four << false;
}

void tst_LoopbackProbe::readsTheTableOfListeners()
{
    QFETCH(QByteArray, line);
    QFETCH(int, address);
    QFETCH(bool, found);
    if (Q_BYTE_ORDER == Q_BIG_ENDIAN)
        QSKIP("the table is of a little-endian machine");
    const auto socket = listenerIn(QByteArray("  sl  local_address\n" + line), static_cast<LoopbackAddress>(address), 1984);
    QCOMPARE(socket.has_value(), found);
    if (socket) {
        QCOMPARE(socket->uid, 1001U);
        QCOMPARE(socket->inode, 52413U);
    }
}

QTEST_GUILESS_MAIN(tst_LoopbackProbe)
#include "tst_LoopbackProbe.moc"
