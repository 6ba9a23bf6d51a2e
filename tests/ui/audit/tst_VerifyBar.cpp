// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/Settings.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/PersonalAccess.h"
#include "ui/audit/AuditModel.h"
#include "ui/audit/AuditPage.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/CheckpointSheet.h"
#include "ui/audit/VerdictText.h"
#include "ui/audit/VerifyBar.h"

#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

const qint64 now = QDateTime(QDate(2026, 11, 26), QTime(15, 40)).toMSecsSinceEpoch();

} // namespace

/// Verifying the log, as the page Audit shows it.
class tst_VerifyBar : public QObject {
    Q_OBJECT

    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;

private slots:
    void init()
    {
        m_vault = std::make_unique<ScriptedVault>();
        m_vault->facts.state = LockState::Unlocked;
        m_client = ScriptedVault::makeClient();
    }
    void cleanup()
    {
        m_client.reset();
        m_vault.reset();
    }

    void saysHowFarItIsAndStops()
    {
        VerifyBar bar(m_client.get(), [] { return now; });
        QVERIFY(!bar.isVisible());
        m_vault->held << u"verifyLog"_s;
        bar.start({});
        QVERIFY(bar.isVisible() && bar.isRunning());
        emit m_client->verifyProgress(500, 90'000);
        QVERIFY2(bar.text().contains(QLocale().toString(90'000)), qPrintable(bar.text()));
        press(button(&bar, u"Stop"_s));
        QVERIFY(m_vault->calls.contains(u"cancelVerify"_s));
        m_vault->verdict.isCancelled = true;
        m_vault->release();
        QTRY_VERIFY(!bar.isRunning());
    }

    void saysWhatAGoodLogProvesAndWhatNot()
    {
        m_vault->verdict = {.rows = 4711, .checkpoints = 47, .anchor = LogVerdict::Place::File, .anchorRow = 4700, .anchorTime = now};
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({});
        QTRY_VERIFY(!bar.isRunning());
        QVERIFY(bar.text().contains(QLocale().toString(4711)));
        QVERIFY(bar.text().contains(QLocale().toString(4700)));
        QVERIFY(bar.text().contains(u"does not prove"_s));
        QVERIFY(!button(&bar, u"Show row"_s));
    }

    void warnsWhenTheCheckpointFileDoesNotVouchForTheLog_data()
    {
        QTest::addColumn<int>("trouble"); // -1: it was read
        QTest::addColumn<qint64>("fileRow");
        QTest::addColumn<InlineMessage::Kind>("kind");
        QTest::addColumn<QString>("word");
        QTest::newRow("missing") << static_cast<int>(ErrorCode::NotFound) << qint64{0} << InlineMessage::Kind::Warning << u"is missing"_s;
        QTest::newRow("unreadable") << static_cast<int>(ErrorCode::Io) << qint64{0} << InlineMessage::Kind::Warning << u"cannot be read"_s;
        QTest::newRow("nothing of this vault") << -1 << qint64{0} << InlineMessage::Kind::Warning << u"no checkpoint of this vault"_s;
        QTest::newRow("behind the keychain") << -1 << qint64{4000} << InlineMessage::Kind::Good << QLocale().toString(4000);
    }
    void warnsWhenTheCheckpointFileDoesNotVouchForTheLog()
    {
        QFETCH(int, trouble);
        QFETCH(qint64, fileRow);
        QFETCH(InlineMessage::Kind, kind);
        QFETCH(QString, word);
        m_vault->verdict = {.rows = 4711, .checkpoints = 47, .anchor = LogVerdict::Place::Keychain, .anchorRow = 4700, .anchorTime = now,
                            .fileRow = fileRow, .fileSince = fileRow > 0 ? now : 0};
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({.path = u"/media/stick/checkpoints.txt"_s}, trouble < 0 ? Result<QByteArray>("a note") : fail(static_cast<ErrorCode>(trouble)));
        QTRY_VERIFY(!bar.isRunning());
        QCOMPARE(bar.kind(), kind);
        QVERIFY2(bar.text().contains(word), qPrintable(bar.text()));
        QCOMPARE(bar.text().contains(u"checkpoints.txt"_s), kind == InlineMessage::Kind::Warning);
        // What the rest of it proves is said as well.
        QVERIFY2(bar.text().contains(QLocale().toString(4700)), qPrintable(bar.text()));
        QVERIFY(bar.text().contains(u"does not prove"_s));
    }

    void warnsOfAFileThatTheVaultRemembersAndTheSettingsDoNot()
    {
        m_vault->verdict = {.rows = 4711, .checkpoints = 47, .anchor = LogVerdict::Place::File, .anchorRow = 4700, .anchorTime = now, .fileRow = 4700, .fileSince = now};
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({.path = u"/media/stick/checkpoints.txt"_s, .row = 4700, .isUnnamed = true}, QByteArray("a note"));
        QTRY_VERIFY(!bar.isRunning());
        QCOMPARE(bar.kind(), InlineMessage::Kind::Warning);
        QVERIFY2(bar.text().contains(u"the settings do not name that file any more"_s), qPrintable(bar.text()));
        QVERIFY(bar.text().contains(QLocale().toString(4711)));
        // Gone as well: both are said.
        bar.start({.path = u"/media/stick/checkpoints.txt"_s, .row = 4700, .isUnnamed = true}, fail(ErrorCode::NotFound));
        QTRY_VERIFY(!bar.isRunning());
        QVERIFY(bar.text().contains(u"the settings do not name that file any more"_s));
        QVERIFY(bar.text().contains(u"is missing"_s));
    }

    void warnsOfAFileThatEndsBeforeWhatWasWrittenToIt()
    {
        m_vault->verdict = {.rows = 4711, .checkpoints = 47, .anchor = LogVerdict::Place::File, .anchorRow = 4600, .anchorTime = now, .fileRow = 4600, .fileSince = now};
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({.path = u"/media/stick/checkpoints.txt"_s, .row = 4700}, QByteArray("a note"));
        QTRY_VERIFY(!bar.isRunning());
        QCOMPARE(bar.kind(), InlineMessage::Kind::Warning);
        QVERIFY2(bar.text().contains(u"ends at row %1"_s.arg(QLocale().toString(4600))), qPrintable(bar.text()));
    }

    void theSheetTellsOfAFileThatTheSettingsDoNotNameAndGivesItUp()
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(u"settings.ini"_s));
        m_vault->keptCheckpoints = {folder.filePath(u"gone.txt"_s), 4700};
        CheckpointSheet sheet(m_client.get(), &settings);
        QTRY_VERIFY(says(&sheet, u"The vault remembers"_s));
        press(button(&sheet, u"Keep none"_s));
        QTRY_VERIFY(m_vault->keptCheckpoints.path.isEmpty());
        QTRY_VERIFY(says(&sheet, u"No file is kept."_s));
    }

    void aFaultIsAFaultWithAndWithoutTheFile()
    {
        m_vault->verdict = {.rows = 41, .fault = LogVerdict::Fault::Altered, .row = 42};
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({.path = u"/media/stick/checkpoints.txt"_s}, fail(ErrorCode::NotFound));
        QTRY_VERIFY(!bar.isRunning());
        QCOMPARE(bar.kind(), InlineMessage::Kind::Error);
        QVERIFY(button(&bar, u"Show row"_s));
    }

    void leadsToTheFirstBadRow()
    {
        m_vault->verdict = {.rows = 41, .fault = LogVerdict::Fault::Altered, .row = 42};
        VerifyBar bar(m_client.get(), [] { return now; });
        QSignalSpy wanted(&bar, &VerifyBar::rowRequested);
        bar.start({});
        QTRY_VERIFY(!bar.isRunning());
        QVERIFY(bar.text().contains(u"42"_s));
        press(button(&bar, u"Show row"_s));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().first().toLongLong(), 42);
    }

    void saysWhyItCouldNotBeVerified()
    {
        m_vault->failures.insert(u"verifyLog"_s, {ErrorCode::PersonalShut, {}});
        VerifyBar bar(m_client.get(), [] { return now; });
        bar.start({});
        QTRY_VERIFY(!bar.isRunning());
        QVERIFY(bar.isVisible() && bar.text().contains(u"Personal"_s));
    }

    void hasWordsForEveryFault()
    {
        QSet<QString> words;
        const TimeText time(now);
        for (int fault = 0; fault <= static_cast<int>(LogVerdict::Fault::HeadAltered); ++fault)
            words.insert(VerdictText::of({.rows = 41, .fault = static_cast<LogVerdict::Fault>(fault), .row = 42}, time));
        QCOMPARE(words.size(), static_cast<int>(LogVerdict::Fault::HeadAltered) + 1);
    }

    void bringsARowFromTheMiddleOfALongLog()
    {
        for (int row = 1; row <= 3000; ++row) {
            AuditEvent event;
            event.sequence = row;
            event.time = now - (3000 - row) * 1000;
            event.action = u"read"_s;
            event.actor = u"mcp:codex-agent"_s;
            m_vault->audit << event;
        }
        ui::AuditPage page(m_client.get(), [] { return now; });
        page.resize(1000, 700);
        page.show();
        auto *model = page.findChild<AuditModel *>();
        auto *table = page.findChild<AuditTable *>();
        QTRY_VERIFY(model->rowCount() > 100);
        page.showRow(1200);
        QTRY_COMPARE(model->event(table->currentIndex()) ? model->event(table->currentIndex())->sequence : 0, 1200);
        QVERIFY(model->startsLater());
        // Newer ones stay out until they are asked for, else there would be a gap.
        AuditEvent fresh = m_vault->audit.last();
        fresh.sequence = 3001;
        emit m_client->auditAppended({fresh});
        QVERIFY(!model->indexOf(3001).isValid());
        press(button(&page, u"Newest rows"_s));
        QTRY_VERIFY(model->indexOf(3000).isValid());
        QVERIFY(!model->startsLater());
        // One that is missing: the row before it.
        m_vault->audit.removeIf([](const AuditEvent &event) { return event.sequence == 1500; });
        page.showRow(1500);
        QTRY_COMPARE(model->event(table->currentIndex()) ? model->event(table->currentIndex())->sequence : 0, 1499);
    }

    void asksForThePasswordFirst()
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(u"settings.ini"_s));
        PersonalAccess personal(m_client.get(), [] { return now; });
        ui::AuditPage page(m_client.get(), [] { return now; });
        QVERIFY(!button(&page, u"Verify"_s));
        page.setVerification(&personal, &settings);
        page.resize(1000, 700);
        page.show();
        auto *verify = qobject_cast<QPushButton *>(button(&page, u"Verify"_s));
        QVERIFY(verify && verify->menu());
        verify->menu()->actions().first()->trigger();
        QDialog *sheet = nullptr;
        QTRY_VERIFY((sheet = page.findChild<QDialog *>()) || (sheet = qobject_cast<QDialog *>(QApplication::activeModalWidget())));
        QVERIFY(!m_vault->calls.contains(u"verifyLog"_s));
        sheet->reject();
    }
};

QTEST_MAIN(tst_VerifyBar)
#include "tst_VerifyBar.moc"
