// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/PrivateFolder.h"

#include "tests/support/Adversity.h"
#include "tests/support/FileContent.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_PrivateFolder : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_root;

    [[nodiscard]] QString at(const QString &name) const { return m_root->filePath(name); }
    [[nodiscard]] static int modeAt(const QString &path)
    {
        struct stat facts{};
        return ::stat(QFile::encodeName(path).constData(), &facts) == 0 ? static_cast<int>(facts.st_mode & 07777) : -1;
    }

private slots:
    void init() { m_root = std::make_unique<QTemporaryDir>(); }

    void isItsOwnersAloneWhateverTheUmask_data()
    {
        QTest::addColumn<int>("mask");
        QTest::newRow("000") << 0;
        QTest::newRow("022") << 022;
        QTest::newRow("077") << 077;
        QTest::newRow("777") << 0777;
    }
    void isItsOwnersAloneWhateverTheUmask()
    {
        QFETCH(const int, mask);
        const mode_t before = ::umask(static_cast<mode_t>(mask));
        const Result<> made = makePrivateFolder(at(u"made/on/the way"_s));
        ::umask(before);
        QVERIFY(made);
        for (const QString &path : {u"made"_s, u"made/on"_s, u"made/on/the way"_s})
            QCOMPARE(modeAt(at(path)), 0700);
    }

    void leavesWhatIsThere()
    {
        QVERIFY(QDir().mkdir(at(u"open"_s)));
        QCOMPARE(::chmod(QFile::encodeName(at(u"open"_s)).constData(), 0755), 0);
        QVERIFY(QFile::link(at(u"open"_s), at(u"link"_s)));
        QVERIFY(makePrivateFolder(at(u"open"_s)));
        QVERIFY(makePrivateFolder(at(u"link"_s)));
        QVERIFY(makePrivateFolder(at(u"link/new"_s)));
        QCOMPARE(modeAt(at(u"open"_s)), 0755);
        QCOMPARE(modeAt(at(u"open/new"_s)), 0700);
        QVERIFY(QFileInfo(at(u"link"_s)).isSymLink());
    }

    void saysWhyThereIsNone_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("a file in its place") << u"file"_s << ErrorCode::Io;
        QTest::newRow("a file above it") << u"file/folder"_s << ErrorCode::Io;
        QTest::newRow("a link to nothing") << u"nowhere"_s << ErrorCode::Io;
        QTest::newRow("no right to") << u"barred/folder"_s << ErrorCode::ReadOnly;
        QTest::newRow("no right to, further up") << u"barred/a/folder"_s << ErrorCode::ReadOnly;
    }
    void saysWhyThereIsNone()
    {
        QFETCH(const QString, path);
        QFETCH(const ErrorCode, code);
        QVERIFY(overwrite(at(u"file"_s), "in the way"));
        QVERIFY(QFile::link(at(u"gone"_s), at(u"nowhere"_s)));
        QVERIFY(QDir().mkdir(at(u"barred"_s)));
        QCOMPARE(::chmod(QFile::encodeName(at(u"barred"_s)).constData(), 0555), 0);
        QCOMPARE(::chmod(QFile::encodeName(m_root->path()).constData(), 0755), 0);
        Result<> made;
        {
            const NotRoot nobody;
            made = makePrivateFolder(at(path));
        }
        QCOMPARE(::chmod(QFile::encodeName(at(u"barred"_s)).constData(), 0700), 0);
        QVERIFY(!made);
        QCOMPARE(errorName(made.error().code), errorName(code));
        QVERIFY2(made.error().detail.startsWith(m_root->path()), qPrintable(made.error().detail));
    }

    void namesAFolderThatCannotBeSynced()
    {
        QVERIFY(syncFolder(m_root->path()));
        const Result<> synced = syncFolder(at(u"nowhere"_s));
        QVERIFY(!synced);
        QVERIFY(synced.error().detail.startsWith(at(u"nowhere"_s)));
    }
};

QTEST_GUILESS_MAIN(tst_PrivateFolder)
#include "tst_PrivateFolder.moc"
