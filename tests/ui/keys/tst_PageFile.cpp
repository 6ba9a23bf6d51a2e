// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PageFile.h"

#include "tests/support/Adversity.h"
#include "tests/support/FileContent.h"

#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_PageFile : public QObject {
    Q_OBJECT
private slots:
    void isItsOwnersAlone()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"seen.md"_s);
        QVERIFY(ui::PageFile::write(path, u"# Seen – by codex\n"_s));
        QCOMPARE(contentOf(path), QByteArray("# Seen \xe2\x80\x93 by codex\n"));
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(path) & others));
    }

    void keepsTheEarlierOneWhenTheDiskIsFull_data()
    {
        QTest::addColumn<int>("length");
        QTest::newRow("a page that is written in one piece") << 200;
        QTest::newRow("a page that is written in several") << 100'000;
    }
    void keepsTheEarlierOneWhenTheDiskIsFull()
    {
        QFETCH(const int, length);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"seen.md"_s);
        QVERIFY(ui::PageFile::write(path, u"earlier"_s));
        for (const int missing : {length, 100, 1}) {
            const FullDisk full(static_cast<rlim_t>(length - missing));
            QVERIFY2(!ui::PageFile::write(path, QString(length, u'x')), qPrintable(u"%1 bytes too many"_s.arg(missing)));
            QCOMPARE(contentOf(path), QByteArray("earlier"));
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void saysThatThereIsNoSuchFolder()
    {
        const QTemporaryDir folder;
        const Result<> written = ui::PageFile::write(folder.filePath(u"no/such/seen.md"_s), u"x"_s);
        QVERIFY(!written);
        QCOMPARE(errorName(written.error().code), errorName(ErrorCode::ReadOnly));
    }
};

QTEST_GUILESS_MAIN(tst_PageFile)
#include "tst_PageFile.moc"
