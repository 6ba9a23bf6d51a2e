// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ClientVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/GeneratorDialog.h"
#include "ui/MainWindow.h"
#include "ui/PersonalAccess.h"
#include "ui/Sidebar.h"
#include "ui/audit/AuditPage.h"
#include "ui/entries/EntriesPage.h"
#include "ui/entries/EntryEditor.h"
#include "ui/entries/EntryListPane.h"
#include "ui/entries/FieldEditor.h"
#include "ui/keys/AgentsPage.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/setup/UnlockPanel.h"
#include "ui/widgets/ConfirmSheet.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QListView>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWindow>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// The whole window with its real pages over a real vault: what a lock takes away and keeps, what quitting asks, and
/// which shortcut acts where.
class tst_WindowLock : public QObject {
    Q_OBJECT

    struct Bench {
        Bench()
            : settings(folder.filePath(u"settings.ini"_s))
            , clipboard(QGuiApplication::clipboard())
            , personal(vault.client(), vault.clock())
        {
            vault.store(draft(u"github.com"_s, {{"user name", FieldKind::Username, "octo"}, {"password", FieldKind::Password, "hunter2!"}}));
            vault.store(draft(u"aws.example"_s, {{"password", FieldKind::Password, "deploy!"}}));
            keys = new AgentsPage(vault.client(), &clipboard, vault.clock());
            audit = new ui::AuditPage(vault.client(), vault.clock());
            lockScreen = new UnlockPanel(vault.client(), vault.clock());
            window = std::make_unique<MainWindow>(
                MainWindow::Parts{vault.client(), &clipboard, &personal, &settings, vault.clock()},
                MainWindow::Pages{keys, audit, new QLineEdit, new QWidget, lockScreen, [this] { keys->createKey(); },
                                  [this] { audit->focusSearch(); }});
            window->show();
            static_cast<void>(QTest::qWaitForWindowActive(window.get()));
        }
        QListView *list() const { return window->entries()->list()->findChild<QListView *>(); }
        bool isReady() const { return QTest::qWaitFor([this] { return list()->model()->rowCount() == 2; }); }
        EntryEditor *editor() const { return window->findChild<EntryEditor *>(); }
        FieldEditor *field(FieldKind kind) const
        {
            for (auto *one : editor()->findChildren<FieldEditor *>())
                if (one->outline().kind == kind)
                    return one;
            return nullptr;
        }
        QLineEdit *value(FieldKind kind) const { return field(kind)->findChild<ValueEdit *>()->findChild<QLineEdit *>(); }
        void go(Place::Kind kind) { window->setPlace({kind, {}, {}}); }
        void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : window.get(), key, Qt::ControlModifier); }
        void typeAnEntry()
        {
            window->entries()->makeNew(EntryType::Login);
            static_cast<void>(QTest::qWaitForWindowActive(editor()));
            type(lineEdit(editor(), u"Title"_s), u"a new site"_s);
            type(value(FieldKind::Password), u"just set there"_s);
        }
        bool lock()
        {
            vault.client()->lock();
            return QTest::qWaitFor([this] { return !vault.client()->isUnlocked() && lockScreen->isVisible(); });
        }
        bool unlock()
        {
            vault.client()->unlock(TemporaryVault::password(), {window.get(), [](const Result<> &) {}});
            return QTest::qWaitFor([this] { return vault.client()->isUnlocked(); });
        }

        QTemporaryDir folder;
        ClientVault vault;
        Settings settings;
        ClipboardGuard clipboard;
        PersonalAccess personal;
        AgentsPage *keys;
        ui::AuditPage *audit;
        UnlockPanel *lockScreen;
        std::unique_ptr<MainWindow> window;
    };

    static QList<QDialog *> dialogsOnScreen()
    {
        QList<QDialog *> open;
        for (QWidget *window : QApplication::topLevelWidgets())
            if (auto *dialog = qobject_cast<QDialog *>(window); dialog && dialog->isVisible())
                open << dialog;
        return open;
    }

    /// Whether some widget of the program holds the text, on screen or not.
    static bool someWidgetHolds(const QString &text)
    {
        for (QWidget *widget : QApplication::allWidgets())
            for (const char *property : {"text", "plainText"})
                if (widget->property(property).toString().contains(text))
                    return true;
        return false;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void takesANewTokenOffTheScreenWithoutAsking()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        NewKey key;
        key.agent.name = u"codex-agent"_s;
        key.token = crypto::SecretText::copyOf("clavitor_Kq7ZrT2kn4Qw8ZrT2kVbY7sJ5mXe1LgHc9PaUf3DoRi6WtBvNqE0Kx");
        QPointer<NewKeySheet> sheet = new NewKeySheet(std::move(key), &bench.clipboard, {}, bench.keys);
        sheet->open();
        QVERIFY(sheet->isVisible());
        QVERIFY(bench.lock());
        QTRY_VERIFY(!sheet);
        QVERIFY(dialogsOnScreen().isEmpty());
    }

    void takesEveryOtherDialogOffTheScreen()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.window->openGenerator();
        bench.keys->createKey();
        auto *ask = new ConfirmSheet(u"Sure?"_s, u"Lost"_s, u"Do it"_s, {}, nullptr);
        QSignalSpy accepted(ask, &QDialog::accepted);
        ask->open();
        QCOMPARE(dialogsOnScreen().size(), 3);
        QVERIFY(bench.lock());
        QVERIFY(dialogsOnScreen().isEmpty());
        QCOMPARE(accepted.size(), 0);
    }

    void takesTheGeneratorFromInFrontOfALockedVault()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        QVERIFY(bench.lock());
        bench.window->openGenerator();
        QCOMPARE(dialogsOnScreen().size(), 1);
        bench.vault.client()->lock();
        QVERIFY(dialogsOnScreen().isEmpty());
    }

    void forgetsWhatIsTypedInFrontOfNobodyAndLocksNothing()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.vault.client()->forgetTyped();
        QTest::qWait(50);
        QVERIFY(bench.vault.client()->isUnlocked());
        QVERIFY(bench.lock());
        QLineEdit *line = lineEdit(bench.lockScreen, u"Master password"_s);
        type(line, u"half a passw"_s);
        bench.vault.client()->forgetTyped();
        QVERIFY(line->text().isEmpty());
        QVERIFY(!someWidgetHolds(u"half a passw"_s));
    }

    void keepsAnEntryBeingTypedThroughALock()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.typeAnEntry();
        QVERIFY(bench.lock());
        QVERIFY(dialogsOnScreen().isEmpty());
        QVERIFY(!someWidgetHolds(u"just set there"_s));
        QVERIFY(!someWidgetHolds(u"a new site"_s));

        QVERIFY(bench.unlock());
        QTRY_VERIFY(bench.editor() && bench.editor()->isVisible());
        QCOMPARE(lineEdit(bench.editor(), u"Title"_s)->text(), u"a new site"_s);
        QCOMPARE(bench.value(FieldKind::Password)->text(), u"just set there"_s);
        QCOMPARE(bench.value(FieldKind::Password)->echoMode(), QLineEdit::Password);
        QVERIFY(bench.editor()->isDirty());
        QSignalSpy saved(bench.editor(), &EntryEditor::saved);
        bench.editor()->save();
        QTRY_COMPARE(saved.size(), 1);
        const auto stored = saved.first().first().value<EntrySummary>();
        QCOMPARE(stored.title, u"a new site"_s);
        QCOMPARE(stored.fields.size(), 1);
        QCOMPARE(bench.vault.value(stored.id, stored.fields.first().number), QByteArray("just set there"));
    }

    void closesAnEditorInWhichNothingWasTyped()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.window->entries()->editCurrent();
        QPointer<EntryEditor> editor = bench.editor();
        QVERIFY(bench.lock());
        QTRY_VERIFY(!editor);
        QVERIFY(bench.unlock());
        QVERIFY(dialogsOnScreen().isEmpty());
    }

    void asksBeforeQuittingOverAnEntryBeingTyped_data()
    {
        QTest::addColumn<bool>("locked");
        QTest::newRow("editor on screen") << false;
        QTest::newRow("vault locked meanwhile") << true;
    }
    void asksBeforeQuittingOverAnEntryBeingTyped()
    {
        QFETCH(bool, locked);
        Bench bench;
        QVERIFY(bench.isReady());
        QSignalSpy quit(bench.window.get(), &MainWindow::quitRequested);
        bench.typeAnEntry();
        if (locked)
            QVERIFY(bench.lock());
        bench.window->requestQuit();
        QCOMPARE(quit.size(), 0);
        auto *ask = bench.window->findChild<ConfirmSheet *>();
        QVERIFY(ask && ask->isVisible());
        bench.window->requestQuit(); // asked twice is one question
        QCOMPARE(bench.window->findChildren<ConfirmSheet *>().size(), 1);
        test::press(button(ask, u"Cancel"_s));
        QTRY_VERIFY(!bench.window->findChild<ConfirmSheet *>());
        QVERIFY(bench.window->entries()->unsaved());
        bench.window->requestQuit();
        test::press(button(bench.window->findChild<ConfirmSheet *>(), u"Quit"_s));
        QCOMPARE(quit.size(), 1);
    }

    void quitsAtOnceWhenNothingWasTyped()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        QSignalSpy quit(bench.window.get(), &MainWindow::quitRequested);
        bench.press(Qt::Key_Q);
        QCOMPARE(quit.size(), 1);
    }

    void selectsTheSavedEntryAloneWhileCtrlIsStillDown()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        QTRY_COMPARE(bench.window->entries()->list()->selection().size(), 1);
        bench.typeAnEntry();
        // By the window: so Qt itself knows that Ctrl is down, as with a hand on the keyboard.
        QTest::keyPress(bench.editor()->windowHandle(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE(bench.list()->model()->rowCount(), 3);
        QTRY_VERIFY(!bench.editor());
        QCOMPARE(QGuiApplication::keyboardModifiers(), Qt::ControlModifier);
        QTRY_COMPARE(bench.list()->currentIndex().data(Qt::DisplayRole).toString(), u"a new site"_s);
        QCOMPARE(bench.window->entries()->list()->selection().size(), 1);
        QTest::keyRelease(bench.window->windowHandle(), Qt::Key_S, Qt::NoModifier);
    }

    void makesAKeyOnTheKeysPageAndAnEntryOnTheEntriesPage()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.go(Place::Kind::Keys);
        for (QWidget *focus : {static_cast<QWidget *>(button(bench.keys, u"Create a key"_s)), static_cast<QWidget *>(bench.window->sidebar()->findChild<QLineEdit *>())}) {
            QVERIFY(focus);
            focus->setFocus();
            bench.press(Qt::Key_N);
            QCOMPARE(bench.window->findChildren<KeyDialog *>().size(), 1);
            QVERIFY(!bench.editor());
            delete bench.window->findChild<KeyDialog *>();
            static_cast<void>(QTest::qWaitForWindowActive(bench.window.get()));
        }
        bench.go(Place::Kind::Settings);
        bench.press(Qt::Key_N);
        QVERIFY(dialogsOnScreen().isEmpty());
        bench.go(Place::Kind::All);
        bench.press(Qt::Key_N);
        QVERIFY(bench.editor());
        QVERIFY(!bench.window->findChild<KeyDialog *>());
    }

    void searchesThePageThatIsShown()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.go(Place::Kind::Audit);
        bench.audit->findChild<QAbstractItemView *>()->setFocus();
        bench.press(Qt::Key_F);
        QVERIFY(bench.audit->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
        bench.press(Qt::Key_K);
        QVERIFY(bench.window->sidebar()->isAncestorOf(QApplication::focusWidget()));
        bench.go(Place::Kind::All);
        bench.list()->setFocus();
        bench.press(Qt::Key_F);
        QVERIFY(bench.window->sidebar()->isAncestorOf(QApplication::focusWidget()));
    }

    void leavesTheHiddenEntryAloneOnOtherPages()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        QGuiApplication::clipboard()->setText(u"mine"_s);
        bench.go(Place::Kind::Audit);
        bench.audit->findChild<QAbstractItemView *>()->setFocus();
        for (Qt::Key key : {Qt::Key_C, Qt::Key_B, Qt::Key_T, Qt::Key_D, Qt::Key_E})
            bench.press(key);
        QTest::qWait(50);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
        QVERIFY(!bench.vault.actions().contains(u"copy"_s));
        QVERIFY(!bench.editor());
        bench.go(Place::Kind::All);
        bench.list()->setFocus();
        bench.press(Qt::Key_C);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"deploy!"_s);
    }

    void saysWhatTheButtonsForSeveralEntriesDo()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        bench.list()->selectAll();
        QTRY_VERIFY(button(bench.window.get(), u"Move to trash"_s));
        QVERIFY(!button(bench.window->entries(), u"Restore"_s));
        test::press(button(bench.window.get(), u"Move to trash"_s));
        QTRY_COMPARE(bench.list()->model()->rowCount(), 0);

        bench.go(Place::Kind::Trash);
        QTRY_COMPARE(bench.list()->model()->rowCount(), 2);
        bench.list()->selectAll();
        QTRY_VERIFY(button(bench.window.get(), u"Delete for good…"_s));
        QVERIFY(!button(bench.window.get(), u"Move to trash"_s));
        test::press(button(bench.window.get(), u"Restore"_s));
        QTRY_COMPARE(bench.list()->model()->rowCount(), 0);
        bench.go(Place::Kind::All);
        QTRY_COMPARE(bench.list()->model()->rowCount(), 2);
    }

    void aLockThatKeepsALeaseTakesAwayTheSame()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        OpenVault &open = *bench.vault.vault().open();
        const EntryId entry = open.catalog().list({})->first().id;
        const auto made = open.createKey({u"nightly-build"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::AskFirst)});
        QVERIFY(made);
        QVERIFY(open.addLease({made->agent.keyId, {entry}, false, 3, bench.vault.clock()() + ms::hour}));
        bench.vault.vault().announceGrants();
        QTRY_VERIFY(!bench.vault.client()->facts().leases.isEmpty());
        QTest::keyClick(bench.window.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(bench.vault.client()->facts().keepsLeases());
        QTRY_VERIFY(bench.lockScreen->isVisible());
        QVERIFY(says(bench.lockScreen, u"nightly-build · 1 entry · "_s));
        QTRY_COMPARE(bench.list()->model()->rowCount(), 0);
        QVERIFY(!bench.window->entries()->isVisible());
        // Whoever has gone on to a button stays there when the lease is read.
        QAbstractButton *stop = button(bench.lockScreen, u"Stop it now"_s);
        QVERIFY(stop);
        stop->setFocus();
        emit bench.vault.client()->factsChanged(bench.vault.client()->facts());
        QCOMPARE(bench.window->focusWidget(), stop);
        // A lock that is asked for is a real one.
        QTest::keyClick(bench.window.get(), Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY(!bench.vault.client()->facts().keepsLeases());
        QVERIFY(!says(bench.lockScreen, u"nightly-build"_s));
    }

    void countsACallToTheLockedVaultOnce()
    {
        Bench bench;
        QVERIFY(bench.isReady());
        QVERIFY(bench.lock());
        emit bench.vault.client()->lockedCall({u"mcp:codex-agent"_s, u"search"_s, {}});
        QVERIFY(says(bench.lockScreen, u"codex-agent"_s));
        QVERIFY(!says(bench.lockScreen, u"calls since"_s));
        emit bench.vault.client()->lockedCall({u"mcp:codex-agent"_s, u"search"_s, {}});
        QVERIFY(says(bench.lockScreen, u"2 calls since"_s));
    }
};

QTEST_MAIN(tst_WindowLock)
#include "tst_WindowLock.moc"
