// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/RecoverySheet.h"
#include "crypto/SubKeys.h"
#include "tests/app/session/SessionFixture.h"
#include "tests/support/MemoryScan.h"

#include <QTest>

#include <functional>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;

/// A session between open and locked: what a lease needs, and no more.
class tst_NarrowedSession : public SessionFixture
{
    Q_OBJECT
private:
    /// What derives from the vault key and is seen from outside, masked.
    struct Keys {
        QByteArray token;
        QByteArray manifest;
        QByteArray personal;
    };
    Keys m_keys;

    [[nodiscard]] std::unique_ptr<VaultSession> narrowed(const QString &path)
    {
        auto vault = std::make_unique<VaultSession>(VaultFolder(path), m_clock, crypto::systemRandom(), quickCost());
        if (!vault->unlockWithPassword(secretText(Password)) || !vault->openPersonal(secretText(Password)))
            return nullptr;
        m_keys = {MemoryScan::masked(vault->tokenKey().bytes()), MemoryScan::masked(vault->manifestKey().bytes()),
                  MemoryScan::masked(vault->personalKeys()->secretKey.bytes())};
        return vault->narrow() ? std::move(vault) : nullptr;
    }

private slots:
    void aLockedVaultCannotBeNarrowed()
    {
        auto vault = session(sample());
        REQUIRE_ERROR(vault.narrow(), ErrorCode::Locked);
        QVERIFY(!vault.isNarrowed());
    }

    void itIsLockedAndItsFileIsStillWritten()
    {
        const QString path = sample();
        {
            const auto vault = narrowed(path);
            QVERIFY(vault);
            QCOMPARE(vault->state(), VaultSession::State::Locked);
            QVERIFY(vault->isNarrowed());
            const auto before = Manifest(vault->database()).state();
            REQUIRE_OK(MetaStore(vault->database()).setValue("written"_L1, "meanwhile"));
            const auto after = Manifest(vault->database()).state();
            QVERIFY(before && after);
            QVERIFY2(after->generation > before->generation, "the manifest follows what is written");
            REQUIRE_OK(vault->lock());
        }
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        QVERIFY2(vault.contents().wrong.isEmpty(), "it is as it was left");
        QCOMPARE(*MetaStore(vault.database()).value("written"_L1), std::optional<QByteArray>("meanwhile"));
    }

    void whatNeedsAKeyThatIsGoneIsRefused_data()
    {
        using Act = std::function<Result<>(VaultSession &)>;
        const auto begun = [](const auto &work) { return work ? Result<>() : std::unexpected(work.error()); };
        QTest::addColumn<Act>("act");
        QTest::newRow("Personal by its password") << Act([](VaultSession &vault) { return vault.openPersonal(secretText(Password)); });
        QTest::newRow("Personal again by a presence check") << Act([](VaultSession &vault) { return vault.reopenPersonal(); });
        QTest::newRow("Personal by a sheet")
            << Act([](VaultSession &vault) { return vault.openPersonalWithSecret({SlotKind::Recovery, 0}, secretBytes(0x22)); });
        QTest::newRow("a new password") << Act([](VaultSession &vault) { return vault.changePassword(secretText(Password), secretText(NextPassword)); });
        QTest::newRow("a new password by a sheet") << Act([begun](VaultSession &vault) {
            return begun(vault.beginSetPassword({SlotKind::Recovery, 0}, secretBytes(0x22), secretText(NextPassword)));
        });
        QTest::newRow("another way") << Act([begun](VaultSession &vault) {
            return begun(vault.beginAddWay({SlotKind::Recovery, {}, {}}, secretBytes(0x22), secretText(Password)));
        });
        QTest::newRow("the keychain's way") << Act([](VaultSession &vault) { return vault.addKeychainSlot(secretBytes(0x33)); });
        QTest::newRow("a way less") << Act([](VaultSession &vault) { return vault.removeWay({SlotKind::Keychain, 0}); });
        QTest::newRow("trusting what is there") << Act([](VaultSession &vault) { return vault.trustContents(0, [] { return Result<>(); }); });
        QTest::newRow("freezing it") << Act([](VaultSession &vault) { return vault.freezeContents(u"test"_s); });
        QTest::newRow("narrowing it again") << Act([](VaultSession &vault) { return vault.narrow(); });
    }

    void whatNeedsAKeyThatIsGoneIsRefused()
    {
        QFETCH(std::function<Result<>(VaultSession &)>, act);
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        REQUIRE_ERROR(act(*vault), ErrorCode::Locked);
        QVERIFY(vault->isNarrowed());
        QCOMPARE(vault->personalKeys(), nullptr);
    }

    void whatIsNotAsItWasLeftIsNotKeptOpen()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        // As pages that another program put back, which the manifest did not see written.
        REQUIRE_OK(vault.database().run("DROP TRIGGER temp.watch_meta_INSERT"));
        REQUIRE_OK(vault.database().run("INSERT INTO meta (name, value) VALUES ('planted', x'78')"));
        REQUIRE_ERROR(vault.narrow(), ErrorCode::ChangedOutside);
        QVERIFY(!vault.isNarrowed());
    }

    void anUnlockLooksWhetherItIsAsItWasLeft()
    {
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        REQUIRE_OK(vault->database().run("DROP TRIGGER temp.watch_meta_INSERT"));
        REQUIRE_OK(vault->database().run("INSERT INTO meta (name, value) VALUES ('planted', x'78')"));
        REQUIRE_OK(vault->unlockWithPassword(secretText(Password)));
        QVERIFY(!vault->contents().wrong.isEmpty());
        REQUIRE_ERROR(MetaStore(vault->database()).setValue("written"_L1, "meanwhile"), ErrorCode::ChangedOutside);
    }

    void nothingOfPersonalIsKeptForLater()
    {
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        QVERIFY(!vault->keepsPersonal());
        REQUIRE_OK(vault->unlockWithKeychainSecret(secretBytes(0x11)));
        REQUIRE_ERROR(vault->reopenPersonal(), ErrorCode::PersonalShut);
        REQUIRE_OK(vault->openPersonal(secretText(Password)));
    }

    void anUnlockGivesBackTheRest_data()
    {
        using Act = std::function<Result<>(VaultSession &)>;
        QTest::addColumn<Act>("unlock");
        QTest::newRow("password") << Act([](VaultSession &vault) { return vault.unlockWithPassword(secretText(Password)); });
        QTest::newRow("keychain") << Act([](VaultSession &vault) { return vault.unlockWithKeychainSecret(secretBytes(0x11)); });
    }

    void anUnlockGivesBackTheRest()
    {
        QFETCH(std::function<Result<>(VaultSession &)>, unlock);
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        REQUIRE_OK(MetaStore(vault->database()).setValue("written"_L1, "meanwhile"));
        REQUIRE_OK(unlock(*vault));
        QCOMPARE(vault->state(), VaultSession::State::Unlocked);
        QVERIFY(!vault->isNarrowed());
        const auto state = Manifest(vault->database()).state();
        QVERIFY(state);
        // What is remembered outside is compared with the file as it is now.
        QCOMPARE(vault->contents().state.generation, state->generation);
        (void)vault->signingKey().verifyingKey();
        REQUIRE_OK(vault->addKeychainSlot(secretBytes(0x44)));
        REQUIRE_OK(vault->lock());
        REQUIRE_OK(vault->unlockWithKeychainSecret(secretBytes(0x44)));
    }

    void wrongSecretsChangeNothing()
    {
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        REQUIRE_ERROR(vault->unlockWithPassword(secretText("wrong horse battery")), ErrorCode::WrongPassword);
        REQUIRE_ERROR(vault->unlockWithKeychainSecret(secretBytes(0x12)), ErrorCode::KeychainWrongItem);
        REQUIRE_ERROR(vault->unlockWithSecret({SlotKind::Recovery, 0}, secretBytes(0x22)), ErrorCode::NoSuchWay);
        QVERIFY(vault->isNarrowed());
        REQUIRE_OK(MetaStore(vault->database()).setValue("still"_L1, "written"));
        REQUIRE_OK(vault->unlockWithPassword(secretText(Password)));
    }

    void headersThatAreChangedMeanwhileOpenNothing()
    {
        const QString path = sample();
        const auto vault = narrowed(path);
        QVERIFY(vault);
        for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s})
            QVERIFY(QFile::remove(path + name));
        REQUIRE_OK(vault->load());
        QCOMPARE(vault->state(), VaultSession::State::Locked);
        REQUIRE_OK(vault->unlockWithPassword(secretText(Password)));
    }

    void personalsKeyGoesAtOnceAndTheRestWithTheLock()
    {
        const auto vault = narrowed(sample());
        QVERIFY(vault);
        const MemoryScan scan;
        QCOMPARE(scan.hits(m_keys.personal), 0);
        QVERIFY2(scan.hits(m_keys.token) > 0, "tokens are told by it");
        QVERIFY2(scan.hits(m_keys.manifest) > 0, "the file is written with it");
        REQUIRE_OK(vault->lock());
        QVERIFY(!vault->isNarrowed());
        QCOMPARE(scan.hits(m_keys.token), 0);
        QCOMPARE(scan.hits(m_keys.manifest), 0);
    }
};


QTEST_GUILESS_MAIN(tst_NarrowedSession)
#include "tst_NarrowedSession.moc"
