// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/GrantsPane.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/keys/GrantText.h"
#include "ui/keys/GrantsModel.h"
#include "ui/keys/LeaseDialog.h"
#include "ui/widgets/RowView.h"
#include "ui/widgets/Toast.h"
#include "ui/words/ErrorText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QListView>
#include <QPointer>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTimeEdit>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Minute = 60'000;
constexpr qint64 Hour = 60 * Minute;
const qint64 Evening = QDateTime(QDate(2026, 3, 11), QTime(22, 10)).toMSecsSinceEpoch();

} // namespace

class tst_GrantsPane : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void saysWhatIsLeft_data();
    void saysWhatIsLeft();
    void listsWhatIsAllowed();
    void countsDownAndDropsWhatIsOver();
    void endsALeaseAndTakesItBack();
    void endsWhatWasAllowedForGoodAndTakesItBack();
    void endsWithoutUndoWhatTheLockEnds();
    void saysWhatCouldNotBeEnded();
    void showsNothingWhileLocked();
    void allowsForTheNight();
    void offersTheEntriesOfTheKeysScopeOnly();
    void offersNoLeaseWithoutAKey();
    void keepsALeaseThatWasRefused();
    void locksAtOnceIfThatIsWanted();
    void tellsWhenTheLockKeptNone();
    void cutsNothingOffAtItsEdge();

private:
    Grant grant(int entry, QList<Action> actions = {Action::Read});
    void open();
    QString cell(int row, int column) const { return m_pane->findChild<RowView *>()->model()->index(row, column).data().toString(); }
    void selectRow(int row) { m_pane->findChild<RowView *>()->setCurrentIndex(m_pane->findChild<RowView *>()->model()->index(row, 0)); }
    void tick(const QString &title);
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<QWidget> m_window;
    Toast *m_toast = nullptr;
    GrantsPane *m_pane = nullptr;
    qint64 m_now = Evening;
};

void tst_GrantsPane::init()
{
    m_now = Evening;
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
}

void tst_GrantsPane::cleanup()
{
    m_window.reset();
    m_client.reset();
    m_vault.reset();
}

Grant tst_GrantsPane::grant(int entry, QList<Action> actions)
{
    Grant one;
    one.id = GrantId{QUuid::createUuid()};
    one.keyId = u"Kq7ZrT2k"_s;
    one.entries = {m_vault->entries.at(entry).id};
    one.actions = std::move(actions);
    return one;
}

void tst_GrantsPane::open()
{
    m_window = std::make_unique<QWidget>();
    m_window->resize(900, 600);
    m_toast = new Toast(m_window.get());
    m_pane = new GrantsPane(m_client.get(), [this] { return m_now; }, m_toast, m_window.get());
    m_pane->setGeometry(m_window->rect());
    m_pane->setAgents(m_vault->agents);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTest::qWait(20);
}

void tst_GrantsPane::saysWhatIsLeft_data()
{
    QTest::addColumn<Grant>("grant");
    QTest::addColumn<QString>("words");
    const auto with = [](qint64 until, bool lock, int left, int used, bool lease) {
        Grant one;
        one.until = until;
        one.endsWithLock = lock;
        one.readsLeft = left;
        one.used = used;
        one.isLease = lease;
        return one;
    };
    QTest::newRow("for good") << with(0, false, -1, 7, false) << u"always"_s;
    QTest::newRow("until the lock") << with(0, true, -1, 0, false) << u"until lock"_s;
    QTest::newRow("an hour") << with(Evening + 22 * Minute + 5'000, true, -1, 0, false) << u"23 min left"_s;
    QTest::newRow("its last seconds") << with(Evening + 4'200, true, -1, 0, false) << u"5 s left"_s;
    QTest::newRow("hours") << with(Evening + 2 * Hour + 5 * Minute, false, -1, 0, false) << u"2 h 5 min left"_s;
    QTest::newRow("a lease") << with(Evening + 8 * Hour + 50 * Minute, false, 4, 6, true) << u"4 of 10 reads left, until tomorrow 07:00"_s;
    QTest::newRow("a lease that ends tonight") << with(Evening + 50 * Minute, false, 4, 6, true) << u"4 of 10 reads left, until 23:00"_s;
    QTest::newRow("used up") << with(Evening + Hour, false, 0, 10, true) << u"over"_s;
    QTest::newRow("run out") << with(Evening, false, 4, 6, true) << u"over"_s;
}

void tst_GrantsPane::saysWhatIsLeft()
{
    QFETCH(Grant, grant);
    QFETCH(QString, words);
    QCOMPARE(GrantText::left(grant, Evening), words);
}

void tst_GrantsPane::listsWhatIsAllowed()
{
    Grant lease = grant(1, {Action::Read, Action::Totp});
    lease.entries << m_vault->entries.at(3).id << EntryId{QUuid::createUuid()};
    lease.keyId = u"Vb8sJ5mX"_s;
    lease.isLease = true;
    lease.readsLeft = 10;
    lease.until = Evening + Hour;
    m_vault->grants = {lease, grant(0, {Action::Totp})};
    m_vault->grants.last().entries = {EntryId{QUuid::createUuid()}};
    open();
    QTRY_COMPARE(cell(0, GrantsModel::Entries), u"AWS production and 2 more"_s);
    QCOMPARE(cell(0, GrantsModel::KeyName), u"deploy-agent"_s);
    QCOMPARE(cell(0, GrantsModel::What), u"values and codes, night lease"_s);
    QCOMPARE(cell(1, GrantsModel::Entries), u"an entry that is gone"_s);
    QCOMPARE(cell(1, GrantsModel::What), u"codes"_s);
    QCOMPARE(cell(1, GrantsModel::Left), u"always"_s);
}

void tst_GrantsPane::countsDownAndDropsWhatIsOver()
{
    Grant hour = grant(0);
    hour.until = Evening + 61 * Minute;
    m_vault->grants = {hour, grant(1)};
    open();
    QCOMPARE(cell(0, GrantsModel::Left), u"1 h 1 min left"_s);
    m_now += 2 * Minute;
    QTRY_COMPARE_WITH_TIMEOUT(cell(0, GrantsModel::Left), u"59 min left"_s, 3'000);
    m_now += Hour;
    QTRY_COMPARE_WITH_TIMEOUT(m_pane->count(), 1, 3'000);
}

void tst_GrantsPane::endsALeaseAndTakesItBack()
{
    Grant lease = grant(0, {Action::Read, Action::Totp});
    lease.isLease = true;
    lease.readsLeft = 4;
    lease.used = 6;
    lease.until = Evening + Hour;
    m_vault->grants = {lease};
    open();
    QVERIFY(!button(m_pane, u"End"_s)->isEnabled());
    selectRow(0);
    press(button(m_pane, u"End"_s));
    QTRY_COMPARE(m_pane->count(), 0);
    QVERIFY(willSay(m_window.get(), u"Ended. The key has to ask again."_s));
    press(button(m_window.get(), u"Undo"_s));
    QTRY_COMPARE(m_pane->count(), 1);
    QCOMPARE(m_vault->leases.size(), 1);
    QCOMPARE(m_vault->leases.first().reads, 4);
    QCOMPARE(m_vault->leases.first().until, lease.until);
    QVERIFY(m_vault->leases.first().withCodes);
}

void tst_GrantsPane::endsWhatWasAllowedForGoodAndTakesItBack()
{
    m_vault->grants = {grant(0, {Action::Totp})};
    open();
    selectRow(0);
    m_pane->findChild<RowView *>()->setFocus();
    QTest::keyClick(m_pane->findChild<RowView *>(), Qt::Key_Delete);
    QTRY_COMPARE(m_pane->count(), 0);
    press(button(m_window.get(), u"Undo"_s));
    QTRY_VERIFY(m_vault->calls.last().startsWith(u"allowAlways"_s));
}

void tst_GrantsPane::endsWithoutUndoWhatTheLockEnds()
{
    m_vault->grants = {grant(0)};
    m_vault->grants.first().endsWithLock = true;
    open();
    selectRow(0);
    press(button(m_pane, u"End"_s));
    QTRY_COMPARE(m_pane->count(), 0);
    QVERIFY2(!button(m_window.get(), u"Undo"_s), "nothing makes such a grant but an answer");
    QVERIFY(says(m_pane, u"Nothing is allowed beforehand"_s));
}

void tst_GrantsPane::saysWhatCouldNotBeEnded()
{
    m_vault->grants = {grant(0)};
    m_vault->failures.insert(u"endGrant"_s, {ErrorCode::DiskFull, {}});
    open();
    selectRow(0);
    press(button(m_pane, u"End"_s));
    QVERIFY(willSay(m_pane, ErrorText::of(ErrorCode::DiskFull).title));
    QCOMPARE(m_pane->count(), 1);
}

void tst_GrantsPane::showsNothingWhileLocked()
{
    m_vault->grants = {grant(0)};
    open();
    QCOMPARE(m_pane->count(), 1);
    m_client->lock();
    QTRY_COMPARE(m_pane->count(), 0);
}

void tst_GrantsPane::tick(const QString &title)
{
    // Of a box that drops down there may be a list, too.
    QModelIndex found;
    QTRY_VERIFY(([&] {
        for (const QListView *list : m_pane->findChild<LeaseDialog *>()->findChildren<QListView *>())
            if (const auto same = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, title); !same.isEmpty())
                found = same.first();
        return found.isValid();
    }()));
    const_cast<QAbstractItemModel *>(found.model())->setData(found, Qt::Checked, Qt::CheckStateRole);
}

void tst_GrantsPane::allowsForTheNight()
{
    open();
    press(button(m_pane, u"Night lease…"_s));
    auto *dialog = m_pane->findChild<LeaseDialog *>();
    QVERIFY(dialog);
    QTest::qWait(20);
    QVERIFY(!button(dialog, u"Allow"_s)->isEnabled());
    tick(u"github.com"_s);
    tick(u"npm registry"_s);
    dialog->findChild<QSpinBox *>()->setValue(5);
    press(button(dialog, u"One-time codes as well"_s));
    QVERIFY(says(dialog, u"codex-agent may have values and codes of these 2 entries, 5 times in all, until tomorrow 07:00 and without asking you."_s));
    press(button(dialog, u"Allow"_s));
    QTRY_COMPARE(m_pane->count(), 1);
    const LeaseDraft lease = m_vault->leases.first();
    QCOMPARE(lease.keyId, u"Kq7ZrT2k"_s);
    QCOMPARE(lease.entries.size(), 2);
    QVERIFY(lease.withCodes);
    QCOMPARE(lease.reads, 5);
    QCOMPARE(lease.until, QDateTime(QDate(2026, 3, 12), QTime(7, 0)).toMSecsSinceEpoch());
    QVERIFY(willSay(m_window.get(), u"Allowed for the night."_s));
}

void tst_GrantsPane::offersTheEntriesOfTheKeysScopeOnly()
{
    open();
    m_pane->addLease(u"Vb8sJ5mX"_s);
    auto *dialog = m_pane->findChild<LeaseDialog *>();
    QTest::qWait(20);
    QCOMPARE(dialog->findChild<QComboBox *>()->currentText(), u"deploy-agent"_s);
    QCOMPARE(dialog->findChild<QListView *>()->model()->rowCount(), 2);
    QVERIFY2(!dialog->findChild<QCheckBox *>()->isEnabled(), "this key gets no codes");
    dialog->findChild<QTimeEdit *>()->setTime(QTime(22, 10));
    tick(u"AWS production"_s);
    QCOMPARE(dialog->draft().until - m_now, 24 * Hour);
}

void tst_GrantsPane::offersNoLeaseWithoutAKey()
{
    m_vault->agents.clear();
    open();
    QVERIFY(!button(m_pane, u"Night lease…"_s));
    QVERIFY(says(m_pane, u"Nothing is allowed beforehand"_s));
}

void tst_GrantsPane::keepsALeaseThatWasRefused()
{
    m_vault->failures.insert(u"addLease"_s, {ErrorCode::InvalidValue, {}});
    open();
    m_pane->addLease();
    auto *dialog = m_pane->findChild<LeaseDialog *>();
    QTest::qWait(20);
    tick(u"github.com"_s);
    press(button(dialog, u"Allow"_s));
    QVERIFY(willSay(dialog, ErrorText::of(ErrorCode::InvalidValue).title));
    QVERIFY(dialog->isVisible());
    QVERIFY(button(dialog, u"Allow"_s)->isEnabled());
}

void tst_GrantsPane::locksAtOnceIfThatIsWanted()
{
    open();
    m_pane->addLease();
    auto *dialog = m_pane->findChild<LeaseDialog *>();
    QTest::qWait(20);
    tick(u"github.com"_s);
    QVERIFY(says(dialog, u"The vault has to stay unlocked for it, or be locked with “Lock, keep the lease”."_s));
    press(button(dialog, u"Lock now, and keep this lease going"_s));
    QVERIFY(says(dialog, u"The vault is locked for you and for everybody else meanwhile."_s));
    QVERIFY(says(dialog, u"the keys to Shared values are in this computer's memory"_s));
    press(button(dialog, u"Allow"_s));
    QTRY_VERIFY(m_vault->calls.contains(u"lockKeepingLeases"_s));
    QCOMPARE(m_vault->leases.size(), 1);
}

void tst_GrantsPane::tellsWhenTheLockKeptNone()
{
    open();
    m_vault->failures.insert(u"lockKeepingLeases"_s, {ErrorCode::NotFound, {}});
    QSignalSpy notKept(m_client.get(), &VaultClient::leaseNotKept);
    QSignalSpy trouble(m_client.get(), &VaultClient::trouble);
    m_pane->addLease();
    auto *dialog = m_pane->findChild<LeaseDialog *>();
    QTest::qWait(20);
    tick(u"github.com"_s);
    press(button(dialog, u"Lock now, and keep this lease going"_s));
    press(button(dialog, u"Allow"_s));
    QTRY_COMPARE(notKept.size(), 1);
    QVERIFY(trouble.isEmpty());
}

void tst_GrantsPane::cutsNothingOffAtItsEdge()
{
    m_vault->grants << grant(1);
    open();
    auto *table = m_pane->findChild<RowView *>();
    for (const int width : {900, 640, 340}) {
        m_pane->resize(width, 600);
        int columns = 0;
        for (int column = 0; column < GrantsModel::ColumnCount; ++column)
            columns += table->isColumnHidden(column) ? 0 : table->columnWidth(column);
        QVERIFY2(columns <= table->viewport()->width(), qPrintable(QString::number(width)));
    }
}

QTEST_MAIN(tst_GrantsPane)
#include "tst_GrantsPane.moc"
