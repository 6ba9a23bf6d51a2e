// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/ShimArguments.h"

#include <QTest>

using namespace clavitor::link;
using namespace Qt::StringLiterals;

class tst_ShimArguments : public QObject {
    Q_OBJECT
private slots:
    void knowsTheIdOfAKey();
    void takesAKeyAndAPort_data();
    void takesAKeyAndAPort();
    void takesNothingElse_data();
    void takesNothingElse();
};

void tst_ShimArguments::knowsTheIdOfAKey()
{
    QVERIFY(isKeyId(u"abCD1234"));
    for (const QString &wrong : {u""_s, u"abc"_s, u"abcd12345"_s, u"abcd-234"_s, u"--help12"_s, u"abcd\u00e9234"_s, u"../../.."_s, u"Kq7 rT2k"_s})
        QVERIFY2(!isKeyId(wrong), qPrintable(wrong));
}

void tst_ShimArguments::takesAKeyAndAPort_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("port");
    QTest::addColumn<QStringList>("written");
    QTest::newRow("a key") << QStringList{u"Kq7ZrT2k"_s} << 1984 << QStringList{u"Kq7ZrT2k"_s};
    QTest::newRow("and a port") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"2984"_s} << 2984 << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"2984"_s};
    QTest::newRow("the port first") << QStringList{u"--port"_s, u"2984"_s, u"Kq7ZrT2k"_s} << 2984 << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"2984"_s};
    QTest::newRow("the usual port") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"1984"_s} << 1984 << QStringList{u"Kq7ZrT2k"_s};
}

void tst_ShimArguments::takesAKeyAndAPort()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, port);
    QFETCH(QStringList, written);
    const std::optional<ShimArguments> read = ShimArguments::read(arguments);
    QVERIFY(read);
    QCOMPARE(read->keyId, u"Kq7ZrT2k"_s);
    QCOMPARE(int(read->port), port);
    QCOMPARE(read->list(), written);
    QCOMPARE(ShimArguments::read(read->list()), read);
}

void tst_ShimArguments::takesNothingElse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("nothing") << QStringList{};
    QTest::newRow("no key") << QStringList{u"--port"_s, u"2984"_s};
    QTest::newRow("two keys") << QStringList{u"Kq7ZrT2k"_s, u"Kq7ZrT2k"_s};
    QTest::newRow("a token") << QStringList{u"clavitor_Kq7ZrT2k"_s};
    QTest::newRow("no number") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"x"_s};
    QTest::newRow("port 0") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"0"_s};
    QTest::newRow("too large a port") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s, u"65536"_s};
    QTest::newRow("a port without its number") << QStringList{u"Kq7ZrT2k"_s, u"--port"_s};
    QTest::newRow("another option") << QStringList{u"Kq7ZrT2k"_s, u"--verbose"_s};
}

void tst_ShimArguments::takesNothingElse()
{
    QFETCH(QStringList, arguments);
    QVERIFY(!ShimArguments::read(arguments));
}

QTEST_GUILESS_MAIN(tst_ShimArguments)
#include "tst_ShimArguments.moc"
