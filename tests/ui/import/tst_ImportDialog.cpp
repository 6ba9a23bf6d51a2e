// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/ImportDialog.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/PasswordSheet.h"
#include "ui/keys/TickList.h"
#include "ui/words/ErrorText.h"

#include <QListView>
#include <QMimeData>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ImportDialog;

class tst_ImportDialog : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsWhatTheFileHoldsBeforeWriting();
    void writesOnlyWhatIsTicked();
    void readsNothingAgainWhenALockStoppedIt();
    void opensPersonalToRecogniseWhatIsThere_data();
    void opensPersonalToRecogniseWhatIsThere();
    void takesTheImportBackInOneStep();
    void keepsTheImportWhenItCannotBeTakenBack();
    void saysWhyAFileCannotBeRead();
    void keepsTheVaultWhenWritingFails();
    void saysWhyWhenWritingFailsAndTheFileIsGone();
    void takesADroppedFile();
    void doesNotCloseWhileWriting();
    void dropsAFileThatArrivesTooLate();

private:
    QString file(const QByteArray &bytes, const QString &name = u"export.csv"_s);
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    QPointer<ImportDialog> m_dialog;
    QTemporaryDir m_folder;
    const QByteArray m_chrome = "name,url,username,password,note\r\n"
                                "github.com,https://github.com,octo,correct-horse,\r\n"
                                "Mail,https://mail.example,octo@example.com,battery-staple,\r\n"
                                "Staging,https://staging.example,shop,hunter22,\r\n";
};

void tst_ImportDialog::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_dialog = new ImportDialog(m_client.get(), [] { return qint64(1'773'000'000'000); });
    m_dialog->open();
}

void tst_ImportDialog::cleanup()
{
    delete m_dialog;
    m_client.reset();
    m_vault.reset();
}

QString tst_ImportDialog::file(const QByteArray &bytes, const QString &name)
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        return {};
    return file.fileName();
}

void tst_ImportDialog::showsWhatTheFileHoldsBeforeWriting()
{
    m_dialog->openFile(file(m_chrome));
    QCOMPARE(m_dialog->page(), ImportDialog::Reading);
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    QVERIFY(says(m_dialog, u"3 logins"_s));
    QVERIFY(says(m_dialog, u"export.csv"_s));
    QCOMPARE(m_dialog->findChild<ui::TickList *>()->tickedCount(), 3);
    QVERIFY(button(m_dialog, u"Import 3 entries"_s));
    QVERIFY(m_vault->calls.isEmpty());
}

void tst_ImportDialog::writesOnlyWhatIsTicked()
{
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    auto *list = m_dialog->findChild<ui::TickList *>()->findChild<QListView *>();
    list->setCurrentIndex(list->model()->index(1, 0));
    QTest::keyClick(list, Qt::Key_Space);
    QSignalSpy imported(m_dialog, &ImportDialog::imported);
    press(button(m_dialog, u"Import 2 entries"_s));
    QVERIFY(imported.wait());
    QCOMPARE(m_vault->imported.size(), 2u);
    QCOMPARE(m_vault->imported.at(0).title, u"github.com"_s);
    QCOMPARE(m_vault->imported.at(1).title, u"Staging"_s);
    QVERIFY(says(m_dialog, u"2 entries imported"_s));
    QVERIFY(says(m_dialog, u"Delete it once you are content"_s));
}

void tst_ImportDialog::readsNothingAgainWhenALockStoppedIt()
{
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    m_vault->failures.insert(u"applyImport"_s, {ErrorCode::Locked, {}});
    press(button(m_dialog, u"Import 3 entries"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Choose);
    QTest::qWait(50);
    QCOMPARE(m_dialog->page(), ImportDialog::Choose);
    QVERIFY(m_vault->imported.empty());
}

void tst_ImportDialog::opensPersonalToRecogniseWhatIsThere_data()
{
    QTest::addColumn<bool>("empty");
    QTest::newRow("nothing to compare with") << true;
    QTest::newRow("entries to compare with") << false;
}

void tst_ImportDialog::opensPersonalToRecogniseWhatIsThere()
{
    QFETCH(bool, empty);
    if (!empty)
        m_vault->fillWithSamples(1'773'000'000'000);
    m_dialog->openFile(file("name,url,username,password,note\r\n"
                            "Bank,https://bank.example,octo,x,\"IBAN GB82 WEST 1234 5698 7654 32\"\r\n"
                            "Wallet,https://wallet.example,octo,x,GB82 WEST 1234 5698 7654 32\r\n"));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    press(button(m_dialog, u"Import 2 entries"_s));
    if (empty) {
        QTRY_COMPARE(m_dialog->page(), ImportDialog::Result);
        QVERIFY(!m_dialog->findChild<ui::PasswordSheet *>());
        return;
    }
    QTRY_VERIFY(m_dialog->findChild<ui::PasswordSheet *>());
    QCOMPARE(m_dialog->page(), ImportDialog::Preview);
    auto *sheet = m_dialog->findChild<ui::PasswordSheet *>();
    sheet->reject();
    QTest::qWait(50);
    QCOMPARE(m_dialog->page(), ImportDialog::Preview);
    QVERIFY2(m_vault->imported.empty(), "nothing is written when the person turns back");
}

void tst_ImportDialog::takesTheImportBackInOneStep()
{
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    press(button(m_dialog, u"Import 3 entries"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Result);
    // As long as the import itself, and shown like it.
    m_vault->held = {u"undoImport"_s};
    press(button(m_dialog, u"Take the import back"_s));
    QCOMPARE(m_dialog->page(), ImportDialog::TakingBack);
    QVERIFY(says(m_dialog, u"Taking the import back…"_s));
    QTest::keyClick(m_dialog, Qt::Key_Escape);
    QVERIFY(m_dialog->isVisible());
    m_vault->release();
    QVERIFY(willSay(m_dialog, u"The import was taken back"_s));
    QCOMPARE(m_dialog->page(), ImportDialog::Result);
    QCOMPARE(m_vault->importsUndone, 1);
    QVERIFY(!button(m_dialog, u"Take the import back"_s));
}

void tst_ImportDialog::keepsTheImportWhenItCannotBeTakenBack()
{
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    press(button(m_dialog, u"Import 3 entries"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Result);
    m_vault->failures.insert(u"undoImport"_s, {ErrorCode::DiskFull, {}});
    press(button(m_dialog, u"Take the import back"_s));
    QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::DiskFull).title));
    QCOMPARE(m_dialog->page(), ImportDialog::Result);
    QVERIFY(says(m_dialog, u"3 entries imported"_s));
    m_vault->failures.clear();
    press(button(m_dialog, u"Take the import back"_s));
    QVERIFY(willSay(m_dialog, u"The import was taken back"_s));
    QVERIFY(!says(m_dialog, ui::ErrorText::of(ErrorCode::DiskFull).title));
}

void tst_ImportDialog::saysWhyAFileCannotBeRead()
{
    m_dialog->openFile(file("\x7f\x45\x4c\x46 this is no export at all", u"program.bin"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Choose);
    QVERIFY(says(m_dialog, ui::ErrorText::of(ErrorCode::ImportUnsupported).title));
    m_dialog->openFile(m_folder.filePath(u"nowhere.csv"_s));
    QTRY_VERIFY(says(m_dialog, ui::ErrorText::of(ErrorCode::NotFound).title));
    m_dialog->openFile(file({}, u"empty.csv"_s));
    QTRY_VERIFY(says(m_dialog, ui::ErrorText::of(ErrorCode::ImportEmpty).title));
}

void tst_ImportDialog::keepsTheVaultWhenWritingFails()
{
    m_vault->failures.insert(u"applyImport"_s, {ErrorCode::DiskFull, {}});
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    auto *list = m_dialog->findChild<ui::TickList *>()->findChild<QListView *>();
    list->setCurrentIndex(list->model()->index(1, 0));
    QTest::keyClick(list, Qt::Key_Space);
    press(button(m_dialog, u"Import 2 entries"_s));
    QVERIFY(willSay(m_dialog, ui::ErrorText::of(ErrorCode::DiskFull).title));
    QCOMPARE(m_dialog->page(), ImportDialog::Preview);
    QVERIFY2(button(m_dialog, u"Import 2 entries"_s), "what was ticked is ticked still");
    m_vault->failures.clear();
    press(button(m_dialog, u"Import 2 entries"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Result);
    QCOMPARE(m_vault->imported.size(), std::size_t{2});
}

void tst_ImportDialog::saysWhyWhenWritingFailsAndTheFileIsGone()
{
    m_vault->failures.insert(u"applyImport"_s, {ErrorCode::DiskFull, {}});
    const QString path = file(m_chrome);
    m_dialog->openFile(path);
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    QVERIFY(QFile::remove(path));
    press(button(m_dialog, u"Import 3 entries"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Choose);
    QVERIFY(says(m_dialog, ui::ErrorText::of(ErrorCode::DiskFull).title));
}

void tst_ImportDialog::takesADroppedFile()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file(m_chrome))});
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    enter.ignore();
    QCoreApplication::sendEvent(m_dialog, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(m_dialog, &drop);
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);

    data.setUrls({QUrl(u"https://example.com/a.csv"_s)});
    QDragEnterEvent remote({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
    remote.ignore();
    QCoreApplication::sendEvent(m_dialog, &remote);
    QVERIFY(!remote.isAccepted());
}

void tst_ImportDialog::doesNotCloseWhileWriting()
{
    m_vault->held = {u"applyImport"_s};
    m_dialog->openFile(file(m_chrome));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    press(button(m_dialog, u"Import 3 entries"_s));
    QCOMPARE(m_dialog->page(), ImportDialog::Writing);
    QTest::keyClick(m_dialog, Qt::Key_Escape);
    QVERIFY(m_dialog->isVisible());
    m_vault->release();
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Result);
}

void tst_ImportDialog::dropsAFileThatArrivesTooLate()
{
    m_dialog->openFile(file(m_chrome, u"first.csv"_s));
    m_dialog->openFile(file("name,url,username,password,note\r\nOnly,https://only.example,a,b,\r\n", u"second.csv"_s));
    QTRY_COMPARE(m_dialog->page(), ImportDialog::Preview);
    QTest::qWait(100);
    QVERIFY(says(m_dialog, u"second.csv"_s));
    // Closing while a file is read lets the answer go nowhere.
    m_dialog->openFile(file(m_chrome, u"third.csv"_s));
    delete m_dialog;
    QTest::qWait(100);
}

QTEST_MAIN(tst_ImportDialog)
#include "tst_ImportDialog.moc"
