// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/FreshnessWatch.h"

#include "tests/app/service/TrustTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What is remembered of a vault outside its file, held against the file at each unlock, and told anew.
class tst_VaultMirror : public TrustTest {
    Q_OBJECT
private slots:
    void noticesAnOlderCopyOfTheWholeVault();
    void noticesACopyThatWentItsOwnWay();
    void opensAnOlderCopyThatNobodyRemembersOtherwise();
    void keepsAgentsWaitingUntilTheMirrorHasAnswered();
    void doesNotWaitForASilentMirrorForEver();
    void looksAlsoAtWhatTheMirrorSaysLate();
    void takesNoRecordThatItDidNotWrite();
    void leavesAMirrorAloneThatCannotBeRead();
    void saysThatItWasNotCompared_data();
    void saysThatItWasNotCompared();
    void comparesOnceALockedKeychainOpens();
    void knowsAnOlderCopyThatWasUsedWhileTheKeychainWasLocked();
    void takesTheNewestForNewestAfterItWasUsedWhileTheKeychainWasLocked();
    void looksAgainByItself();
    void writesStatesOneAfterTheOtherAndTheLatestLast();
    void holdsTheKeychainsCheckpointAgainstItsRow();

private:
    /// A vault with a key and an entry whose state the mirror knows; the file as it was before that is put back.
    void putBackAnOlderCopy(ScriptedMirror &mirror)
    {
        watchWith(mirror);
        m_token = makeKey(m_vault->open(), u"codex"_s);
        const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        REQUIRE_OK(saved);
        m_entry = saved->id;
        lockAndClose();
        const QByteArray yesterday = contentOf(database());
        REQUIRE_OK(m_vault->unlock());
        QTRY_VERIFY(!vault().awaitsMirror());
        REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {})));
        const int writes = mirror.writes;
        lockAndClose();
        QTRY_VERIFY(mirror.writes > writes);
        m_watch.reset();
        QVERIFY(overwrite(database(), yesterday));
    }
    /// In a new program, with the keychain as it is then.
    void startsAgain(ScriptedMirror &mirror)
    {
        m_watch.reset();
        m_vault->restart();
        listen();
        watchWith(mirror);
        REQUIRE_OK(m_vault->unlock());
        QTRY_VERIFY(!vault().awaitsMirror());
    }
    void opensAsAnOlderCopy(ScriptedMirror &mirror)
    {
        m_vault->restart();
        listen();
        watchWith(mirror);
        REQUIRE_OK(m_vault->unlock());
        QTRY_VERIFY(m_facts.distrust);
        QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
    }
};

void tst_VaultMirror::noticesAnOlderCopyOfTheWholeVault()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    m_entry = saved->id;
    lockAndClose();
    QVERIFY(mirror.writes == 0); // it was made before anybody watched
    REQUIRE_OK(m_vault->unlock());
    QTRY_COMPARE(mirror.writes, 1);
    lockAndClose();
    const QByteArray yesterday = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    const auto keys = m_vault->open().agents().list();
    REQUIRE_OK(keys);
    REQUIRE_OK(m_vault->open().revokeKey(keys->first().keyId));
    QTRY_VERIFY(!vault().awaitsMirror());
    lockAndClose();
    QTRY_VERIFY(mirror.writes >= 3);

    m_watch.reset();
    QVERIFY(overwrite(database(), yesterday));
    opensAsAnOlderCopy(mirror);
    QVERIFY(m_facts.distrust->newest > m_facts.distrust->generation);
    QCOMPARE(askAgain(), link::Status::VaultChanged);
    REQUIRE_ERROR(m_vault->open().save(draft(u"new.example"_s, {})), ErrorCode::ChangedOutside);
    const qint64 newest = m_facts.distrust->newest;
    REQUIRE_OK(vault().trustContents());
    QCOMPARE(askAgain(), link::Status::KeyPaused);
    lockAndClose();
    // From here on it is the newest there is.
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    QVERIFY(!m_facts.distrust);
    const auto state = Manifest(m_vault->open().database()).state();
    REQUIRE_OK(state);
    QVERIFY(static_cast<qint64>(state->generation) > newest);
    m_watch.reset();
}

void tst_VaultMirror::noticesACopyThatWentItsOwnWay()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    lockAndClose();
    const QByteArray fork = contentOf(database());
    listen();
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {})));
    lockAndClose();
    QTRY_VERIFY(mirror.writes >= 2);
    m_watch.reset();
    const QByteArray remembered = mirror.records.begin()->second;
    // The other way has as many changes, by one of another name.
    QVERIFY(overwrite(database(), fork));
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(m_vault->open().save(draft(u"two.example"_s, {})));
    lockAndClose();
    opensAsAnOlderCopy(mirror);
    QCOMPARE(m_facts.distrust->newest, m_facts.distrust->generation);
    QCOMPARE(mirror.records.begin()->second, remembered);
    m_watch.reset();
}

void tst_VaultMirror::opensAnOlderCopyThatNobodyRemembersOtherwise()
{
    lockAndClose();
    const QByteArray yesterday = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {})));
    lockAndClose();
    QVERIFY(overwrite(database(), yesterday));
    ScriptedMirror mirror;
    mirror.readError = ErrorCode::KeychainAbsent;
    m_vault->restart();
    listen();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    QVERIFY(!m_facts.distrust);
    m_watch.reset();
}

void tst_VaultMirror::keepsAgentsWaitingUntilTheMirrorHasAnswered()
{
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    lockAndClose();
    vault().expectMirror(true);
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(vault().awaitsMirror());
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    bridge.ask(1, m_token, link::ReadQuery{saved->id.toString()});
    bridge.ask(2, {}, link::HealthQuery{});
    QTRY_COMPARE(bridge.answers.size(), 1);
    QCOMPARE(bridge.answers.first().id, 2U);
    vault().compareWith({});
    QTRY_COMPARE(bridge.answers.size(), 2);
    QCOMPARE(bridge.answers.last().status, link::Status::Ok);
}

void tst_VaultMirror::doesNotWaitForASilentMirrorForEver()
{
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    ScriptedMirror mirror;
    mirror.isSilent = true;
    lockAndClose();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_COMPARE(mirror.reads, 1);
    QVERIFY(vault().awaitsMirror());
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    bridge.ask(1, m_token, link::ReadQuery{saved->id.toString()});
    QTRY_COMPARE_WITH_TIMEOUT(bridge.answers.size(), 1, 10'000);
    QCOMPARE(bridge.answers.first().status, link::Status::Ok);
    QVERIFY(!vault().awaitsMirror());
    lockAndClose();
    QCOMPARE(mirror.writes, 0);
    m_watch.reset();
}

void tst_VaultMirror::looksAlsoAtWhatTheMirrorSaysLate()
{
    listen();
    QByteArray remembered;
    QObject::connect(&vault(), &Vault::mirrored, this, [&](const QString &, const QByteArray &record) { remembered = record; });
    vault().expectMirror(true);
    lockAndClose();
    const QByteArray older = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    vault().compareWith({});
    REQUIRE_OK(m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}})));
    lockAndClose();
    const QByteArray newest = remembered;
    QVERIFY(!newest.isEmpty());
    QVERIFY(overwrite(database(), older));
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY_WITH_TIMEOUT(!vault().awaitsMirror(), 10'000);
    QVERIFY(!m_facts.distrust);
    REQUIRE_OK(m_vault->open().save(draft(u"gitlab.com"_s, {})));
    QCOMPARE(remembered, newest); // nothing takes its place before it was looked at
    std::optional<Result<KeysReplaced>> replaced;
    vault().replaceKeys(TemporaryVault::password(), [&](Result<KeysReplaced> result) { replaced = std::move(result); });
    QVERIFY(replaced);
    REQUIRE_ERROR(*replaced, ErrorCode::Busy);
    vault().compareWith(newest);
    QVERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
    lockAndClose();
    QCOMPARE(remembered, newest);
}

void tst_VaultMirror::takesNoRecordThatItDidNotWrite()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    lockAndClose();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QTRY_COMPARE(mirror.records.size(), 1U);
    QByteArray &record = mirror.records.begin()->second;
    lockAndClose();
    const QList<QByteArray> forgeries{{}, "f", QByteArray(record.size(), 'f'), QByteArray("ffffffffffffffff" + record.mid(16))};
    for (const QByteArray &forged : forgeries) {
        record = forged;
        REQUIRE_OK(m_vault->unlock());
        QTRY_VERIFY(!vault().awaitsMirror());
        QVERIFY(!m_facts.distrust);
        QTRY_VERIFY(record != forged);
        lockAndClose();
    }
    m_watch.reset();
}

void tst_VaultMirror::leavesAMirrorAloneThatCannotBeRead()
{
    ScriptedMirror mirror;
    mirror.readError = ErrorCode::KeychainLocked;
    lockAndClose();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_COMPARE(mirror.reads, 1);
    QTRY_VERIFY(!vault().awaitsMirror());
    REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {})));
    lockAndClose();
    QTest::qWait(50);
    QCOMPARE(mirror.writes, 0);
    m_watch.reset();
}

void tst_VaultMirror::saysThatItWasNotCompared_data()
{
    QTest::addColumn<ErrorCode>("error");
    QTest::addColumn<bool>("isSaid");
    QTest::newRow("locked") << ErrorCode::KeychainLocked << true;
    QTest::newRow("slow") << ErrorCode::KeychainTimeout << true;
    QTest::newRow("refused") << ErrorCode::KeychainDenied << true;
    QTest::newRow("broken") << ErrorCode::KeychainFailed << true;
    QTest::newRow("none there") << ErrorCode::KeychainAbsent << false;
    QTest::newRow("nothing in it yet") << ErrorCode::KeychainNoItem << false;
}

void tst_VaultMirror::saysThatItWasNotCompared()
{
    QFETCH(ErrorCode, error);
    QFETCH(bool, isSaid);
    ScriptedMirror mirror;
    mirror.readError = error;
    lockAndClose();
    listen();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    QCOMPARE(m_facts.uncompared, isSaid ? std::optional(error) : std::nullopt);
    QVERIFY(!m_facts.distrust);
    lockAndClose();
    QVERIFY(!m_facts.uncompared);
    m_watch.reset();
}

void tst_VaultMirror::comparesOnceALockedKeychainOpens()
{
    ScriptedMirror mirror;
    putBackAnOlderCopy(mirror);
    const auto remembered = mirror.records;
    const int writes = mirror.writes;
    mirror.readError = ErrorCode::KeychainLocked;
    startsAgain(mirror);
    QCOMPARE(m_facts.uncompared, std::optional(ErrorCode::KeychainLocked));
    QCOMPARE(askAgain(), link::Status::Ok);
    REQUIRE_OK(m_vault->open().save(draft(u"two.example"_s, {})));
    // A change that does not open it changes nothing.
    const int reads = mirror.reads;
    mirror.changed();
    QTRY_COMPARE(mirror.reads, reads + 1);
    QTest::qWait(20);
    QVERIFY(!m_facts.distrust);
    // Nor does its end: somebody may have killed it.
    mirror.readError = ErrorCode::KeychainAbsent;
    mirror.changed();
    QTRY_COMPARE(m_facts.uncompared, std::optional(ErrorCode::KeychainAbsent));
    QCOMPARE(mirror.writes, writes);
    mirror.readError.reset();
    mirror.changed();
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
    QVERIFY(!m_facts.uncompared);
    QCOMPARE(askAgain(), link::Status::VaultChanged);
    QCOMPARE(mirror.records, remembered);
    // Decided, it is the newest, and compared no more with what it was.
    REQUIRE_OK(vault().trustContents());
    lockAndClose();
    QTRY_VERIFY(mirror.records != remembered);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    QTest::qWait(20);
    QVERIFY(!m_facts.distrust);
    m_watch.reset();
}

void tst_VaultMirror::knowsAnOlderCopyThatWasUsedWhileTheKeychainWasLocked()
{
    ScriptedMirror mirror;
    putBackAnOlderCopy(mirror);
    const auto remembered = mirror.records;
    mirror.readError = ErrorCode::KeychainLocked;
    // Used until it has seen more changes than the newest, over locks and ends of the program.
    for (int turn = 0; turn < 2; ++turn) {
        startsAgain(mirror);
        mirror.readError = ErrorCode::KeychainAbsent; // the next time it is killed
        for (int i = 0; i < 10; ++i)
            REQUIRE_OK(m_vault->open().save(draft(u"site%1.example"_s.arg(i), {})));
        lockAndClose();
        QTest::qWait(20);
        QCOMPARE(mirror.records, remembered);
    }
    mirror.readError.reset();
    m_watch.reset();
    opensAsAnOlderCopy(mirror);
    QVERIFY(m_facts.distrust->newest > m_facts.distrust->generation);
    m_watch.reset();
}

void tst_VaultMirror::takesTheNewestForNewestAfterItWasUsedWhileTheKeychainWasLocked()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    lockAndClose();
    QTRY_VERIFY(mirror.writes >= 2);
    const auto remembered = mirror.records;
    mirror.readError = ErrorCode::KeychainLocked;
    for (int turn = 0; turn < 2; ++turn) {
        startsAgain(mirror);
        REQUIRE_OK(m_vault->open().save(draft(u"site%1.example"_s.arg(turn), {})));
        lockAndClose();
    }
    QCOMPARE(mirror.records, remembered);
    mirror.readError.reset();
    // Compared, told anew, and compared with that.
    for (int turn = 0; turn < 2; ++turn) {
        startsAgain(mirror);
        QTest::qWait(20);
        QVERIFY(!m_facts.distrust);
        QVERIFY(!m_facts.uncompared);
        lockAndClose();
        QTRY_VERIFY(mirror.records != remembered);
    }
    m_watch.reset();
}

void tst_VaultMirror::looksAgainByItself()
{
    ScriptedMirror mirror;
    putBackAnOlderCopy(mirror);
    m_vault->restart();
    listen();
    mirror.readError = ErrorCode::KeychainTimeout;
    m_watch = std::make_unique<FreshnessWatch>(&vault(), mirror, nullptr, 50);
    QCoreApplication::processEvents();
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(m_facts.uncompared);
    mirror.readError.reset();
    QTRY_VERIFY(m_facts.distrust);
    // Once it was read, and once it is refused, nobody asks any more.
    int reads = mirror.reads;
    QTest::qWait(200);
    QCOMPARE(mirror.reads, reads);
    lockAndClose();
    mirror.readError = ErrorCode::KeychainDenied;
    REQUIRE_OK(m_vault->unlock());
    QTRY_COMPARE(m_facts.uncompared, std::optional(ErrorCode::KeychainDenied));
    reads = mirror.reads;
    QTest::qWait(200);
    QCOMPARE(mirror.reads, reads);
    m_watch.reset();
}

void tst_VaultMirror::writesStatesOneAfterTheOtherAndTheLatestLast()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    lockAndClose();
    const QSignalSpy told(&vault(), &Vault::mirrored);
    mirror.writeDelay = 300;
    for (int turn = 0; turn < 3; ++turn) {
        REQUIRE_OK(m_vault->unlock());
        QTRY_VERIFY(!vault().awaitsMirror());
        REQUIRE_OK(m_vault->open().save(draft(u"site%1.example"_s.arg(turn), {})));
        lockAndClose();
        mirror.writeDelay = 20; // so the first would arrive last
    }
    m_watch->finish(5000);
    QVERIFY(told.count() > 3);
    QVERIFY(mirror.writes >= 2);
    const QByteArray latest = told.last().at(1).toByteArray();
    QCOMPARE(mirror.records.begin()->second, latest);
    QTest::qWait(400);
    QCOMPARE(mirror.records.begin()->second, latest);
    // Nothing is left to do, so it does not wait.
    QElapsedTimer timer;
    timer.start();
    m_watch->finish(5000);
    QVERIFY(timer.elapsed() < 1000);
    m_watch.reset();
}

void tst_VaultMirror::holdsTheKeychainsCheckpointAgainstItsRow()
{
    ScriptedMirror mirror;
    watchWith(mirror);
    lockAndClose();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(!vault().awaitsMirror());
    lockAndClose();
    QTRY_VERIFY(mirror.writes >= 2);
    const QByteArray record = mirror.records.begin()->second;
    QVERIFY2(record.contains("\nclavitor/"), record.constData());
    // Somebody with the vault key cuts the log, makes the chain fit and seals it all as newer.
    m_watch.reset();
    m_vault->restart();
    REQUIRE_OK(m_vault->unlock());
    Database &database = m_vault->open().database();
    REQUIRE_OK(database.run("DELETE FROM audit WHERE sequence > 1"));
    REQUIRE_OK(database.run("DELETE FROM audit_checkpoints"));
    REQUIRE_OK(database.run("UPDATE audit_chain SET sequence = 1, mac = (SELECT mac FROM audit), next_key = randomblob(32)"));
    REQUIRE_OK(Manifest(database).seal(100'000));
    (void)vault().lock();
    m_vault->restart();
    listen();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::Log});
    m_watch.reset();
}

QTEST_GUILESS_MAIN(tst_VaultMirror)
#include "tst_VaultMirror.moc"
