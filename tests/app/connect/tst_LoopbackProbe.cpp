// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/LoopbackProbe.h"

#include "app/link/PortUser.h"
#include "tests/support/LoopbackListener.h"

#include <QTest>

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
};

void tst_LoopbackProbe::bringsStatusAndBody_data()
{
    QTest::addColumn<int>("address");
    QTest::newRow("IPv4") << int(link::LoopbackAddress::V4);
    QTest::newRow("IPv6") << int(link::LoopbackAddress::V6);
}

void tst_LoopbackProbe::bringsStatusAndBody()
{
    QFETCH(int, address);
    LoopbackListener listener(static_cast<link::LoopbackAddress>(address), "HTTP/1.1 423 Locked\r\nContent-Length: 2\r\n\r\n{}"_ba);
    if (!listener.works())
        QSKIP("this computer has no such address");
    const LoopbackAnswer answer = askLoopback(static_cast<link::LoopbackAddress>(address), listener.port(), {"/health"_ba});
    QCOMPARE(answer.kind, LoopbackAnswer::Kind::Answered);
    QCOMPARE(answer.status, 423);
    QCOMPARE(answer.body, "{}"_ba);
    const QByteArray host = QByteArray(address == int(link::LoopbackAddress::V4) ? "127.0.0.1:" : "[::1]:") + QByteArray::number(listener.port());
    const QByteArray head = "GET /health HTTP/1.1\r\nHost: " + host + "\r\n";
    QVERIFY(listener.asked.startsWith(head));
    QVERIFY(!listener.asked.contains("Authorization"));
}

void tst_LoopbackProbe::sendsTheTokenAsAClientWould()
{
    LoopbackListener listener(link::LoopbackAddress::V4, "HTTP/1.1 200 OK\r\n\r\n"_ba);
    QVERIFY(listener.works());
    QCOMPARE(askLoopback(link::LoopbackAddress::V4, listener.port(), {"/api/status"_ba}, crypto::SecretText::copyOf("clavitor_x")).status, 200);
    QVERIFY(listener.asked.contains("\r\nAuthorization: Bearer clavitor_x\r\n"));
}

void tst_LoopbackProbe::saysThatNobodyListens()
{
    std::uint16_t port = 0;
    {
        const LoopbackListener listener(link::LoopbackAddress::V4, QByteArray());
        port = listener.port();
    }
    QCOMPARE(askLoopback(link::LoopbackAddress::V4, port, {"/"_ba}).kind, LoopbackAnswer::Kind::Refused);
    QVERIFY(!link::userOfPort(link::LoopbackAddress::V4, port));
}

void tst_LoopbackProbe::saysThatSomebodyKeepsSilent()
{
    LoopbackListener listener(link::LoopbackAddress::V4, QByteArray());
    listener.isSilent = true;
    QCOMPARE(askLoopback(link::LoopbackAddress::V4, listener.port(), {"/"_ba}, {}, 100).kind, LoopbackAnswer::Kind::Silent);
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
    LoopbackListener listener(link::LoopbackAddress::V4, bytes);
    QCOMPARE(askLoopback(link::LoopbackAddress::V4, listener.port(), {"/"_ba}).kind, LoopbackAnswer::Kind::NotHttp);
}

void tst_LoopbackProbe::stopsReadingAnEndlessAnswer()
{
    LoopbackListener listener(link::LoopbackAddress::V4, "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(1'000'000, 'x'));
    const LoopbackAnswer answer = askLoopback(link::LoopbackAddress::V4, listener.port(), {"/"_ba});
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.size() <= 70'000);
}

QTEST_GUILESS_MAIN(tst_LoopbackProbe)
#include "tst_LoopbackProbe.moc"
