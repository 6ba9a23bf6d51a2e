// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/AuditModel.h"

#include "tests/support/ScriptedVault.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::ScriptedVault;

namespace {

constexpr qint64 Day = 86'400'000;
const qint64 noon = QDateTime(QDate(2026, 3, 11), QTime(12, 0)).toMSecsSinceEpoch();

} // namespace

class tst_AuditModel : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

    void showsRowsNewestFirstUnderDayHeadings();
    void fetchesOnePageAtATime();
    void putsNewRowsOnTop();
    void startsADayWhenItBegins();
    void letsNewRowsWaitWhileHolding();
    void loadsAnewAfterAFlood();
    void keepsRowsOutThatTheFilterLeavesOut();
    void dropsAnswersToAnOlderFilter();
    void doesNotShowARowTwice();
    void reportsAnErrorAndStops();
    void showsHostileTextAsItIs();
    void staysQuickWithAMillionRows();

private:
    AuditEvent row(const QString &subject, qint64 time = noon);
    void load();

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<AuditModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void tst_AuditModel::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_client = ScriptedVault::makeClient();
    m_model = std::make_unique<AuditModel>(m_client.get(), [] { return noon; });
    m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void tst_AuditModel::cleanup()
{
    m_tester.reset();
    m_model.reset();
    m_client.reset();
    m_vault.reset();
}

/// Written into the log, not yet told to anyone.
AuditEvent tst_AuditModel::row(const QString &subject, qint64 time)
{
    m_vault->addRow(time, u"read"_s, subject, u"mcp:codex-agent"_s);
    return m_vault->audit.last();
}

void tst_AuditModel::load()
{
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    m_model->reload();
    QVERIFY(loaded.wait());
}

void tst_AuditModel::showsRowsNewestFirstUnderDayHeadings()
{
    row(u"old"_s, noon - 3 * Day);
    row(u"github.com"_s, noon - Day);
    row(u"a"_s, noon - 1000);
    row(u"b"_s, noon);
    load();
    QStringList shown;
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const auto heading = m_model->index(i, 0).data(AuditModel::IsHeadingRole).toBool();
        shown << m_model->index(i, heading ? AuditModel::Time : AuditModel::EntryName).data().toString();
        QCOMPARE(m_model->event(m_model->index(i, 0)) == nullptr, heading);
        QCOMPARE(m_model->index(i, 0).flags().testFlag(Qt::ItemIsSelectable), !heading);
    }
    QCOMPARE(shown, (QStringList{u"Today"_s, u"b"_s, u"a"_s, u"Yesterday"_s, u"github.com"_s,
                                 QLocale().toString(QDate(2026, 3, 8), u"dddd d MMMM"_s), u"old"_s}));
    const QModelIndex newest = m_model->index(1, 0);
    QCOMPARE(newest.data().toString(), u"12:00:00"_s);
    QCOMPARE(newest.siblingAtColumn(AuditModel::ActionName).data().toString(), u"read"_s);
    QCOMPARE(newest.siblingAtColumn(AuditModel::Actor).data().toString(), u"mcp:codex-agent"_s);
    QCOMPARE(newest.siblingAtColumn(AuditModel::Decision).data().toString(), u"Allowed"_s);
    QCOMPARE(newest.data(Qt::AccessibleTextRole).toString(), u"12:00:00 read b by mcp:codex-agent, allowed"_s);
}

void tst_AuditModel::fetchesOnePageAtATime()
{
    for (int i = 0; i < 450; ++i)
        row(QString::number(i));
    load();
    QCOMPARE(m_model->rowCount(), 1 + AuditModel::PageSize);
    QVERIFY(m_model->hasOlder());
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    m_model->fetchOlder();
    QVERIFY2(!m_model->hasOlder(), "asks only once while a page is on its way");
    QVERIFY(loaded.wait());
    m_model->fetchOlder();
    QVERIFY(loaded.wait());
    QCOMPARE(m_model->rowCount(), 451);
    QVERIFY(!m_model->hasOlder());
    QCOMPARE(m_model->index(450, AuditModel::EntryName).data().toString(), u"0"_s);
}

void tst_AuditModel::putsNewRowsOnTop()
{
    row(u"first"_s);
    load();
    QSignalSpy inserted(m_model.get(), &AuditModel::rowsInserted);
    const AuditEvent second = row(u"second"_s);
    const AuditEvent third = row(u"third"_s);
    emit m_client->auditAppended({second, third});
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(m_model->index(1, AuditModel::EntryName).data().toString(), u"third"_s);
    QCOMPARE(m_model->index(2, AuditModel::EntryName).data().toString(), u"second"_s);
    QCOMPARE(m_model->indexOf(second.sequence).row(), 2);
    QCOMPARE(m_model->rowCount(), 4);
}

void tst_AuditModel::startsADayWhenItBegins()
{
    row(u"yesterday"_s, noon - Day);
    load();
    emit m_client->auditAppended({row(u"late"_s, noon - Day + 1000), row(u"today"_s)});
    QStringList shown;
    for (int i = 0; i < m_model->rowCount(); ++i)
        shown << m_model->index(i, m_model->event(m_model->index(i, 0)) ? AuditModel::EntryName : 0).data().toString();
    QCOMPARE(shown, (QStringList{u"Today"_s, u"today"_s, u"Yesterday"_s, u"late"_s, u"yesterday"_s}));
}

void tst_AuditModel::letsNewRowsWaitWhileHolding()
{
    row(u"read"_s);
    load();
    m_model->setHolding(true);
    QSignalSpy waiting(m_model.get(), &AuditModel::waitingChanged);
    emit m_client->auditAppended({row(u"1"_s), row(u"2"_s)});
    emit m_client->auditAppended({row(u"3"_s)});
    QCOMPARE(m_model->rowCount(), 2);
    QCOMPARE(m_model->waiting(), 3);
    QCOMPARE(waiting.size(), 2);
    m_model->setHolding(false);
    QCOMPARE(m_model->rowCount(), 5);
    QCOMPARE(m_model->waiting(), 0);
    QCOMPARE(m_model->index(1, AuditModel::EntryName).data().toString(), u"3"_s);
}

void tst_AuditModel::loadsAnewAfterAFlood()
{
    row(u"read"_s);
    load();
    m_model->setHolding(true);
    QList<AuditEvent> flood;
    for (int i = 0; i < 1500; ++i)
        flood << row(QString::number(i));
    emit m_client->auditAppended(flood);
    QCOMPARE(m_model->waiting(), 1500);
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    m_model->setHolding(false);
    QVERIFY(loaded.wait());
    QCOMPARE(m_model->index(1, AuditModel::EntryName).data().toString(), u"1499"_s);
    QCOMPARE(m_model->rowCount(), 1 + AuditModel::PageSize);
}

void tst_AuditModel::keepsRowsOutThatTheFilterLeavesOut()
{
    row(u"github.com"_s);
    m_vault->addRow(noon, u"totp"_s, u"github.com"_s, u"mcp:codex-agent"_s);
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    AuditFilter filter;
    filter.actions = {u"totp"_s};
    m_model->setFilter(filter);
    QVERIFY(loaded.wait());
    QCOMPARE(m_model->rowCount(), 2);
    emit m_client->auditAppended({row(u"github.com"_s)});
    QCOMPARE(m_model->rowCount(), 2);
    m_vault->addRow(noon, u"totp"_s, u"mail"_s, u"mcp:codex-agent"_s);
    emit m_client->auditAppended({m_vault->audit.last()});
    QCOMPARE(m_model->rowCount(), 3);
}

void tst_AuditModel::dropsAnswersToAnOlderFilter()
{
    row(u"github.com"_s);
    row(u"mail"_s);
    m_vault->held = {u"auditPage"_s};
    m_model->reload();
    AuditFilter filter;
    filter.text = u"MAIL"_s;
    m_model->setFilter(filter);
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    m_vault->release();
    QVERIFY(loaded.wait());
    QCoreApplication::processEvents();
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(m_model->rowCount(), 2);
    QCOMPARE(m_model->index(1, AuditModel::EntryName).data().toString(), u"mail"_s);
}

void tst_AuditModel::doesNotShowARowTwice()
{
    const AuditEvent first = row(u"first"_s);
    load();
    emit m_client->auditAppended({first});
    QCOMPARE(m_model->rowCount(), 2);
    // Committed and told while the page that holds it is on its way.
    m_vault->held = {u"auditPage"_s};
    const AuditEvent second = row(u"second"_s);
    m_model->reload();
    emit m_client->auditAppended({second});
    QSignalSpy loaded(m_model.get(), &AuditModel::loaded);
    m_vault->release();
    QVERIFY(loaded.wait());
    QCOMPARE(m_model->rowCount(), 3);
}

void tst_AuditModel::reportsAnErrorAndStops()
{
    m_vault->failures.insert(u"auditPage"_s, {ErrorCode::Locked, {}});
    QSignalSpy failed(m_model.get(), &AuditModel::failed);
    m_model->reload();
    QVERIFY(failed.wait());
    QCOMPARE(m_model->rowCount(), 0);
    QVERIFY(!m_model->hasOlder());
}

void tst_AuditModel::showsHostileTextAsItIs()
{
    m_vault->addRow(noon, u"search"_s, u"\"x\"\n2026-03-08 10:23:14  read\u202e"_s, u"mcp:co\u200bdex"_s);
    load();
    QCOMPARE(m_model->index(1, AuditModel::EntryName).data().toString(), u"\"x\"[U+000A]2026-03-08 10:23:14  read[U+202E]"_s);
    QCOMPARE(m_model->index(1, AuditModel::Actor).data().toString(), u"mcp:co[U+200B]dex"_s);
    QVERIFY(!m_model->index(1, 0).data(Qt::AccessibleTextRole).toString().contains(u'\n'));
}

void tst_AuditModel::staysQuickWithAMillionRows()
{
    m_tester.reset();
    m_vault->audit.reserve(1'000'000);
    AuditEvent event = row(u"github.com"_s);
    for (int i = 1; i < 1'000'000; ++i) {
        event.sequence = i + 1;
        m_vault->audit << event;
    }
    load();
    // What counts is that only a page is held, however long the log is; the time is a generous guard against copies of it.
    QCOMPARE(m_model->rowCount(), 1 + AuditModel::PageSize);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 1000; ++i) {
        event.sequence = 1'000'001 + i;
        emit m_client->auditAppended({event});
    }
    QCOMPARE(m_model->rowCount(), 1 + AuditModel::PageSize + 1000);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    for (int i = 0; i < 9000; ++i) {
        event.sequence = 1'001'001 + i;
        emit m_client->auditAppended({event});
    }
    QVERIFY2(m_model->rowCount() <= AuditModel::MostRows, "old rows are let go");
    QVERIFY(m_model->hasOlder());
}

QTEST_GUILESS_MAIN(tst_AuditModel)
#include "tst_AuditModel.moc"
