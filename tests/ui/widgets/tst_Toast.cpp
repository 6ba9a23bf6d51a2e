// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Toast.h"

#include "tests/support/Widgets.h"

#include <QProgressBar>
#include <QTest>

#include <memory>

using namespace clavitor::test;
using namespace Qt::StringLiterals;
using clavitor::ui::Toast;

class tst_Toast : public QObject {
    Q_OBJECT

    std::unique_ptr<QWidget> m_host;
    Toast *m_toast = nullptr;

    [[nodiscard]] bool isBusy() const
    {
        const auto *bar = m_toast->findChild<QProgressBar *>();
        return bar && bar->isVisible() && bar->minimum() == bar->maximum();
    }

private slots:
    void init()
    {
        m_host = std::make_unique<QWidget>();
        m_host->resize(800, 600);
        m_toast = new Toast(m_host.get());
        m_host->show();
    }

    void saysWhatTakesLongWhileItGoesOn()
    {
        m_toast->work(u"Deleting 2 entries…"_s);
        QVERIFY2(!m_toast->isVisible(), "what is through in a moment needs no words");
        QTRY_VERIFY(m_toast->isVisible());
        QVERIFY(says(m_toast, u"Deleting 2 entries…"_s));
        QVERIFY(isBusy());
        QVERIFY(!button(m_toast, u"Undo"_s));
        m_toast->workDone();
        QVERIFY(!m_toast->isVisible());
    }

    void saysNothingOfWhatTakesAMoment()
    {
        m_toast->work(u"Deleting 1 entry…"_s);
        m_toast->workDone();
        QTest::qWait(700);
        QVERIFY(!m_toast->isVisible());
    }

    void leavesWhatWasSaidSinceAlone()
    {
        m_toast->work(u"Restoring 2 entries…"_s);
        QTRY_VERIFY(isBusy());
        m_toast->say(u"Copied"_s);
        QVERIFY(!isBusy());
        m_toast->workDone();
        QVERIFY(says(m_toast, u"Copied"_s));
        QTest::qWait(700);
        QVERIFY(says(m_toast, u"Copied"_s));
    }

    void goesOnUntilTheLastOfSeveralIsDone()
    {
        m_toast->work(u"Deleting 2 entries…"_s);
        QTRY_VERIFY(isBusy());
        m_toast->work(u"Restoring 3 entries…"_s);
        QVERIFY(says(m_toast, u"Restoring 3 entries…"_s));
        m_toast->workDone();
        QVERIFY(isBusy());
        m_toast->workDone();
        QVERIFY(!m_toast->isVisible());
    }

    void saysWhatCameOfIt()
    {
        m_toast->work(u"Moving 2 entries to the trash…"_s);
        QTRY_VERIFY(isBusy());
        m_toast->workDone();
        bool isUndone = false;
        m_toast->say(u"2 entries moved to trash"_s, [&] { isUndone = true; });
        QVERIFY(!isBusy());
        press(button(m_toast, u"Undo"_s));
        QVERIFY(isUndone);
    }

    void isSilentOnceItIsDismissed()
    {
        m_toast->work(u"Deleting 2 entries…"_s);
        m_toast->dismiss();
        QTest::qWait(700);
        QVERIFY(!m_toast->isVisible());
    }
};

QTEST_MAIN(tst_Toast)
#include "tst_Toast.moc"
