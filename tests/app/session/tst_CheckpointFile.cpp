// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/CheckpointFile.h"
#include "tests/support/Adversity.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_CheckpointFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private slots:
    void makesAFileForItsUserAlone()
    {
        const QString file = path("new.txt");
        REQUIRE_OK(CheckpointFile(file).append("note one\n"));
        QCOMPARE(contentOf(file), "note one\n"_ba);
        struct stat facts {};
        QCOMPARE(::stat(QFile::encodeName(file).constData(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777, 0600U);
    }

    void keepsWhatIsThere()
    {
        const QString file = path("kept.txt");
        QVERIFY(overwrite(file, "My own words.\n"));
        REQUIRE_OK(CheckpointFile(file).append("one\n"));
        REQUIRE_OK(CheckpointFile(file).append("two\n"));
        QCOMPARE(contentOf(file), "My own words.\n\none\n\ntwo\n"_ba);
        const auto read = CheckpointFile(file).read();
        REQUIRE_OK(read);
        QCOMPARE(*read, contentOf(file));
    }

    void saysThatThereIsNoFile()
    {
        REQUIRE_ERROR(CheckpointFile(path("missing.txt")).read(), ErrorCode::NotFound);
        REQUIRE_ERROR(CheckpointFile(path("nowhere/at/all.txt")).read(), ErrorCode::NotFound);
        QVERIFY(overwrite(path("empty.txt"), {}));
        const auto read = CheckpointFile(path("empty.txt")).read();
        REQUIRE_OK(read);
        QVERIFY(read->isEmpty());
    }

    void saysWhatIsInTheWay()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(u"folder"_s));
        REQUIRE_ERROR(CheckpointFile(path("folder")).append("one\n"), ErrorCode::Io);
        REQUIRE_ERROR(CheckpointFile(path("folder")).read(), ErrorCode::Io);
        QCOMPARE(::mkfifo(QFile::encodeName(path("pipe")).constData(), 0600), 0);
        QVERIFY(!CheckpointFile(path("pipe")).append("one\n"));
        QVERIFY(!CheckpointFile(path("nowhere/at/all.txt")).append("one\n"));
    }

    void readsTheEndOfAHugeOne()
    {
        const QString file = path("huge.txt");
        QFile huge(file);
        QVERIFY(huge.open(QIODevice::WriteOnly));
        QVERIFY(huge.resize(CheckpointFile::largest + 5000));
        huge.close();
        REQUIRE_OK(CheckpointFile(file).append("last\n"));
        const auto read = CheckpointFile(file).read();
        REQUIRE_OK(read);
        QCOMPARE(read->size(), CheckpointFile::largest);
        QVERIFY(read->endsWith("\nlast\n"));
    }
};

QTEST_GUILESS_MAIN(tst_CheckpointFile)
#include "tst_CheckpointFile.moc"
