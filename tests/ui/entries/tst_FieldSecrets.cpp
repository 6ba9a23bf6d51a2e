// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/OpenDoors.h"
#include "tests/support/Widgets.h"
#include "ui/entries/EntryEditor.h"
#include "ui/entries/FieldEditor.h"
#include "ui/entries/HistorySheet.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/SecretView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// Secrets in the editor: what is copied of them, how long they stand on screen, and who may see them.
class tst_FieldSecrets : public QObject {
    Q_OBJECT

    struct Bench : OpenDoors {
        using OpenDoors::OpenDoors;
        Bench(const Bench &) = delete;
        Bench &operator=(const Bench &) = delete;
        ~Bench() { delete editor; }
        void open(EntryEditor::Start start, const EntrySummary &entry)
        {
            editor = new EntryEditor(start, doors, vault.clock(), entry, {}, nullptr);
            editor->show();
            static_cast<void>(QTest::qWaitForWindowActive(editor));
        }
        FieldEditor *field(FieldKind kind) const
        {
            for (auto *one : editor->findChildren<FieldEditor *>())
                if (one->outline().kind == kind)
                    return one;
            return nullptr;
        }
        ValueEdit *value(FieldKind kind) const { return field(kind)->findChild<ValueEdit *>(); }
        QPlainTextEdit *area(FieldKind kind) const { return value(kind)->findChild<QPlainTextEdit *>(); }
        PasswordSheet *sheet() const { return sheetOn(editor); }
        /// Answers the sheet that asks for the master password.
        bool openPersonal()
        {
            if (!QTest::qWaitFor([this] { return sheet() != nullptr; }))
                return false;
            answer(sheet());
            return QTest::qWaitFor([this] { return personal.isOpen() && !sheet(); });
        }
        EntrySummary storePersonal()
        {
            return vault.store(draft(u"bank.example"_s, {{"password", FieldKind::Password, "hunter2!"}, {"codes", FieldKind::RecoveryCodes, "11-22\n33-44"}}));
        }

        QPointer<EntryEditor> editor;
    };

private slots:
    void initTestCase()
    {
        QVERIFY(crypto::initialise());
        qRegisterMetaType<EntrySummary>();
    }

    void saysThatADuplicateMissesAPersonalValue()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Duplicate, bench.storePersonal());
        QTRY_VERIFY(bench.sheet());
        bench.sheet()->reject();
        QTRY_VERIFY(!bench.value(FieldKind::Password)->isEmpty());
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QVERIFY(says(bench.editor, u"was not copied"_s));
        QTest::qWait(50);
        QCOMPARE(saved.size(), 0);

        QVERIFY(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(!bench.value(FieldKind::RecoveryCodes)->isEmpty());
        bench.editor->save();
        QTRY_COMPARE(saved.size(), 1);
        const auto copy = saved.first().first().value<EntrySummary>();
        QCOMPARE(copy.fields.size(), 2);
        QCOMPARE(bench.vault.value(copy.id, copy.fields.at(1).number), QByteArray("11-22\n33-44"));
    }

    void savesADuplicateWithoutAFieldThatWasRemoved()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Duplicate, bench.storePersonal());
        QTRY_VERIFY(bench.sheet());
        bench.sheet()->reject();
        emit bench.field(FieldKind::RecoveryCodes)->removeRequested();
        QTRY_VERIFY(!bench.value(FieldKind::Password)->isEmpty());
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(saved.first().first().value<EntrySummary>().fields.size(), 1);
    }

    void letsNothingOutOfASecretArea()
    {
        Bench bench;
        EntrySummary key;
        key.type = EntryType::SshKey;
        bench.open(EntryEditor::Start::New, key);
        QPlainTextEdit *area = bench.area(FieldKind::PrivateKey);
        QVERIFY(area);
        area->setFocus();
        QTest::keyClicks(area, u"BEGIN secret"_s);
        area->selectAll();
        QGuiApplication::clipboard()->setText(u"mine"_s);
        QTest::keyClick(area, Qt::Key_C, Qt::ControlModifier);
        QTest::keyClick(area, Qt::Key_X, Qt::ControlModifier);
        QTest::keyClick(area, Qt::Key_Insert, Qt::ControlModifier);
        QTest::keyClick(area, Qt::Key_Delete, Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
        QCOMPARE(area->toPlainText(), u"BEGIN secret"_s);
        area->copy(); // what the menu and X11's selection would do
        QVERIFY(!QGuiApplication::clipboard()->text().contains(u"secret"_s));
    }

    void hidesAShownValueAfterAWhile()
    {
        Bench bench(200);
        bench.open(EntryEditor::Start::Edit, bench.storePersonal());
        press(button(bench.field(FieldKind::Password), u"Load the stored value"_s));
        QTRY_VERIFY(bench.value(FieldKind::Password)->isShown() && !bench.value(FieldKind::Password)->isEmpty());
        QTRY_VERIFY(!bench.value(FieldKind::Password)->isShown());
        QVERIFY(!bench.value(FieldKind::Password)->isEmpty());
    }

    void hidesShownValuesWhenTheWindowIsLeft()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Edit, bench.storePersonal());
        press(button(bench.field(FieldKind::Password), u"Load the stored value"_s));
        QTRY_VERIFY(bench.value(FieldKind::Password)->isShown());
        QEvent left(QEvent::WindowDeactivate);
        QCoreApplication::sendEvent(bench.editor, &left);
        QVERIFY(!bench.value(FieldKind::Password)->isShown());
    }

    void forgetsALoadedPersonalValueWhenPersonalShutsAndAsksAgain()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Edit, bench.storePersonal());
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(bench.value(FieldKind::RecoveryCodes)->isShown());
        bench.personal.shut();
        QVERIFY(bench.value(FieldKind::RecoveryCodes)->isEmpty());
        QVERIFY(bench.area(FieldKind::RecoveryCodes)->placeholderText().contains(u"Unchanged"_s));
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.value(FieldKind::RecoveryCodes)->isEmpty());
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(bench.value(FieldKind::RecoveryCodes)->isShown());
        QCOMPARE(bench.area(FieldKind::RecoveryCodes)->toPlainText(), u"11-22\n33-44"_s);
        QVERIFY(!bench.editor->isDirty());
    }

    void keepsWhatWasTypedOverAPersonalValueWhenPersonalShuts()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Edit, bench.storePersonal());
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(bench.value(FieldKind::RecoveryCodes)->isShown());
        bench.area(FieldKind::RecoveryCodes)->setPlainText(u"11-22\n55-66"_s);
        bench.personal.shut();
        QVERIFY(!bench.value(FieldKind::RecoveryCodes)->isShown());
        QCOMPARE(bench.area(FieldKind::RecoveryCodes)->toPlainText(), u"11-22\n55-66"_s);
    }

    void asksForADuplicatesPersonalValueOnceMoreWhenPersonalHasShut()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Duplicate, bench.storePersonal());
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(!bench.value(FieldKind::RecoveryCodes)->isEmpty());
        bench.personal.shut();
        QVERIFY(bench.value(FieldKind::RecoveryCodes)->isEmpty());
        bench.editor->save();
        QVERIFY(says(bench.editor, u"was not copied"_s));
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(!bench.value(FieldKind::RecoveryCodes)->isEmpty());
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QTRY_COMPARE(saved.size(), 1);
        const auto copy = saved.first().first().value<EntrySummary>();
        QCOMPARE(bench.vault.value(copy.id, copy.fields.at(1).number), QByteArray("11-22\n33-44"));
    }

    void keepsOverALockNothingThatCameFromTheVault()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(draft(u"bank.example"_s, {{"user name", FieldKind::Username, "octo"},
                                                                                {"password", FieldKind::Password, "hunter2!"},
                                                                                {"token", FieldKind::Token, "tok-1"},
                                                                                {"codes", FieldKind::RecoveryCodes, "11-22\n33-44"}}));
        bench.open(EntryEditor::Start::Edit, entry);
        QTRY_VERIFY(!bench.value(FieldKind::Username)->isEmpty());
        press(button(bench.field(FieldKind::RecoveryCodes), u"Load the stored value"_s));
        QVERIFY(bench.openPersonal());
        QTRY_VERIFY(bench.value(FieldKind::RecoveryCodes)->isShown());
        press(button(bench.field(FieldKind::Password), u"Load the stored value"_s));
        QTRY_VERIFY(!bench.value(FieldKind::Password)->isEmpty());
        type(bench.value(FieldKind::Token)->findChild<QLineEdit *>(), u"tok-2"_s);
        bench.editor->stow();
        bench.personal.shut();
        bench.editor->resume();
        QVERIFY(bench.value(FieldKind::RecoveryCodes)->isEmpty());
        QVERIFY(bench.value(FieldKind::Password)->isEmpty());
        QVERIFY(button(bench.field(FieldKind::Password), u"Load the stored value"_s));
        QTRY_COMPARE(bench.value(FieldKind::Username)->findChild<QLineEdit *>()->text(), u"octo"_s);
        QCOMPARE(bench.value(FieldKind::Token)->findChild<QLineEdit *>()->text(), u"tok-2"_s);
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(saved.first().first().value<EntrySummary>().fields.size(), 4);
        for (int number = 1; number <= 3; ++number)
            QCOMPARE(bench.vault.value(entry.id, number), (QList<QByteArray>{"octo", "hunter2!", "tok-2"}).at(number - 1));
    }

    void asksAfterALockForTheValueThatIsToBecomeShared()
    {
        Bench bench;
        bench.open(EntryEditor::Start::Edit, bench.storePersonal());
        FieldEditor *codes = bench.field(FieldKind::RecoveryCodes);
        press(button(codes, u"Personal: never for agents"_s));
        QVERIFY(bench.openPersonal());
        QTRY_COMPARE(codes->outline().tier, Tier::Shared);
        bench.personal.shut();
        QVERIFY2(!bench.value(FieldKind::RecoveryCodes)->isEmpty(), "the person said that it is no secret of that kind");
        bench.editor->stow();
        bench.editor->resume();
        QVERIFY(bench.value(FieldKind::RecoveryCodes)->isEmpty());
        bench.editor->save();
        QVERIFY(says(bench.editor, u"was not copied"_s));
    }

    void namesTheFieldThatIsTooLong()
    {
        Bench bench;
        EntrySummary key;
        key.type = EntryType::SshKey;
        key.title = u"server"_s;
        bench.open(EntryEditor::Start::New, key);
        const QString lines = QString(QString(63, u'a') + u'\n').repeated((1 << 20) / 64);
        bench.area(FieldKind::PrivateKey)->setPlainText(lines + u'a');
        QVERIFY(bench.field(FieldKind::PrivateKey)->problem().contains(u"too long"_s));
        bench.area(FieldKind::PrivateKey)->setPlainText(lines);
        QCOMPARE(bench.field(FieldKind::PrivateKey)->problem(), QString());
    }

    void hidesAnEarlierVersionsValueWhenTheWindowIsLeft()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(draft(u"github.com"_s, {{"password", FieldKind::Password, "first"}}));
        EntryDraft next = draft(u"github.com"_s, {{"password", FieldKind::Password, "second"}});
        next.id = entry.id;
        next.baseVersion = entry.version;
        bench.vault.store(std::move(next));
        HistorySheet sheet(bench.vault.client(), &bench.personal, bench.vault.clock(), entry, nullptr);
        sheet.setAttribute(Qt::WA_DeleteOnClose, false);
        sheet.show();
        QTRY_VERIFY(sheet.findChild<SecretView *>());
        press(button(&sheet, u"Show password"_s));
        QTRY_VERIFY(sheet.findChild<SecretView *>()->isRevealed());
        QEvent left(QEvent::WindowDeactivate);
        QCoreApplication::sendEvent(&sheet, &left);
        QVERIFY(!sheet.findChild<SecretView *>()->isRevealed());
    }
};

QTEST_MAIN(tst_FieldSecrets)
#include "tst_FieldSecrets.moc"
