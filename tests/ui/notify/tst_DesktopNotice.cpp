// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notify/DesktopNotice.h"

#include "tests/support/NoticeService.h"

#include <QDBusMessage>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::DesktopNotice;

class tst_DesktopNotice : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_bus.stop(); }
    void init();
    void cleanup();
    void knowsWhetherThereAreButtons();
    void noticesAServiceThatComesLater();
    void showsPlainTextWhateverTheServiceMakesOfIt();
    void tellsWhatWasPressed();
    void replacesWhatItShows();
    void closesEvenWhatIsNotShownYet();
    void believesTheServiceAlone();
    void forgetsWhatThePersonClosed();
    void startsAnewWithAnotherService();
    void livesWithoutAService();

private:
    void make();
    PrivateBus m_bus;
    std::unique_ptr<NoticeService> m_service;
    std::unique_ptr<DesktopNotice> m_notice;
    const QList<DesktopNotice::Button> m_buttons{{u"default"_s, u"Look"_s}, {u"deny"_s, u"Deny"_s}};
};

void tst_DesktopNotice::initTestCase()
{
    if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
        QSKIP("dbus-daemon is not installed");
    QVERIFY(m_bus.start());
}

void tst_DesktopNotice::init()
{
    m_service = std::make_unique<NoticeService>();
    QVERIFY(m_bus.serve(m_service.get()));
}

void tst_DesktopNotice::cleanup()
{
    m_notice.reset();
    QTest::qWait(20);
    m_bus.retire();
    m_service.reset();
}

void tst_DesktopNotice::make()
{
    m_notice = std::make_unique<DesktopNotice>(m_bus.asks);
    QTRY_VERIFY(m_notice->hasButtons());
}

void tst_DesktopNotice::knowsWhetherThereAreButtons()
{
    make();
    m_service->abilities = {u"body"_s};
    DesktopNotice plain(m_bus.asks);
    QTest::qWait(100);
    QVERIFY(!plain.hasButtons());
}

void tst_DesktopNotice::noticesAServiceThatComesLater()
{
    m_bus.retire();
    DesktopNotice notice(m_bus.asks);
    QTest::qWait(100);
    QVERIFY(!notice.hasButtons());
    QVERIFY(m_bus.serve(m_service.get()));
    QTRY_VERIFY(notice.hasButtons());
}

void tst_DesktopNotice::showsPlainTextWhateverTheServiceMakesOfIt()
{
    make();
    m_notice->show(u"Title <b>"_s, u"<b>bold</b> & more"_s, m_buttons, 60'000);
    QTRY_COMPARE(m_service->shown.size(), 1);
    QCOMPARE(m_service->shown.first().text, u"<b>bold</b> & more"_s);
    QCOMPARE(m_service->shown.first().title, u"Title <b>"_s);
    QCOMPARE(m_service->shown.first().actions, (QStringList{u"default"_s, u"Look"_s, u"deny"_s, u"Deny"_s}));
    QCOMPARE(m_service->shown.first().hints.value(u"urgency"_s).toInt(), 1);
    QCOMPARE(m_service->shown.first().milliseconds, 60'000);
    m_service->abilities << u"body-markup"_s;
    DesktopNotice marked(m_bus.asks);
    QTRY_VERIFY(marked.hasButtons());
    marked.show(u"Title"_s, u"<a href='x'>click</a>"_s, m_buttons, 60'000);
    QTRY_COMPARE(m_service->shown.size(), 2);
    QCOMPARE(m_service->shown.last().text, u"&lt;a href='x'&gt;click&lt;/a&gt;"_s);
}

void tst_DesktopNotice::tellsWhatWasPressed()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    QSignalSpy pressed(m_notice.get(), &DesktopNotice::pressed);
    m_notice->show(u"a"_s, u"b"_s, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    m_service->press(u"deny"_s);
    QTRY_COMPARE(pressed.size(), 1);
    QCOMPARE(pressed.first().first().toString(), u"deny"_s);
    emit m_service->ActionInvoked(m_service->shown.last().id + 1, u"deny"_s); // somebody else's message
    QTest::qWait(50);
    QCOMPARE(pressed.size(), 1);
}

void tst_DesktopNotice::replacesWhatItShows()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    m_notice->show(u"first"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    m_notice->show(u"second"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 2);
    QCOMPARE(m_service->shown.size(), 1);
    QCOMPARE(m_service->shown.first().title, u"second"_s);
}

void tst_DesktopNotice::closesEvenWhatIsNotShownYet()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    m_notice->show(u"a"_s, {}, m_buttons, 60'000);
    m_notice->close();
    QTRY_COMPARE(m_service->closed, 1);
    QVERIFY(m_service->shown.isEmpty());
    QCOMPARE(shown.size(), 0);
    m_notice->show(u"b"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    m_notice->close();
    QTRY_VERIFY(m_service->shown.isEmpty());
    m_notice->show(u"c"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 2);
    m_notice.reset();
    QTRY_VERIFY(m_service->shown.isEmpty());
}

void tst_DesktopNotice::believesTheServiceAlone()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    QSignalSpy pressed(m_notice.get(), &DesktopNotice::pressed);
    m_notice->show(u"a"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    QDBusMessage forged = QDBusMessage::createSignal(u"/org/freedesktop/Notifications"_s, u"org.freedesktop.Notifications"_s, u"ActionInvoked"_s);
    forged.setArguments({m_service->shown.last().id, u"once"_s});
    QVERIFY(QDBusConnection(m_bus.other).send(forged));
    QTest::qWait(100);
    QCOMPARE(pressed.size(), 0);
    QVERIFY(QDBusConnection(m_bus.answers).send(forged)); // the same words from the service do count
    QTRY_COMPARE(pressed.size(), 1);
}

void tst_DesktopNotice::forgetsWhatThePersonClosed()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    QSignalSpy pressed(m_notice.get(), &DesktopNotice::pressed);
    m_notice->show(u"a"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    emit m_service->NotificationClosed(m_service->shown.last().id, 2);
    QTest::qWait(50);
    m_service->press(u"deny"_s);
    QTest::qWait(50);
    QCOMPARE(pressed.size(), 0);
}

void tst_DesktopNotice::startsAnewWithAnotherService()
{
    make();
    QSignalSpy shown(m_notice.get(), &DesktopNotice::shown);
    QSignalSpy pressed(m_notice.get(), &DesktopNotice::pressed);
    m_notice->show(u"a"_s, {}, m_buttons, 60'000);
    QTRY_COMPARE(shown.size(), 1);
    const uint id = m_service->shown.last().id;
    m_bus.retire();
    QTRY_VERIFY(!m_notice->hasButtons());
    QVERIFY(m_bus.serve(m_service.get()));
    QTRY_VERIFY(m_notice->hasButtons());
    emit m_service->ActionInvoked(id, u"once"_s);
    QTest::qWait(50);
    QCOMPARE(pressed.size(), 0);
}

void tst_DesktopNotice::livesWithoutAService()
{
    m_bus.retire();
    DesktopNotice notice(m_bus.asks);
    QSignalSpy shown(&notice, &DesktopNotice::shown);
    notice.show(u"a"_s, u"b"_s, m_buttons, 1'000);
    notice.close();
    notice.show(u"a"_s, u"b"_s, m_buttons, 1'000);
    QTest::qWait(100);
    QCOMPARE(shown.size(), 0);
    DesktopNotice nowhere(u"clavitor-test-no-such-bus"_s);
    nowhere.show(u"a"_s, u"b"_s, m_buttons, 1'000);
    QTest::qWait(50);
    QVERIFY(!nowhere.hasButtons());
}

QTEST_GUILESS_MAIN(tst_DesktopNotice)
#include "tst_DesktopNotice.moc"
