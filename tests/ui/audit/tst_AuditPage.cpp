// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditPage.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/audit/AuditCard.h"
#include "ui/audit/AuditModel.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTimeline.h"
#include "ui/style/Tokens.h"
#include "ui/words/ErrorText.h"

#include <QComboBox>
#include <QScopeGuard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <ctime>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_AuditPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsTheNewestRowsUnderToday();
    void opensARowToItsCaller();
    void keepsEntryAndActorInSightBesideTheCard();
    void saysWhatCouldNotBeRead_data();
    void saysWhatCouldNotBeRead();
    void keepsWhatIsBeingReadWhereItIs();
    void fetchesOlderRowsOnlyForWhoReadsOn();
    void filtersByTextActionKeyAndOutcome();
    void followsASearchOfSeveralWords();
    void filtersByAStretchOfTime();
    void countsReadsInTheHoursOfAnyTimeZone_data();
    void countsReadsInTheHoursOfAnyTimeZone();
    void leadsFromAnEmptyLogToTheSetUp();
    void explainsWhenNothingMatches();
    void showsOneKeysRows();
    void forgetsEverythingWhenLocked();
    void readsTheLogOnlyWhenItIsLookedAt();
    void saysWhatARowAboutAQuestionMeans();
    void fitsTheSmallestWindow();

private:
    [[nodiscard]] QAbstractItemModel *model() const { return m_page->findChild<ui::AuditTable *>()->model(); }
    [[nodiscard]] QString cell(int row, int column) const { return model()->index(row, column).data().toString(); }
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::AuditPage> m_page;
    const qint64 m_now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();
};

void tst_AuditPage::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_page = std::make_unique<ui::AuditPage>(m_client.get(), [this] { return m_now; });
    m_page->resize(1000, 700);
    m_page->show();
    QTRY_VERIFY(model()->rowCount() > 20);
}

void tst_AuditPage::cleanup()
{
    m_page.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_AuditPage::showsTheNewestRowsUnderToday()
{
    QCOMPARE(cell(0, 0), u"Today"_s);
    QCOMPARE(cell(1, ui::AuditModel::ActionName), u"totp"_s);
    QCOMPARE(cell(1, ui::AuditModel::EntryName), u"github.com"_s);
    QCOMPARE(cell(1, ui::AuditModel::Actor), u"mcp:codex-agent"_s);
    QCOMPARE(m_page->findChild<ui::AuditTimeline *>()->actors().first(), u"mcp:codex-agent"_s);
}

void tst_AuditPage::opensARowToItsCaller()
{
    auto *table = m_page->findChild<ui::AuditTable *>();
    table->setFocus();
    table->setCurrentIndex(model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_Return);
    auto *card = m_page->findChild<ui::AuditCard *>();
    QTRY_VERIFY(card->isVisible());
    QVERIFY(says(card, u"/usr/local/bin/codex (pid 48213)"_s));
    QVERIFY(says(card, u"zsh ← kitty"_s));
    QVERIFY(says(card, u"Reason, in the agent's own words"_s));
    QVERIFY(says(card, u"“deploy the staging stack”"_s));
    QVERIFY(says(card, u"codex-mcp-client/0.169.0"_s));
    const auto colourAt = [table](int row) {
        const QRect cell = table->visualRect(table->model()->index(row, 0));
        return table->viewport()->grab(QRect(cell.left() + 2, cell.top() + 6, 1, 1)).toImage().pixelColor(0, 0);
    };
    QVERIFY2(colourAt(1) != colourAt(2), "the row on the card is marked");
    QTest::keyClick(table, Qt::Key_Down);
    QTRY_VERIFY(says(card, u"read"_s));
    QVERIFY(colourAt(2) != colourAt(1));
    QTest::keyClick(table, Qt::Key_Escape);
    QVERIFY(!card->isVisible());
}

void tst_AuditPage::keepsEntryAndActorInSightBesideTheCard()
{
    m_page->resize(824, 600); // as in the window at its first size
    auto *table = m_page->findChild<ui::AuditTable *>();
    QVERIFY(!table->isColumnHidden(ui::AuditModel::Decision));
    table->setCurrentIndex(model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_Return);
    auto *card = m_page->findChild<ui::AuditCard *>();
    QTRY_VERIFY(card->isVisible());
    const auto end = [&](int column) {
        return table->viewport()->mapTo(m_page.get(), QPoint(table->columnViewportPosition(column) + table->columnWidth(column), 0)).x();
    };
    QTRY_VERIFY(end(ui::AuditModel::Actor) <= card->mapTo(m_page.get(), QPoint()).x());
    const int needed = QFontMetrics(ui::fontOf(ui::TextStyle::Mono)).horizontalAdvance(u"mcp:codex-agent"_s);
    QVERIFY(table->columnWidth(ui::AuditModel::Actor) >= needed);
    QVERIFY2(table->isColumnHidden(ui::AuditModel::Decision), "its icon stands before the action");
    QTest::keyClick(table, Qt::Key_Escape);
    QTRY_VERIFY(!table->isColumnHidden(ui::AuditModel::Decision));
}

void tst_AuditPage::saysWhatCouldNotBeRead_data()
{
    QTest::addColumn<QString>("call");
    QTest::newRow("rows") << u"auditPage"_s;
    QTest::newRow("keys") << u"agents"_s;
    QTest::newRow("reads over time") << u"auditTimeline"_s;
}

void tst_AuditPage::saysWhatCouldNotBeRead()
{
    QFETCH(QString, call);
    const QString words = ui::ErrorText::of(ErrorCode::DamagedFile).title;
    m_vault->failures.insert(call, {ErrorCode::DamagedFile, {}});
    m_client->lock();
    QTRY_COMPARE(model()->rowCount(), 0);
    const auto unlock = [this] { m_client->unlockWithKeychain({this, [](const Result<> &) {}}); };
    unlock();
    QVERIFY(willSay(m_page.get(), words));
    QTest::qWait(50);
    QVERIFY2(says(m_page.get(), words), "what could be read does not take it away");
    m_vault->failures.clear();
    unlock();
    QTRY_VERIFY(!says(m_page.get(), words));
}

void tst_AuditPage::keepsWhatIsBeingReadWhereItIs()
{
    auto *table = m_page->findChild<ui::AuditTable *>();
    table->verticalScrollBar()->setValue(300);
    const QModelIndex reading = table->indexAt({20, 60});
    const qint64 sequence = reading.data(ui::AuditModel::SequenceRole).toLongLong();
    for (int i = 0; i < 3; ++i) {
        m_vault->addRow(m_now, u"read"_s, u"live"_s, u"mcp:codex-agent"_s);
        emit m_client->auditAppended({m_vault->audit.last()});
    }
    QCOMPARE(table->indexAt({20, 60}).data(ui::AuditModel::SequenceRole).toLongLong(), sequence);
    auto *pill = button(m_page.get(), u"3 new rows"_s);
    QVERIFY(pill);
    press(pill);
    QTRY_COMPARE(cell(1, ui::AuditModel::EntryName), u"live"_s);
    QVERIFY(table->isAtTop());
    QVERIFY(!pill->isVisible());
}

void tst_AuditPage::fetchesOlderRowsOnlyForWhoReadsOn()
{
    auto *table = m_page->findChild<ui::AuditTable *>();
    m_page->hide();
    for (int i = 0; i < 1500; ++i)
        m_vault->addRow(m_now, u"read"_s, QString::number(i), u"mcp:codex-agent"_s);
    qobject_cast<ui::AuditModel *>(model())->reload();
    QTRY_VERIFY(model()->rowCount() > 0);
    const int page = model()->rowCount();
    QTest::qWait(200);
    QCOMPARE(model()->rowCount(), page); // nobody looks
    m_page->show();
    QTest::qWait(200);
    QCOMPARE(model()->rowCount(), page); // the end is far below
    table->verticalScrollBar()->setValue(table->verticalScrollBar()->maximum());
    QTRY_COMPARE(model()->rowCount(), page + ui::AuditModel::PageSize);
    QTest::qWait(200);
    QCOMPARE(model()->rowCount(), page + ui::AuditModel::PageSize);
    // A key held down goes through all of it.
    for (int i = 0; i < 20 && model()->rowCount() <= 1500; ++i) {
        table->verticalScrollBar()->setValue(table->verticalScrollBar()->maximum());
        QTest::qWait(20);
    }
    QTRY_VERIFY(model()->rowCount() > 1500);
}

void tst_AuditPage::filtersByTextActionKeyAndOutcome()
{
    type(lineEdit(m_page.get(), u"Search entries, actors and actions"_s), u"database"_s);
    QTRY_COMPARE(cell(1, ui::AuditModel::EntryName), u"Database staging"_s);
    const auto combo = [this](const QString &name) {
        for (auto *box : m_page->findChildren<QComboBox *>())
            if (box->accessibleName() == name)
                return box;
        return static_cast<QComboBox *>(nullptr);
    };
    combo(u"Action"_s)->setCurrentText(u"search"_s);
    QTRY_COMPARE(model()->rowCount(), 2);
    QCOMPARE(cell(1, ui::AuditModel::EntryName), u"\"database\""_s);
    press(button(m_page.get(), u"Show all"_s));
    QTRY_VERIFY(model()->rowCount() > 20);
    combo(u"Outcome"_s)->setCurrentText(u"Denied"_s);
    QTRY_COMPARE(model()->rowCount(), 2);
    QCOMPARE(cell(1, ui::AuditModel::EntryName), u"AWS production"_s);
    combo(u"Outcome"_s)->setCurrentIndex(0);
    combo(u"Key"_s)->setCurrentText(u"deploy-agent"_s);
    QTRY_COMPARE(cell(1, ui::AuditModel::Actor), u"api:deploy-agent"_s);
}

void tst_AuditPage::followsASearchOfSeveralWords()
{
    type(lineEdit(m_page.get(), u"Search entries, actors and actions"_s), u"aws read"_s);
    QTRY_COMPARE(cell(1, ui::AuditModel::EntryName), u"AWS production"_s);
    m_vault->addRow(m_now, u"totp"_s, u"AWS production"_s, u"mcp:codex-agent"_s);
    emit m_client->auditAppended({m_vault->audit.last()});
    m_vault->addRow(m_now, u"read"_s, u"AWS prödúction"_s, u"mcp:codex-agent"_s);
    emit m_client->auditAppended({m_vault->audit.last()});
    QTRY_COMPARE(cell(1, ui::AuditModel::EntryName), u"AWS prödúction"_s);
    for (int row = 1; row < model()->rowCount(); ++row)
        QVERIFY(cell(row, ui::AuditModel::ActionName) != u"totp"_s);
}

void tst_AuditPage::filtersByAStretchOfTime()
{
    auto *timeline = m_page->findChild<ui::AuditTimeline *>();
    const int all = model()->rowCount();
    timeline->setFocus();
    QTest::keyClick(timeline, Qt::Key_Left);
    QTest::keyClick(timeline, Qt::Key_Return);
    QTRY_VERIFY(model()->rowCount() < all);
    QVERIFY(button(m_page.get(), u"Today 15:00–16:00: show all times again"_s));
    for (int row = 1; row < model()->rowCount(); ++row)
        QVERIFY(cell(row, 0) >= u"15:00:00"_s);
    press(button(m_page.get(), u"Today 15:00–16:00: show all times again"_s));
    QTRY_COMPARE(model()->rowCount(), all);
    QVERIFY(!timeline->chosen());
}

void tst_AuditPage::countsReadsInTheHoursOfAnyTimeZone_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::newRow("half an hour off") << "IST-5:30"_ba;
    QTest::newRow("three quarters off") << "NPT-5:45"_ba;
    QTest::newRow("west, half an hour off") << "NST3:30"_ba;
    QTest::newRow("on the hour") << "CET-1"_ba;
}

void tst_AuditPage::countsReadsInTheHoursOfAnyTimeZone()
{
    QFETCH(QByteArray, zone);
    const bool hadZone = qEnvironmentVariableIsSet("TZ");
    const QByteArray before = qgetenv("TZ");
    const auto restore = qScopeGuard([&] {
        if (hadZone)
            qputenv("TZ", before);
        else
            qunsetenv("TZ");
        ::tzset();
    });
    qputenv("TZ", zone);
    ::tzset();
    const auto at = [](int day, int hour, int minute) { return QDateTime(QDate(2026, 3, day), QTime(hour, minute)).toMSecsSinceEpoch(); };
    m_vault->audit.clear();
    const auto read = [this](qint64 time) { m_vault->addRow(time, u"read"_s, u"github.com"_s, u"mcp:codex-agent"_s); };
    read(at(10, 15, 59)); // before all of it
    for (int minute : {0, 29, 31, 59})
        read(at(10, 16, minute));
    for (int minute : {20, 50})
        read(at(11, 14, minute));
    read(at(11, 15, 5));
    ui::AuditPage page(m_client.get(), [now = at(11, 15, 40)] { return now; });
    page.show();
    const auto *timeline = page.findChild<ui::AuditTimeline *>();
    QTRY_COMPARE(timeline->count(23), 1);
    QCOMPARE(timeline->count(22), 2);
    QCOMPARE(timeline->count(0), 4);
}

void tst_AuditPage::leadsFromAnEmptyLogToTheSetUp()
{
    m_vault->audit.clear();
    ui::AuditPage page(m_client.get(), [this] { return m_now; });
    QSignalSpy wanted(&page, &ui::AuditPage::connectionRequested);
    page.show();
    QVERIFY(willSay(&page, u"Nothing happened yet"_s));
    press(button(&page, u"Connect an agent"_s));
    QCOMPARE(wanted.size(), 1);
}

void tst_AuditPage::explainsWhenNothingMatches()
{
    type(lineEdit(m_page.get(), u"Search entries, actors and actions"_s), u"zzz"_s);
    QVERIFY(willSay(m_page.get(), u"No row matches"_s));
    press(button(m_page.get(), u"Show all rows"_s));
    QTRY_VERIFY(model()->rowCount() > 20);
}

void tst_AuditPage::showsOneKeysRows()
{
    m_page->showKey(u"Vb8sJ5mX"_s);
    QTRY_COMPARE(cell(1, ui::AuditModel::Actor), u"api:deploy-agent"_s);
    m_page->showEntry(m_vault->entries.first().id, u"github.com"_s);
    QTRY_COMPARE(cell(1, ui::AuditModel::EntryName), u"github.com"_s);
    QVERIFY(button(m_page.get(), u"Show all entries again"_s));
}

void tst_AuditPage::forgetsEverythingWhenLocked()
{
    m_client->lock();
    QTRY_COMPARE(model()->rowCount(), 0);
    QVERIFY(m_page->findChild<ui::AuditTimeline *>()->actors().isEmpty());
}

void tst_AuditPage::readsTheLogOnlyWhenItIsLookedAt()
{
    m_page->hide();
    m_client->lock();
    QTRY_COMPARE(model()->rowCount(), 0);
    m_client->unlock(crypto::SecretText::copyOf("correct horse battery staple"), {});
    QTRY_VERIFY(m_client->isUnlocked());
    emit m_client->agentsChanged();
    m_vault->addRow(m_now, u"read"_s, u"live"_s, u"mcp:codex-agent"_s);
    emit m_client->auditAppended({m_vault->audit.last()});
    QTest::qWait(100);
    QCOMPARE(model()->rowCount(), 0);
    QVERIFY(m_page->findChild<ui::AuditTimeline *>()->actors().isEmpty());
    m_page->show();
    QTRY_VERIFY(model()->rowCount() > 20);
    QVERIFY(!m_page->findChild<ui::AuditTimeline *>()->actors().isEmpty());
}

void tst_AuditPage::saysWhatARowAboutAQuestionMeans()
{
    m_vault->addRow(m_now - 1'000, u"read"_s, u"github.com"_s, u"mcp:codex-agent"_s, Outcome::Pending);
    m_vault->audit.last().why = u"the person is asked"_s;
    m_vault->addRow(m_now, u"deny"_s, u"github.com"_s, u"app:owner"_s);
    emit m_client->auditAppended(m_vault->audit.last(2));
    auto *table = m_page->findChild<ui::AuditTable *>();
    QTRY_COMPARE(cell(1, ui::AuditModel::ActionName), u"deny"_s);
    QCOMPARE(cell(2, ui::AuditModel::Decision), u"Asks"_s);
    table->setFocus();
    table->setCurrentIndex(model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_Return);
    auto *card = m_page->findChild<ui::AuditCard *>();
    QTRY_VERIFY(card->isVisible());
    QVERIFY(says(card, u"You denied what a key asked for."_s));
    table->setCurrentIndex(model()->index(2, 0));
    QTRY_VERIFY(says(card, u"You are asked."_s));
}

void tst_AuditPage::fitsTheSmallestWindow()
{
    m_page->resize(560 - 216, 420);
    QCoreApplication::processEvents();
    for (auto *box : m_page->findChildren<QComboBox *>()) {
        if (!box->isVisible())
            continue;
        const int end = box->mapTo(m_page.get(), QPoint(box->width(), 0)).x();
        QVERIFY2(end <= m_page->width(), qPrintable(box->accessibleName()));
    }
    const auto *table = m_page->findChild<ui::AuditTable *>();
    const int end = table->columnViewportPosition(ui::AuditModel::Actor) + table->columnWidth(ui::AuditModel::Actor);
    QVERIFY2(end <= table->viewport()->width(), qPrintable(QString::number(end)));
}

QTEST_MAIN(tst_AuditPage)
#include "tst_AuditPage.moc"
