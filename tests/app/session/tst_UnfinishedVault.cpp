// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultSession.h"
#include "tests/support/Adversity.h"
#include "tests/support/FileContent.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/VaultSamples.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

VaultSession unfinishedOn(VaultFolder folder)
{
    return VaultSession(std::move(folder), systemClock(), crypto::systemRandom(), quickCost());
}

Result<> makeUnfinished(VaultSession &vault)
{
    return vault.create(u"New"_s, secretText(Password), VaultSession::Kept::WithSecondWay);
}

Result<> addSheet(VaultSession &vault)
{
    auto work = vault.beginAddWay({crypto::SlotKind::Recovery}, secretBytes(0x22), secretText(Password));
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? vault.finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

} // namespace

/// A new vault that is kept only once it has a second way.
class tst_UnfinishedVault : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void init()
    {
        m_root = std::make_unique<QTemporaryDir>();
        m_path = m_root->filePath(u"vault"_s);
    }

    void leavesNothingWhenItIsLocked()
    {
        auto vault = unfinishedOn(VaultFolder(m_path));
        QVERIFY(makeUnfinished(vault));
        QVERIFY(vault.isUnfinished());
        QCOMPARE(vault.state(), VaultSession::State::NoVault);
        QCOMPARE(vault.name(), u"New"_s);
        REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::NoVault);
        QVERIFY(vault.lock());
        expectNothing(vault);
        // And another can be made in its place, without leaving the program.
        QVERIFY(makeUnfinished(vault));
        QVERIFY(addSheet(vault));
        QVERIFY(vault.lock());
        QVERIFY(vault.unlockWithPassword(secretText(Password)));
    }

    void waitsForNobodyWhereTheMarkIsAPipe()
    {
        QVERIFY(QDir().mkpath(m_path));
        QCOMPARE(::mkfifo(QFile::encodeName(m_path + u"/vault.unfinished"_s).constData(), 0600), 0);
        auto vault = unfinishedOn(VaultFolder(m_path));
        REQUIRE_ERROR(vault.load(), ErrorCode::NoVault);
    }

    void leavesNothingWhenTheProgramEnds()
    {
        {
            auto vault = unfinishedOn(VaultFolder(m_path));
            QVERIFY(makeUnfinished(vault));
        }
        auto vault = unfinishedOn(VaultFolder(m_path));
        expectNothing(vault);
    }

    void isRemovedAsAWholeOrTheNextTime()
    {
        QVERIFY(diesAt(m_path, HeaderWriteStep::Started, [](VaultFolder folder) {
            auto vault = unfinishedOn(std::move(folder));
            if (makeUnfinished(vault))
                (void)addSheet(vault);
        }));
        // A file beside the database that cannot be removed now.
        const VaultFolder folder(m_path);
        const QString log = folder.databasePath() + u"-wal"_s;
        QVERIFY(QFile::remove(log));
        QVERIFY(QDir().mkpath(log + u"/in the way"_s));
        QVERIFY(!folder.discardUnfinished());
        QVERIFY2(QFile::exists(folder.databasePath()), "without it nobody knows what the other is of");
        QVERIFY(QFile::exists(mark()));
        QVERIFY(QDir(log).removeRecursively());
        QVERIFY(overwrite(log, "what is left of its log"));
        auto vault = unfinishedOn(VaultFolder(m_path));
        expectNothing(vault);
    }

    void isNotKeptByAKeyFileOfAnotherVault()
    {
        {
            auto other = unfinishedOn(VaultFolder(m_root->filePath(u"other"_s)));
            QVERIFY(other.create(u"Other"_s, secretText(NextPassword)));
        }
        QVERIFY(QDir().mkpath(m_path));
        QVERIFY(QFile::copy(m_root->filePath(u"other/vault.keys"_s), m_path + u"/vault.keys.before"_s));
        auto vault = unfinishedOn(VaultFolder(m_path));
        QVERIFY(makeUnfinished(vault));
        QVERIFY(vault.lock());
        QVERIFY(!QFile::exists(vault.folder().databasePath()));
        REQUIRE_ERROR(vault.load(), ErrorCode::NoVault);
        // It stays, as it is not of this one, and stands in nobody's way.
        QVERIFY(QFile::exists(m_path + u"/vault.keys.before"_s));
        QVERIFY(makeUnfinished(vault));
        QVERIFY(addSheet(vault));
        QVERIFY(vault.lock());
        QVERIFY(vault.unlockWithPassword(secretText(Password)));
    }

    void isNotFinishedByTheKeychain()
    {
        auto vault = unfinishedOn(VaultFolder(m_path));
        QVERIFY(makeUnfinished(vault));
        QVERIFY(vault.addKeychainSlot(secretBytes(0x11)));
        QVERIFY(vault.hasKeychainSlot());
        QVERIFY(vault.isUnfinished());
        QVERIFY(vault.lock());
        expectNothing(vault);
    }

    void isAVaultFromItsSecondWayOn()
    {
        const VaultFolder folder(m_path);
        {
            auto vault = unfinishedOn(folder);
            QVERIFY(makeUnfinished(vault));
            QVERIFY(vault.addKeychainSlot(secretBytes(0x11)));
            QVERIFY(addSheet(vault));
            QVERIFY(!vault.isUnfinished());
            QCOMPARE(contentOf(folder.headerPath()), contentOf(folder.headerCopyPath()));
        }
        QVERIFY(!QFile::exists(mark()));
        auto vault = unfinishedOn(folder);
        QVERIFY(vault.unlockWithPassword(secretText(Password)));
        QVERIFY(vault.contents().wrong.isEmpty());
        QVERIFY(vault.lock());
        QVERIFY(vault.unlockWithSecret({crypto::SlotKind::Recovery, 0}, secretBytes(0x22)));
        QVERIFY(vault.openPersonalWithSecret({crypto::SlotKind::Recovery, 0}, secretBytes(0x22)));
        QVERIFY(vault.lock());
        QVERIFY(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    }

    void isNoVaultOrAWholeOneAfterAKill_data()
    {
        QTest::addColumn<HeaderWriteStep>("step");
        QTest::addColumn<bool>("isKept");
        QTest::newRow("before its header is written") << HeaderWriteStep::Started << false;
        // What is whole on the disk was written with both ways.
        QTest::newRow("first written") << HeaderWriteStep::FirstWritten << true;
        QTest::newRow("both written") << HeaderWriteStep::BothWritten << true;
        QTest::newRow("first renamed") << HeaderWriteStep::FirstRenamed << true;
        QTest::newRow("both renamed") << HeaderWriteStep::BothRenamed << true;
        QTest::newRow("finished, and still marked") << HeaderWriteStep::Finished << true;
    }

    void isNoVaultOrAWholeOneAfterAKill()
    {
        QFETCH(HeaderWriteStep, step);
        QFETCH(bool, isKept);
        QVERIFY(diesAt(m_path, step, [](VaultFolder folder) {
            auto vault = unfinishedOn(std::move(folder));
            if (makeUnfinished(vault))
                (void)addSheet(vault);
        }));
        QVERIFY(QFile::exists(mark()));
        auto vault = unfinishedOn(VaultFolder(m_path));
        if (!isKept) {
            expectNothing(vault);
            return;
        }
        QVERIFY(vault.load());
        QVERIFY(!QFile::exists(mark()));
        QVERIFY(vault.unlockWithSecret({crypto::SlotKind::Recovery, 0}, secretBytes(0x22)));
        QVERIFY(vault.openPersonal(secretText(Password)));
        QCOMPARE(contentOf(vault.folder().headerPath()), contentOf(vault.folder().headerCopyPath()));
    }

    void takesNoOtherDatabaseAlong_data()
    {
        QTest::addColumn<bool>("isCopy");
        QTest::newRow("another vault's") << false;
        QTest::newRow("a copy of what was begun") << true;
    }

    void takesNoOtherDatabaseAlong()
    {
        QFETCH(bool, isCopy);
        // Killed with the mark on the disk, and then the folder was copied, or another file brought into it.
        QVERIFY(diesAt(m_path, HeaderWriteStep::Started, [](VaultFolder folder) {
            auto vault = unfinishedOn(std::move(folder));
            if (makeUnfinished(vault))
                (void)addSheet(vault);
        }));
        const QString database = m_path + u"/vault.db"_s;
        QByteArray content = contentOf(database);
        if (!isCopy)
            content.fill('x', 4096);
        QVERIFY(QFile::rename(database, m_path + u"/elsewhere"_s));
        QVERIFY(overwrite(database, content));
        auto vault = unfinishedOn(VaultFolder(m_path));
        REQUIRE_ERROR(vault.load(), isCopy ? ErrorCode::NoVault : ErrorCode::DamagedFile);
        QCOMPARE(contentOf(isCopy ? database + u".aside"_s : database), content);
        QVERIFY(!QFile::exists(mark()));
    }

    void takesNothingWhereAHeaderIsLeft()
    {
        const VaultFolder folder(m_path);
        QByteArray marked;
        {
            auto vault = unfinishedOn(folder);
            QVERIFY(makeUnfinished(vault));
            marked = contentOf(mark());
            QVERIFY(addSheet(vault));
        }
        QVERIFY(!marked.isEmpty());
        // The mark's removal did not reach the disk, and later one copy was lost.
        QVERIFY(overwrite(mark(), marked));
        QVERIFY(QFile::remove(folder.headerPath()));
        auto vault = unfinishedOn(folder);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QVERIFY(!QFile::exists(mark()));
    }

    void removesWhatAKillLeftWhileTheDatabaseWasMade()
    {
        QVERIFY(QDir().mkpath(m_path));
        QVERIFY(overwrite(mark(), QByteArray("00112233445566778899aabbccddeeff")));
        QVERIFY(overwrite(m_path + u"/vault.db.new"_s, "half"));
        QVERIFY(overwrite(m_path + u"/vault.db.new-wal"_s, "half"));
        auto vault = unfinishedOn(VaultFolder(m_path));
        expectNothing(vault);
    }

    void triesAgainWhatCouldNotBeRemoved()
    {
        auto vault = unfinishedOn(VaultFolder(m_path));
        QVERIFY(makeUnfinished(vault));
        // A folder in the place of a file that goes along with it.
        const QString inTheWay = m_path + u"/vault.db.new"_s;
        QVERIFY(QDir().mkpath(inTheWay));
        QVERIFY(!vault.lock());
        QVERIFY(QFile::exists(mark()));
        QCOMPARE(vault.state(), VaultSession::State::NoVault);
        QVERIFY(!makeUnfinished(vault));
        QVERIFY(QDir().rmdir(inTheWay));
        QVERIFY(makeUnfinished(vault));
    }

    void leavesNoOtherFileBehindWhenItCannotBeMade()
    {
        auto vault = unfinishedOn(VaultFolder(m_path));
        QVERIFY(QDir().mkpath(m_path + u"/vault.db.new/x"_s));
        QVERIFY(!makeUnfinished(vault));
        QVERIFY(QDir(m_path + u"/vault.db.new"_s).removeRecursively());
        expectNothing(vault);
    }

    void staysUnfinishedWhenItsHeaderCannotBeWritten()
    {
        const VaultFolder folder(m_path);
        auto vault = unfinishedOn(folder);
        QVERIFY(makeUnfinished(vault));
        // A folder in the way of the staged header.
        QVERIFY(QDir().mkdir(folder.headerPath() + u".new"_s));
        QVERIFY(!addSheet(vault));
        QVERIFY(vault.isUnfinished());
        QVERIFY(QDir().rmdir(folder.headerPath() + u".new"_s));
        QVERIFY(addSheet(vault));
        QVERIFY(!vault.isUnfinished());
    }

private:
    [[nodiscard]] QString mark() const { return m_path + u"/vault.unfinished"_s; }

    void expectNothing(VaultSession &vault) const
    {
        const Result<> loaded = vault.load();
        QVERIFY(!loaded);
        QCOMPARE(errorName(loaded.error().code), errorName(ErrorCode::NoVault));
        QCOMPARE(vault.state(), VaultSession::State::NoVault);
        QVERIFY(vault.ways().isEmpty());
        QVERIFY(!vault.folder().isOccupied());
        const QStringList left = QDir(m_path).entryList(QDir::Files | QDir::Hidden);
        QVERIFY2(left.isEmpty() || left == QStringList{u"lock"_s}, qPrintable(left.join(u' ')));
    }

    std::unique_ptr<QTemporaryDir> m_root;
    QString m_path;
};

QTEST_GUILESS_MAIN(tst_UnfinishedVault)
#include "tst_UnfinishedVault.moc"
