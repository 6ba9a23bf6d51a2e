// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/PortUser.h"

#include "tests/support/LoopbackListener.h"

#include <QCoreApplication>
#include <QTest>

#include <unistd.h>

using namespace clavitor::link;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_PortUser : public QObject {
    Q_OBJECT
private slots:
    void namesTheProgramThatListens();
    void readsTheKernelsTable_data();
    void readsTheKernelsTable();
};

void tst_PortUser::namesTheProgramThatListens()
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

void tst_PortUser::readsTheKernelsTable_data()
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

void tst_PortUser::readsTheKernelsTable()
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

QTEST_GUILESS_MAIN(tst_PortUser)
#include "tst_PortUser.moc"
