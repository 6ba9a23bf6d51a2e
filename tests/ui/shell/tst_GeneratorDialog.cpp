// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ClipboardGuard.h"
#include "ui/GeneratorDialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_GeneratorDialog : public QObject {
    Q_OBJECT

    static QPushButton *button(QWidget *dialog, const QString &text)
    {
        for (QPushButton *one : dialog->findChildren<QPushButton *>())
            if (one->text().remove(u'&') == text)
                return one;
        return nullptr;
    }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void followsTheRecipe()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        GeneratorDialog dialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Copy, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        for (QSpinBox *box : dialog.findChildren<QSpinBox *>())
            if (box->accessibleName() == u"Length"_s)
                box->setValue(40);
        for (QCheckBox *box : dialog.findChildren<QCheckBox *>())
            if (!box->text().contains(u"0–9"_s))
                box->setChecked(false);
        QCOMPARE(dialog.secret().size(), std::size_t(40));
        QVERIFY(std::ranges::all_of(dialog.secret().view(), [](char c) { return c >= '0' && c <= '9'; }));
        QVERIFY(qAbs(dialog.entropyBits() - 40 * std::log2(10.0)) < 0.01);
    }

    void keepsAtLeastOneClass()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        GeneratorDialog dialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Copy, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        for (QCheckBox *box : dialog.findChildren<QCheckBox *>())
            box->setChecked(false);
        QVERIFY(!dialog.secret().isEmpty());
    }

    void makesPassphrases()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        GeneratorDialog dialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Copy, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.findChild<QTabWidget *>()->setCurrentIndex(1);
        QVERIFY(std::ranges::count(dialog.secret().view(), '-') >= 5);
        QVERIFY(qAbs(dialog.entropyBits() - 6 * std::log2(7776.0)) < 0.01);
    }

    void makesAnotherOneWhenAsked()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        GeneratorDialog dialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Copy, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        const crypto::SecretText first = dialog.secret().clone();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_R, Qt::ControlModifier);
        QTRY_VERIFY(!dialog.secret().equals(first.view()));
    }

    void copiesThroughTheGuard()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        GeneratorDialog dialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Copy, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        button(&dialog, u"Copy"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), std::string(dialog.secret().view()));
        QVERIFY(guard.secondsLeft() > 0);
    }

    void handsTheResultOver()
    {
        ClipboardGuard guard(QGuiApplication::clipboard());
        QPointer<GeneratorDialog> dialog = new GeneratorDialog(crypto::systemRandom(), &guard, GeneratorDialog::Mode::Use, nullptr);
        const std::string shown(dialog->secret().view());
        std::string taken;
        connect(dialog, &GeneratorDialog::chosen, this, [&] { taken = std::string(dialog->takeSecret().view()); });
        dialog->open();
        button(dialog, u"Use"_s)->click();
        QCOMPARE(taken, shown);
        QTRY_VERIFY(!dialog);
    }
};

QTEST_MAIN(tst_GeneratorDialog)
#include "tst_GeneratorDialog.moc"
