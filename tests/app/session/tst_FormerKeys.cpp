// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/FormerKeys.h"

#include "tests/app/session/HeaderBytes.h"
#include "tests/app/session/SessionFixture.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Neither copy of vault.keys can be read, and vault.keys.before is there.
class tst_FormerKeys : public SessionFixture
{
    Q_OBJECT
private slots:
    void offersItAndTakesNothingUnasked_data();
    void offersItAndTakesNothingUnasked();
    void opensByItAndPutsItInTheirPlace();
    void opensByWhatOpenedItThen();
    void noticesThatItIsTheOlderOne();
    void keepsADatabaseOfLaterKeys();
    void keepsItTogetherWithItsLogThroughAKill();
    void saysThatItOpensNothingOnceAllKeysWereReplaced();
    void asksForNothingBesideACopyThatIsWhole();
    void asksForNothingBesideACopyThatCannotBeRead();
    void offersNothingWhereNothingIsKeptOrANewerVersionWrote();
    void writesNothingWhereTheDiskIsFull();
    void isWrittenOverByNoReplacementOfTheKeys();
    void survivesAKillAtEachStep_data();
    void survivesAKillAtEachStep();
    void saysSoUntilThatIsOnRecord();
    void saysNothingOfACopyThatWasBroughtBack();
    void waitsForNobodyWhereTheMarkIsAPipe();

private:
    /// As a replacement of all keys that came to nothing leaves it.
    [[nodiscard]] static bool keep(const VaultFolder &folder)
    {
        const auto reading = folder.readHeader();
        return reading && folder.keepFormer(reading->headers.front());
    }
    [[nodiscard]] static bool damage(const VaultFolder &folder)
    {
        return overwrite(folder.headerPath(), QByteArray("CLAVITOR", 8) + QByteArray(300, 'x')) && overwrite(folder.headerCopyPath(), QByteArray());
    }
    [[nodiscard]] static QStringList namesIn(const VaultFolder &folder)
    {
        return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    /// Another password, and with it another header, whose revision the database knows; the first one is kept.
    void changePassword(const VaultFolder &folder)
    {
        QVERIFY(keep(folder));
        auto vault = session(folder.path());
        REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
        REQUIRE_OK(vault.changePassword(secretText(Password), secretText(NextPassword)));
    }
};

void tst_FormerKeys::waitsForNobodyWhereTheMarkIsAPipe()
{
    const VaultFolder folder(sample());
    const QByteArray mark = QFile::encodeName(folder.path() + u"/vault.former"_s);
    QCOMPARE(::mkfifo(mark.constData(), 0600), 0);
    auto vault = session(folder.path());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(!vault.isByFormerKeys());
}

void tst_FormerKeys::offersItAndTakesNothingUnasked_data()
{
    QTest::addColumn<int>("damage");
    QTest::newRow("both are damaged") << 0;
    QTest::newRow("both are gone") << 1;
    QTest::newRow("one is gone, one is another program's") << 2;
}

void tst_FormerKeys::offersItAndTakesNothingUnasked()
{
    QFETCH(int, damage);
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(damage == 0 ? tst_FormerKeys::damage(folder) : QFile::remove(folder.headerPath()));
    if (damage == 1)
        QVERIFY(QFile::remove(folder.headerCopyPath()));
    if (damage == 2)
        QVERIFY(overwrite(folder.headerCopyPath(), "#!/bin/sh\n"));
    const QStringList before = namesIn(folder);
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    QVERIFY(vault.formerKeys().has_value());
    QVERIFY(vault.formerKeys()->opensVault);
    QVERIFY(!vault.formerKeys()->hasLaterFile);
    QVERIFY(!vault.formerKeys()->isInUse);
    QVERIFY(vault.formerKeys()->writtenAt > 0);
    QVERIFY(!vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.state() == VaultSession::State::NoVault);
    QCOMPARE(namesIn(folder), before);
}

void tst_FormerKeys::opensByItAndPutsItInTheirPlace()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    const QByteArray whole = contentOf(folder.headerPath());
    QVERIFY(damage(folder));
    const QByteArray damaged = contentOf(folder.headerPath());
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    REQUIRE_OK(vault.useFormerKeys());
    QCOMPARE(vault.name(), u"Sample"_s);
    QVERIFY(vault.state() == VaultSession::State::Locked);
    // A secret that does not fit writes nothing, and what was said holds.
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(NextPassword)), ErrorCode::WrongPassword);
    QCOMPARE(contentOf(folder.headerPath()), damaged);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.isByFormerKeys());
    QVERIFY(vault.contents().wrong.isEmpty());
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
    QVERIFY(!vault.formerKeys());
    QCOMPARE(contentOf(folder.headerPath()), whole);
    QCOMPARE(contentOf(folder.headerCopyPath()), whole);
    QCOMPARE(contentOf(folder.headerPath() + u".damaged"_s), damaged);
    QCOMPARE(contentOf(folder.headerCopyPath() + u".damaged"_s), QByteArray());
    QVERIFY(QFileInfo::exists(folder.headerCopyPath() + u".damaged"_s));
    QVERIFY(vault.repairNote().contains(u"vault.keys.before"_s));
    REQUIRE_OK(vault.lock());
    // From here on it is a vault like any.
    auto next = session(folder.path());
    REQUIRE_ERROR(next.load(), ErrorCode::AlreadyOpen);
}

void tst_FormerKeys::opensByWhatOpenedItThen()
{
    const VaultFolder folder(sample());
    changePassword(folder);
    QVERIFY(damage(folder));
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(NextPassword)), ErrorCode::WrongPassword);
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
}

void tst_FormerKeys::noticesThatItIsTheOlderOne()
{
    const VaultFolder folder(sample());
    const QByteArray older = contentOf(folder.headerPath());
    changePassword(folder);
    QVERIFY(damage(folder));
    const QByteArray damaged = contentOf(folder.headerPath());
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    // What the database remembers is newer, so it is told, and stands nowhere before the person has decided.
    QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    REQUIRE_ERROR(MetaStore(vault.database()).setValue("one"_L1, "1"), ErrorCode::ChangedOutside);
    QCOMPARE(contentOf(folder.headerPath()), damaged);
    // Not decided, it is offered as before.
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QCOMPARE(vault.contents().wrong, QList{VaultPart::KeyFile});
    REQUIRE_OK(vault.trustContents(0, [] { return Result<>(); }));
    QCOMPARE(contentOf(folder.headerPath()), older);
    QCOMPARE(contentOf(folder.headerCopyPath()), older);
    QCOMPARE(contentOf(folder.headerPath() + u".damaged"_s), damaged);
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.contents().wrong.isEmpty());
}

void tst_FormerKeys::keepsADatabaseOfLaterKeys()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(overwrite(folder.databasePath(2), "what only the lost header opens"));
    QVERIFY(damage(folder));
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    QVERIFY(vault.formerKeys()->hasLaterFile);
    REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(!QFile::exists(folder.databasePath(2)));
    QCOMPARE(contentOf(folder.databasePath(2) + u".aside"_s), QByteArray("what only the lost header opens"));
    // As a vault that is the newest there is.
    REQUIRE_OK(vault.discardFormer(true));
    QCOMPARE(contentOf(folder.databasePath(2) + u".aside"_s), QByteArray("what only the lost header opens"));
    QVERIFY(!QFile::exists(folder.headerPath() + u".before"_s));
}

void tst_FormerKeys::keepsItTogetherWithItsLogThroughAKill()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(overwrite(folder.databasePath(2), "what only the lost header opens") && overwrite(folder.databasePath(2) + u"-wal"_s, "its log"));
    QVERIFY(damage(folder));
    QVERIFY(diesAt(folder.path(), HeaderWriteStep::DatabaseAside, [this](VaultFolder watched) {
        VaultSession vault(std::move(watched), m_clock, crypto::systemRandom(), quickCost());
        (void)vault.load();
        if (vault.useFormerKeys())
            (void)vault.unlockWithPassword(secretText(Password));
    }));
    QVERIFY(QFile::exists(folder.databasePath(2) + u"-wal"_s));
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    const QString aside = folder.databasePath(2) + u".aside"_s;
    QCOMPARE(contentOf(aside), QByteArray("what only the lost header opens"));
    QCOMPARE(contentOf(aside + u"-wal"_s), QByteArray("its log"));
    QVERIFY(namesIn(folder).filter(u"vault.2.db"_s).size() == 2);
    REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(!QFile::exists(folder.path() + u"/vault.aside"_s));
}

void tst_FormerKeys::saysThatItOpensNothingOnceAllKeysWereReplaced()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    // The database of the next keys is there, and the one of before is not.
    auto other = session(m_root->filePath(u"other"_s));
    REQUIRE_OK(other.create(u"Other"_s, secretText(NextPassword)));
    REQUIRE_OK(other.lock());
    QVERIFY(overwrite(folder.databasePath(2), contentOf(other.folder().databasePath())));
    QVERIFY(QFile::remove(folder.databasePath()));
    QVERIFY(damage(folder));
    const QStringList before = namesIn(folder);
    auto vault = session(folder.path());
    REQUIRE_ERROR(vault.load(), ErrorCode::DamagedFile);
    QVERIFY(vault.formerKeys().has_value());
    QVERIFY(!vault.formerKeys()->opensVault);
    REQUIRE_ERROR(vault.useFormerKeys(), ErrorCode::NoVault);
    REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::DamagedFile);
    QStringList after = namesIn(folder);
    after.removeAll(u"lock"_s);
    QStringList expected = before;
    expected.removeAll(u"lock"_s);
    QCOMPARE(after, expected);
    // Another vault's database under this one's name is as little opened.
    QVERIFY(QFile::rename(folder.databasePath(2), folder.databasePath()));
    QVERIFY(!vault.load());
    QVERIFY(!vault.formerKeys()->opensVault);
}

void tst_FormerKeys::asksForNothingBesideACopyThatIsWhole()
{
    const VaultFolder folder(sample());
    changePassword(folder);
    QVERIFY(overwrite(folder.headerPath(), "CLAVITOR"));
    auto vault = session(folder.path());
    REQUIRE_OK(vault.load());
    QVERIFY(!vault.formerKeys());
    REQUIRE_OK(vault.useFormerKeys());
    QVERIFY(!vault.formerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
    QVERIFY(!vault.isByFormerKeys());
}

void tst_FormerKeys::asksForNothingBesideACopyThatCannotBeRead()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(damage(folder));
    // A link is not followed: what is behind it may be whole.
    QVERIFY(QFile::rename(folder.headerCopyPath(), folder.path() + u"/elsewhere"_s));
    QVERIFY(QFile::link(folder.path() + u"/elsewhere"_s, folder.headerCopyPath()));
    auto vault = session(folder.path());
    REQUIRE_ERROR(vault.load(), ErrorCode::Io);
    QVERIFY(!vault.formerKeys());
}

void tst_FormerKeys::offersNothingWhereNothingIsKeptOrANewerVersionWrote()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(damage(folder));
    QVERIFY(QFile::remove(folder.headerPath() + u".before"_s));
    auto vault = session(folder.path());
    REQUIRE_ERROR(vault.load(), ErrorCode::DamagedFile);
    QVERIFY(!vault.formerKeys());
    REQUIRE_ERROR(vault.useFormerKeys(), ErrorCode::DamagedFile);

    // Whole, and more than this one knows.
    const VaultFolder other(sample());
    QVERIFY(keep(other));
    QByteArray newer = contentOf(other.headerPath());
    newer[8] = 2;
    newer[9] = 0;
    newer = withFreshChecksum(newer);
    QVERIFY(overwrite(other.headerPath(), newer) && overwrite(other.headerCopyPath(), QByteArray("CLAVITOR")));
    auto next = session(other.path());
    REQUIRE_ERROR(next.load(), ErrorCode::NewerSchema);
    QVERIFY(!next.formerKeys());
    REQUIRE_ERROR(next.useFormerKeys(), ErrorCode::NewerSchema);
    QCOMPARE(contentOf(other.headerPath()), newer);
}

void tst_FormerKeys::writesNothingWhereTheDiskIsFull()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(damage(folder));
    const QByteArray damaged = contentOf(folder.headerPath());
    const auto header = folder.former();
    REQUIRE_OK(header);
    {
        const FullDisk disk(100);
        REQUIRE_ERROR(folder.putBackFormer(*header), ErrorCode::DiskFull);
    }
    QCOMPARE(contentOf(folder.headerPath()), damaged);
    QVERIFY(!QFile::exists(folder.headerPath() + u".damaged"_s));
    QVERIFY(!QFile::exists(folder.headerPath() + u".new"_s));
    REQUIRE_OK(folder.putBackFormer(*header));
    REQUIRE_OK(folder.readHeader());
}

void tst_FormerKeys::isWrittenOverByNoReplacementOfTheKeys()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    const QString kept = folder.headerPath() + u".before"_s;
    const QByteArray whole = contentOf(kept);
    QVERIFY(damage(folder));
    // The disk takes nothing at the unlock, so it is the only header there is.
    const QString obstacle = folder.headerPath() + u".new"_s;
    QVERIFY(QDir().mkpath(obstacle + u"/in the way"_s));
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.takeTrouble());
    QVERIFY(QDir(obstacle).removeRecursively());
    const auto begin = [&]() -> Result<> {
        auto work = vault.beginReplacement(secretText(Password));
        if (!work)
            return std::unexpected(work.error());
        auto keys = (*work)();
        return keys ? vault.startReplacement(std::move(*keys)) : std::unexpected(keys.error());
    };
    {
        const FullDisk disk(100);
        REQUIRE_ERROR(begin(), ErrorCode::DiskFull);
    }
    QVERIFY(!vault.isReplacing());
    QCOMPARE(contentOf(kept), whole);
    REQUIRE_OK(begin());
    QCOMPARE(contentOf(folder.headerPath()), whole);
    QCOMPARE(contentOf(folder.headerCopyPath()), whole);
    vault.cancelReplacement();
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
}

void tst_FormerKeys::survivesAKillAtEachStep_data()
{
    QTest::addColumn<HeaderWriteStep>("step");
    QTest::addColumn<bool>("isOffered");
    QTest::newRow("started") << HeaderWriteStep::Started << true;
    QTest::newRow("first written") << HeaderWriteStep::FirstWritten << true;
    QTest::newRow("both written") << HeaderWriteStep::BothWritten << true;
    // The same header, whole, where a new vault's would lie.
    QTest::newRow("damaged aside") << HeaderWriteStep::DamagedAside << false;
    QTest::newRow("first renamed") << HeaderWriteStep::FirstRenamed << false;
    QTest::newRow("both renamed") << HeaderWriteStep::BothRenamed << false;
    QTest::newRow("finished") << HeaderWriteStep::Finished << false;
}

void tst_FormerKeys::survivesAKillAtEachStep()
{
    QFETCH(HeaderWriteStep, step);
    QFETCH(bool, isOffered);
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    const QByteArray whole = contentOf(folder.headerPath());
    QVERIFY(damage(folder));
    const QByteArray damaged = contentOf(folder.headerPath());
    QVERIFY(diesAt(folder.path(), step, [this](VaultFolder watched) {
        VaultSession vault(std::move(watched), m_clock, crypto::systemRandom(), quickCost());
        (void)vault.load();
        if (vault.useFormerKeys())
            (void)vault.unlockWithPassword(secretText(Password));
    }));
    auto vault = session(folder.path());
    QCOMPARE(vault.load().has_value(), !isOffered);
    if (isOffered)
        REQUIRE_OK(vault.useFormerKeys());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(vault.contents().wrong.isEmpty());
    QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
    QCOMPARE(contentOf(folder.headerPath()), whole);
    QCOMPARE(contentOf(folder.headerCopyPath()), whole);
    QCOMPARE(contentOf(folder.headerPath() + u".damaged"_s), damaged);
    // Whoever was killed has told nobody.
    QVERIFY(vault.isByFormerKeys());
    QVERIFY2(vault.repairNote().contains(u"vault.keys.before took their place"_s), qPrintable(vault.repairNote()));
}

void tst_FormerKeys::saysSoUntilThatIsOnRecord()
{
    const VaultFolder folder(sample());
    QVERIFY(keep(folder));
    QVERIFY(damage(folder));
    auto vault = session(folder.path());
    QVERIFY(!vault.load());
    REQUIRE_OK(vault.useFormerKeys());
    for (int unlocks = 0; unlocks < 2; ++unlocks) {
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QVERIFY(vault.isByFormerKeys());
        REQUIRE_OK(vault.lock());
    }
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    REQUIRE_OK(vault.formerKeysAreOnRecord());
    REQUIRE_OK(vault.lock());
    REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    QVERIFY(!vault.isByFormerKeys());
    // What is not there is not to be ended.
    REQUIRE_OK(vault.formerKeysAreOnRecord());
}

void tst_FormerKeys::saysNothingOfACopyThatWasBroughtBack()
{
    const VaultFolder folder(sample());
    changePassword(folder);
    const QByteArray newer = contentOf(folder.headerPath());
    QVERIFY(damage(folder));
    const auto former = folder.former();
    REQUIRE_OK(former);
    QVERIFY(diesAt(folder.path(), HeaderWriteStep::BothWritten, [&former](const VaultFolder &watched) { (void)watched.putBackFormer(*former); }));
    // From a backup, before the vault was looked at again.
    QVERIFY(overwrite(folder.headerPath(), newer));
    auto vault = session(folder.path());
    REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
    QVERIFY(!vault.isByFormerKeys());
    QVERIFY2(!vault.repairNote().contains(u"vault.keys.before"_s), qPrintable(vault.repairNote()));
}

QTEST_GUILESS_MAIN(tst_FormerKeys)
#include "tst_FormerKeys.moc"
