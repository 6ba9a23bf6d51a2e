// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/FreshnessWatch.h"
#include "tests/support/BridgeSide.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ResultChecks.h"
#include "tests/support/ScriptedMirror.h"
#include "tests/support/VaultSamples.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pageSize = 4096;

} // namespace

/// What becomes of a vault whose file is not as it was left: pages of an older one in it, a whole older one in its place.
class tst_VaultTrust : public OpenVaultTest {
    Q_OBJECT

private slots:
    void opensForLookingOnlyWhatWasChangedOutside();
    void trustsItWhenThePersonSaysSo();
    void noticesAnOlderCopyOfTheWholeVault();
    void noticesACopyThatWentItsOwnWay();
    void opensAnOlderCopyThatNobodyRemembersOtherwise();
    void keepsAgentsWaitingUntilTheMirrorHasAnswered();
    void doesNotWaitForASilentMirrorForEver();
    void looksAlsoAtWhatTheMirrorSaysLate();
    void takesNoRecordThatItDidNotWrite();
    void leavesAMirrorAloneThatCannotBeRead();
    void writesStatesOneAfterTheOtherAndTheLatestLast();
    void looksAtTheRestOfALongLogAfterwards();
    void holdsTheKeychainsCheckpointAgainstItsRow();
    void refusesTheDatabaseOfAnotherVault();
    void givesAVaultFromBeforeItsFirstManifest();

private:
    [[nodiscard]] QString database() const { return m_vault->folder() + u"/vault.db"_s; }
    void lockAndClose() { QVERIFY(vault().lock()); }
    /// A revoked key in an older page, put back: until the vault says that keys are wrong.
    void resurrect();
    void watchWith(ScriptedMirror &mirror);
    [[nodiscard]] link::Status askAgain();

    VaultFacts m_facts;
    std::unique_ptr<FreshnessWatch> m_watch;
    QByteArray m_token;
    EntryId m_entry;
    quint64 m_calls = 0;

    void listen()
    {
        QObject::connect(&vault(), &Vault::factsChanged, this, [this](const VaultFacts &facts) { m_facts = facts; });
    }
};

void tst_VaultTrust::watchWith(ScriptedMirror &mirror)
{
    m_watch = std::make_unique<FreshnessWatch>(&vault(), mirror);
    QCoreApplication::processEvents(); // expectMirror() comes by post
}

link::Status tst_VaultTrust::askAgain()
{
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    bridge.ask(++m_calls, m_token, link::ReadQuery{m_entry.toString()});
    return QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }) ? bridge.answers.first().status : link::Status::Internal;
}

void tst_VaultTrust::resurrect()
{
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    m_entry = saved->id;
    QCOMPARE(askAgain(), link::Status::Ok);
    lockAndClose();
    const QByteArray before = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    const auto keys = m_vault->open().agents().list();
    REQUIRE_OK(keys);
    REQUIRE_OK(m_vault->open().revokeKey(keys->first().keyId));
    lockAndClose();
    const QByteArray after = contentOf(database());
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (before.mid(at, pageSize) == after.mid(at, pageSize))
            continue;
        QByteArray mixed = after;
        mixed.replace(at, pageSize, before.mid(at, pageSize));
        QVERIFY(overwrite(database(), mixed));
        m_vault->restart();
        listen();
        if (m_vault->unlock() && m_facts.distrust && m_facts.distrust->parts.contains(VaultPart::Keys)
            && !m_vault->open().agents().list()->first().isRevoked())
            return;
        (void)vault().lock();
    }
    QFAIL("no page brought the key back");
}

void tst_VaultTrust::opensForLookingOnlyWhatWasChangedOutside()
{
    resurrect();
    QCOMPARE(m_facts.state, LockState::Unlocked);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::ChangedOutside);
    // The key that works again in that page does not.
    QCOMPARE(askAgain(), link::Status::VaultChanged);
    // The owner sees everything, Personal too, and writes nothing.
    const auto shown = m_vault->open().reveal(m_entry, 1, Purpose::Show, nullptr);
    REQUIRE_OK(shown);
    QVERIFY(shown->equals("canary"));
    REQUIRE_OK(m_vault->openPersonal());
    REQUIRE_ERROR(m_vault->open().save(draft(u"new.example"_s, {})), ErrorCode::ChangedOutside);
    REQUIRE_ERROR(m_vault->open().setFavourite(m_entry, true), ErrorCode::ChangedOutside);
    REQUIRE_ERROR(m_vault->changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery")),
                  ErrorCode::ChangedOutside);
    REQUIRE_ERROR(vault().addKeychainSlot(secretBytes(1)), ErrorCode::ChangedOutside);
    REQUIRE_OK(vault().lock());
    QVERIFY(!m_facts.distrust);
    // It stays so.
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(m_facts.distrust);
}

void tst_VaultTrust::trustsItWhenThePersonSaysSo()
{
    resurrect();
    REQUIRE_OK(vault().trustContents());
    QVERIFY(!m_facts.distrust);
    const auto rows = m_vault->open().rows().page({}, 0, 10);
    REQUIRE_OK(rows);
    QStringList actions;
    for (const AuditEvent &event : rows->events)
        actions.append(event.action);
    QVERIFY(actions.contains(u"vault.trust"_s));
    const auto trust = std::ranges::find(rows->events, u"vault.trust"_s, &AuditEvent::action);
    QVERIFY2(trust->why.contains(u"keys"_s), qPrintable(trust->why));
    // The key is there again, and waits for the person.
    QCOMPARE(askAgain(), link::Status::KeyPaused);
    const auto keys = m_vault->open().agents().list();
    REQUIRE_OK(keys);
    REQUIRE_OK(m_vault->open().setKeyPaused(keys->first().keyId, false));
    QCOMPARE(askAgain(), link::Status::Ok);
    REQUIRE_OK(m_vault->open().save(draft(u"new.example"_s, {})));
    lockAndClose();
    m_vault->restart();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
}

void tst_VaultTrust::noticesAnOlderCopyOfTheWholeVault()
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
    m_vault->restart();
    listen();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
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

void tst_VaultTrust::noticesACopyThatWentItsOwnWay()
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
    m_vault->restart();
    listen();
    watchWith(mirror);
    REQUIRE_OK(m_vault->unlock());
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
    QCOMPARE(m_facts.distrust->newest, m_facts.distrust->generation);
    QCOMPARE(mirror.records.begin()->second, remembered);
    m_watch.reset();
}

void tst_VaultTrust::opensAnOlderCopyThatNobodyRemembersOtherwise()
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

void tst_VaultTrust::keepsAgentsWaitingUntilTheMirrorHasAnswered()
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

void tst_VaultTrust::doesNotWaitForASilentMirrorForEver()
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

void tst_VaultTrust::looksAlsoAtWhatTheMirrorSaysLate()
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
    vault().compareWith(newest);
    QVERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->kind, Distrust::Kind::OlderCopy);
    lockAndClose();
    QCOMPARE(remembered, newest);
}

void tst_VaultTrust::takesNoRecordThatItDidNotWrite()
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

void tst_VaultTrust::leavesAMirrorAloneThatCannotBeRead()
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

void tst_VaultTrust::writesStatesOneAfterTheOtherAndTheLatestLast()
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

void tst_VaultTrust::looksAtTheRestOfALongLogAfterwards()
{
    {
        QList<AuditEvent> rows;
        for (qint64 i = 0; i < Manifest::auditAtOnce + 100; ++i)
            rows.append(m_vault->open().owner().row("read"_L1, u"entry"_s));
        REQUIRE_OK(m_vault->open().owner().record(rows));
    }
    lockAndClose();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QTest::qWait(200);
    QVERIFY(!m_facts.distrust);
    // An early row, by somebody who has the file open and no triggers.
    REQUIRE_OK(m_vault->open().database().run("DROP TRIGGER temp.watch_audit_UPDATE"));
    REQUIRE_OK(m_vault->open().database().run("UPDATE audit SET subject = 'other' WHERE sequence = 77"));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
    QTRY_VERIFY(m_facts.distrust);
    QCOMPARE(m_facts.distrust->parts, QList{VaultPart::Log});
}

void tst_VaultTrust::holdsTheKeychainsCheckpointAgainstItsRow()
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

void tst_VaultTrust::refusesTheDatabaseOfAnotherVault()
{
    lockAndClose();
    TemporaryVault other;
    REQUIRE_OK(other.create());
    REQUIRE_OK(other.vault().lock());
    const QByteArray ours = contentOf(database());
    QVERIFY(overwrite(database(), contentOf(other.folder() + u"/vault.db"_s)));
    QVERIFY(overwrite(other.folder() + u"/vault.db"_s, ours));
    REQUIRE_ERROR(m_vault->unlock(), ErrorCode::ForeignFile);
    REQUIRE_ERROR(other.unlock(), ErrorCode::ForeignFile);
    QVERIFY(vault().open() == nullptr);
}

void tst_VaultTrust::givesAVaultFromBeforeItsFirstManifest()
{
    // As a program without manifests left it.
    REQUIRE_OK(m_vault->open().save(draft(u"one.example"_s, {{"password", FieldKind::Password, "canary"}})));
    Database &database = m_vault->open().database();
    std::vector<std::string> triggers;
    {
        Statement names = database.statement("SELECT name FROM temp.sqlite_schema WHERE type = 'trigger'");
        REQUIRE_OK(names.forEach([&] { triggers.push_back(names.text(0).toStdString()); }));
    }
    QVERIFY(!triggers.empty());
    for (const std::string &trigger : triggers)
        REQUIRE_OK(database.run("DROP TRIGGER temp." + trigger));
    REQUIRE_OK(database.run("ALTER TABLE audit_chain DROP COLUMN manifest"));
    REQUIRE_OK(database.run("ALTER TABLE audit_chain DROP COLUMN vault"));
    REQUIRE_OK(database.run("PRAGMA user_version = 2"));
    m_vault->restart();
    listen();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
    REQUIRE_OK(Manifest(m_vault->open().database()).state());
    REQUIRE_OK(m_vault->open().save(draft(u"two.example"_s, {})));
    lockAndClose();
    REQUIRE_OK(m_vault->unlock());
    QVERIFY(!m_facts.distrust);
}

QTEST_GUILESS_MAIN(tst_VaultTrust)
#include "tst_VaultTrust.moc"
