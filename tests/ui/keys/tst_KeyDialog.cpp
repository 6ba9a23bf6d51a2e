// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyDialog.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/keys/ExpiryForm.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QDateEdit>
#include <QLabel>
#include <QListView>
#include <QPointer>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::KeyDialog;

class tst_KeyDialog : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void startsCarefulAndSaysWhatIsMissing();
    void countsWhatTheKeyWouldSee();
    void saysTheSumBelowTheChoice();
    void searchHidesButNeverUnticks();
    void makesTheKeyAndHandsItsTokenOver();
    void expiresInNinetyDaysUnlessToldOtherwise();
    void neverHasToBeTyped();
    void allowsAYearAtMost();
    void keepsWhatAnEditDoesNotTouch();
    void keepsChosenEntriesThatAreGone();
    void asksForAnotherNameWhenTaken();
    void refusesNamesWithHiddenSigns();
    void asksFirstUnlessToldOtherwise();
    void keepsThePolicyOfAKeyThatIsChanged();
    void offersToPinToWhatUsedTheKeyLast();

private:
    void open();
    QListView *list(const QString &name) const;
    void tick(const QString &name, const QString &text);
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<KeyDialog> m_dialog;
    const qint64 m_now = QDateTime(QDate(2026, 3, 11), QTime(12, 0)).toMSecsSinceEpoch();
    static constexpr qint64 Day = 86'400'000;
};

void tst_KeyDialog::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_dialog = new KeyDialog(m_client.get(), [this] { return m_now; });
}

void tst_KeyDialog::cleanup()
{
    delete m_dialog;
    m_client.reset();
    m_vault.reset();
}

void tst_KeyDialog::open()
{
    m_dialog->open();
    QTRY_COMPARE(list(u"Entries"_s)->model()->rowCount(), 10);
}

/// Named as it is for assistive tools.
QListView *tst_KeyDialog::list(const QString &name) const
{
    for (auto *view : m_dialog->findChildren<QListView *>())
        if (view->accessibleName() == name)
            return view;
    return nullptr;
}

/// Ticks by keyboard.
void tst_KeyDialog::tick(const QString &name, const QString &text)
{
    QListView *view = list(name);
    for (int row = 0; row < view->model()->rowCount(); ++row)
        if (view->model()->index(row, 0).data().toString().startsWith(text)) {
            view->setCurrentIndex(view->model()->index(row, 0));
            QTest::keyClick(view, Qt::Key_Space);
            return;
        }
    QFAIL(qPrintable(text));
}

void tst_KeyDialog::startsCarefulAndSaysWhatIsMissing()
{
    open();
    QVERIFY(!button(m_dialog, u"Create key"_s)->isEnabled());
    QVERIFY(says(m_dialog, u"Give the key a name"_s));
    type(lineEdit(m_dialog, u"Name of the key"_s), u"codex"_s);
    QVERIFY(says(m_dialog, u"Choose at least one tag, type or entry"_s));
    tick(u"Tags"_s, u"dev"_s);
    QVERIFY(button(m_dialog, u"Create key"_s)->isEnabled());
    for (const QString &action : {u"List entries"_s, u"Search"_s, u"Read values"_s, u"Get one-time codes"_s, u"Use in commands"_s, u"Generate passwords"_s})
        press(button(m_dialog, action));
    QVERIFY(!button(m_dialog, u"Create key"_s)->isEnabled());
    QVERIFY(says(m_dialog, u"Tick at least one thing it may do"_s));
}

void tst_KeyDialog::countsWhatTheKeyWouldSee()
{
    open();
    QVERIFY(says(m_dialog, u"would see no entry yet"_s));
    tick(u"Tags"_s, u"dev"_s);
    QVERIFY(says(m_dialog, u"would see 3 entries"_s));
    m_dialog->findChild<QTabWidget *>()->setCurrentIndex(1);
    tick(u"Types of entries"_s, u"Cards"_s);
    QVERIFY(says(m_dialog, u"would see 4 entries"_s));
    press(button(m_dialog, u"All entries"_s));
    QVERIFY(says(m_dialog, u"would see 10 entries"_s));
    QVERIFY(m_dialog->draft().scope.everything);
    QVERIFY(m_dialog->draft().scope.tags.isEmpty());
}

void tst_KeyDialog::saysTheSumBelowTheChoice()
{
    open();
    press(button(m_dialog, u"All entries"_s));
    const QLabel *sum = nullptr;
    for (const auto *label : m_dialog->findChildren<QLabel *>())
        if (label->text().contains(u"would see"_s))
            sum = label;
    QVERIFY(sum);
    const QWidget *some = button(m_dialog, u"Only some"_s);
    const auto gap = [&] { return sum->mapTo(m_dialog, QPoint()).y() - some->mapTo(m_dialog, QPoint(0, some->height())).y(); };
    QTRY_VERIFY2(gap() <= 16, qPrintable(QString::number(gap())));
    QVERIFY(sum->height() <= 40);
}

void tst_KeyDialog::searchHidesButNeverUnticks()
{
    open();
    m_dialog->findChild<QTabWidget *>()->setCurrentIndex(2);
    tick(u"Entries"_s, u"github.com"_s);
    type(lineEdit(m_dialog, u"Search entries"_s), u"mail"_s);
    tick(u"Entries"_s, u"Mail"_s);
    lineEdit(m_dialog, u"Search entries"_s)->clear();
    QCOMPARE(m_dialog->draft().scope.entries.size(), 2);
}

void tst_KeyDialog::makesTheKeyAndHandsItsTokenOver()
{
    open();
    QString made;
    std::size_t length = 0;
    m_dialog->made = [&](NewKey key) {
        made = key.agent.name;
        length = key.token.size();
    };
    type(lineEdit(m_dialog, u"Name of the key"_s), u" claude-agent "_s);
    tick(u"Tags"_s, u"work"_s);
    QTest::keyClick(m_dialog, Qt::Key_Return);
    QTRY_COMPARE(made, u"claude-agent"_s);
    QVERIFY(length > 50);
    QCOMPARE(m_vault->agents.last().scope.tags, QStringList{u"work"_s});
    QTRY_VERIFY(!m_dialog);
}

void tst_KeyDialog::expiresInNinetyDaysUnlessToldOtherwise()
{
    QCOMPARE(m_dialog->draft().expiresAt, m_now + 90 * Day);
    auto *expiry = m_dialog->findChild<ui::ExpiryForm *>();
    auto *choice = expiry->findChild<QComboBox *>();
    choice->setCurrentIndex(choice->findText(u"In 7 days"_s));
    QCOMPARE(m_dialog->draft().expiresAt, m_now + 7 * Day);
}

void tst_KeyDialog::neverHasToBeTyped()
{
    open();
    type(lineEdit(m_dialog, u"Name of the key"_s), u"nightly"_s);
    tick(u"Tags"_s, u"work"_s);
    auto *choice = m_dialog->findChild<ui::ExpiryForm *>()->findChild<QComboBox *>();
    choice->setCurrentIndex(choice->findText(u"Never"_s));
    QVERIFY(!button(m_dialog, u"Create key"_s)->isEnabled());
    type(lineEdit(m_dialog, u"Type never to confirm"_s), u"nev"_s);
    QVERIFY(!button(m_dialog, u"Create key"_s)->isEnabled());
    type(lineEdit(m_dialog, u"Type never to confirm"_s), u"never"_s);
    QVERIFY(button(m_dialog, u"Create key"_s)->isEnabled());
    QCOMPARE(m_dialog->draft().expiresAt, 0);
}

void tst_KeyDialog::allowsAYearAtMost()
{
    auto *expiry = m_dialog->findChild<ui::ExpiryForm *>();
    auto *choice = expiry->findChild<QComboBox *>();
    choice->setCurrentIndex(choice->findText(u"On a day…"_s));
    auto *day = expiry->findChild<QDateEdit *>();
    day->setDate(QDate(2099, 1, 1));
    QVERIFY(m_dialog->draft().expiresAt <= m_now + 365 * Day);
    day->setDate(QDate(2000, 1, 1));
    QVERIFY(m_dialog->draft().expiresAt > m_now);
}

void tst_KeyDialog::keepsWhatAnEditDoesNotTouch()
{
    const Agent before = m_vault->agents.at(1);
    m_dialog->edit(before);
    open();
    QTest::keyClicks(lineEdit(m_dialog, u"Note"_s), u"from CI"_s);
    press(button(m_dialog, u"Save"_s));
    QTRY_VERIFY(m_vault->calls.contains(u"updateKey deploy-agent"_s));
    Agent expected = before;
    expected.note = u"from CI"_s;
    QCOMPARE(m_vault->agents.at(1), expected);
}

void tst_KeyDialog::keepsChosenEntriesThatAreGone()
{
    Agent agent = m_vault->agents.at(1);
    const EntryId gone = ScriptedVault::entry(EntryType::Login, u"gone"_s, {}, {}).id;
    agent.scope.entries << gone;
    m_dialog->edit(agent);
    open();
    QVERIFY(m_dialog->draft().scope.entries.contains(gone));
    QCOMPARE(m_dialog->draft().scope.entries.size(), 3);
}

void tst_KeyDialog::asksForAnotherNameWhenTaken()
{
    open();
    type(lineEdit(m_dialog, u"Name of the key"_s), u"codex-agent"_s);
    tick(u"Tags"_s, u"work"_s);
    press(button(m_dialog, u"Create key"_s));
    QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::NameTaken).title));
    QVERIFY(m_dialog->isVisible());
    QCOMPARE(lineEdit(m_dialog, u"Name of the key"_s)->selectedText(), u"codex-agent"_s);
}

void tst_KeyDialog::refusesNamesWithHiddenSigns()
{
    open();
    tick(u"Tags"_s, u"work"_s);
    lineEdit(m_dialog, u"Name of the key"_s)->setText(u"codex\u0007"_s);
    emit lineEdit(m_dialog, u"Name of the key"_s)->textEdited({});
    QVERIFY(!button(m_dialog, u"Create key"_s)->isEnabled());
}

void tst_KeyDialog::asksFirstUnlessToldOtherwise()
{
    open();
    QVERIFY(says(m_dialog, u"Asks once per entry · 3 a minute, 10 an hour"_s));
    QCOMPARE(m_dialog->draft().policy, KeyPolicy{});
    m_dialog->showPolicy();
    press(button(m_dialog, u"Trusted"_s));
    QVERIFY(says(m_dialog, u"Does not ask · 3 a minute, 10 an hour"_s));
    QCOMPARE(m_dialog->draft().policy, policyOf(Preset::Trusted));
}

void tst_KeyDialog::keepsThePolicyOfAKeyThatIsChanged()
{
    KeyPolicy policy = policyOf(Preset::UseWithoutSeeing);
    policy.budget = {1, 2, 0};
    policy.pin = {u"/opt/agent"_s, u"/srv/shop"_s};
    policy.entries.insert(m_vault->entries.at(1).id, Delivery::Show);
    policy.entries.insert(EntryId{QUuid::createUuid()}, Delivery::Never); // gone meanwhile
    m_vault->agents.first().policy = policy;
    m_dialog->edit(m_vault->agents.first());
    open();
    QCOMPARE(m_dialog->draft().policy, policy);
    press(button(m_dialog, u"Save"_s));
    QTRY_VERIFY(!m_dialog);
    QCOMPARE(m_vault->agents.first().policy, policy);
}

void tst_KeyDialog::offersToPinToWhatUsedTheKeyLast()
{
    m_dialog->edit(m_vault->agents.first());
    open();
    m_dialog->showPolicy();
    press(button(m_dialog, u"Adjust"_s));
    QVERIFY(willSay(m_dialog, u"What used it last: codex, in /home/octo/src/shop"_s));
}

QTEST_MAIN(tst_KeyDialog)
#include "tst_KeyDialog.moc"
