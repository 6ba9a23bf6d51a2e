// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/ReplaceKeysDialog.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/words/ErrorText.h"

#include <QPointer>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::ReplaceKeysDialog;

namespace {

UnlockWay way(SlotKind kind, quint32 id = 0, const QString &label = {})
{
    return {{kind, id}, label, {}};
}

} // namespace

class tst_ReplaceKeysDialog : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<ReplaceKeysDialog> m_dialog;

    void make(QList<UnlockWay> ways)
    {
        delete m_dialog;
        m_vault->facts.state = LockState::Unlocked;
        m_vault->facts.hasKeychainSlot = ways.contains(way(SlotKind::Keychain));
        m_vault->facts.ways = std::move(ways);
        m_client = ScriptedVault::makeClient();
        m_dialog = new ReplaceKeysDialog(m_client.get());
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        m_dialog->open();
    }
    void replace(const QString &password)
    {
        type(lineEdit(m_dialog, u"Master password"_s), password);
        QTest::keyClick(lineEdit(m_dialog, u"Master password"_s), Qt::Key_Return);
    }

private slots:
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->fillWithSamples(1'773'000'000'000);
    }
    void cleanup()
    {
        delete m_dialog;
        m_client.reset();
        m_vault.reset();
    }

    void saysBeforeWhatItCosts()
    {
        make({way(SlotKind::Password), way(SlotKind::Keychain), way(SlotKind::Recovery), way(SlotKind::SecurityKey, 7, u"Blue"_s)});
        QVERIFY(willSay(m_dialog, u"tokens of all 3 keys"_s));
        QVERIFY(says(m_dialog, u"Recovery sheet, Security key Blue"_s));
        QVERIFY(says(m_dialog, u"keychain of this computer gets a new secret by itself"_s));
        QVERIFY(!button(m_dialog, u"Replace all keys"_s)->isEnabled());
        make({way(SlotKind::Password)});
        QVERIFY(!says(m_dialog, u"Make again"_s));
        QVERIFY(!says(m_dialog, u"new secret by itself"_s));
        for (Agent &agent : m_vault->agents)
            agent.revokedAt = 1;
        make({way(SlotKind::Password)});
        QTest::qWait(50);
        QVERIFY(!says(m_dialog, u"token"_s));
    }

    void replacesThemAndLeadsToTheSheet()
    {
        make({way(SlotKind::Password), way(SlotKind::Keychain), way(SlotKind::Recovery)});
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        QSignalSpy wanted(m_dialog, &ReplaceKeysDialog::sheetWanted);
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"All keys are new"_s));
        QVERIFY(says(m_dialog, u"3 keys of agents wait for new tokens"_s));
        QVERIFY(says(m_dialog, u"no more until you make them again: Recovery sheet."_s));
        QVERIFY(!says(m_dialog, u"could not be given a new secret"_s));
        QVERIFY(!button(m_dialog, u"Cancel"_s));
        press(button(m_dialog, u"Make a recovery sheet…"_s));
        QCOMPARE(accepted.size(), 1);
        QCOMPARE(wanted.size(), 1);
    }

    void offersNoStopWhileTheKeychainIsWaitedFor()
    {
        make({way(SlotKind::Password), way(SlotKind::Keychain)});
        replace(m_vault->password);
        QVERIFY(says(m_dialog, u"Waiting for the keychain"_s));
        QVERIFY(!says(m_dialog, u"you can stop"_s));
        QVERIFY(!button(m_dialog, u"Stop"_s));
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QVERIFY(!m_vault->calls.contains(u"cancelReplacement"_s));
        QVERIFY(willSay(m_dialog, u"The vault lies in a new file"_s));
    }

    void letsTheSheetWait()
    {
        make({way(SlotKind::Password)});
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        QSignalSpy wanted(m_dialog, &ReplaceKeysDialog::sheetWanted);
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"All keys are new"_s));
        press(button(m_dialog, u"Later"_s));
        QCOMPARE(accepted.size(), 1);
        QCOMPARE(wanted.size(), 0);
    }

    void hasReplacedThemHoweverTheLastPageIsLeft()
    {
        make({way(SlotKind::Password)});
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"All keys are new"_s));
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QCOMPARE(accepted.size(), 1);
    }

    void warnsOfTheTokensAlsoWhenTheKeysCannotBeCounted()
    {
        m_vault->failures = {{u"agents"_s, {ErrorCode::Io, {}}}};
        make({way(SlotKind::Password)});
        QVERIFY(willSay(m_dialog, u"The tokens of all keys of agents end"_s));
    }

    void saysWhenTheKeychainIsLeftOut()
    {
        m_vault->keychainAfterReplacement = Error{ErrorCode::KeychainLocked, {}};
        make({way(SlotKind::Password), way(SlotKind::Keychain)});
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"could not be given a new secret"_s));
    }

    void asksAgainForAWrongPassword()
    {
        make({way(SlotKind::Password)});
        replace(u"not the password"_s);
        QVERIFY(willSay(m_dialog, u"The keys were not replaced"_s));
        QVERIFY(m_dialog->isVisible());
        QVERIFY(lineEdit(m_dialog, u"Master password"_s)->text().isEmpty());
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"All keys are new"_s));
    }

    void showsHowFarItIsAndStopsWhenAsked()
    {
        m_vault->held = {u"replaceKeys"_s};
        m_vault->failures = {{u"replaceKeys"_s, {ErrorCode::Cancelled, {}}}};
        make({way(SlotKind::Password), way(SlotKind::Recovery)});
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"Making the keys"_s));
        auto *bar = m_dialog->findChild<QProgressBar *>();
        QCOMPARE(bar->maximum(), 0);
        emit m_client->replacementProgress(250, 1000);
        QVERIFY(says(m_dialog, u"250 of 1"_s));
        QCOMPARE(bar->value(), 250);
        emit m_client->replacementProgress(1000, 1000);
        QVERIFY(says(m_dialog, u"Checking the new file"_s));
        // Escape is as good as the button, and neither closes before the vault has answered.
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QVERIFY(m_vault->calls.contains(u"cancelReplacement"_s));
        QVERIFY(m_dialog->isVisible());
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QCOMPARE(m_vault->calls.count(u"cancelReplacement"_s), 1);
        m_vault->release();
        QVERIFY(willSay(m_dialog, u"The keys were not replaced"_s));
        QVERIFY(button(m_dialog, u"Cancel"_s)->isEnabled());
        QTest::keyClick(m_dialog, Qt::Key_Escape);
        QVERIFY(!m_dialog->isVisible());
    }

    void namesWhatCannotBeRead()
    {
        m_vault->failures = {{u"replaceKeys"_s, {ErrorCode::DamagedFile, u"a Personal field of “Vi\u202Esa” does not open"_s}}};
        make({way(SlotKind::Password)});
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"a Personal field of “Vi[U+202E]sa” does not open"_s));
        m_vault->failures = {{u"replaceKeys"_s, {ErrorCode::DamagedFile, {}}}};
        make({way(SlotKind::Password)});
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::DamagedFile).title));
    }

    void closesWhenTheVaultIsLocked()
    {
        make({way(SlotKind::Password)});
        m_client->lock();
        QTRY_VERIFY(!m_dialog->isVisible());

        m_vault->held = {u"replaceKeys"_s};
        m_vault->failures = {{u"replaceKeys"_s, {ErrorCode::Locked, {}}}};
        make({way(SlotKind::Password)});
        replace(m_vault->password);
        QVERIFY(willSay(m_dialog, u"Making the keys"_s));
        m_client->lock();
        QTest::qWait(50);
        m_vault->release();
        QTRY_VERIFY(!m_dialog->isVisible());
    }
};

QTEST_MAIN(tst_ReplaceKeysDialog)
#include "tst_ReplaceKeysDialog.moc"
