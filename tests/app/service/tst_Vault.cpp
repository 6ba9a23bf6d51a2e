// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "tests/support/BridgeSide.h"
#include "tests/support/TemporaryVault.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_Vault : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { m_vault = std::make_unique<TemporaryVault>(); }
    void cleanup() { m_vault.reset(); }

    void aFreshFolderHasNoVaultAndAMadeOneIsUnlocked()
    {
        QCOMPARE(m_vault->vault().initialFacts().state, LockState::NoVault);
        QSignalSpy facts(&m_vault->vault(), &Vault::factsChanged);
        QVERIFY(m_vault->create());
        QCOMPARE(facts.last().first().value<VaultFacts>().state, LockState::Unlocked);
        QCOMPARE(facts.last().first().value<VaultFacts>().vaultId.size(), 12);
        QCOMPARE(facts.first().first().value<VaultFacts>().state, LockState::Unlocking);
    }

    void nothingConfirmedIsLostByARestart()
    {
        QVERIFY(m_vault->create());
        const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "x"}}));
        QVERIFY(saved);
        m_vault->restart();
        QCOMPARE(m_vault->vault().initialFacts().state, LockState::Locked);
        QVERIFY(m_vault->vault().open() == nullptr);
        QVERIFY(m_vault->unlock());
        QCOMPARE(m_vault->open().catalog().find(saved->id)->title, u"github.com"_s);
    }

    void aWrongPasswordLeavesTheVaultLocked()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        const Result<> unlocked = m_vault->unlock(crypto::SecretText::copyOf("wrong horse battery staple"));
        QCOMPARE(unlocked.error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->vault().open() == nullptr);
    }

    void leavesNoKeyOfAnEarlierRowInTheLogBesideTheFile()
    {
        QVERIFY(m_vault->create());
        const QString log = m_vault->folder() + u"/vault.db-wal"_s;
        QVERIFY(m_vault->open().owner().record({m_vault->open().owner().row("read"_L1, u"one"_s)}));
        QVERIFY(QFileInfo(log).size() > 0);
        QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(log).size(), 0, 8000);
        // At once where a checkpoint vouches for them.
        for (int i = 0; i < 100; ++i)
            QVERIFY(m_vault->open().owner().record({m_vault->open().owner().row("read"_L1, QString::number(i))}));
        QVERIFY(QFileInfo(log).size() > 0);
        QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(log).size(), 0, 1000);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
    }

    void letsKeysGoBeforeTheLocksRowIsOnTheDisk()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->openPersonal());
        QVERIFY(m_vault->vault().personalKeys());
        std::optional<bool> isShut;
        m_vault->open().audit().committed = [&](const QList<AuditEvent> &rows) {
            if (rows.last().action == u"lock"_s)
                isShut = m_vault->vault().personalKeys() == nullptr;
        };
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(isShut, std::optional(true));
    }

    void lockAndUnlockLeaveRows()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        const auto page = m_vault->open().rows().page({}, 0, 10);
        QVERIFY(page && page->events.size() >= 3);
        QCOMPARE(page->events[0].action, u"unlock"_s);
        QCOMPARE(page->events[0].actor, u"app:owner"_s);
        QCOMPARE(page->events[1].action, u"lock"_s);
    }

    void aDamagedVaultIsTheProblemFromTheStart()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s}) {
            QFile file(m_vault->folder() + name);
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.seek(file.size() / 2);
            file.write("XXXX");
        }
        m_vault->restart();
        QVERIFY(m_vault->vault().initialFacts().problem.has_value());
        QCOMPARE(m_vault->vault().initialFacts().problem->code, ErrorCode::DamagedFile);
        // Nor does a screen that is locked make it a folder without a vault.
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(m_vault->vault().initialFacts().state, LockState::Locked);
        QCOMPARE(m_vault->vault().initialFacts().problem->code, ErrorCode::DamagedFile);
    }

    void questionsThatArriveTogetherAreAnsweredEachWithItsRow()
    {
        QVERIFY(m_vault->create());
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        for (std::uint64_t id = 1; id <= 20; ++id)
            bridge.ask(id, token, link::ReadQuery{entry->id.toString()});
        QTRY_COMPARE(bridge.answers.size(), 20);
        QVERIFY(bridge.started);
        for (const link::Answer &answer : bridge.answers) {
            QCOMPARE(answer.status, link::Status::Ok);
            QVERIFY(answer.body.contains("canary"));
        }
        AuditFilter reads;
        reads.actions = {u"read"_s};
        QCOMPARE(m_vault->open().rows().page(reads, 0, 100)->events.size(), 20);
    }

    void aLockedVaultTellsWhoAskedAndWritesItAtTheNextUnlock()
    {
        QVERIFY(m_vault->create());
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        m_vault->vault().announceAgents();
        QVERIFY(m_vault->vault().lock());
        QSignalSpy calls(&m_vault->vault(), &Vault::lockedCall);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::SearchQuery{u"github"_s, 5});
        bridge.ask(2, "clavitor_nonsense", link::SearchQuery{u"github"_s, 5});
        bridge.ask(3, {}, link::HealthQuery{});
        QTRY_COMPARE(bridge.answers.size(), 3);
        for (const link::Answer &answer : bridge.answers) {
            if (answer.id == 1)
                QCOMPARE(answer.status, link::Status::Locked);
            if (answer.id == 2)
                QCOMPARE(answer.status, link::Status::Unauthorized);
            if (answer.id == 3)
                QCOMPARE(QJsonDocument::fromJson(answer.body)["status"_L1].toString(), u"locked"_s);
        }
        QCOMPARE(calls.size(), 1);
        QCOMPARE(calls.first().first().value<LockedCall>().actor, u"api:codex-agent"_s);
        QVERIFY(m_vault->unlock());
        AuditFilter locked;
        locked.outcomes = {Outcome::Locked};
        const auto page = m_vault->open().rows().page(locked, 0, 10);
        QCOMPARE(page->events.size(), 1);
        QCOMPARE(page->events.first().action, u"search"_s);
    }

    void aClientThatStartsUpCallsNobodyToALockedVault()
    {
        QVERIFY(m_vault->create());
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        QVERIFY(m_vault->vault().lock());
        QSignalSpy calls(&m_vault->vault(), &Vault::lockedCall);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::AuthenticateQuery{});
        QTRY_COMPARE(bridge.answers.size(), 1);
        QCOMPARE(bridge.answers.first().status, link::Status::Locked);
        QCOMPARE(calls.size(), 0);
        QVERIFY(m_vault->unlock());
        AuditFilter locked;
        locked.outcomes = {Outcome::Locked};
        QCOMPARE(m_vault->open().rows().page(locked, 0, 10)->events.size(), 0);
    }

    void aClientThatPollsALockedVaultIsToldOfOnceASecondAndIsOneRow()
    {
        QVERIFY(m_vault->create());
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        m_vault->vault().announceAgents();
        QVERIFY(m_vault->vault().lock());
        QSignalSpy calls(&m_vault->vault(), &Vault::lockedCall);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        for (std::uint64_t id = 1; id <= 50; ++id)
            bridge.ask(id, token, link::SearchQuery{u"github"_s, 5});
        QTRY_COMPARE(bridge.answers.size(), 50);
        QCOMPARE(calls.size(), 1);
        m_vault->now += LockedCalls::toldEvery;
        bridge.ask(51, token, link::SearchQuery{u"github"_s, 5});
        QTRY_COMPARE(calls.size(), 2);
        QVERIFY(m_vault->unlock());
        AuditFilter locked;
        locked.outcomes = {Outcome::Locked};
        const auto page = m_vault->open().rows().page(locked, 0, 10);
        QCOMPARE(page->events.size(), 1);
        QVERIFY2(page->events.first().why.endsWith(u"51 times"_s), qPrintable(page->events.first().why));
    }

    void pausingALockedVaultHoldsFromTheUnlockOn()
    {
        QVERIFY(m_vault->create());
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        QVERIFY(m_vault->vault().lock());
        QSignalSpy facts(&m_vault->vault(), &Vault::factsChanged);
        QVERIFY(m_vault->vault().pauseAllKeys(true));
        QVERIFY(facts.last().first().value<VaultFacts>().agentsPaused);
        QVERIFY(m_vault->unlock());
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::StatusQuery{});
        QTRY_COMPARE(bridge.answers.size(), 1);
        QCOMPARE(bridge.answers.first().status, link::Status::KeyPaused);
        QVERIFY(facts.last().first().value<VaultFacts>().agentsPaused);

        // It is the vault's, not the program's.
        bridge.answers.clear();
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().areKeysPaused());
        QVERIFY(m_vault->vault().pauseAllKeys(false));
        QVERIFY(!m_vault->open().areKeysPaused());
    }

    void pausingALockedVaultHoldsThoughTheProgramEndedBeforeTheUnlock()
    {
        const QString mark = m_vault->folder() + u"/agents.paused"_s;
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->vault().pauseAllKeys(true));
        m_vault->restart();
        QVERIFY(m_vault->vault().initialFacts().agentsPaused);
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().areKeysPaused());
        // From here on the vault itself knows.
        QVERIFY(!QFile::exists(mark));

        QVERIFY(m_vault->vault().pauseAllKeys(false));
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->vault().pauseAllKeys(true));
        QVERIFY(m_vault->vault().pauseAllKeys(false));
        m_vault->restart();
        QVERIFY(!m_vault->vault().initialFacts().agentsPaused);
        QVERIFY(m_vault->unlock());
        QVERIFY(!m_vault->open().areKeysPaused());
    }

    void nobodyLiftsAPauseOfTheOwnersInFrontOfALockedVault()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().pauseAllKeys(true));
        QVERIFY(m_vault->vault().lock());
        QCOMPARE(m_vault->vault().pauseAllKeys(false).error().code, ErrorCode::Locked);
        QVERIFY(m_vault->vault().pauseAllKeys(true));
        QCOMPARE(m_vault->vault().pauseAllKeys(false).error().code, ErrorCode::Locked);
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().areKeysPaused());
    }

    void aPauseThatCannotBeKeptIsNotSaidToHold()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        QVERIFY(QDir().mkpath(m_vault->folder() + u"/agents.paused"_s));
        QSignalSpy facts(&m_vault->vault(), &Vault::factsChanged);
        QCOMPARE(m_vault->vault().pauseAllKeys(true).error().code, ErrorCode::Io);
        QVERIFY(facts.isEmpty());
        QVERIFY(m_vault->unlock());
        QVERIFY(!m_vault->open().areKeysPaused());
    }

    void aHostileFrameEndsTheChannelAndNothingElse()
    {
        QVERIFY(m_vault->create());
        BridgeSide bridge;
        bool closed = false;
        bridge.channel->closed = [&] { closed = true; };
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.channel->send(QByteArray::fromHex("00000003ffffff"));
        QTRY_VERIFY(closed);
        QVERIFY(m_vault->vault().open() != nullptr);
    }

    void personalOpensWithThePasswordAndShutsByItself()
    {
        QVERIFY(m_vault->create());
        const auto card = m_vault->open().save(draft(u"card"_s, {{"number", FieldKind::CardNumber, "4242"}}, {}, EntryType::Card));
        const auto shut = m_vault->open().reveal(card->id, 1, Purpose::Show, m_vault->vault().personalKeys());
        QCOMPARE(shut.error().code, ErrorCode::PersonalShut);
        QCOMPARE(m_vault->openPersonal(crypto::SecretText::copyOf("no")).error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->openPersonal());
        const auto value = m_vault->open().reveal(card->id, 1, Purpose::Show, m_vault->vault().personalKeys());
        QVERIFY(value && value->equals("4242"));
        m_vault->now += PersonalWindow::length;
        QVERIFY(m_vault->vault().personalKeys() == nullptr);
    }

    void aRevealIsInTheLogBeforeItsValueIsHandedOut()
    {
        QVERIFY(m_vault->create());
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "x"}}));
        QVERIFY(m_vault->open().reveal(entry->id, 1, Purpose::Copy, nullptr));
        const AuditEvent row = m_vault->open().rows().page({}, 0, 1)->events.first();
        QCOMPARE(row.action, u"copy"_s);
        QCOMPARE(row.subject, u"github.com"_s);
        QCOMPARE(row.why, u"password"_s);
    }

    void whatCannotBeShownLeavesNoRow()
    {
        QVERIFY(m_vault->create());
        const auto card = m_vault->open().save(draft(u"card"_s, {{"number", FieldKind::CardNumber, "4242"},
                                                                 {"code", FieldKind::Totp, "not a seed!"}}, {}, EntryType::Card));
        const qint64 last = m_vault->open().rows().page({}, 0, 1)->events.first().sequence;
        QCOMPARE(m_vault->open().reveal(card->id, 1, Purpose::Copy, nullptr).error().code, ErrorCode::PersonalShut);
        QCOMPARE(m_vault->open().reveal(card->id, 9, Purpose::Show, nullptr).error().code, ErrorCode::NotFound);
        QCOMPARE(m_vault->open().revealVersion(card->id, 1, 9, nullptr).error().code, ErrorCode::NotFound);
        QCOMPARE(m_vault->open().code(card->id, 2, Purpose::Copy, nullptr).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().rows().page({}, 0, 1)->events.first().sequence, last);
    }
};

QTEST_GUILESS_MAIN(tst_Vault)
#include "tst_Vault.moc"
