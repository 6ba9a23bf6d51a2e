// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SecretField.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

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
        // The field goes on as usual.
        QTest::mouseClick(line(field), Qt::LeftButton, {}, QPoint(4, line(field)->height() / 2));
        QTest::keyClicks(line(field), u"x"_s);
        QVERIFY(line(field)->text().contains(u'x'));
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
