// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/SessionWatch.h"

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using ui::SessionWatch;

/// A screen saver as KDE has one.
class ScreenSaver : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")
public:
    uint told = 0;
public slots:
    Q_SCRIPTABLE uint GetSessionIdleTime() { return told; }
signals:
    Q_SCRIPTABLE void ActiveChanged(bool active);
};

/// GNOME's own service.
class IdleMonitor : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.gnome.Mutter.IdleMonitor")
public:
    qulonglong milliseconds = 0;
public slots:
    Q_SCRIPTABLE qulonglong GetIdletime() { return milliseconds; }
};

/// The one who announces sleep.
class Login : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
signals:
    Q_SCRIPTABLE void PrepareForSleep(bool starting);
};

/// On a bus of its own, so that the desktop the tests run under plays no part.
class tst_SessionWatch : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void knowsNothingWhereNoServiceAnswers();
    void readsTheScreenSaversTimeWhateverItsUnit_data();
    void readsTheScreenSaversTimeWhateverItsUnit();
    void readsMillisecondsFromGnome();
    void tellsWhenTheScreenIsLocked();
    void tellsBeforeSleep();
    void forgetsWhoAskedAndDied();

private:
    std::optional<qint64> idle();
    QProcess m_daemon;
    QString m_address;
    std::unique_ptr<SessionWatch> m_watch;
    const QString m_asks = u"clavitor-test-asks"_s;
    const QString m_answers = u"clavitor-test-answers"_s;
};

void tst_SessionWatch::initTestCase()
{
    const QString program = QStandardPaths::findExecutable(u"dbus-daemon"_s);
    if (program.isEmpty())
        QSKIP("dbus-daemon is not installed");
    m_daemon.start(program, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
    QVERIFY(m_daemon.waitForReadyRead(5000));
    m_address = QString::fromLocal8Bit(m_daemon.readLine()).trimmed();
}

void tst_SessionWatch::cleanupTestCase()
{
    m_daemon.kill();
    m_daemon.waitForFinished();
}

void tst_SessionWatch::init()
{
    QVERIFY(QDBusConnection::connectToBus(m_address, m_asks).isConnected());
    QVERIFY(QDBusConnection::connectToBus(m_address, m_answers).isConnected());
    m_watch = std::make_unique<SessionWatch>(m_asks, m_asks);
}

void tst_SessionWatch::cleanup()
{
    m_watch.reset();
    QDBusConnection::disconnectFromBus(m_answers);
    QDBusConnection::disconnectFromBus(m_asks);
}

std::optional<qint64> tst_SessionWatch::idle()
{
    std::optional<qint64> found;
    bool answered = false;
    m_watch->askIdle(600'000, this, [&](std::optional<qint64> time) {
        found = time;
        answered = true;
    });
    if (!QTest::qWaitFor([&] { return answered; }, 5000))
        qFatal("no answer");
    return found;
}

void tst_SessionWatch::knowsNothingWhereNoServiceAnswers()
{
    QElapsedTimer time;
    time.start();
    QVERIFY(!idle());
    QVERIFY(time.elapsed() < 3000);
}

void tst_SessionWatch::readsTheScreenSaversTimeWhateverItsUnit_data()
{
    QTest::addColumn<uint>("told");
    QTest::addColumn<qint64>("idle");
    QTest::newRow("seconds") << 75u << qint64(75'000);
    QTest::newRow("as many seconds as our own windows") << 600u << qint64(600'000);
    QTest::newRow("milliseconds, as KDE") << 75'000u << qint64(75'000);
    QTest::newRow("milliseconds, just over what seconds could be") << 606u << qint64(606);
    QTest::newRow("a desktop that always says nought") << 0u << qint64(-1);
}

void tst_SessionWatch::readsTheScreenSaversTimeWhateverItsUnit()
{
    QFETCH(uint, told);
    ScreenSaver saver;
    saver.told = told;
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerObject(u"/org/freedesktop/ScreenSaver"_s, &saver, QDBusConnection::ExportScriptableContents));
    QVERIFY(bus.registerService(u"org.freedesktop.ScreenSaver"_s));
    QTEST(idle().value_or(-1), "idle");
}

void tst_SessionWatch::readsMillisecondsFromGnome()
{
    IdleMonitor monitor;
    monitor.milliseconds = 4'300'000'000; // seven weeks: more than 32 bits
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerObject(u"/org/gnome/Mutter/IdleMonitor/Core"_s, &monitor, QDBusConnection::ExportScriptableContents));
    QVERIFY(bus.registerService(u"org.gnome.Mutter.IdleMonitor"_s));
    QCOMPARE(idle().value_or(-1), 4'300'000'000);
}

void tst_SessionWatch::tellsWhenTheScreenIsLocked()
{
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    ScreenSaver saver;
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerObject(u"/org/freedesktop/ScreenSaver"_s, &saver, QDBusConnection::ExportScriptableContents));
    QVERIFY(bus.registerService(u"org.freedesktop.ScreenSaver"_s));
    emit saver.ActiveChanged(false);
    emit saver.ActiveChanged(true);
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::tellsBeforeSleep()
{
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    Login login;
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerObject(u"/org/freedesktop/login1"_s, &login, QDBusConnection::ExportScriptableContents));
    QVERIFY(bus.registerService(u"org.freedesktop.login1"_s));
    emit login.PrepareForSleep(true);
    emit login.PrepareForSleep(false);
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::forgetsWhoAskedAndDied()
{
    bool answered = false;
    {
        QObject asker;
        m_watch->askIdle(600'000, &asker, [&](std::optional<qint64>) { answered = true; });
    }
    QTest::qWait(100);
    QVERIFY(!answered);
}

QTEST_MAIN(tst_SessionWatch)
#include "tst_SessionWatch.moc"
