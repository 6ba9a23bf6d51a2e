// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/SwapSpace.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor::link;
using namespace Qt::StringLiterals;

class tst_SwapSpace : public QObject
{
    Q_OBJECT

    QTemporaryDir m_root;

    QString devices() const { return m_root.filePath(u"dev/block"_s); }

    /// As sysfs has it: a number that links to the device's folder.
    void device(const QString &number, const QString &name, const QByteArray &uuid = {}, const QStringList &below = {})
    {
        const QString folder = m_root.filePath(u"devices/"_s + name);
        QVERIFY(QDir().mkpath(folder + u"/dm"_s) && QDir().mkpath(devices()));
        QVERIFY(QFile::link(folder, devices() + u'/' + number));
        if (!uuid.isEmpty()) {
            QFile file(folder + u"/dm/uuid"_s);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(uuid) > 0);
        }
        for (const QString &one : below) {
            QVERIFY(QDir().mkpath(folder + u"/slaves"_s));
            QVERIFY(QFile::link(m_root.filePath(u"devices/"_s + one), folder + u"/slaves/"_s + one));
        }
    }

    static QByteArray swaps(const QByteArray &names)
    {
        QByteArray table = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        for (const QByteArray &name : names.split('|'))
            table += name + "                              partition\t1000\t0\t-2\n";
        return table;
    }

private slots:
    void initTestCase()
    {
        device(u"8:2"_s, u"sda2"_s);
        device(u"253:0"_s, u"zram0"_s);
        device(u"254:0"_s, u"dm-0"_s, "CRYPT-LUKS2-0123-swap\n"_ba, {u"sda2"_s});
        device(u"254:1"_s, u"dm-1"_s, "LVM-abc\n"_ba, {u"dm-0"_s});
        device(u"254:2"_s, u"dm-2"_s, "LVM-def\n"_ba, {u"dm-0"_s, u"sda2"_s});
    }

    void isNamedWhenADiskGetsItAsItIs_data()
    {
        QTest::addColumn<QByteArray>("names");
        QTest::addColumn<QString>("plain");
        QTest::newRow("none") << ""_ba << QString();
        QTest::newRow("a partition") << "/dev/8:2"_ba << u"/dev/8:2"_s;
        QTest::newRow("compressed memory") << "/dev/253:0"_ba << QString();
        QTest::newRow("encrypted") << "/dev/254:0"_ba << QString();
        QTest::newRow("a volume on what is encrypted") << "/dev/254:1"_ba << QString();
        QTest::newRow("a volume half on what is not") << "/dev/254:2"_ba << u"/dev/254:2"_s;
        QTest::newRow("the second") << "/dev/254:0|/dev/8:2"_ba << u"/dev/8:2"_s;
        QTest::newRow("a file with a space") << "/a\\040b"_ba << u"/a b"_s;
        QTest::newRow("one the system does not know") << "/dev/9:9"_ba << u"/dev/9:9"_s;
    }

    void isNamedWhenADiskGetsItAsItIs()
    {
        QFETCH(QByteArray, names);
        QTEST(plainSwapIn(swaps(names), devices(), [](const QString &path) -> std::optional<QString> {
                  return path.startsWith("/dev/"_L1) ? std::optional(path.sliced(5)) : std::nullopt;
              }), "plain");
    }

    void canBeAskedOfThisSystem()
    {
        const QString here = plainSwap();
        QVERIFY(here.isEmpty() || here.startsWith(u'/'));
    }
};

QTEST_GUILESS_MAIN(tst_SwapSpace)
#include "tst_SwapSpace.moc"
