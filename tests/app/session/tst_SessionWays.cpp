// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"
#include "crypto/RecoverySheet.h"
#include "tests/app/session/HeaderBytes.h"
#include "tests/app/session/SessionFixture.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <functional>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

constexpr WayName recovery{SlotKind::Recovery, 0};

Result<> add(VaultSession &vault, NewWay way, const crypto::SecretBytes &secret, const char *password = Password)
{
    auto work = vault.beginAddWay(std::move(way), crypto::SecretBytes::copyOf(secret.bytes()), secretText(password));
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? vault.finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

Result<> setPassword(VaultSession &vault, WayName by, const crypto::SecretBytes &secret, const char *next)
{
    auto work = vault.beginSetPassword(by, crypto::SecretBytes::copyOf(secret.bytes()), secretText(next));
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? vault.finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

} // namespace

/// The ways a vault opens beside its password.
class tst_SessionWays : public SessionFixture
{
    Q_OBJECT
private slots:
    void listsItsWaysWithoutAnyKey()
    {
        const QString path = sample();
        {
            auto vault = session(path);
            REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
            REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
            REQUIRE_OK(add(vault, {SlotKind::Tpm, u"This computer"_s, "sealed"_ba}, secretBytes('t')));
            REQUIRE_OK(add(vault, {SlotKind::SecurityKey, u"Blaue Schlüssel"_s, QByteArray(4096, '\xff')}, secretBytes('b')));
        }
        auto vault = session(path);
        QVERIFY(vault.ways().isEmpty());
        REQUIRE_OK(vault.load());
        const QList<UnlockWay> ways = vault.ways();
        QCOMPARE(ways.size(), 5);
        QCOMPARE(ways[0].name, (WayName{SlotKind::Password, 0}));
        QCOMPARE(ways[1].name, (WayName{SlotKind::Keychain, 0}));
        QVERIFY(!ways[1].opensPersonal());
        QCOMPARE(ways[2].name, recovery);
        QVERIFY(ways[2].opensPersonal());
        QCOMPARE(ways[3].label, u"Blaue Schlüssel"_s);
        QCOMPARE(ways[3].parameters, QByteArray(4096, '\xff'));
        QCOMPARE(ways[4].name.kind, SlotKind::Tpm);
        QVERIFY(ways[4].name.id != 0 && ways[4].name.id != ways[3].name.id);
        QCOMPARE(ways[4].parameters, "sealed"_ba);
    }

    void opensWithASheet()
    {
        const QString path = sample();
        const auto sheet = crypto::RecoverySheet::make(crypto::systemRandom());
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, sheet.slotSecret()));
        QCOMPARE(contentOf(path + "/vault.keys"_L1), contentOf(path + "/vault.keys.copy"_L1));
        REQUIRE_OK(vault.lock());

        REQUIRE_ERROR(vault.openPersonalWithSecret(recovery, sheet.slotSecret()), ErrorCode::Locked);
        REQUIRE_OK(vault.unlockWithSecret(recovery, sheet.slotSecret()));
        QCOMPARE(*MetaStore(vault.database()).value("canary"_L1).value(), QByteArray("sings"));
        QVERIFY(vault.personalKeys() == nullptr);
        REQUIRE_OK(vault.openPersonalWithSecret(recovery, sheet.slotSecret()));
        QVERIFY(vault.personalKeys() != nullptr);
        // All the ways that were there are there still.
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
    }

    void refusesAWrongSheetAndChangesNothing()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_ERROR(vault.unlockWithSecret(recovery, secretBytes('x')), ErrorCode::NoSuchWay);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
        const QByteArray before = contentOf(path + "/vault.keys"_L1);
        REQUIRE_ERROR(vault.openPersonalWithSecret(recovery, secretBytes('x')), ErrorCode::WrongRecoverySheet);
        QVERIFY(vault.personalKeys() == nullptr);
        REQUIRE_ERROR(setPassword(vault, recovery, secretBytes('x'), NextPassword), ErrorCode::WrongRecoverySheet);
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(vault.unlockWithSecret(recovery, secretBytes('x')), ErrorCode::WrongRecoverySheet);
        QCOMPARE(vault.state(), VaultSession::State::Locked);
        REQUIRE_ERROR(vault.unlockWithSecret({SlotKind::Tpm, 7}, secretBytes('r')), ErrorCode::NoSuchWay);
        QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
        QCOMPARE(contentOf(path + "/vault.keys.copy"_L1), before);
    }

    void setsANewPasswordByTheSheet()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(setPassword(vault, recovery, secretBytes('r'), NextPassword), ErrorCode::Locked);
        REQUIRE_OK(vault.unlockWithSecret(recovery, secretBytes('r')));
        REQUIRE_ERROR(setPassword(vault, recovery, secretBytes('r'), "short"), ErrorCode::WeakPassword);
        REQUIRE_OK(setPassword(vault, recovery, secretBytes('r'), NextPassword));
        REQUIRE_ERROR(vault.openPersonal(secretText(Password)), ErrorCode::WrongPassword);
        REQUIRE_OK(vault.openPersonal(secretText(NextPassword)));
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(vault.unlockWithPassword(secretText(Password)), ErrorCode::WrongPassword);
        REQUIRE_OK(vault.unlockWithPassword(secretText(NextPassword)));
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithSecret(recovery, secretBytes('r'))); // the sheet stays good
    }

    void addsAWayWithTheMasterPasswordOnly()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_ERROR(add(vault, {SlotKind::Recovery}, secretBytes('r')), ErrorCode::Locked);
        REQUIRE_OK(vault.unlockWithKeychainSecret(secretBytes(0x11)));
        const QByteArray before = contentOf(path + "/vault.keys"_L1);
        REQUIRE_ERROR(add(vault, {SlotKind::Recovery}, secretBytes('r'), "not the password"), ErrorCode::WrongPassword);
        REQUIRE_ERROR(add(vault, {SlotKind::Tpm, QString(33, u'ü'), {}}, secretBytes('t')), ErrorCode::InvalidValue);
        REQUIRE_ERROR(add(vault, {SlotKind::Tpm, u"name"_s, QByteArray(4097, 'x')}, secretBytes('t')), ErrorCode::InvalidValue);
        REQUIRE_ERROR(add(vault, {SlotKind::Tpm, u"name"_s, {}}, secretBytes('t', 31)), ErrorCode::InvalidValue);
        REQUIRE_ERROR(add(vault, {SlotKind::Password}, secretBytes('p')), ErrorCode::InvalidValue);
        REQUIRE_ERROR(add(vault, {SlotKind::Keychain}, secretBytes('p')), ErrorCode::InvalidValue);
        QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
    }

    void opensPersonalWithHardware()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::SecurityKey, u"Blue"_s, "blue"_ba}, secretBytes('b')));
        REQUIRE_OK(add(vault, {SlotKind::SecurityKey, u"Red"_s, "red"_ba}, secretBytes('r')));
        const WayName blue = vault.ways()[2].name;
        const WayName red = vault.ways()[3].name;
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(vault.unlockWithSecret(blue, secretBytes('r')), ErrorCode::WrongDevice);
        REQUIRE_OK(vault.unlockWithSecret(blue, secretBytes('b')));
        REQUIRE_ERROR(vault.openPersonalWithSecret(red, secretBytes('b')), ErrorCode::WrongDevice);
        REQUIRE_OK(vault.openPersonalWithSecret(red, secretBytes('r')));
        REQUIRE_OK(setPassword(vault, red, secretBytes('r'), NextPassword));
        REQUIRE_OK(vault.openPersonal(secretText(NextPassword)));
        REQUIRE_OK(vault.removeWay(red));
        REQUIRE_ERROR(vault.removeWay(red), ErrorCode::NoSuchWay);
        REQUIRE_ERROR(vault.openPersonalWithSecret(red, secretBytes('r')), ErrorCode::NoSuchWay);
        REQUIRE_OK(vault.openPersonalWithSecret(blue, secretBytes('b')));
    }

    void takesEightSecurityKeys()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        for (char key = '1'; key <= '8'; ++key)
            REQUIRE_OK(add(vault, {SlotKind::SecurityKey, QString(QChar::fromLatin1(key)), {}}, secretBytes(key)));
        REQUIRE_ERROR(add(vault, {SlotKind::SecurityKey, u"9"_s, {}}, secretBytes('9')), ErrorCode::TooManyWays);
        QCOMPARE(vault.ways().size(), 10);
    }

    void aNewSheetReplacesTheOneBefore()
    {
        auto vault = session(sample());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('1')));
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('2')));
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(vault.unlockWithSecret(recovery, secretBytes('1')), ErrorCode::WrongRecoverySheet);
        REQUIRE_OK(vault.unlockWithSecret(recovery, secretBytes('2')));
    }

    void keepsTheMasterPassword()
    {
        auto vault = session(sample());
        REQUIRE_ERROR(vault.removeWay(recovery), ErrorCode::Locked);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_ERROR(vault.removeWay({SlotKind::Password, 0}), ErrorCode::LastWay);
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
        REQUIRE_ERROR(vault.removeWay({SlotKind::Password, 0}), ErrorCode::LastWay);
        REQUIRE_OK(vault.removeWay(recovery));
        REQUIRE_OK(vault.removeWay({SlotKind::Keychain, 0}));
        QCOMPARE(vault.ways().size(), 1);
    }

    void keepsTheOldStateOnAFullDisk()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        const QByteArray before = contentOf(path + "/vault.keys"_L1);
        {
            const FullDisk full(100);
            REQUIRE_ERROR(add(vault, {SlotKind::Recovery}, secretBytes('r')), ErrorCode::DiskFull);
        }
        QCOMPARE(contentOf(path + "/vault.keys"_L1), before);
        QCOMPARE(vault.ways().size(), 2);
        REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
    }

    void putsNothingBackThatWasTakenAwayWhenAWriteFails()
    {
        const QString path = sample();
        const VaultFolder folder(path);
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::SecurityKey, u"lost"_s, "x"_ba}, secretBytes('k')));
        const WayName lost = vault.ways().last().name;
        const auto before = folder.readHeader()->headers.front();
        REQUIRE_OK(vault.removeWay(lost));
        // Somebody brings the old files back, and the next write fails.
        REQUIRE_OK(folder.writeHeader(before));
        {
            const FullDisk full(100);
            REQUIRE_ERROR(add(vault, {SlotKind::Recovery}, secretBytes('r')), ErrorCode::DiskFull);
        }
        REQUIRE_OK(vault.addKeychainSlot(secretBytes(0x22)));
        REQUIRE_OK(vault.lock());
        REQUIRE_ERROR(vault.unlockWithSecret(lost, secretBytes('k')), ErrorCode::NoSuchWay);
    }

    void saysThatTheCopyStillOpensWithWhatWasTakenAway()
    {
        const QString path = sample();
        auto vault = session(path);
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
        REQUIRE_OK(add(vault, {SlotKind::SecurityKey, u"lost"_s, "x"_ba}, secretBytes('k')));
        QVERIFY(!vault.takeTrouble());
        // What cannot be replaced: a folder that is not empty.
        const QString copy = path + "/vault.keys.copy"_L1;
        QVERIFY(QFile::remove(copy));
        QVERIFY(QDir().mkpath(copy + "/x"_L1));
        REQUIRE_OK(vault.removeWay(vault.ways().last().name));
        QVERIFY(vault.takeTrouble());
        REQUIRE_OK(vault.lock());
        REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
    }

    void passesOverACopyForgedInAnyWay_data()
    {
        QTest::addColumn<int>("change");
        QTest::newRow("another salt") << 0;
        QTest::newRow("another cost") << 1;
        QTest::newRow("no keychain") << 2;
        QTest::newRow("another epoch") << 3;
        QTest::newRow("another label") << 4;
    }

    void passesOverACopyForgedInAnyWay()
    {
        QFETCH(int, change);
        const QString path = sample();
        {
            auto vault = session(path);
            REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
            REQUIRE_OK(add(vault, {SlotKind::Tpm, u"This computer"_s, "sealed"_ba}, secretBytes('t')));
        }
        const QByteArray genuine = contentOf(path + "/vault.keys"_L1);
        const WayName tpm{SlotKind::Tpm, VaultFolder(path).readHeader()->headers.front().keySlots.back().device->id};
        const std::vector<std::function<Result<>(VaultSession &)>> ways{
            [](VaultSession &vault) { return vault.unlockWithPassword(secretText(Password)); },
            [](VaultSession &vault) { return vault.unlockWithKeychainSecret(secretBytes(0x11)); },
            [tpm](VaultSession &vault) { return vault.unlockWithSecret(tpm, secretBytes('t')); },
        };
        for (const auto &open : ways) {
            auto forged = *crypto::parseVaultHeader(viewOf(genuine));
            forged.revision += 100;
            auto &password = forged.keySlots.front();
            if (change == 0)
                password.parameters = password.parameters->withFreshSalt(crypto::systemRandom());
            else if (change == 1)
                password.parameters = *crypto::PasswordHashParameters::make(4, crypto::PasswordHashParameters::leastMemory, {});
            else if (change == 2)
                std::erase_if(forged.keySlots, [](const crypto::KeySlot &slot) { return slot.kind == SlotKind::Keychain; });
            else if (change == 3)
                ++forged.epoch;
            else
                forged.keySlots.back().device->label = "Your computer";
            QVERIFY(overwrite(path + "/vault.keys"_L1, bytesOf(forged)));
            auto vault = session(path);
            REQUIRE_OK(open(vault));
            QCOMPARE(contentOf(path + "/vault.keys"_L1), genuine); // repaired
            REQUIRE_OK(vault.lock());
        }
        auto vault = session(path);
        REQUIRE_ERROR(vault.unlockWithPassword(secretText("not the password")), ErrorCode::WrongPassword);
    }

    void writesNothingOverACopyThatCannotBeRead()
    {
        const QString path = sample();
        const QByteArray old = contentOf(path + "/vault.keys"_L1);
        {
            auto vault = session(path);
            REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
            REQUIRE_OK(vault.removeKeychainSlot());
        }
        const QString newer = path + "/vault.keys"_L1;
        const QByteArray bytes = contentOf(newer);
        QVERIFY(overwrite(path + "/vault.keys.copy"_L1, old)); // left behind by a crash
        QVERIFY(QFile::remove(newer));
        // A link to itself: an error of the disk's, as far as a reader can tell.
        QCOMPARE(::symlink("vault.keys", QFile::encodeName(newer).constData()), 0);
        {
            auto vault = session(path);
            REQUIRE_OK(vault.load());
            QVERIFY(QFileInfo(newer).isSymLink());
        }
        QVERIFY(QFile::remove(newer));
        QVERIFY(overwrite(newer, bytes));
        auto vault = session(path);
        REQUIRE_ERROR(vault.unlockWithKeychainSecret(secretBytes(0x11)), ErrorCode::KeychainNoItem);
    }

    void namesATamperedSheetSlot()
    {
        const QString path = sample();
        {
            auto vault = session(path);
            REQUIRE_OK(vault.unlockWithPassword(secretText(Password)));
            REQUIRE_OK(add(vault, {SlotKind::Recovery}, secretBytes('r')));
        }
        // Both copies, with checksums that hold, by somebody who has no key.
        const VaultFolder folder(path);
        auto header = folder.readHeader()->headers.front();
        for (crypto::KeySlot &slot : header.keySlots)
            if (slot.kind == SlotKind::Recovery)
                slot.vaultKey[30] ^= std::byte(1);
        REQUIRE_OK(folder.writeHeader(header));
        auto vault = session(path);
        REQUIRE_ERROR(vault.unlockWithSecret(recovery, secretBytes('r')), ErrorCode::DamagedFile);
        QCOMPARE(vault.state(), VaultSession::State::Locked);
        QVERIFY(folder.readHeader()->headers.front() == header);
    }
};

QTEST_GUILESS_MAIN(tst_SessionWays)
#include "tst_SessionWays.moc"
