// SPDX-License-Identifier: GPL-3.0-or-later
// What a key did and what it has seen, in their dialogs.
#include "ui/keys/ReceiptDialog.h"
#include "ui/keys/SeenDialog.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/audit/ReceiptText.h"
#include "ui/keys/SeenModel.h"
#include "ui/words/ErrorText.h"

#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// Answers come through the event loop.
void answers()
{
    QTest::qWait(10);
}

class tst_KeyReports : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void countsWhatAKeyUsedToday();
    void reachesFurtherBackWhenToldTo();
    void copiesAndSavesTheReceipt();
    void saysWhenAReceiptCannotBeReadOrSaved();
    void listsWhatAKeyHasSeenOldestFirst();
    void ticksOffAndTakesATickBackThatWasNotStored();
    void opensTheEntryAndClosesItself();
    void offersOnlyAddressesABrowserMayOpen();
    void savesTheList();
    void saysThatAKeyHasSeenNothing();

private:
    SeenDialog *seen();
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<QDialog> m_dialog;
    const qint64 m_now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();
    const Clock m_clock = [this] { return m_now; };
    static constexpr qint64 Day = 86'400'000;
};

void tst_KeyReports::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    const auto credential = [this](int entry, int reads, qint64 first, qint64 rotated, const QStringList &urls) {
        const EntrySummary &one = m_vault->entries.at(entry);
        return SeenCredential{one.id, one.title, urls, true, reads, 0, first, first + 3'600'000, rotated, false};
    };
    m_vault->seen.insert(u"Kq7ZrT2k"_s, {credential(0, 12, m_now - 7 * Day, 0, {u"https://github.com"_s}),
                                         credential(1, 1, m_now - 3 * Day, m_now - Day, {u"file:///etc/passwd"_s}),
                                         credential(2, 4, m_now - Day, 0, {})});
    m_client = ScriptedVault::makeClient();
}

void tst_KeyReports::cleanup()
{
    delete m_dialog;
    m_client.reset();
    m_vault.reset();
}

SeenDialog *tst_KeyReports::seen()
{
    auto *dialog = new SeenDialog(m_client.get(), m_clock, m_vault->agents.first());
    m_dialog = dialog;
    dialog->open();
    answers();
    return dialog;
}

void tst_KeyReports::countsWhatAKeyUsedToday()
{
    auto *dialog = new ReceiptDialog(m_client.get(), m_clock, m_vault->agents.first());
    m_dialog = dialog;
    dialog->open();
    answers();
    QVERIFY(dialog->markdown().contains(u"# What `codex-agent` used"_s));
    QVERIFY(dialog->markdown().contains(u"| `Database staging` |"_s));
    QVERIFY(dialog->markdown().contains(u"2026-03-11 00:00:00"_s));
    const int today = static_cast<int>(std::ranges::count_if(m_vault->audit, [this](const AuditEvent &event) {
        return event.keyId == u"Kq7ZrT2k"_s && event.time >= QDateTime(QDate(2026, 3, 11), QTime(0, 0)).toMSecsSinceEpoch();
    }));
    QVERIFY(says(dialog, u"%1 calls"_s.arg(today)));
}

void tst_KeyReports::reachesFurtherBackWhenToldTo()
{
    auto *dialog = new ReceiptDialog(m_client.get(), m_clock, m_vault->agents.first());
    m_dialog = dialog;
    dialog->open();
    answers();
    auto *span = dialog->findChild<QComboBox *>();
    span->setCurrentIndex(span->findText(u"Last hour"_s));
    answers();
    QVERIFY(dialog->markdown().contains(u"From 2026-03-11 14:40:00"_s));
    span->setCurrentIndex(span->findText(u"Since…"_s));
    answers();
    QVERIFY(dialog->markdown().contains(u"From 2026-03-10 15:40:00"_s));
}

void tst_KeyReports::copiesAndSavesTheReceipt()
{
    auto *dialog = new ReceiptDialog(m_client.get(), m_clock, m_vault->agents.first());
    m_dialog = dialog;
    dialog->open();
    answers();
    press(button(dialog, u"Copy"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), dialog->markdown());
    QVERIFY(button(dialog, u"Copied"_s));
    QTemporaryDir folder;
    dialog->saveAs(folder.filePath(u"receipt.md"_s));
    QFile file(folder.filePath(u"receipt.md"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), dialog->markdown());
    QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::Permissions());
    QVERIFY(says(dialog, u"Saved."_s));
}

void tst_KeyReports::saysWhenAReceiptCannotBeReadOrSaved()
{
    m_vault->failures.insert(u"receipt"_s, {ErrorCode::DamagedFile, {}});
    auto *dialog = new ReceiptDialog(m_client.get(), m_clock, m_vault->agents.first());
    m_dialog = dialog;
    dialog->open();
    answers();
    QVERIFY(says(dialog, ErrorText::of(ErrorCode::DamagedFile).title));
    QVERIFY(!button(dialog, u"Copy"_s)->isEnabled());
    m_vault->failures.clear();
    dialog->findChild<QComboBox *>()->setCurrentIndex(0);
    answers();
    QVERIFY(!says(dialog, ErrorText::of(ErrorCode::DamagedFile).title));
    dialog->saveAs(u"/no/such/folder/receipt.md"_s);
    QVERIFY(!says(dialog, u"Saved."_s));
    QVERIFY(says(dialog, ErrorText::of(ErrorCode::ReadOnly).title));
}

void tst_KeyReports::listsWhatAKeyHasSeenOldestFirst()
{
    SeenDialog *dialog = seen();
    const auto *model = dialog->findChild<QTreeView *>()->model();
    const auto cell = [model](int row, int column) { return model->index(row, column).data().toString(); };
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(cell(0, SeenModel::Credential), u"github.com"_s);
    QCOMPARE(cell(0, SeenModel::Times), u"12 reads"_s);
    QCOMPARE(cell(0, SeenModel::Changed), u"Not yet"_s);
    QCOMPARE(cell(1, SeenModel::Changed), u"Yesterday 15:40"_s);
    QVERIFY(says(dialog, u"1 of 3 dealt with"_s));
}

void tst_KeyReports::ticksOffAndTakesATickBackThatWasNotStored()
{
    SeenDialog *dialog = seen();
    auto *model = dialog->findChild<QTreeView *>()->model();
    model->setData(model->index(0, 0), Qt::Checked, Qt::CheckStateRole);
    answers();
    QVERIFY(m_vault->seen.value(u"Kq7ZrT2k"_s).first().ticked);
    QVERIFY(says(dialog, u"2 of 3 dealt with"_s));
    m_vault->failures.insert(u"tickRotated"_s, {ErrorCode::DiskFull, {}});
    model->setData(model->index(2, 0), Qt::Checked, Qt::CheckStateRole);
    answers();
    QVERIFY(says(dialog, u"2 of 3 dealt with"_s));
    QVERIFY(says(dialog, ErrorText::of(ErrorCode::DiskFull).title));
    QCOMPARE(model->index(2, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    m_vault->failures.clear();
    model->setData(model->index(2, 0), Qt::Checked, Qt::CheckStateRole);
    answers();
    QVERIFY(says(dialog, u"All 3 dealt with"_s));
}

void tst_KeyReports::opensTheEntryAndClosesItself()
{
    SeenDialog *dialog = seen();
    QSignalSpy wanted(dialog, &SeenDialog::entryRequested);
    press(button(dialog, u"Open entry"_s));
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().value<EntryId>(), m_vault->entries.first().id);
    QTRY_VERIFY(!m_dialog);
}

void tst_KeyReports::offersOnlyAddressesABrowserMayOpen()
{
    SeenDialog *dialog = seen();
    auto *view = dialog->findChild<QTreeView *>();
    QVERIFY(button(dialog, u"Open address"_s)->isEnabled());
    view->setCurrentIndex(view->model()->index(1, 0));
    QVERIFY(!button(dialog, u"Open address"_s)->isEnabled());
    m_vault->seen[u"Kq7ZrT2k"_s][1].exists = false;
    emit m_client->entriesChanged();
    answers();
    QVERIFY2(!button(dialog, u"Open entry"_s)->isEnabled(), "the entry is gone, and the row stays where it was");
    QCOMPARE(view->currentIndex().row(), 1);
}

void tst_KeyReports::savesTheList()
{
    SeenDialog *dialog = seen();
    QTemporaryDir folder;
    dialog->saveAs(folder.filePath(u"seen.md"_s));
    QFile file(folder.filePath(u"seen.md"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), ReceiptText().markdown(u"codex-agent"_s, m_vault->seen.value(u"Kq7ZrT2k"_s), m_now));
}

void tst_KeyReports::saysThatAKeyHasSeenNothing()
{
    m_vault->seen.clear();
    SeenDialog *dialog = seen();
    QVERIFY(says(dialog, u"It has seen nothing"_s));
    QVERIFY(!button(dialog, u"Save as Markdown…"_s)->isEnabled());
}

QTEST_MAIN(tst_KeyReports)
#include "tst_KeyReports.moc"
