// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoverySheetDialog.h"

#include "app/base/SecretString.h"
#include "tests/support/Fits.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/recovery/RecoveryGroups.h"
#include "ui/words/ErrorText.h"

#include <QFileDialog>
#include <QPointer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using crypto::SlotKind;
using ui::RecoverySheetDialog;

namespace {

/// The same bytes for the same seed, so that the test knows the sheet.
crypto::RandomSource counted(unsigned seed)
{
    return [next = seed](std::span<std::byte> bytes) mutable {
        for (std::byte &byte : bytes) {
            next = next * 1'103'515'245U + 12'345U;
            byte = std::byte(next >> 16 & 0xff);
        }
    };
}

} // namespace

class tst_RecoverySheetDialog : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<RecoverySheetDialog> m_dialog;
    QStringList m_groups;

    void make(std::optional<crypto::SecretText> password = std::nullopt, unsigned seed = 7)
    {
        delete m_dialog;
        m_groups = revealToQString(crypto::RecoverySheet::make(counted(seed)).text()).split(u'-');
        m_dialog = new RecoverySheetDialog({m_client.get(), [] { return qint64(1'773'000'000'000); }, std::move(password), counted(seed)});
        m_dialog->open();
    }
    /// The fields on show, by the number of their group.
    QMap<int, QLineEdit *> fields() const
    {
        QMap<int, QLineEdit *> found;
        for (auto *line : m_dialog->findChildren<QLineEdit *>()) {
            const auto match = QRegularExpression(u"^Group (\\d)$"_s).match(line->accessibleName());
            if (match.hasMatch() && line->isVisibleTo(m_dialog))
                found.insert(match.captured(1).toInt(), line);
        }
        return found;
    }
    void typeGroups()
    {
        const auto asked = fields();
        for (auto it = asked.cbegin(); it != asked.cend(); ++it)
            type(it.value(), m_groups.at(it.key() - 1).toLower());
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->facts.state = LockState::Unlocked;
        m_vault->facts.ways = {UnlockWay{}};
        m_client = ScriptedVault::makeClient();
    }
    void cleanup()
    {
        delete m_dialog;
        m_client.reset();
        m_vault.reset();
    }

    void addsASheetThatWasTypedFromThePaper()
    {
        make();
        press(button(m_dialog, u"I have it"_s));
        QCOMPARE(fields().size(), 4);
        QVERIFY(!button(m_dialog, u"Next"_s)->isEnabled());
        typeGroups();
        QVERIFY(says(m_dialog, u"As printed"_s));
        press(button(m_dialog, u"Next"_s));
        type(lineEdit(m_dialog, u"Master password"_s), m_vault->password);
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(accepted.wait());
        QCOMPARE(m_vault->calls, QStringList{u"addWay recovery sheet"_s});
        const auto secret = crypto::RecoverySheet::parse(m_groups.join(u' ').toStdString())->slotSecret();
        QVERIFY(secret.equals(std::as_bytes(std::span(m_vault->secrets.value(3).constData(), 32))));
        QTRY_VERIFY(!m_dialog);
    }

    void showsAllEightGroups_data()
    {
        QTest::addColumn<bool>("replaces");
        QTest::newRow("of a first sheet") << false;
        QTest::newRow("in the place of another") << true;
    }
    void showsAllEightGroups()
    {
        QFETCH(bool, replaces);
        if (replaces) {
            m_vault->facts.ways.append(UnlockWay{{SlotKind::Recovery, 0}, {}, {}});
            m_client = ScriptedVault::makeClient();
        }
        make();
        press(button(m_dialog, u"Show the groups"_s));
        QCOMPARE(faultOfFit(m_dialog), QString());
        const auto *groups = m_dialog->findChild<ui::RecoveryGroups *>();
        QVERIFY(groups->isShown());
        QVERIFY(groups->height() >= groups->sizeHint().height());
        QCOMPARE(groups->visibleRegion().boundingRect(), groups->rect());
        QTemporaryDir folder;
        m_dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        press(button(m_dialog, u"Save as PDF…"_s));
        emit m_dialog->findChild<QFileDialog *>()->fileSelected(folder.filePath(u"sheet.pdf"_s));
        QVERIFY(willSay(m_dialog, u"Whoever gets this file can open the vault"_s));
        QCOMPARE(faultOfFit(m_dialog), QString());
        QCOMPARE(groups->visibleRegion().boundingRect(), groups->rect());
    }

    void hidesTheGroupsWhenTheWindowIsLeft()
    {
        make();
        press(button(m_dialog, u"Show the groups"_s));
        QEvent left(QEvent::WindowDeactivate);
        QCoreApplication::sendEvent(m_dialog->findChild<ui::RecoveryGroups *>(), &left);
        QVERIFY(!m_dialog->findChild<ui::RecoveryGroups *>()->isShown());
        QVERIFY(button(m_dialog, u"Show the groups"_s));
    }

    void addsNothingBeforeFourGroupsAreRight()
    {
        make();
        press(button(m_dialog, u"I have it"_s));
        typeGroups();
        QLineEdit *first = fields().first();
        type(first, u"0000"_s);
        QVERIFY(!says(m_dialog, u"Not as printed"_s)); // may still become right
        QVERIFY(!button(m_dialog, u"Next"_s)->isEnabled());
        type(first, u"ZZZZZ"_s);
        QVERIFY(says(m_dialog, u"Not as printed"_s));
        QVERIFY(!button(m_dialog, u"Next"_s)->isEnabled());
        // A group of the sheet, in another's place.
        type(first, m_groups.at(fields().lastKey() - 1));
        QVERIFY(says(m_dialog, u"Not as printed"_s));
        QTest::keyClick(fields().last(), Qt::Key_Return);
        QVERIFY(!fields().isEmpty());
        m_dialog->reject();
        QVERIFY(m_vault->calls.isEmpty());
    }

    void asksForOtherGroupsEachTime()
    {
        QSet<QList<int>> drawn;
        for (unsigned seed = 1; seed <= 20; ++seed) {
            make(std::nullopt, seed);
            press(button(m_dialog, u"I have it"_s));
            drawn.insert(fields().keys());
            QCOMPARE(fields().size(), 4);
        }
        QVERIFY(drawn.size() > 5);
    }

    void asksNoPasswordThatWasTypedAMomentAgo()
    {
        make(crypto::SecretText::copyOf(m_vault->password.toStdString()));
        press(button(m_dialog, u"I have it"_s));
        typeGroups();
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(accepted.wait());
        QCOMPARE(m_client->facts().ways.size(), 2);
    }

    void asksForThePasswordAgainWhenItIsWrong()
    {
        make(crypto::SecretText::copyOf("not the password"));
        press(button(m_dialog, u"I have it"_s));
        typeGroups();
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::WrongPassword).title));
        QVERIFY(m_client->facts().ways.size() == 1);
        type(lineEdit(m_dialog, u"Master password"_s), m_vault->password);
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        QTest::keyClick(lineEdit(m_dialog, u"Master password"_s), Qt::Key_Return);
        QVERIFY(accepted.wait());
        QCOMPARE(m_client->facts().ways.size(), 2);
    }

    void saysWhyTheSheetCouldNotBeAdded()
    {
        make(crypto::SecretText::copyOf(m_vault->password.toStdString()));
        m_vault->failures.insert(u"addWay"_s, {ErrorCode::DiskFull, {}});
        press(button(m_dialog, u"I have it"_s));
        typeGroups();
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::DiskFull).title));
        QVERIFY(m_dialog->isVisible());
        m_vault->failures.clear();
        QSignalSpy accepted(m_dialog, &QDialog::accepted);
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(accepted.wait());
    }

    void hidesTheGroupsUntilTheyAreWanted()
    {
        make();
        auto *groups = m_dialog->findChild<ui::RecoveryGroups *>();
        QVERIFY(!groups->isShown());
        const QImage hidden = groups->grab().toImage();
        press(button(m_dialog, u"Show the groups"_s));
        QVERIFY(groups->isShown());
        QVERIFY(groups->grab().toImage() != hidden);
        for (const QString &group : m_groups)
            QVERIFY(!says(m_dialog, group)); // painted, not in a widget's text
        press(button(m_dialog, u"Hide the groups"_s));
        QCOMPARE(groups->grab().toImage(), hidden);
    }

    void savesThePageAndWarnsOfTheFile()
    {
        const QTemporaryDir folder;
        make();
        press(button(m_dialog, u"Save as PDF…"_s));
        auto *chooser = m_dialog->findChild<QFileDialog *>();
        QVERIFY(chooser);
        const QString path = folder.filePath(u"sheet.pdf"_s);
        emit chooser->fileSelected(path);
        QVERIFY(QFile::exists(path));
        QVERIFY(says(m_dialog, u"delete the file"_s));
        chooser->reject();
        emit chooser->fileSelected(folder.filePath(u"no/such/sheet.pdf"_s));
        QVERIFY(says(m_dialog, ui::ErrorText::of(ErrorCode::ReadOnly).title));
    }

    void saysThatTheOldSheetStops()
    {
        make();
        QVERIFY(!says(m_dialog, u"The sheet you have now"_s));
        ScriptedVault::setWay(m_vault->facts, {{SlotKind::Recovery, 0}, {}, {}}, true);
        m_client = ScriptedVault::makeClient();
        make();
        QVERIFY(says(m_dialog, u"The sheet you have now"_s));
    }

    void staysWhileTheSheetIsAddedAndGoesWithALock()
    {
        make(crypto::SecretText::copyOf(m_vault->password.toStdString()));
        m_vault->held = {u"addWay"_s};
        press(button(m_dialog, u"I have it"_s));
        typeGroups();
        press(button(m_dialog, u"Add the sheet"_s));
        QVERIFY(!button(m_dialog, u"Adding the sheet…"_s)->isEnabled());
        m_dialog->reject();
        QVERIFY(m_dialog->isVisible());
        m_client->lock();
        QTRY_VERIFY(!m_dialog);
        m_vault->release();
        QTest::qWait(10);
    }
};

QTEST_MAIN(tst_RecoverySheetDialog)
#include "tst_RecoverySheetDialog.moc"
