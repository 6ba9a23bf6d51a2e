// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/UnlockWaysCard.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/recovery/RecoverySheetDialog.h"
#include "ui/settings/HardwareWays.h"
#include "ui/settings/ReplaceKeysDialog.h"
#include "ui/settings/WayText.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/words/ErrorText.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::UnlockWaysCard;
using ui::WayText;

namespace {

UnlockWay way(SlotKind kind, quint32 id = 0, const QString &label = {})
{
    return {{kind, id}, label, {}};
}

class ScriptedHardware : public ui::HardwareWays {
public:
    QList<SlotKind> there;
    QList<SlotKind> asked;
    [[nodiscard]] bool isAvailable(SlotKind kind) const override { return there.contains(kind); }
    void add(SlotKind kind, QWidget *) override { asked.append(kind); }
};

} // namespace

class tst_UnlockWaysCard : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<UnlockWaysCard> m_card;
    ScriptedHardware m_hardware;

    void make(QList<UnlockWay> ways)
    {
        m_card.reset();
        m_vault->facts.state = LockState::Unlocked;
        m_vault->facts.hasKeychainSlot = ways.contains(way(SlotKind::Keychain));
        m_vault->facts.ways = std::move(ways);
        m_client = ScriptedVault::makeClient();
        m_card = std::make_unique<UnlockWaysCard>(m_client.get(), [] { return qint64(1'773'000'000'000); });
        m_card->resize(700, 800);
        m_card->show();
    }
    void confirm()
    {
        auto *sheet = m_card->findChild<ui::ConfirmSheet *>();
        QVERIFY(sheet);
        if (QLineEdit *word = lineEdit(sheet, u"Type remove to go on."_s)) {
            QVERIFY(!button(sheet, u"Remove"_s)->isEnabled());
            type(word, u"remove"_s);
        }
        press(button(sheet, u"Remove"_s));
    }

private slots:
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_hardware = {};
    }
    void cleanup()
    {
        m_card.reset();
        m_client.reset();
        m_vault.reset();
    }

    void saysWhenOnePasswordIsAllThereIs()
    {
        make({way(SlotKind::Password)});
        QVERIFY(says(m_card.get(), u"Only the master password opens this vault"_s));
        make({way(SlotKind::Password), way(SlotKind::Keychain)});
        QVERIFY(says(m_card.get(), u"Only the master password opens Personal"_s));
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        QVERIFY(!says(m_card.get(), u"Only the master password"_s));
        make({way(SlotKind::Password), way(SlotKind::SecurityKey, 7, u"Blue"_s)});
        QVERIFY(!says(m_card.get(), u"Only the master password"_s));
    }

    void listsEveryWayWithWhatItOpens()
    {
        make({way(SlotKind::Password), way(SlotKind::Keychain), way(SlotKind::Recovery), way(SlotKind::SecurityKey, 7, u"Blue"_s),
              way(SlotKind::SecurityKey, 8, u"Red"_s), way(SlotKind::Tpm, 9)});
        for (const auto kind : {SlotKind::Password, SlotKind::Keychain, SlotKind::Recovery, SlotKind::SecurityKey, SlotKind::Tpm})
            QVERIFY(says(m_card.get(), WayText::effect(kind)));
        QVERIFY(button(m_card.get(), u"Change the master password"_s));
        for (const QString &title : {u"Keychain of this computer"_s, u"Recovery sheet"_s, u"Security key Blue"_s, u"Security key Red"_s,
                                     u"TPM of this computer"_s}) {
            QVERIFY(says(m_card.get(), title));
            QVERIFY(button(m_card.get(), u"Remove: %1"_s.arg(title)));
        }
        QVERIFY(!button(m_card.get(), u"Remove: Master password"_s));
    }

    void strictModeIsTheVaultWithoutItsKeychain()
    {
        make({way(SlotKind::Password), way(SlotKind::Keychain)});
        auto *strict = button(m_card.get(), u"Strict mode"_s);
        QVERIFY(!strict->isChecked());
        QSignalSpy said(m_card.get(), &UnlockWaysCard::said);
        press(strict);
        QTRY_COMPARE(said.size(), 1);
        QVERIFY(!m_client->facts().hasKeychainSlot);
        QVERIFY(strict->isChecked());
        QVERIFY(willSay(m_card.get(), WayText::offer(SlotKind::Keychain)));
        press(button(m_card.get(), u"Unlock with the keychain"_s));
        QTRY_VERIFY(m_client->facts().hasKeychainSlot);
        QVERIFY(!strict->isChecked());
        QCOMPARE(m_vault->calls, (QStringList{u"setKeychainSlot off"_s, u"setKeychainSlot on"_s}));
    }

    void showsTheTruthWhenTheKeychainFails()
    {
        make({way(SlotKind::Password)});
        m_vault->failures.insert(u"setKeychainSlot"_s, {ErrorCode::KeychainLocked, {}});
        auto *strict = button(m_card.get(), u"Strict mode"_s);
        QVERIFY(strict->isChecked());
        QSignalSpy failed(m_card.get(), &UnlockWaysCard::failed);
        press(strict);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.first().first().value<Error>().code, ErrorCode::KeychainLocked);
        QVERIFY(strict->isChecked());
        QVERIFY(strict->isEnabled());
    }

    void removesASheetAfterSayingWhatIsLost()
    {
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        press(button(m_card.get(), u"Remove: Recovery sheet"_s));
        auto *sheet = m_card->findChild<ui::ConfirmSheet *>();
        QVERIFY(says(sheet, u"opens nothing any more"_s));
        QVERIFY(says(sheet, u"Only the master password opens this vault"_s));
        QVERIFY(lineEdit(sheet, u"Type remove to go on."_s));
        QVERIFY(m_vault->calls.isEmpty());
        QSignalSpy said(m_card.get(), &UnlockWaysCard::said);
        confirm();
        QTRY_COMPARE(said.size(), 1);
        QCOMPARE(m_vault->calls, QStringList{u"removeWay recovery sheet"_s});
        QVERIFY(!button(m_card.get(), u"Remove: Recovery sheet"_s));
        QTRY_VERIFY(button(m_card.get(), u"Make a recovery sheet"_s));
        QVERIFY(says(m_card.get(), u"Only the master password opens this vault"_s));
    }

    void asksForAWordBeforeWhatDoesNotComeBack_data()
    {
        QTest::addColumn<QList<UnlockWay>>("ways");
        QTest::addColumn<QString>("removed");
        QTest::addColumn<bool>("asks");
        const UnlockWay password = way(SlotKind::Password);
        QTest::newRow("the sheet beside a key") << QList{password, way(SlotKind::Recovery), way(SlotKind::SecurityKey, 7, u"Blue"_s)} << u"Recovery sheet"_s << true;
        QTest::newRow("the key beside a sheet") << QList{password, way(SlotKind::Recovery), way(SlotKind::SecurityKey, 7, u"Blue"_s)} << u"Security key Blue"_s << false;
        QTest::newRow("the key that is the last second way") << QList{password, way(SlotKind::SecurityKey, 7, u"Blue"_s)} << u"Security key Blue"_s << true;
        QTest::newRow("the keychain, which opens no Personal") << QList{password, way(SlotKind::Keychain)} << u"Keychain of this computer"_s << false;
    }
    void asksForAWordBeforeWhatDoesNotComeBack()
    {
        QFETCH(QList<UnlockWay>, ways);
        QFETCH(QString, removed);
        QFETCH(bool, asks);
        make(ways);
        press(button(m_card.get(), u"Remove: %1"_s.arg(removed)));
        QCOMPARE(lineEdit(m_card->findChild<ui::ConfirmSheet *>(), u"Type remove to go on."_s) != nullptr, asks);
        confirm();
        QTRY_VERIFY(!button(m_card.get(), u"Remove: %1"_s.arg(removed)));
    }

    void saysThatTheKeychainsKeyIsLeftAndDeletesIt_data()
    {
        QTest::addColumn<ErrorCode>("why");
        QTest::addColumn<bool>("bySwitch");
        QTest::newRow("locked, strict mode") << ErrorCode::KeychainLocked << true;
        QTest::newRow("locked, Remove") << ErrorCode::KeychainLocked << false;
        QTest::newRow("no answer, strict mode") << ErrorCode::KeychainTimeout << true;
    }
    void saysThatTheKeychainsKeyIsLeftAndDeletesIt()
    {
        QFETCH(ErrorCode, why);
        QFETCH(bool, bySwitch);
        make({way(SlotKind::Password), way(SlotKind::Keychain)});
        m_vault->failures.insert(u"deleteKeychainItem"_s, {why, {}});
        QSignalSpy failed(m_card.get(), &UnlockWaysCard::failed);
        QSignalSpy said(m_card.get(), &UnlockWaysCard::said);
        if (bySwitch) {
            press(button(m_card.get(), u"Strict mode"_s));
        } else {
            press(button(m_card.get(), u"Remove: Keychain of this computer"_s));
            confirm();
        }
        QVERIFY(willSay(m_card.get(), u"The keychain opens the vault no more, but its key could not be deleted there. "_s + ui::ErrorText::of(why).title));
        QVERIFY(!m_client->facts().hasKeychainSlot);
        QCOMPARE(failed.size() + said.size(), 0); // one message, where it is looked for
        const bool isLocked = why == ErrorCode::KeychainLocked;
        QAbstractButton *again = button(m_card.get(), isLocked ? u"Unlock the keychain and delete it…"_s : u"Try again"_s);
        QVERIFY(again);
        if (isLocked) {
            m_vault->failures.insert(u"openKeychain"_s, {ErrorCode::KeychainDenied, {}});
            press(again);
            QVERIFY(willSay(m_card.get(), ui::ErrorText::of(ErrorCode::KeychainDenied).title));
            again = button(m_card.get(), u"Try again"_s);
            QVERIFY(again);
        }
        m_vault->failures.clear();
        press(again);
        QTRY_COMPARE(said.size(), 1);
        QCOMPARE(said.first().first().toString(), u"The key was deleted from the keychain."_s);
        QVERIFY(!says(m_card.get(), u"could not be deleted there"_s));
    }

    void addsNoKeychainWhereNothingCanAsk_data()
    {
        QTest::addColumn<UserPresence::Reason>("reason");
        QTest::addColumn<bool>("asks");
        QTest::addColumn<bool>("adds");
        QTest::newRow("no reader") << UserPresence::Reason::NoReader << true << false;
        QTest::newRow("a reader that is busy now") << UserPresence::Reason::ReaderBusy << true << true;
        QTest::newRow("no check wanted") << UserPresence::Reason::NoReader << false << true;
    }
    void addsNoKeychainWhereNothingCanAsk()
    {
        QFETCH(UserPresence::Reason, reason);
        QFETCH(bool, asks);
        QFETCH(bool, adds);
        ScriptedPresence presence;
        PresenceGate gate(presence);
        gate.setKeychainCheck(asks ? PresenceGate::Check::Always : PresenceGate::Check::Never);
        presence.found = {UserPresence::Means::None, reason};
        make({way(SlotKind::Password)});
        m_client->setPresence(&gate);
        QSignalSpy said(m_card.get(), &UnlockWaysCard::said);
        press(button(m_card.get(), u"Unlock with the keychain"_s));
        if (adds) {
            QTRY_COMPARE(said.size(), 1);
        } else {
            QVERIFY(willSay(m_card.get(), u"Nothing here can ask whether it is you."_s));
            QVERIFY(m_vault->calls.isEmpty());
            QVERIFY(button(m_card.get(), u"Strict mode"_s)->isChecked());
            QVERIFY(button(m_card.get(), u"Strict mode"_s)->isEnabled());
        }
        QCOMPARE(m_client->facts().hasKeychainSlot, adds);
        m_client->setPresence(nullptr);
    }

    void removesTheOneSecurityKeyThatWasMeant()
    {
        make({way(SlotKind::Password), way(SlotKind::SecurityKey, 7, u"Blue"_s), way(SlotKind::SecurityKey, 8, u"Red"_s)});
        press(button(m_card.get(), u"Remove: Security key Red"_s));
        QVERIFY(!says(m_card->findChild<ui::ConfirmSheet *>(), u"Only the master password"_s));
        confirm();
        QTRY_VERIFY(!button(m_card.get(), u"Remove: Security key Red"_s));
        QTRY_VERIFY(button(m_card.get(), u"Remove: Security key Blue"_s));
        QCOMPARE(m_client->facts().ways.size(), 2);
    }

    void makesASheet()
    {
        make({way(SlotKind::Password)});
        press(button(m_card.get(), u"Make a recovery sheet…"_s)); // beside the warning
        QPointer dialog = m_card->findChild<ui::RecoverySheetDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        dialog->reject();
        QTRY_VERIFY(!dialog);
        press(button(m_card.get(), u"Make a recovery sheet"_s));
        QVERIFY(m_card->findChild<ui::RecoverySheetDialog *>());
        QVERIFY(m_vault->calls.isEmpty());
    }

    void offersOnlyHardwareThatIsThere()
    {
        make({way(SlotKind::Password)});
        QVERIFY(!button(m_card.get(), u"Add a security key"_s));
        m_hardware.there = {SlotKind::SecurityKey};
        m_card->setHardware(&m_hardware);
        QTRY_VERIFY(button(m_card.get(), u"Add a security key"_s));
        QVERIFY(!button(m_card.get(), u"Unlock with the TPM"_s));
        press(button(m_card.get(), u"Add a security key"_s));
        QCOMPARE(m_hardware.asked, QList<SlotKind>{SlotKind::SecurityKey});

        QList<UnlockWay> full{way(SlotKind::Password)};
        for (quint32 id = 1; id <= 8; ++id)
            full.append(way(SlotKind::SecurityKey, id, QString::number(id)));
        make(full);
        m_card->setHardware(&m_hardware);
        QTRY_VERIFY(button(m_card.get(), u"Remove: Security key 8"_s));
        QVERIFY(!button(m_card.get(), u"Add a security key"_s));
    }

    void replacesAllKeysAndGoesOnToTheSheet()
    {
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        QSignalSpy said(m_card.get(), &UnlockWaysCard::said);
        press(button(m_card.get(), u"Replace all keys…"_s));
        const QPointer<ui::ReplaceKeysDialog> dialog = m_card->findChild<ui::ReplaceKeysDialog *>();
        QVERIFY(dialog);
        type(lineEdit(dialog, u"Master password"_s), m_vault->password);
        press(button(dialog, u"Replace all keys"_s));
        QVERIFY(willSay(dialog, u"All keys are new"_s));
        QVERIFY(button(m_card.get(), u"Make a recovery sheet"_s));
        press(button(dialog, u"Make a recovery sheet…"_s));
        QCOMPARE(said.size(), 1);
        QVERIFY(m_card->findChild<ui::RecoverySheetDialog *>());
    }

    void needsAnOpenVault()
    {
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        m_client->lock();
        QTRY_VERIFY(!button(m_card.get(), u"Change the master password"_s)->isEnabled());
        QVERIFY(!button(m_card.get(), u"Strict mode"_s)->isEnabled());
        QVERIFY(!button(m_card.get(), u"Replace the recovery sheet"_s)->isEnabled());
        QVERIFY(!button(m_card.get(), u"Replace all keys…"_s)->isEnabled());
    }

    void replacesNoKeysOfAVaultThatIsNotAsItWasLeft()
    {
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        QVERIFY(button(m_card.get(), u"Replace all keys…"_s)->isEnabled());
        m_vault->facts.distrust = Distrust{Distrust::Kind::ChangedOutside, {VaultPart::Keys}, 1, 0};
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        QVERIFY(!button(m_card.get(), u"Replace all keys…"_s)->isEnabled());
    }

    void showsHostileLabelsAsText()
    {
        make({way(SlotKind::Password), way(SlotKind::SecurityKey, 7, u"<b>Blue</b>\u202e\n"_s)});
        QVERIFY(says(m_card.get(), u"<b>Blue</b>"_s));
        QVERIFY(!says(m_card.get(), u"\u202e"_s));
    }
};

QTEST_MAIN(tst_UnlockWaysCard)
#include "tst_UnlockWaysCard.moc"
