// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "tests/support/BridgeSide.h"
#include "tests/support/TemporaryVault.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What happens while a password is worked out on a thread of its own. Nothing is before that thread runs, so what is done
/// until then is done meanwhile.
class tst_VaultKeys : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<QThread> m_passwords;
    std::unique_ptr<QObject> m_deriver;

    [[nodiscard]] Vault &vault() { return m_vault->vault(); }
    void endPasswords()
    {
        m_passwords->quit();
        QVERIFY(m_passwords->wait());
    }
    /// The vault as one without that thread has it.
    void restartWithoutThread()
    {
        endPasswords();
        m_vault->deriver = nullptr;
        m_vault->restart();
    }
    /// Action and outcome, newest first.
    [[nodiscard]] QStringList lastRows(int count)
    {
        QStringList rows;
        if (const auto page = m_vault->open().rows().page({}, 0, count))
            for (const AuditEvent &event : page->events)
                rows.append(event.action + u' ' + wireName(event.outcome));
        return rows;
    }
    static LockState stateIn(const QList<QVariant> &signal) { return signal.first().value<VaultFacts>().state; }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_passwords = std::make_unique<QThread>();
        m_deriver = std::make_unique<QObject>();
        m_deriver->moveToThread(m_passwords.get());
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_vault->deriver = m_deriver.get();
    }
    void cleanup()
    {
        endPasswords();
        m_vault.reset();
        m_deriver.reset();
    }

    void agentsAreAnsweredWhileAPasswordIsWorkedOut()
    {
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        m_vault->restart();
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        std::optional<Result<>> unlocked;
        vault().unlock(TemporaryVault::password(), [&](Result<> result) { unlocked = result; });
        bridge.ask(1, {}, link::HealthQuery{});
        QTRY_COMPARE(bridge.answers.size(), 1);
        QVERIFY(!unlocked);
        Result<> second;
        vault().unlock(TemporaryVault::password(), [&](Result<> result) { second = result; });
        QCOMPARE(second.error().code, ErrorCode::Busy);
        m_passwords->start();
        QTRY_VERIFY(unlocked);
        QVERIFY(unlocked->has_value());

        endPasswords();
        std::optional<Result<>> changed;
        vault().changePassword(TemporaryVault::password(), crypto::SecretText::copyOf("another horse, another battery"),
                               [&](Result<> result) { changed = result; });
        bridge.ask(2, token, link::ReadQuery{entry->id.toString()});
        QTRY_COMPARE(bridge.answers.size(), 2);
        QCOMPARE(bridge.answers.last().status, link::Status::Ok);
        QVERIFY(!changed);
        QVERIFY(vault().lock());
        QVERIFY(vault().open() == nullptr);
        m_passwords->start();
        QTRY_VERIFY(changed);
        QCOMPARE(changed->error().code, ErrorCode::Locked);
        restartWithoutThread();
        QVERIFY(m_vault->unlock());
    }

    void aLockWinsOverAnUnlockThatIsUnderWay()
    {
        m_vault->restart();
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        std::optional<Result<>> unlocked;
        vault().unlock(TemporaryVault::password(), [&](Result<> result) { unlocked = result; });
        QVERIFY(vault().lock());
        m_passwords->start();
        QTRY_VERIFY(unlocked);
        QCOMPARE(unlocked->error().code, ErrorCode::Locked);
        QVERIFY(vault().open() == nullptr);
        QCOMPARE(stateIn(facts.last()), LockState::Locked);
    }

    void aLockWinsOverACreationAndTheVaultIsThere()
    {
        m_vault = std::make_unique<TemporaryVault>();
        m_vault->deriver = m_deriver.get();
        m_vault->restart();
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        std::optional<Result<>> created;
        vault().create(u"test"_s, TemporaryVault::password(), VaultSession::Kept::AtOnce, [&](Result<> result) { created = result; });
        QVERIFY(vault().lock());
        m_passwords->start();
        QTRY_VERIFY(created);
        QCOMPARE(created->error().code, ErrorCode::Locked);
        QVERIFY(vault().open() == nullptr);
        for (const QList<QVariant> &signal : facts)
            QVERIFY(stateIn(signal) != LockState::Unlocked);
        QCOMPARE(stateIn(facts.last()), LockState::Locked);
        QCOMPARE(facts.last().first().value<VaultFacts>().vaultId.size(), 12);
        restartWithoutThread();
        QVERIFY(m_vault->unlock());
    }

    void nothingElseThatEndsHidesThatAPasswordIsWorkedOut()
    {
        m_vault->restart();
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        std::optional<Result<>> unlocked;
        vault().unlock(TemporaryVault::password(), [&](Result<> result) { unlocked = result; });
        QCOMPARE(stateIn(facts.last()), LockState::Unlocking);
        QCOMPARE(vault().unlockWithKeychainSecret(crypto::SecretBytes(32)).error().code, ErrorCode::KeychainNoItem);
        QCOMPARE(stateIn(facts.last()), LockState::Unlocking);
        m_passwords->start();
        QTRY_VERIFY(unlocked);
        QVERIFY(unlocked->has_value());
        QCOMPARE(stateIn(facts.last()), LockState::Unlocked);
    }

    void anOpeningOfPersonalThatIsTakenBackMeanwhileOpensNothing()
    {
        m_vault->restart();
        m_passwords->start();
        std::optional<Result<>> unlocked;
        vault().unlock(TemporaryVault::password(), [&](Result<> result) { unlocked = result; });
        QTRY_VERIFY(unlocked);
        endPasswords();
        std::optional<Result<>> opened;
        vault().openPersonal(TemporaryVault::password(), [&](Result<> result) { opened = result; });
        vault().takeBackPersonal();
        QVERIFY(!opened);
        m_passwords->start();
        QTRY_VERIFY(opened);
        QCOMPARE(opened->error().code, ErrorCode::Cancelled);
        QVERIFY(vault().personalKeys() == nullptr);
        QCOMPARE(vault().reopenPersonal().error().code, ErrorCode::PersonalShut);
        // Nothing was opened, so nothing says so.
        QCOMPARE(lastRows(1), QStringList{u"unlock allowed"_s});
        opened.reset();
        vault().openPersonal(TemporaryVault::password(), [&](Result<> result) { opened = result; });
        QTRY_VERIFY(opened);
        QVERIFY(opened->has_value());
        QVERIFY(vault().personalKeys() != nullptr);
    }

    void anOpeningOfPersonalIsTakenBackAfterwards()
    {
        restartWithoutThread();
        QVERIFY(m_vault->unlock());
        QSignalSpy shut(&vault(), &Vault::personalShut);
        QVERIFY(m_vault->openPersonal());
        vault().takeBackPersonal();
        QVERIFY(vault().personalKeys() == nullptr);
        QCOMPARE(vault().reopenPersonal().error().code, ErrorCode::PersonalShut);
        QCOMPARE(shut.size(), 1);
        QCOMPARE(lastRows(3), (QStringList{u"personal.open denied"_s, u"personal.open allowed"_s, u"unlock allowed"_s}));
        // Once.
        vault().takeBackPersonal();
        QCOMPARE(lastRows(1), QStringList{u"personal.open denied"_s});
    }

    void whatWasKeptOfPersonalBeforeStaysWhenAnOpeningIsTakenBack()
    {
        restartWithoutThread();
        QVERIFY(m_vault->unlock());
        QSignalSpy facts(&vault(), &Vault::factsChanged);
        QVERIFY(m_vault->openPersonal());
        if (!facts.last().first().value<VaultFacts>().keepsPersonal)
            QSKIP("this kernel has no place for a key that no reader of the memory finds");
        vault().shutPersonal();
        QVERIFY(m_vault->openPersonal());
        vault().takeBackPersonal();
        QVERIFY(vault().personalKeys() == nullptr);
        QVERIFY(vault().reopenPersonal());
        QVERIFY(vault().personalKeys() != nullptr);
        // By a check as well; and what was open before another one was asked for is not meant.
        vault().takeBackPersonal();
        QVERIFY(vault().personalKeys() == nullptr);
        QVERIFY(vault().reopenPersonal());
        vault().keepOpening();
        vault().takeBackPersonal();
        QVERIFY(vault().personalKeys() != nullptr);
    }
};

QTEST_GUILESS_MAIN(tst_VaultKeys)
#include "tst_VaultKeys.moc"
