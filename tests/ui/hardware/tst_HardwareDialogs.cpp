// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/hardware/HardwareDialogs.h"

#include "tests/support/Widgets.h"
#include "tests/support/HardwareFixture.h"
#include "ui/PersonalAccess.h"
#include "ui/settings/UnlockWaysCard.h"
#include "ui/setup/UnlockPanel.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::HardwareDialog;
using ui::HardwareDialogs;

/// What other windows offer of security keys and the TPM, and that it leads where it says.
class tst_HardwareDialogs : public QObject {
    Q_OBJECT

    std::unique_ptr<HardwareFixture> m_all;
    std::unique_ptr<HardwareDialogs> m_dialogs;
    std::unique_ptr<ui::UnlockPanel> m_panel;

    void makePanel()
    {
        m_dialogs = std::make_unique<HardwareDialogs>(m_all->client.get(), &m_all->hardware);
        m_panel = std::make_unique<ui::UnlockPanel>(m_all->client.get(), [] { return qint64(1'700'000'000'000); });
        m_panel->setHardware(m_dialogs.get());
        m_panel->show();
    }
    [[nodiscard]] static HardwareDialog *dialog()
    {
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *found = qobject_cast<HardwareDialog *>(widget); found && found->isVisible())
                return found;
        return nullptr;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { m_all = std::make_unique<HardwareFixture>(); }
    void cleanup()
    {
        m_panel.reset();
        m_dialogs.reset();
        m_all.reset();
    }

    void offersNothingToAVaultWithoutHardware()
    {
        m_all->start(LockState::Locked);
        makePanel();
        QVERIFY(!button(m_panel.get(), u"Unlock with a security key"_s));
        QVERIFY(!button(m_panel.get(), u"Unlock with the TPM"_s));
    }

    void offersATpmOnlyWhereThereIsOne()
    {
        m_all->addWay(SlotKind::Tpm, 1, {});
        m_all->chip->there = false;
        m_all->start(LockState::Locked);
        makePanel();
        QVERIFY(!button(m_panel.get(), u"Unlock with the TPM"_s));
        QVERIFY(!m_dialogs->isAvailable(SlotKind::Tpm));
        m_all->chip->there = true;
        QVERIFY(m_dialogs->isAvailable(SlotKind::Tpm));
        makePanel();
        QVERIFY(button(m_panel.get(), u"Unlock with the TPM"_s));
        QVERIFY(!m_dialogs->isAvailable(SlotKind::Recovery));
    }

    void unlocksFromTheLockScreen()
    {
        m_all->addWay(SlotKind::SecurityKey, 1, u"Blue"_s);
        m_all->addWay(SlotKind::SecurityKey, 2, u"Green"_s);
        m_all->start(LockState::Locked);
        makePanel();
        m_all->key->waits = true;
        press(button(m_panel.get(), u"Unlock with a security key"_s));
        QTRY_VERIFY(dialog() && says(dialog(), u"Touch your security key"_s));
        m_all->key->waits = false;
        QTRY_VERIFY(m_all->client->isUnlocked());
        QTRY_VERIFY(!dialog());
        QTRY_VERIFY(!button(m_panel.get(), u"Unlock with a security key"_s));
    }

    void theButtonsGoAndComeWithTheLock()
    {
        m_all->addWay(SlotKind::SecurityKey, 1, u"Blue"_s);
        m_all->start(LockState::Unlocked);
        makePanel();
        QVERIFY(!button(m_panel.get(), u"Unlock with a security key"_s));
        m_all->client->lock();
        QTRY_VERIFY(button(m_panel.get(), u"Unlock with a security key"_s));
    }

    void opensPersonalInPlaceOfThePassword()
    {
        m_all->addWay(SlotKind::SecurityKey, 1, u"Blue"_s);
        m_all->start(LockState::Unlocked);
        makePanel();
        ui::PersonalAccess personal(m_all->client.get(), [] { return qint64(1'700'000'000'000); });
        personal.setHardware(m_dialogs.get());
        int ran = 0;
        personal.request(m_panel.get(), this, [&] { ++ran; });
        QWidget *sheet = QApplication::activeModalWidget();
        QVERIFY(sheet);
        QVERIFY(!button(sheet, u"Use the TPM instead"_s));
        press(button(sheet, u"Use a security key instead"_s));
        QTRY_COMPARE(ran, 1);
        QVERIFY(personal.isOpen());
        QTRY_VERIFY(!QApplication::activeModalWidget());
        QCOMPARE(m_all->vault.calls, QStringList{u"openPersonalWithSecret security key"_s});
    }

    void stoppingLeavesThePasswordsSheet()
    {
        m_all->addWay(SlotKind::SecurityKey, 1, u"Blue"_s);
        m_all->start(LockState::Unlocked);
        makePanel();
        m_all->key->waits = true;
        ui::PersonalAccess personal(m_all->client.get(), [] { return qint64(1'700'000'000'000); });
        personal.setHardware(m_dialogs.get());
        int ran = 0;
        personal.request(m_panel.get(), this, [&] { ++ran; });
        QWidget *sheet = QApplication::activeModalWidget();
        press(button(sheet, u"Use a security key instead"_s));
        QTRY_VERIFY(dialog() && says(dialog(), u"Touch your security key"_s));
        dialog()->reject();
        QTRY_COMPARE(m_all->key->stopped.load(), 1);
        QCOMPARE(ran, 0);
        QVERIFY(sheet->isVisible());
        QVERIFY(!personal.isOpen());
        type(lineEdit(sheet, u"Master password"_s), m_all->vault.password);
        press(button(sheet, u"Open"_s));
        QTRY_COMPARE(ran, 1);
    }

    void settingsOfferWhatThisComputerHas()
    {
        makePanel();
        m_all->chip->there = false;
        ui::UnlockWaysCard card(m_all->client.get(), [] { return qint64(1'700'000'000'000); });
        card.setHardware(m_dialogs.get());
        card.show();
        QVERIFY(!button(&card, u"Unlock with the TPM"_s));
        press(button(&card, u"Add a security key"_s));
        QTRY_VERIFY(dialog());
        dialog()->reject();
        m_all->chip->there = true;
        card.setHardware(m_dialogs.get());
        QTRY_VERIFY(button(&card, u"Unlock with the TPM"_s));
        press(button(&card, u"Unlock with the TPM"_s));
        QTRY_VERIFY(dialog() && says(dialog(), u"Unlock with the TPM of this computer"_s));
        dialog()->reject();
    }

    void saysThatOneWasAdded()
    {
        makePanel();
        QSignalSpy said(m_dialogs.get(), &HardwareDialogs::added);
        m_dialogs->add(SlotKind::SecurityKey, m_panel.get());
        press(button(dialog(), u"Continue"_s));
        QTRY_VERIFY(lineEdit(dialog(), u"Master password"_s));
        type(lineEdit(dialog(), u"Master password"_s), m_all->vault.password);
        press(button(dialog(), u"Add key"_s));
        QTRY_COMPARE(said.size(), 1);
        QCOMPARE(m_dialogs->usable(), QList{SlotKind::SecurityKey});
    }

    void oneDialogAtATime()
    {
        makePanel();
        m_dialogs->add(SlotKind::SecurityKey, m_panel.get());
        m_dialogs->add(SlotKind::Tpm, m_panel.get());
        int shown = 0;
        for (QWidget *widget : QApplication::topLevelWidgets())
            shown += qobject_cast<HardwareDialog *>(widget) && widget->isVisible() ? 1 : 0;
        QCOMPARE(shown, 1);
        dialog()->reject();
    }
};

QTEST_MAIN(tst_HardwareDialogs)
#include "tst_HardwareDialogs.moc"
