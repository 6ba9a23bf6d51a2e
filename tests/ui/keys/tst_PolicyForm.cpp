// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PolicyForm.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/keys/EntryPicker.h"
#include "ui/keys/PresetChoice.h"

#include <QComboBox>
#include <QListView>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_PolicyForm : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void startsByAskingFirst();
    void takesAPresetWithOneClickAndWithTheArrowKeys();
    void keepsBudgetPinAndEntriesUnderAnotherPreset();
    void turnsIntoCustomWhenSetByHandAndBack();
    void setsWhatAGroupOfKindsGets();
    void keepsKindsThatDifferWithinAGroup();
    void switchesALimitOffAndSaysWhenItFreezesFirst();
    void offersWhatUsedTheKeyLast();
    void refusesAProgramWithoutItsPath();
    void letsEntriesDifferAndFollowTheRestAgain();

private:
    template<typename T>
    T *named(const QString &accessibleName) const
    {
        for (auto *found : m_form->findChildren<T *>())
            if (found->accessibleName() == accessibleName)
                return found;
        return nullptr;
    }
    void choose(const QString &group, const QString &delivery) const
    {
        auto *box = named<QComboBox>(group);
        box->setCurrentIndex(box->findText(delivery));
    }
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<PolicyForm> m_form;
};

void tst_PolicyForm::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(1'773'000'000'000);
    m_form = std::make_unique<PolicyForm>();
    m_form->setEntries(m_vault->entries);
    m_form->resize(520, 900);
    m_form->show();
    m_form->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_form.get()));
}

void tst_PolicyForm::cleanup()
{
    m_form.reset();
    m_vault.reset();
}

void tst_PolicyForm::startsByAskingFirst()
{
    QCOMPARE(m_form->policy(), KeyPolicy{});
    QVERIFY(button(m_form.get(), u"Ask first"_s)->isChecked());
    QVERIFY(!button(m_form.get(), u"Custom"_s));
    QVERIFY2(!named<QSpinBox>(u"Credentials a minute before you are asked"_s)->isVisible(), "behind Adjust");
}

void tst_PolicyForm::takesAPresetWithOneClickAndWithTheArrowKeys()
{
    QSignalSpy changed(m_form.get(), &PolicyForm::changed);
    press(button(m_form.get(), u"Use without seeing"_s));
    QCOMPARE(m_form->policy(), policyOf(Preset::UseWithoutSeeing));
    QCOMPARE(changed.size(), 1);
    button(m_form.get(), u"Use without seeing"_s)->setFocus();
    QTest::keyClick(button(m_form.get(), u"Use without seeing"_s), Qt::Key_Up);
    QCOMPARE(m_form->policy(), policyOf(Preset::Trusted));
}

void tst_PolicyForm::keepsBudgetPinAndEntriesUnderAnotherPreset()
{
    KeyPolicy policy;
    policy.budget = {1, 2, 3};
    policy.pin.folder = u"/srv"_s;
    policy.entries.insert(m_vault->entries.first().id, Delivery::Never);
    m_form->setPolicy(policy);
    press(button(m_form.get(), u"Trusted"_s));
    KeyPolicy wanted = policyOf(Preset::Trusted);
    wanted.budget = policy.budget;
    wanted.pin = policy.pin;
    wanted.entries = policy.entries;
    QCOMPARE(m_form->policy(), wanted);
}

void tst_PolicyForm::turnsIntoCustomWhenSetByHandAndBack()
{
    press(button(m_form.get(), u"Adjust"_s));
    press(button(m_form.get(), u"Ask again for the one-time code of an entry whose password it has"_s));
    QVERIFY(!m_form->policy().codeNeedsTap);
    QVERIFY(button(m_form.get(), u"Custom"_s)->isChecked());
    press(button(m_form.get(), u"Ask first"_s));
    QCOMPARE(m_form->policy(), KeyPolicy{});
    QVERIFY(!button(m_form.get(), u"Custom"_s));
}

void tst_PolicyForm::setsWhatAGroupOfKindsGets()
{
    press(button(m_form.get(), u"Adjust"_s));
    choose(u"Passwords"_s, u"Use only"_s);
    choose(u"One-time codes"_s, u"Never"_s);
    const KeyPolicy policy = m_form->policy();
    QCOMPARE(policy.deliveryOf({}, FieldKind::Password), Delivery::UseOnly);
    QCOMPARE(policy.deliveryOf({}, FieldKind::Totp), Delivery::Never);
    QCOMPARE(policy.deliveryOf({}, FieldKind::Token), Delivery::Show);
    QCOMPARE(policy.deliveryOf({}, FieldKind::Username), Delivery::Show);
}

void tst_PolicyForm::keepsKindsThatDifferWithinAGroup()
{
    KeyPolicy policy;
    policy.kinds.insert(FieldKind::PrivateKey, Delivery::Never);
    m_form->setPolicy(policy);
    QCOMPARE(named<QComboBox>(u"Tokens and private keys"_s)->currentText(), u"Mixed, as it is"_s);
    press(button(m_form.get(), u"Adjust"_s));
    choose(u"Notes"_s, u"Never"_s);
    QCOMPARE(m_form->policy().kinds.value(FieldKind::PrivateKey), Delivery::Never);
    QVERIFY(!m_form->policy().kinds.contains(FieldKind::Token));
}

void tst_PolicyForm::switchesALimitOffAndSaysWhenItFreezesFirst()
{
    press(button(m_form.get(), u"Adjust"_s));
    auto *minute = named<QSpinBox>(u"Credentials a minute before you are asked"_s);
    minute->setValue(0);
    QCOMPARE(m_form->policy().budget, (Budget{0, 10, 30}));
    QCOMPARE(minute->text(), u"off"_s);
    QVERIFY(!says(m_form.get(), u"So it is frozen before you are asked."_s));
    named<QSpinBox>(u"Credentials an hour that freeze the key"_s)->setValue(10);
    QVERIFY(says(m_form.get(), u"So it is frozen before you are asked."_s));
}

void tst_PolicyForm::offersWhatUsedTheKeyLast()
{
    m_form->setLastCaller({QCoreApplication::applicationFilePath(), 7, u"zsh"_s, QDir::currentPath(), {}});
    press(button(m_form.get(), u"Adjust"_s));
    QAbstractButton *offer = nullptr;
    for (auto *found : m_form->findChildren<QAbstractButton *>())
        if (found->text().startsWith(u"What used it last: "_s) && found->isVisible())
            offer = found;
    QVERIFY(offer);
    press(offer);
    QCOMPARE(m_form->policy().pin.program, QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath());
    QCOMPARE(m_form->policy().pin.folder, QFileInfo(QDir::currentPath()).canonicalFilePath());
}

void tst_PolicyForm::refusesAProgramWithoutItsPath()
{
    press(button(m_form.get(), u"Adjust"_s));
    type(lineEdit(m_form.get(), u"Program it works from"_s), u"codex"_s);
    QVERIFY(m_form->problem().contains(u"whole path"_s));
    type(lineEdit(m_form.get(), u"Program it works from"_s), u"/no/such/program"_s);
    QCOMPARE(m_form->problem(), QString());
    QVERIFY(says(m_form.get(), u"There is no such program on this computer now."_s));
}

void tst_PolicyForm::letsEntriesDifferAndFollowTheRestAgain()
{
    press(button(m_form.get(), u"Adjust"_s));
    press(button(m_form.get(), u"Add entries…"_s));
    auto *picker = m_form->findChild<EntryPicker *>();
    QVERIFY(picker);
    QVERIFY(!button(picker, u"Add"_s)->isEnabled());
    auto *list = picker->findChild<QListView *>();
    const QModelIndexList found = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, u"github.com"_s);
    list->model()->setData(found.first(), Qt::Checked, Qt::CheckStateRole);
    press(button(picker, u"Add"_s));
    const EntryId github = m_vault->entries.first().id;
    QCOMPARE(m_form->policy().entries, (QMap<EntryId, Delivery>{{github, Delivery::Never}}));
    choose(u"What it gets of the secrets of github.com"_s, u"Codes only"_s);
    QCOMPARE(m_form->policy().entries.value(github), Delivery::CodeOnly);
    press(button(m_form.get(), u"Treat github.com as the rest"_s));
    QVERIFY(m_form->policy().entries.isEmpty());
}

QTEST_MAIN(tst_PolicyForm)
#include "tst_PolicyForm.moc"
