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
        vault().create(u"test"_s, TemporaryVault::password(), [&](Result<> result) { created = result; });
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
};

QTEST_GUILESS_MAIN(tst_VaultKeys)
#include "tst_VaultKeys.moc"
