// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesPage.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/PersonalAccess.h"
#include "ui/entries/EntryListPane.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/Toast.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_EntriesPage : public QObject {
    Q_OBJECT

    struct Bench {
        explicit Bench(EntryQuery::Place place)
        {
            for (const QString &title : {u"a.example"_s, u"b.example"_s, u"c.example"_s}) {
                vault.entries.append(ScriptedVault::entry(EntryType::Login, title, {}, {}));
                vault.entries.last().trashed = place == EntryQuery::Place::Trash;
            }
            window.resize(1100, 700);
            page.resize(window.size());
            EntryQuery query;
            query.place = place;
            page.setPlace(query, u"All"_s);
            window.show();
        }
        [[nodiscard]] bool selectAll()
        {
            auto *view = page.list()->findChild<QListView *>();
            if (!QTest::qWaitFor([this] { return page.list()->count() == 3; }) || !view)
                return false;
            view->selectAll();
            return page.list()->selection().size() == 3;
        }

        [[nodiscard]] static std::unique_ptr<VaultClient> clientOf(ScriptedVault &vault)
        {
            vault.facts.state = LockState::Unlocked;
            return ScriptedVault::makeClient();
        }

        ScriptedVault vault;
        std::unique_ptr<VaultClient> client = clientOf(vault);
        Clock clock = [] { return qint64(1'773'000'000'000); };
        ClipboardGuard clipboard{QGuiApplication::clipboard()};
        PersonalAccess personal{client.get(), clock};
        QWidget window;
        Toast *toast = new Toast(&window);
        EntriesPage page{{client.get(), &clipboard, &personal}, clock, toast, &window};
    };

private slots:
    void saysThatManyAreOnTheirWayToTheTrashAndBack()
    {
        Bench bench(EntryQuery::Place::Vault);
        QVERIFY(bench.selectAll());
        bench.vault.held = {u"moveToTrash"_s};
        press(button(&bench.page, u"Move to trash"_s));
        QVERIFY(willSay(bench.toast, u"Moving 3 entries to the trash…"_s));
        bench.vault.release();
        QVERIFY(willSay(bench.toast, u"3 entries moved to trash"_s));

        QSignalSpy failed(&bench.page, &EntriesPage::failed);
        bench.vault.held = {u"restoreFromTrash"_s};
        QVERIFY(bench.toast->undo());
        QVERIFY(willSay(bench.toast, u"Restoring 3 entries…"_s));
        bench.vault.release();
        QTRY_VERIFY(!bench.toast->isVisible());
        QCOMPARE(failed.size(), 0);
    }

    void saysThatManyAreBeingDeleted_data()
    {
        QTest::addColumn<bool>("fails");
        QTest::newRow("until they are gone") << false;
        QTest::newRow("until it has failed") << true;
    }

    void saysThatManyAreBeingDeleted()
    {
        QFETCH(bool, fails);
        Bench bench(EntryQuery::Place::Trash);
        QVERIFY(bench.selectAll());
        press(button(&bench.page, u"Delete for good…"_s));
        auto *sheet = bench.page.findChild<ConfirmSheet *>();
        QVERIFY(sheet);
        QTest::keyClicks(sheet->findChild<QLineEdit *>(), u"delete"_s);
        if (fails)
            bench.vault.failures.insert(u"deleteForever"_s, {ErrorCode::DiskFull, {}});
        bench.vault.held = {u"deleteForever"_s};
        QSignalSpy failed(&bench.page, &EntriesPage::failed);
        press(button(sheet, u"Delete for good"_s));
        QVERIFY(willSay(bench.toast, u"Deleting 3 entries…"_s));
        bench.vault.release();
        QTRY_VERIFY(!bench.toast->isVisible());
        QCOMPARE(failed.size(), fails ? 1 : 0);
        QCOMPARE(bench.vault.entries.size(), fails ? 3 : 0);
    }
};

QTEST_MAIN(tst_EntriesPage)
#include "tst_EntriesPage.moc"
