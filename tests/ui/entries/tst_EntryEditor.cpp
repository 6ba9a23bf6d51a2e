// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Messages.h"
#include "tests/support/OpenDoors.h"
#include "ui/entries/EntryEditor.h"
#include "ui/entries/FieldEditor.h"
#include "ui/entries/RequestedEntry.h"
#include "ui/widgets/IconButton.h"
#include "ui/widgets/InlineMessage.h"

#include <QGuiApplication>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_EntryEditor : public QObject {
    Q_OBJECT

    struct Bench : test::OpenDoors {
        EntryEditor *open(EntryEditor::Start start, const EntrySummary &entry)
        {
            editor = new EntryEditor(start, doors, vault.clock(), entry, {u"dev"_s}, nullptr);
            editor->show();
            static_cast<void>(QTest::qWaitForWindowActive(editor));
            return editor;
        }
        FieldEditor *field(FieldKind kind) const
        {
            for (FieldEditor *one : editor->findChildren<FieldEditor *>())
                if (one->outline().kind == kind && one->isVisibleTo(editor))
                    return one;
            return nullptr;
        }
        static QLineEdit *value(FieldEditor *field) { return field->findChild<ValueEdit *>()->findChild<QLineEdit *>(); }
        QLineEdit *title() const
        {
            for (QLineEdit *line : editor->findChildren<QLineEdit *>())
                if (line->accessibleName() == u"Title"_s)
                    return line;
            return nullptr;
        }
        PasswordSheet *sheet() const { return sheetOn(editor); }
        void unlockPersonal() const { answer(sheet()); }
        EntrySummary savedEntry()
        {
            QSignalSpy saved(editor, &EntryEditor::saved);
            QTest::keyClick(editor, Qt::Key_S, Qt::ControlModifier);
            if (saved.isEmpty() && !saved.wait(20'000))
                return {};
            return saved.at(0).at(0).value<EntrySummary>();
        }

        QPointer<EntryEditor> editor;
    };

private slots:
    void startsWithWhatAnAgentAskedForAndSaysWhoseWordsTheyAre()
    {
        Bench bench;
        EntryRequest request;
        request.keyName = u"codex-agent"_s;
        request.title = u"Staging\ndatabase\u202E"_s;
        request.why = u"to run the migration"_s;
        request.fields = {u"user"_s, u"DB password"_s, u"note\n"_s};
        bench.editor = new EntryEditor(EntryEditor::Start::New, bench.doors, bench.vault.clock(), {}, {}, nullptr);
        bench.editor->startFrom(request);
        bench.editor->show();
        QVERIFY(QTest::qWaitForWindowActive(bench.editor));
        QVERIFY(!bench.editor->isDirty());
        QVERIFY(bench.editor->letsIn());
        QCOMPARE(bench.title()->text(), u"Staging database[U+202E]"_s);
        QVERIFY(bench.editor->findChild<InlineMessage *>());
        bool told = false;
        for (auto *message : bench.editor->findChildren<InlineMessage *>())
            told = told || (message->isVisibleTo(bench.editor) && message->text().contains(u"in the words of codex-agent. It says: “to run the migration”"_s));
        QVERIFY(told);
        QVERIFY(bench.field(FieldKind::Username));
        QVERIFY2(bench.field(FieldKind::Hidden), "a name we do not know hides what is typed");
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Password)), u"hunter2"_s);
        const EntrySummary saved = bench.savedEntry();
        QCOMPARE(saved.title, u"Staging database[U+202E]"_s);
        QVERIFY(saved.urls.isEmpty() && saved.tags.isEmpty() && !saved.favourite);
        QCOMPARE(saved.fields.size(), 1);
        QCOMPARE(saved.fields.first().label, u"DB password"_s);
        QCOMPARE(saved.fields.first().tier, Tier::Shared);
    }

    void takesNeitherTypeNorTierNorSizeFromAnAgent()
    {
        EntryRequest request;
        request.title = QString(100'000, u'x');
        request.fields = QStringList(500, QString(5'000, u'y')) << u"CVV"_s;
        request.fields.prepend(u"recovery codes"_s);
        const EntrySummary entry = entryFor(request);
        QCOMPARE(entry.type, EntryType::Login);
        QVERIFY(entry.title.size() <= 120);
        QCOMPARE(entry.fields.size(), link::MaxRequestFields);
        for (const FieldOutline &field : entry.fields) {
            QVERIFY(field.label.size() <= 60);
            QCOMPARE(field.tier, Tier::Shared);
            QVERIFY(isMasked(field.kind));
        }
    }

    void initTestCase()
    {
        QVERIFY(crypto::initialise());
        qRegisterMetaType<EntrySummary>();
    }

    void savesANewEntry()
    {
        Bench bench;
        EntrySummary start;
        bench.open(EntryEditor::Start::New, start);
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Username)), u"octo"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Password)), u"hunter2!"_s);
        const EntrySummary stored = bench.savedEntry();
        QCOMPARE(stored.title, u"GitHub"_s);
        QCOMPARE(stored.subtitle, u"octo"_s);
        QCOMPARE(stored.fields.size(), 2); // what was left empty is not kept
        QCOMPARE(bench.vault.value(stored.id, stored.fields.at(1).number), QByteArray("hunter2!"));
    }

    void keepsASecretThatWasNotTouched()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(
            test::draft(u"github.com"_s, {{"user name", FieldKind::Username, "octo"}, {"password", FieldKind::Password, "hunter2!"}}));
        bench.open(EntryEditor::Start::Edit, entry);
        QLineEdit *user = Bench::value(bench.field(FieldKind::Username));
        QTRY_COMPARE(user->text(), u"octo"_s);
        QCOMPARE(Bench::value(bench.field(FieldKind::Password))->text(), QString());
        user->selectAll();
        QTest::keyClicks(user, u"cat"_s);
        const QStringList before = bench.vault.actions(1);
        const EntrySummary stored = bench.savedEntry();
        QCOMPARE(stored.subtitle, u"cat"_s);
        QCOMPARE(stored.version, entry.version + 1);
        QVERIFY(before != QStringList{u"reveal"_s}); // the password was not even loaded
        QCOMPARE(bench.vault.value(stored.id, stored.fields.at(1).number), QByteArray("hunter2!"));
    }

    void makesASecretPersonalWithItsValue()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(test::draft(u"github.com"_s, {{"password", FieldKind::Password, "hunter2!"}}));
        bench.open(EntryEditor::Start::Edit, entry);
        QTest::keyClick(bench.field(FieldKind::Password)->findChild<Switch *>(), Qt::Key_Space);
        QTRY_COMPARE(bench.field(FieldKind::Password)->outline().tier, Tier::Personal);
        const EntrySummary stored = bench.savedEntry();
        QCOMPARE(stored.fields.first().tier, Tier::Personal);
        QVERIFY(bench.vault.value(stored.id, stored.fields.first().number).isEmpty()); // shut: nobody reads it
        QVERIFY(bench.vault.openPersonal());
        QCOMPARE(bench.vault.value(stored.id, stored.fields.first().number), QByteArray("hunter2!"));
    }

    void makesAPersonalFieldSharedOnlyWithTheMasterPassword()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(test::draft(u"github.com"_s, {{"recovery", FieldKind::RecoveryCodes, "11111 22222"}}));
        bench.open(EntryEditor::Start::Edit, entry);
        FieldEditor *recovery = bench.field(FieldKind::RecoveryCodes);
        QTest::keyClick(recovery->findChild<Switch *>(), Qt::Key_Space);
        QTRY_VERIFY(bench.sheet());
        QCOMPARE(recovery->outline().tier, Tier::Personal);
        QVERIFY2(recovery->findChild<Switch *>()->isChecked(), "nothing changes before the password is right");
        bench.unlockPersonal();
        QTRY_COMPARE_WITH_TIMEOUT(recovery->outline().tier, Tier::Shared, 20'000);
        bench.personal.shut(); // the minute is over before the form is done
        QTRY_VERIFY(!bench.sheet());
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QTRY_VERIFY_WITH_TIMEOUT(bench.sheet(), 20'000);
        QCOMPARE(saved.size(), 0);
        bench.unlockPersonal();
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 20'000);
        const EntrySummary stored = saved.at(0).at(0).value<EntrySummary>();
        QCOMPARE(stored.fields.first().tier, Tier::Shared);
        QCOMPARE(bench.vault.value(stored.id, stored.fields.first().number), QByteArray("11111 22222"));
    }

    void savesFromInsideAField()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        QLineEdit *password = Bench::value(bench.field(FieldKind::Password));
        password->setFocus();
        QTest::keyClicks(password, u"hunter2!"_s);
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        QTest::keyClick(password, Qt::Key_S, Qt::ControlModifier);
        QVERIFY(saved.wait());
        QCOMPARE(saved.at(0).at(0).value<EntrySummary>().title, u"GitHub"_s);
        QTRY_VERIFY(!bench.editor);
    }

    void refusesAnEntryWithoutANameAndKeepsWhatWasTyped()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Username)), u"octo"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Password)), u"hunter2!"_s);
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QVERIFY(bench.editor->findChild<InlineMessage *>()->isVisible());
        QCOMPARE(saved.size(), 0);
        QVERIFY(bench.title()->hasFocus());
        QCOMPARE(Bench::value(bench.field(FieldKind::Username))->text(), u"octo"_s);
        QCOMPARE(Bench::value(bench.field(FieldKind::Password))->text(), u"hunter2!"_s);
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        const EntrySummary stored = bench.savedEntry();
        QCOMPARE(stored.fields.size(), 2);
        QCOMPARE(bench.vault.value(stored.id, stored.fields.at(1).number), QByteArray("hunter2!"));
    }

    void refusesABadCodeSecretAndKeepsIt()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Totp)), u"not a secret!"_s);
        QSignalSpy saved(bench.editor, &EntryEditor::saved);
        bench.editor->save();
        QVERIFY(bench.editor->findChild<InlineMessage *>()->isVisible());
        QTest::qWait(50);
        QCOMPARE(saved.size(), 0);
        QCOMPARE(Bench::value(bench.field(FieldKind::Totp))->text(), u"not a secret!"_s);
    }

    void readsOneTimeCodeSecrets_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("good");
        QTest::newRow("bare secret") << u"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"_s << true;
        QTest::newRow("address") << u"otpauth://totp/GitHub:octo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub"_s << true;
        QTest::newRow("press counter") << u"otpauth://hotp/GitHub:octo?secret=GEZDGNBVGY3TQOJQ&counter=1"_s << false;
        QTest::newRow("words") << u"not a secret at all!"_s << false;
        QTest::newRow("digits out of range") << u"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=3"_s << false;
    }
    void readsOneTimeCodeSecrets()
    {
        QFETCH(QString, typed);
        QFETCH(bool, good);
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        FieldEditor *code = bench.field(FieldKind::Totp);
        QTest::keyClicks(Bench::value(code), typed);
        QCOMPARE(code->problem().isEmpty(), good);
        if (!good)
            return;
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        const EntrySummary stored = bench.savedEntry();
        QVERIFY(stored.hasTotp());
        QCOMPARE(stored.fields.size(), 1);
        QVERIFY(bench.vault.value(stored.id, stored.fields.first().number).startsWith("otpauth://totp/"));
    }

    void asksBeforeItThrowsChangesAway()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(bench.title(), u"x"_s);
        QTest::keyClick(bench.editor, Qt::Key_Escape);
        QVERIFY(bench.editor && bench.editor->isVisible());
        QVERIFY(bench.editor->findChild<InlineMessage *>()->isVisible());
        QTest::keyClick(bench.editor, Qt::Key_Escape);
        QVERIFY(bench.editor && bench.editor->isVisible());
        QCOMPARE(bench.title()->text(), u"x"_s);
    }

    void discardsWhenTold()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(bench.title(), u"x"_s);
        const QStringList before = bench.vault.actions();
        QVERIFY(!bench.editor->close()); // the window's own cross asks as well
        QPushButton *discard = nullptr;
        for (QPushButton *button : bench.editor->findChildren<QPushButton *>())
            if (button->text() == u"Discard changes"_s && button->isVisible())
                discard = button;
        QVERIFY(discard && discard->hasFocus());
        QTest::keyClick(discard, Qt::Key_Space);
        QTRY_VERIFY(!bench.editor);
        QCOMPARE(bench.vault.actions(), before);
    }

    void closesAtOnceWhenNothingChanged()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClick(bench.editor, Qt::Key_Escape);
        QTRY_VERIFY(!bench.editor || !bench.editor->isVisible());
    }

    void tellsWhenSomebodyElseWasFaster()
    {
        Bench bench;
        const EntrySummary entry = bench.vault.store(test::draft(u"github.com"_s, {{"user name", FieldKind::Username, "octo"}}));
        bench.open(EntryEditor::Start::Edit, entry);
        EntryDraft other = test::draft(u"github.com"_s, {});
        other.id = entry.id;
        other.baseVersion = entry.version;
        bench.vault.store(std::move(other));
        QTest::keyClick(bench.title(), Qt::Key_End); // the name may be selected whole when the form opens
        QTest::keyClicks(bench.title(), u"!"_s);
        bench.editor->save();
        QTRY_VERIFY(bench.editor->findChild<InlineMessage *>()->isVisible());
        QVERIFY(bench.editor->isVisible());
        QCOMPARE(bench.title()->text(), u"github.com!"_s);
        QTRY_COMPARE(Bench::value(bench.field(FieldKind::Username))->text(), u"octo"_s);
    }

    void movesFieldsByKeyboard()
    {
        Bench bench;
        bench.open(EntryEditor::Start::New, {});
        QTest::keyClicks(bench.title(), u"GitHub"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Username)), u"octo"_s);
        QTest::keyClicks(Bench::value(bench.field(FieldKind::Password)), u"hunter2!"_s);
        QTest::keyClick(bench.field(FieldKind::Password), Qt::Key_Up, Qt::AltModifier);
        const EntrySummary stored = bench.savedEntry();
        QCOMPARE(stored.fields.size(), 2);
        QCOMPARE(stored.fields.first().kind, FieldKind::Password);
    }
};

QTEST_MAIN(tst_EntryEditor)
#include "tst_EntryEditor.moc"
