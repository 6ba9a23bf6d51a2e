// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SecretField.h"

#include "app/base/SecretString.h"

#include <QClipboard>
#include <QDropEvent>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <utility>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_SecretField : public QObject {
    Q_OBJECT

    static QLineEdit *line(SecretField &field) { return field.findChild<QLineEdit *>(); }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void givesItsTextAwayAndIsEmptyThen()
    {
        SecretField field(u"Password"_s);
        QTest::keyClicks(line(field), u"hunter2!"_s);
        const crypto::SecretText taken = field.takeSecret();
        QCOMPARE(taken.view(), std::string_view("hunter2!"));
        QVERIFY(field.isEmpty());
        line(field)->undo();
        QVERIFY(field.isEmpty());
    }

    void copiesWithoutLosingItsText()
    {
        SecretField field(u"Password"_s);
        field.setSecret(crypto::SecretText::copyOf("pässwörd ✓"));
        QCOMPARE(field.copySecret().view(), std::string_view("pässwörd ✓"));
        QCOMPARE(field.takeSecret().view(), std::string_view("pässwörd ✓"));
    }

    void isMaskedUntilAsked()
    {
        SecretField field(u"Password"_s);
        QCOMPARE(line(field)->echoMode(), QLineEdit::Password);
        const Qt::InputMethodHints wanted = Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData;
        QCOMPARE(line(field)->inputMethodHints() & wanted, wanted);
        field.setShown(true);
        QCOMPARE(line(field)->echoMode(), QLineEdit::Normal);
    }

    void takesNoLineEndFromWhatIsPasted_data()
    {
        QTest::addColumn<QString>("pasted");
        QTest::addColumn<QString>("taken");
        QTest::newRow("a line of a file") << u"plum-ladder\n"_s << u"plum-ladder"_s;
        QTest::newRow("a line of Windows") << u"plum-ladder\r\n"_s << u"plum-ladder"_s;
        QTest::newRow("broken by a mail") << u"plum-\nladder"_s << u"plum-ladder"_s;
        QTest::newRow("a cell of a table") << u"\tplum-ladder\t"_s << u"plum-ladder"_s;
        QTest::newRow("other control characters") << u"plum\u0000\u001b\u007f\u0085ladder"_s << u"plumladder"_s;
        QTest::newRow("other ends of lines") << u"plum\u2028ladder\u2029"_s << u"plumladder"_s;
        QTest::newRow("blanks stay") << u"  plum ladder "_s << u"  plum ladder "_s;
        QTest::newRow("all else stays") << u"pässwörd ✓\u00a0\u200d\U0001F600"_s << u"pässwörd ✓\u00a0\u200d\U0001F600"_s;
    }
    void takesNoLineEndFromWhatIsPasted()
    {
        QFETCH(QString, pasted);
        QFETCH(QString, taken);
        SecretField field(u"Password"_s);
        field.show();
        QSignalSpy edited(&field, &SecretField::edited);
        const auto holds = [&] { return revealToQString(field.copySecret()); };
        QGuiApplication::clipboard()->setText(pasted);
        for (const auto &[key, with] : {std::pair(Qt::Key_V, Qt::ControlModifier), std::pair(Qt::Key_Insert, Qt::ShiftModifier)}) {
            field.wipe();
            QTest::keyClick(line(field), key, with);
            QCOMPARE(holds(), taken);
        }
        QCOMPARE(edited.size(), 2);

        field.wipe();
        QMimeData dragged;
        dragged.setText(pasted);
        QDragEnterEvent enter(QPoint(2, 2), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(line(field), &enter);
        QDropEvent drop(QPointF(2, 2), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(line(field), &drop);
        QCOMPARE(holds(), taken);
        QVERIFY(drop.isAccepted());

        field.wipe();
        QInputMethodEvent committed; // the key for pasting of a keyboard on the screen
        committed.setCommitString(pasted);
        QCoreApplication::sendEvent(line(field), &committed);
        QCOMPARE(holds(), taken);
    }

    void pastesWhereTheCursorIsAndOverWhatIsSelected()
    {
        SecretField field(u"Password"_s);
        QTest::keyClicks(line(field), u"abcd"_s);
        QGuiApplication::clipboard()->setText(u"X\n"_s);
        line(field)->setSelection(1, 2);
        QTest::keyClick(line(field), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(field.copySecret().view(), std::string_view("aXd"));
        QTest::keyClick(line(field), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(field.copySecret().view(), std::string_view("aXXd"));
        field.setReadOnly(true);
        QTest::keyClick(line(field), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(field.copySecret().view(), std::string_view("aXXd"));
    }

    void leavesAStoredLineEndAlone()
    {
        SecretField field(u"Token"_s);
        field.setSecret(crypto::SecretText::copyOf("two\nlines"));
        line(field)->end(false);
        QTest::keyClicks(line(field), u"!"_s);
        QCOMPARE(field.copySecret().view(), std::string_view("two\nlines!"));
    }

    /// Where the platform has one (X11 and Wayland; not the offscreen one).
    void keepsWhatIsSelectedFromTheSelectionBuffer()
    {
        QClipboard *clipboard = QGuiApplication::clipboard();
        if (!clipboard->supportsSelection())
            QSKIP("this platform has no selection buffer");
        const auto dragOver = [](QLineEdit *edit) {
            QTest::mousePress(edit, Qt::LeftButton, {}, QPoint(4, edit->height() / 2));
            QTest::mouseMove(edit, QPoint(80, edit->height() / 2));
            QTest::mouseRelease(edit, Qt::LeftButton, {}, QPoint(80, edit->height() / 2));
        };
        QLineEdit plain(u"anything"_s);
        plain.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plain));
        dragOver(&plain);
        QVERIFY2(clipboard->text(QClipboard::Selection).startsWith(u'a'), "what a line does by itself");

        clipboard->setText(u"before"_s, QClipboard::Selection);
        SecretField field(u"Password"_s);
        field.resize(300, 60);
        field.show();
        QVERIFY(QTest::qWaitForWindowExposed(&field));
        QTest::keyClicks(line(field), u"hunter2!"_s);
        field.setShown(true);
        QTest::mouseDClick(line(field), Qt::LeftButton, {}, QPoint(12, line(field)->height() / 2));
        QVERIFY(line(field)->hasSelectedText());
        dragOver(line(field));
        QVERIFY(line(field)->hasSelectedText());
        QCOMPARE(clipboard->text(QClipboard::Selection), u"before"_s);
        using Keys = std::pair<Qt::Key, Qt::KeyboardModifiers>;
        for (const auto &[key, modifiers] : {Keys(Qt::Key_A, Qt::ControlModifier), Keys(Qt::Key_Left, Qt::ShiftModifier), Keys(Qt::Key_Home, Qt::ShiftModifier),
                                             Keys(Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier)}) {
            QTest::keyClick(line(field), key, modifiers);
            QCOMPARE(clipboard->text(QClipboard::Selection), u"before"_s);
        }
        // The field goes on as usual.
        QTest::mouseClick(line(field), Qt::LeftButton, {}, QPoint(4, line(field)->height() / 2));
        QTest::keyClicks(line(field), u"x"_s);
        QVERIFY(line(field)->text().contains(u'x'));
    }

    void selectsByKeysWhatIsShown_data()
    {
        QTest::addColumn<QKeySequence>("keys");
        QTest::addColumn<QString>("selected");
        // From the middle of "one two three".
        QTest::newRow("all") << QKeySequence(Qt::CTRL | Qt::Key_A) << u"one two three"_s;
        QTest::newRow("the next character") << QKeySequence(Qt::SHIFT | Qt::Key_Right) << u"t"_s;
        QTest::newRow("the one before") << QKeySequence(Qt::SHIFT | Qt::Key_Left) << u" "_s;
        QTest::newRow("the next word") << QKeySequence(Qt::SHIFT | Qt::CTRL | Qt::Key_Right) << u"two "_s;
        QTest::newRow("the word before") << QKeySequence(Qt::SHIFT | Qt::CTRL | Qt::Key_Left) << u"one "_s;
        QTest::newRow("to the start") << QKeySequence(Qt::SHIFT | Qt::Key_Home) << u"one "_s;
        QTest::newRow("to the end") << QKeySequence(Qt::SHIFT | Qt::Key_End) << u"two three"_s;
    }
    void selectsByKeysWhatIsShown()
    {
        QFETCH(QKeySequence, keys);
        QFETCH(QString, selected);
        SecretField field(u"Password"_s);
        field.setShown(true);
        QTest::keyClicks(line(field), u"one two three"_s);
        line(field)->setCursorPosition(4);
        QTest::keyClick(line(field), keys[0].key(), keys[0].keyboardModifiers());
        QCOMPARE(line(field)->selectedText(), selected);
        QTest::keyClicks(line(field), u"x"_s);
        QCOMPARE(line(field)->text().size(), u"one two three"_s.size() - selected.size() + 1);
    }

    /// The line's keys for it copy what they delete.
    void deletesALineThatIsShownWithoutCopyingIt()
    {
        QGuiApplication::clipboard()->setText(u"before"_s);
        SecretField field(u"Password"_s);
        field.setShown(true);
        for (const QKeySequence::StandardKey standard : {QKeySequence::DeleteCompleteLine, QKeySequence::DeleteEndOfLine}) {
            for (const QKeySequence &keys : QKeySequence::keyBindings(standard)) {
                QTest::keyClicks(line(field), u"hunter2!"_s);
                line(field)->setCursorPosition(0);
                QTest::keyClick(line(field), keys[0].key(), keys[0].keyboardModifiers());
                QVERIFY(field.isEmpty());
                QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
            }
        }
    }

    void neverCopiesPastTheGuard()
    {
        QGuiApplication::clipboard()->setText(u"before"_s);
        SecretField field(u"Password"_s);
        QTest::keyClicks(line(field), u"hunter2!"_s);
        field.setShown(true);
        line(field)->selectAll();
        QTest::keyClick(line(field), Qt::Key_C, Qt::ControlModifier);
        QTest::keyClick(line(field), Qt::Key_X, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
        QVERIFY(!field.isEmpty());
    }

    void tellsAboutCapsLock()
    {
        SecretField field(u"Password"_s);
        field.show();
        auto *hint = field.findChild<QLabel *>();
        QKeyEvent typed(QEvent::KeyPress, Qt::Key_A, Qt::NoModifier, u"A"_s);
        QCoreApplication::sendEvent(line(field), &typed);
        QVERIFY(hint->isVisible());
        QKeyEvent shifted(QEvent::KeyPress, Qt::Key_A, Qt::ShiftModifier, u"A"_s);
        QCoreApplication::sendEvent(line(field), &shifted);
        QVERIFY(!hint->isVisible());
    }

    void tellsEditsAndReturn()
    {
        SecretField field(u"Password"_s);
        QSignalSpy edited(&field, &SecretField::edited);
        QSignalSpy submitted(&field, &SecretField::submitted);
        QTest::keyClicks(line(field), u"ab"_s);
        QTest::keyClick(line(field), Qt::Key_Return);
        QCOMPARE(edited.size(), 2);
        QCOMPARE(submitted.size(), 1);
    }
};

QTEST_MAIN(tst_SecretField)
#include "tst_SecretField.moc"
