// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ClientVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/MainWindow.h"
#include "ui/PersonalAccess.h"
#include "ui/Sidebar.h"
#include "ui/StatusLine.h"
#include "ui/entries/EntriesPage.h"
#include "ui/entries/EntryDetail.h"
#include "ui/entries/EntryEditor.h"
#include "ui/entries/EntryListPane.h"
#include "ui/keys/LeaseText.h"
#include "ui/style/Theme.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_MainWindow : public QObject {
    Q_OBJECT

    struct Bench {
        explicit Bench(bool filled = true)
            : settings(folder.filePath(u"settings.ini"_s))
            , clipboard(QGuiApplication::clipboard())
            , personal(vault.client(), vault.clock())
        {
            if (filled) {
                vault.store(test::draft(u"github.com"_s, {{"user name", FieldKind::Username, "octo"}, {"password", FieldKind::Password, "hunter2!"}}, {u"dev"_s}));
                vault.store(test::draft(u"aws.example"_s, {{"user name", FieldKind::Username, "deploy"}}, {u"work"_s}));
                vault.store(test::draft(u"bank.example"_s, {{"recovery", FieldKind::RecoveryCodes, "1 2 3"}}));
            }
            for (QWidget **page : {&pages.keys, &pages.audit, &pages.connection, &pages.settings})
                *page = new QWidget;
            pages.lockScreen = new QLineEdit;
            window = std::make_unique<MainWindow>(MainWindow::Parts{vault.client(), &clipboard, &personal, &settings, vault.clock()}, pages);
            window->show();
            static_cast<void>(QTest::qWaitForWindowActive(window.get()));
        }
        EntryListPane *list() const { return window->entries()->list(); }
        QListView *view() const { return list()->findChild<QListView *>(); }
        int rows() const { return view()->model()->rowCount(); }
        void type(const QString &text)
        {
            auto *search = window->sidebar()->findChild<QLineEdit *>();
            search->setFocus();
            QTest::keyClicks(search, text);
        }

        QTemporaryDir folder;
        test::ClientVault vault;
        Settings settings;
        ClipboardGuard clipboard;
        PersonalAccess personal;
        MainWindow::Pages pages{};
        std::unique_ptr<MainWindow> window;
    };

    Theme m_theme;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void saysThatAnAgentMissesACredential()
    {
        Bench bench;
        QSignalSpy shown(bench.window.get(), &MainWindow::requestsRequested);
        EntryRequest request;
        request.keyName = u"codex-agent"_s;
        request.title = u"Staging database\u202E"_s;
        emit bench.vault.client()->entryRequested(request);
        QVERIFY(test::says(bench.window.get(), u"codex-agent asks for “Staging database[U+202E]”"_s));
        test::press(test::button(bench.window.get(), u"Show"_s));
        QCOMPARE(shown.size(), 1);
        QVERIFY(!test::button(bench.window.get(), u"Show"_s));
        bench.window->sidebar()->setRequestCount(2);
        const auto lists = bench.window->sidebar()->findChildren<QListWidget *>();
        QVERIFY(std::ranges::any_of(lists, [](const QListWidget *list) {
            return list->item(0)->data(Qt::AccessibleTextRole).toString() == u"Keys, 2 requests of agents wait"_s;
        }));
    }

    void keepsWhatAnAgentAskedForAlsoWhenItIsGone()
    {
        Bench bench;
        EntryRequest request;
        request.id = EntryRequestId{QUuid::createUuid()}; // not among those that wait
        request.keyName = u"codex-agent"_s;
        request.title = u"Staging database"_s;
        request.fields = {u"password"_s};
        QSignalSpy failed(bench.window->entries(), &EntriesPage::failed);
        bench.window->entries()->makeRequested(request);
        auto *editor = bench.window->findChild<EntryEditor *>();
        QVERIFY(editor && editor->isVisible());
        editor->save();
        QTRY_COMPARE(failed.size(), 1);
        QTRY_COMPARE(bench.rows(), 4);
    }

    void showsEntriesWithTheFirstOneOpen()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        QVERIFY(bench.window->entries()->detail()->entry());
        QCOMPARE(bench.window->entries()->detail()->entry()->title, u"aws.example"_s);
    }

    void findsWhileTypingAndGoesBackWithEscape()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        bench.type(u"git"_s);
        QTRY_COMPARE(bench.rows(), 1);
        QCOMPARE(bench.window->entries()->detail()->entry()->title, u"github.com"_s);
        QTest::keyClick(bench.window->sidebar()->findChild<QLineEdit *>(), Qt::Key_Escape);
        QTRY_COMPARE(bench.rows(), 3);
    }

    void teachesTheNextStepWhereThereIsNothing()
    {
        Bench bench(false);
        QSignalSpy import(bench.window.get(), &MainWindow::importRequested);
        QTRY_COMPARE(bench.list()->count(), 0);
        EmptyState *shown = nullptr;
        for (EmptyState *state : bench.list()->findChildren<EmptyState *>())
            if (state->isVisible())
                shown = state;
        QVERIFY(shown);
        shown->findChild<QPushButton *>()->click();
        QCOMPARE(import.size(), 1);
    }

    void offersToClearASearchWithoutMatch()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        bench.type(u"zzzz"_s);
        QTRY_COMPARE(bench.rows(), 0);
        for (QPushButton *button : bench.list()->findChildren<QPushButton *>())
            if (button->isVisible())
                button->click();
        QTRY_COMPARE(bench.rows(), 3);
    }

    void filtersByPlace()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        bench.window->setPlace({Place::Kind::Tag, {}, u"dev"_s});
        QTRY_COMPARE(bench.rows(), 1);
        bench.window->setPlace({Place::Kind::Personal, {}, {}});
        QTRY_COMPARE(bench.rows(), 1);
        bench.window->setPlace({Place::Kind::Favourites, {}, {}});
        QTRY_COMPARE(bench.rows(), 0);
        QTest::keyClick(bench.window.get(), Qt::Key_1, Qt::ControlModifier);
        QTRY_COMPARE(bench.rows(), 3);
    }

    void showsThePagesItWasGiven()
    {
        Bench bench;
        bench.window->setPlace({Place::Kind::Audit, {}, {}});
        QVERIFY(bench.pages.audit->isVisible());
        QTest::keyClick(bench.window.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(bench.pages.keys->isVisible());
        bench.type(u"git"_s); // searching leads back to the entries
        QTRY_VERIFY(!bench.pages.keys->isVisible());
        QTRY_COMPARE(bench.rows(), 1);
    }

    void leavesTheKeysOfEntriesToTheEntries()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        bench.window->setPlace({Place::Kind::Tag, {}, u"dev"_s});
        QTRY_COMPARE(bench.rows(), 1);
        QGuiApplication::clipboard()->setText(u"mine"_s);
        bench.window->setPlace({Place::Kind::Audit, {}, {}});
        QTest::keyClick(bench.window.get(), Qt::Key_C, Qt::ControlModifier);
        QTest::keyClick(bench.window.get(), Qt::Key_N, Qt::ControlModifier);
        QTest::qWait(50);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
        QVERIFY(bench.window->findChildren<QDialog *>().isEmpty());
        QTest::keyClick(bench.window.get(), Qt::Key_1, Qt::ControlModifier);
        QTest::keyClick(bench.window.get(), Qt::Key_N, Qt::ControlModifier);
        QVERIFY(!bench.window->findChildren<QDialog *>().isEmpty());
    }

    void trashesAndTakesItBack()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        QTest::keyClick(bench.view(), Qt::Key_Delete);
        QTRY_COMPARE(bench.rows(), 2);
        QTest::keyClick(bench.window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(bench.rows(), 3);
    }

    void deletesForGoodOnlyAfterTheWord()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        QTest::keyClick(bench.view(), Qt::Key_Delete);
        QTRY_COMPARE(bench.rows(), 2);
        bench.window->setPlace({Place::Kind::Trash, {}, {}});
        QTRY_COMPARE(bench.rows(), 1);
        QTest::keyClick(bench.view(), Qt::Key_Delete);
        auto *sheet = bench.window->findChild<ConfirmSheet *>();
        QVERIFY(sheet);
        auto *word = sheet->findChild<QLineEdit *>();
        QTest::keyClicks(word, u"delete"_s);
        for (QPushButton *button : sheet->findChildren<QPushButton *>())
            if (button->text().contains(u"good"_s))
                QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(bench.rows(), 0);
    }

    void selectsSeveral()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        QTest::keyClick(bench.view(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(bench.list()->selection().size(), 3);
        QVERIFY(!bench.window->entries()->detail()->entry());
        QTest::keyClick(bench.view(), Qt::Key_Delete);
        QTRY_COMPARE(bench.rows(), 0);
    }

    void leavesNothingOnScreenWhenLocked()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        bench.list()->select(bench.list()->current()->id);
        bench.window->setPlace({Place::Kind::Tag, {}, u"dev"_s});
        QTRY_COMPARE(bench.rows(), 1);
        QTest::keyClick(bench.window.get(), Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"hunter2!"_s);
        QTest::keyClick(bench.window.get(), Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY(bench.pages.lockScreen->isVisible());
        QCOMPARE(bench.rows(), 0);
        QVERIFY(!bench.window->entries()->detail()->entry());
        QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
        for (const QLabel *label : bench.window->findChildren<QLabel *>())
            QVERIFY(!label->isVisible() || !label->text().contains(u"github"_s));
        QVERIFY(bench.window->statusLine()->text().startsWith(u"Locked"_s));
    }

    void saysOverTheLockScreenThatNoLeaseWasKept()
    {
        Bench bench;
        QVERIFY(!test::says(bench.window.get(), LeaseText::notKept()));
        bench.vault.client()->lockKeepingLeases(LockCause::Asked);
        QTRY_VERIFY(bench.pages.lockScreen->isVisible());
        QVERIFY(test::willSay(bench.window.get(), LeaseText::notKept()));
    }

    void slidesTheDetailOverTheListWhenNarrow()
    {
        Bench bench;
        QTRY_COMPARE(bench.rows(), 3);
        EntryDetail *detail = bench.window->entries()->detail();
        QVERIFY(detail->isVisible());
        bench.window->resize(700, 600);
        QTRY_VERIFY(!detail->isVisible());
        QTest::keyClick(bench.view(), Qt::Key_Return);
        QTRY_VERIFY(detail->isVisible());
        QTRY_COMPARE(detail->mapTo(bench.window->entries(), QPoint()).x() < 10, true);
        bench.window->resize(1000, 600);
        QTRY_VERIFY(bench.view()->isVisible() && detail->isVisible());
    }

    void remembersItsSize()
    {
        Bench bench;
        bench.window->resize(900, 500);
        bench.window->close();
        QVERIFY(!bench.settings.windowGeometry().isEmpty());
    }

    void staysWhenThereIsNoTray()
    {
        Bench bench;
        QSignalSpy quit(bench.window.get(), &MainWindow::quitRequested);
        bench.window->setTrayMissing(true);
        const auto messages = bench.window->centralWidget()->findChildren<InlineMessage *>();
        const auto shown = std::ranges::find_if(messages, &InlineMessage::isVisible);
        QVERIFY(shown != messages.end());
        auto *message = *shown;
        QVERIFY(message->text().contains(u"tray"_s));
        bench.window->close();
        QCOMPARE(quit.size(), 1);
        QVERIFY(bench.window->isVisible());
    }

    void saysWhereTheBridgeIs()
    {
        Bench bench;
        bench.window->setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        QCOMPARE(bench.window->statusLine()->text(), u"Unlocked · bridge on localhost:1984"_s);
        bench.window->setBridgeState({BridgeState::Kind::Failed, 1984, u"another program has the port"_s});
        QVERIFY(bench.window->statusLine()->text().contains(u"another program"_s));
    }
};

QTEST_MAIN(tst_MainWindow)
#include "tst_MainWindow.moc"
