// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/DistrustNotice.h"
#include "ui/DistrustSheet.h"
#include "ui/words/DistrustText.h"

#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// What the window says of a vault that is not as it was left.
class tst_DistrustNotice : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<QWidget> m_window;
    DistrustNotice *m_notice = nullptr;

    void unlockWith(const std::optional<Distrust> &distrust)
    {
        m_vault->facts.state = LockState::Unlocked;
        m_vault->facts.distrust = distrust;
        m_client = ScriptedVault::makeClient();
        m_window = std::make_unique<QWidget>();
        auto *column = new QVBoxLayout(m_window.get());
        m_notice = new DistrustNotice(m_client.get());
        column->addWidget(m_notice);
        m_window->resize(900, 500);
        m_window->show();
    }
    DistrustSheet *sheet() const { return m_window->findChild<DistrustSheet *>(); }
    static Distrust changed() { return {Distrust::Kind::ChangedOutside, {VaultPart::Keys, VaultPart::Log}, 120, 0}; }

private slots:
    void init() { m_vault = std::make_unique<ScriptedVault>(); }
    void cleanup()
    {
        m_window.reset();
        m_client.reset();
        m_vault.reset();
    }

    void saysNothingOfAVaultThatIsAsItWasLeft()
    {
        unlockWith({});
        QTest::qWait(20);
        QVERIFY(!m_notice->isVisible());
        QVERIFY(!sheet());
    }

    void namesWhatWasChangedAndComesUpByItself()
    {
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        QVERIFY(m_notice->isVisible());
        QVERIFY(m_notice->text().contains(u"agents' keys"_s));
        QVERIFY(says(sheet(), u"agents' keys"_s) && says(sheet(), u"the audit log"_s));
        QVERIFY(says(sheet(), u"backup"_s));
    }

    void saysOfAnOlderKeyFileWhatOpensByItAndWhatToDo()
    {
        unlockWith(Distrust{Distrust::Kind::ChangedOutside, {VaultPart::KeyFile}, 120, 0});
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        QVERIFY(m_notice->text().contains(u"keys is an older one"_s));
        QVERIFY(says(sheet(), u"vault.keys"_s) && says(sheet(), u"put them back"_s) && says(sheet(), u"replace all keys"_s));
        press(button(sheet(), u"Use this key file"_s));
        QTRY_VERIFY(!m_notice->isVisible());
    }

    void namesTheKeyFileBesideOtherParts()
    {
        unlockWith(Distrust{Distrust::Kind::ChangedOutside, {VaultPart::Keys, VaultPart::KeyFile}, 120, 0});
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        QVERIFY(says(sheet(), u"agents' keys"_s) && says(sheet(), u"vault.keys"_s));
    }

    void enterLooksAroundAndTheLineStays()
    {
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        QTest::keyClick(sheet(), Qt::Key_Return);
        QTRY_VERIFY(!sheet());
        QVERIFY(m_notice->isVisible());
        QVERIFY(!m_vault->calls.contains(u"trustContents"_s));
        press(button(m_notice, u"Decide…"_s));
        QTRY_VERIFY(sheet() && sheet()->isVisible());
    }

    void trustsOnlyByTheButtonThatSaysSo()
    {
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        press(button(sheet(), u"Trust what is here now"_s));
        QTRY_VERIFY(!m_notice->isVisible());
        QVERIFY(m_vault->calls.filter(u"trustContents"_s).size() == 1);
        QTRY_VERIFY(!sheet());
    }

    void saysWhatWasThereTwiceUntilItIsClosedOrLocked()
    {
        m_vault->surplus = {{VaultPart::Entries, 3, {u"GitHub"_s, u"Stripe"_s}}, {VaultPart::Log, 12, {}}};
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        press(button(sheet(), u"Trust what is here now"_s));
        QVERIFY(willSay(sheet(), u"there twice"_s));
        QVERIFY(says(sheet(), u"GitHub"_s));
        QVERIFY(!button(sheet(), u"Trust what is here now"_s));
        QVERIFY(!m_notice->isVisible());
        // Facts of something else take nothing from the screen.
        m_client->pauseAllKeys(true, {});
        QCoreApplication::processEvents();
        QVERIFY(sheet());
        press(button(sheet(), u"Close"_s));
        QTRY_VERIFY(!sheet());
    }

    void showsNothingOfThatOnceItIsLocked()
    {
        m_vault->surplus = {{VaultPart::Entries, 3, {u"GitHub"_s}}};
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        press(button(sheet(), u"Trust what is here now"_s));
        QVERIFY(willSay(sheet(), u"GitHub"_s));
        VaultFacts locked = m_client->facts();
        locked.state = LockState::Locked;
        locked.removedSurplus.clear();
        emit m_client->factsChanged(locked);
        QTRY_VERIFY(!sheet());
    }

    void saysWhyItCouldNotBeTrusted()
    {
        m_vault->failures.insert(u"trustContents"_s, {ErrorCode::DiskFull, {}});
        unlockWith(changed());
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        press(button(sheet(), u"Trust what is here now"_s));
        QVERIFY(willSay(sheet(), u"disk is full"_s));
        QVERIFY(m_notice->isVisible());
        QVERIFY(button(sheet(), u"Trust what is here now"_s)->isEnabled());
    }

    void callsAnOlderCopyOne()
    {
        unlockWith(Distrust{Distrust::Kind::OlderCopy, {}, 120, 4711});
        QTRY_VERIFY(sheet() && sheet()->isVisible());
        QVERIFY(says(sheet(), u"This is an older copy of the vault"_s));
        QVERIFY(says(sheet(), QLocale().toString(4711)));
        QVERIFY(button(sheet(), u"Use this copy"_s));
    }

    void hasWordsForEveryPart()
    {
        QSet<QString> words;
        for (int part = 0; part <= static_cast<int>(VaultPart::Manifest); ++part)
            words.insert(DistrustText::part(static_cast<VaultPart>(part)));
        QCOMPARE(words.size(), static_cast<int>(VaultPart::Manifest) + 1);
        QVERIFY(!words.contains(QString()));
    }
};

QTEST_MAIN(tst_DistrustNotice)
#include "tst_DistrustNotice.moc"
