// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ClipboardGuard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_ClipboardGuard : public QObject {
    Q_OBJECT

    static constexpr int Second = 20; ///< ms; the tests' seconds are short
    static crypto::SecretText secret() { return crypto::SecretText::copyOf("hunter2!"); }
    static QClipboard *clipboard() { return QGuiApplication::clipboard(); }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { clipboard()->clear(); }

    void marksWhatItCopies()
    {
        ClipboardGuard guard(clipboard(), nullptr, Second);
        guard.copySecret(secret(), u"Password of GitHub"_s);
        const QMimeData *mime = clipboard()->mimeData();
        QCOMPARE(mime->text(), u"hunter2!"_s);
        QCOMPARE(mime->data(u"text/plain"_s), QByteArray("hunter2!"));
        QCOMPARE(mime->data(u"x-kde-passwordManagerHint"_s), QByteArray("secret"));
        QVERIFY(mime->hasFormat(u"application/x-nspasteboard-concealed-type"_s));
        QVERIFY(!mime->hasHtml());
        QCOMPARE(guard.what(), u"Password of GitHub"_s);
    }

    void emptiesTheClipboardInTime()
    {
        ClipboardGuard guard(clipboard(), nullptr, Second);
        guard.setSeconds(5);
        guard.copySecret(secret(), {});
        QCOMPARE(guard.secondsLeft(), 5);
        QTRY_VERIFY_WITH_TIMEOUT(clipboard()->text().isEmpty(), 40 * Second);
        QCOMPARE(guard.secondsLeft(), 0);
    }

    void countsDown()
    {
        ClipboardGuard guard(clipboard(), nullptr, Second);
        QSignalSpy changed(&guard, &ClipboardGuard::changed);
        guard.setSeconds(5);
        guard.copySecret(secret(), {});
        QTRY_COMPARE(guard.secondsLeft(), 0);
        QVERIFY(changed.size() >= 3);
    }

    void keepsTheTimeInItsRange_data()
    {
        QTest::addColumn<int>("asked");
        QTest::addColumn<int>("got");
        QTest::newRow("too short") << 0 << 5;
        QTest::newRow("within") << 12 << 12;
        QTest::newRow("too long") << 3600 << 30;
    }
    void keepsTheTimeInItsRange()
    {
        QFETCH(int, asked);
        QFETCH(int, got);
        ClipboardGuard guard(clipboard());
        guard.setSeconds(asked);
        guard.copySecret(secret(), {});
        QCOMPARE(guard.secondsLeft(), got);
    }

    void leavesAloneWhatSomebodyElseCopied()
    {
        ClipboardGuard guard(clipboard(), nullptr, Second);
        guard.setSeconds(5);
        guard.copySecret(secret(), {});
        clipboard()->setText(u"a shopping list"_s);
        QTest::qWait(8 * Second);
        QCOMPARE(clipboard()->text(), u"a shopping list"_s);
        guard.clear();
        QCOMPARE(clipboard()->text(), u"a shopping list"_s);
        QCOMPARE(guard.secondsLeft(), 0);
    }

    void startsOverWithASecondCopy()
    {
        ClipboardGuard guard(clipboard(), nullptr, Second);
        guard.setSeconds(5);
        guard.copySecret(secret(), {});
        guard.copySecret(crypto::SecretText::copyOf("second"), u"two"_s);
        QCOMPARE(guard.secondsLeft(), 5);
        QCOMPARE(clipboard()->text(), u"second"_s);
        QTRY_VERIFY(clipboard()->text().isEmpty());
    }

    void emptiesAtLockAndAtQuit()
    {
        auto guard = std::make_unique<ClipboardGuard>(clipboard());
        guard->copySecret(secret(), {});
        guard->clear();
        QVERIFY(clipboard()->text().isEmpty());
        guard->copySecret(secret(), {});
        guard.reset();
        QVERIFY(clipboard()->text().isEmpty());
    }
};

QTEST_MAIN(tst_ClipboardGuard)
#include "tst_ClipboardGuard.moc"
