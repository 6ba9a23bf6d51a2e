// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ClientVault.h"
#include "tests/support/SystemBus.h"
#include "tests/ui/shell/DesktopServices.h"
#include "ui/SessionWatch.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QTimer>



using namespace clavitor;
using namespace Qt::StringLiterals;
using ui::SessionWatch;

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
    void keepsTheUnitItLearned();
    void believesANoughtOfADesktopThatToldMore();
    void readsMillisecondsFromGnome();
    void tellsWhenTheScreenIsLocked_data();
    void tellsWhenTheScreenIsLocked();
    void tellsBeforeSleep();
    void tellsWhenTheSessionIsLeft_data();
    void tellsWhenTheSessionIsLeft();
    void hearsNoSessionButItsOwn();
    void tellsWhenTheLidIsClosed_data();
    void tellsWhenTheLidIsClosed();
    void delaysSleepWhileOpenOrOpening_data();
    void delaysSleepWhileOpenOrOpening();
    void letsGoOfADelayThatCameTooLate();
    void letsTheComputerSleepOnceTheVaultIsLocked();
    void hearsASlowLogin();
    void asksALoginAgainThatCouldNotTell();
    void hearsALoginThatComesLate();
    void forgetsWhoAskedAndDied();
    void goesOnBesideASystemBusThatNeverAnswers();
    void hearsASystemBusThatComesLate();
    void hearsASystemBusThatWasStartedAgain();

private:
    std::optional<qint64> idle();
    /// On the bus under the name and path a desktop has it.
    bool serve(QObject *object, const QString &service, const QString &path);
    bool serve(ScreenSaver &saver) { return serve(&saver, u"org.freedesktop.ScreenSaver"_s, u"/org/freedesktop/ScreenSaver"_s); }
    bool serve(Login &login) { return serve(&login, u"org.freedesktop.login1"_s, u"/org/freedesktop/login1"_s); }
    void watch(const QString &desktop);
    void change(const QString &path, const QString &interface, const QVariantMap &changed);
    QProcess m_daemon;
    QString m_address;
    std::unique_ptr<SessionWatch> m_watch;
    const QString m_asks = u"clavitor-test-asks"_s;
    const QString m_answers = u"clavitor-test-answers"_s;
};

void tst_SessionWatch::initTestCase()
{
    QVERIFY(crypto::initialise());
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
    watch(u"Xfce"_s);
}

void tst_SessionWatch::cleanup()
{
    m_watch.reset();
    QDBusConnection::disconnectFromBus(m_answers);
    QDBusConnection::disconnectFromBus(m_asks);
}

void tst_SessionWatch::watch(const QString &desktop)
{
    m_watch = std::make_unique<SessionWatch>(desktop, m_asks, m_address, 50);
    QTRY_VERIFY(m_watch->hearsSystem());
}

bool tst_SessionWatch::serve(QObject *object, const QString &service, const QString &path)
{
    QDBusConnection bus(m_answers);
    return bus.registerObject(path, object, QDBusConnection::ExportScriptableContents) && bus.registerService(service);
}

std::optional<qint64> tst_SessionWatch::idle()
{
    std::optional<qint64> found;
    bool answered = false;
    m_watch->askIdle(this, [&](std::optional<qint64> time) {
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
    using Times = QList<uint>;
    QTest::addColumn<QString>("desktop");
    QTest::addColumn<Times>("told");     // one a look, the last for ever
    QTest::addColumn<qint64>("idle");    // -1: unknown
    QTest::newRow("seconds of a person who is away") << u"Xfce"_s << Times{75, 77} << qint64(77'000);
    QTest::newRow("seconds of a person who has just come back") << u"Xfce"_s << Times{600, 1} << qint64(1);
    QTest::newRow("seconds of a person at work who hardly pauses") << u"Xfce"_s << Times{0, 0, 0, 0, 1, 0} << qint64(1'000);
    QTest::newRow("milliseconds of a person who is away, where the desktop says no name") << QString() << Times{75'000, 76'500} << qint64(76'500);
    QTest::newRow("milliseconds of a person at work, where the desktop says no name") << QString() << Times{900, 340} << qint64(340);
    QTest::newRow("the same milliseconds twice, as only a person at work can have them") << QString() << Times{450, 450} << qint64(450);
    QTest::newRow("milliseconds that would be many seconds") << QString() << Times{606, 2'110} << qint64(2'110);
    QTest::newRow("KDE, a person who is away") << u"KDE"_s << Times{301'000} << qint64(301'000);
    QTest::newRow("KDE, a person whose last key is half a second old") << u"KDE"_s << Times{500} << qint64(500);
    QTest::newRow("KDE, as many milliseconds as the vault may stay open in seconds") << u"KDE"_s << Times{300} << qint64(300);
    QTest::newRow("KDE under another name") << u"neon:KDE"_s << Times{3'600} << qint64(3'600);
    QTest::newRow("a desktop that always says nought") << u"Xfce"_s << Times{0} << qint64(-1);
    QTest::newRow("KDE, always nought") << u"KDE"_s << Times{0} << qint64(-1);
}

void tst_SessionWatch::readsTheScreenSaversTimeWhateverItsUnit()
{
    QFETCH(QString, desktop);
    QFETCH(QList<uint>, told);
    watch(desktop);
    ScreenSaver saver([&told] { return told.size() > 1 ? told.takeFirst() : told.first(); });
    QVERIFY(serve(saver));
    QTEST(idle().value_or(-1), "idle");
}

void tst_SessionWatch::keepsTheUnitItLearned()
{
    ScreenSaver saver([&] { return saver.asked == 1 ? 75'000U : 76'500U; });
    QVERIFY(serve(saver));
    QCOMPARE(idle().value_or(-1), qint64(76'500));
    saver.asked = 0;
    saver.tells = [] { return 303U; };
    QCOMPARE(idle().value_or(-1), qint64(303)); // a third of a second, not five minutes
    QCOMPARE(saver.asked, 1);
}

void tst_SessionWatch::believesANoughtOfADesktopThatToldMore()
{
    ScreenSaver saver([&] { return saver.asked == 1 ? 75U : 77U; });
    QVERIFY(serve(saver));
    QCOMPARE(idle().value_or(-1), qint64(77'000));
    saver.tells = [] { return 0U; };
    QCOMPARE(idle().value_or(-1), qint64(0));
}

void tst_SessionWatch::readsMillisecondsFromGnome()
{
    IdleMonitor monitor;
    monitor.milliseconds = 4'300'000'000; // seven weeks: more than 32 bits
    QVERIFY(serve(&monitor, u"org.gnome.Mutter.IdleMonitor"_s, u"/org/gnome/Mutter/IdleMonitor/Core"_s));
    QCOMPARE(idle().value_or(-1), 4'300'000'000);
}

void tst_SessionWatch::tellsWhenTheScreenIsLocked_data()
{
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("path");
    QTest::newRow("GNOME") << u"org.gnome.ScreenSaver"_s << u"/org/gnome/ScreenSaver"_s;
    QTest::newRow("KDE, as specified") << u"org.freedesktop.ScreenSaver"_s << u"/org/freedesktop/ScreenSaver"_s;
    QTest::newRow("KDE, as before that") << u"org.freedesktop.ScreenSaver"_s << u"/ScreenSaver"_s;
    QTest::newRow("Cinnamon") << u"org.cinnamon.ScreenSaver"_s << u"/org/cinnamon/ScreenSaver"_s;
    QTest::newRow("MATE") << u"org.mate.ScreenSaver"_s << u"/org/mate/ScreenSaver"_s;
    QTest::newRow("Xfce") << u"org.xfce.ScreenSaver"_s << u"/org/xfce/ScreenSaver"_s;
}

void tst_SessionWatch::tellsWhenTheScreenIsLocked()
{
    QFETCH(QString, service);
    QFETCH(QString, path);
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerService(service));
    for (const bool isActive : {false, true}) {
        auto signal = QDBusMessage::createSignal(path, service, u"ActiveChanged"_s);
        signal << isActive;
        QVERIFY(bus.send(signal));
    }
    QTRY_COMPARE(left.size(), 1);
    QCOMPARE(left.first().first().value<LockCause>(), LockCause::Screen);
    QVERIFY(bus.unregisterService(service));
}

void tst_SessionWatch::tellsBeforeSleep()
{
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    Login login;
    QVERIFY(serve(login));
    emit login.PrepareForSleep(true);
    emit login.PrepareForSleep(false);
    QTRY_COMPARE(left.size(), 1);
    QCOMPARE(left.first().first().value<LockCause>(), LockCause::Sleep);
}

/// As org.freedesktop.DBus.Properties tells it.
void tst_SessionWatch::change(const QString &path, const QString &interface, const QVariantMap &changed)
{
    auto signal = QDBusMessage::createSignal(path, u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s);
    signal << interface << changed << QStringList();
    QVERIFY(QDBusConnection(m_answers).send(signal));
}

void tst_SessionWatch::tellsWhenTheSessionIsLeft_data()
{
    QTest::addColumn<QVariantMap>("changed");
    QTest::addColumn<bool>("isLeft");
    QTest::newRow("another user") << QVariantMap{{u"Active"_s, false}} << true;
    QTest::newRow("and with more") << QVariantMap{{u"State"_s, u"online"_s}, {u"Active"_s, false}} << true;
    QTest::newRow("back again") << QVariantMap{{u"Active"_s, true}} << false;
    QTest::newRow("screen locked") << QVariantMap{{u"LockedHint"_s, true}} << true;
    QTest::newRow("screen unlocked") << QVariantMap{{u"LockedHint"_s, false}} << false;
    QTest::newRow("idle") << QVariantMap{{u"IdleHint"_s, true}} << false;
    QTest::newRow("nonsense") << QVariantMap{{u"Active"_s, u"no"_s}} << false;
    QTest::newRow("nothing") << QVariantMap{} << false;
}

void tst_SessionWatch::tellsWhenTheSessionIsLeft()
{
    QFETCH(QVariantMap, changed);
    QFETCH(bool, isLeft);
    Login login;
    QVERIFY(serve(login));
    watch({});
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    QTRY_COMPARE(login.sessions, QStringList{u"auto"_s});
    QTest::qWait(50); // its answer
    change(login.session, u"org.freedesktop.login1.Session"_s, changed);
    QTest::qWait(isLeft ? 0 : 150);
    QTRY_COMPARE(left.size(), isLeft ? 1 : 0);
    if (isLeft)
        QCOMPARE(left.first().first().value<LockCause>(), changed.contains(u"Active"_s) ? LockCause::OtherUser : LockCause::Screen);
}

void tst_SessionWatch::hearsNoSessionButItsOwn()
{
    Login login;
    QVERIFY(serve(login));
    watch({});
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    QTRY_COMPARE(login.sessions, QStringList{u"auto"_s});
    QTest::qWait(50);
    change(u"/org/freedesktop/login1/session/_33"_s, u"org.freedesktop.login1.Session"_s, {{u"Active"_s, false}});
    QTest::qWait(150);
    QCOMPARE(left.size(), 0);
    // As `loginctl lock-session` has it, and screens that are locked by logind.
    QVERIFY(QDBusConnection(m_answers).send(QDBusMessage::createSignal(login.session, u"org.freedesktop.login1.Session"_s, u"Lock"_s)));
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::tellsWhenTheLidIsClosed_data()
{
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("property");
    QTest::newRow("UPower") << u"org.freedesktop.UPower"_s << u"/org/freedesktop/UPower"_s << u"LidIsClosed"_s;
    QTest::newRow("logind") << u"org.freedesktop.login1"_s << u"/org/freedesktop/login1"_s << u"LidClosed"_s;
}

void tst_SessionWatch::tellsWhenTheLidIsClosed()
{
    QFETCH(QString, service);
    QFETCH(QString, path);
    QFETCH(QString, property);
    QObject power;
    QVERIFY(serve(&power, service, path));
    watch({});
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    change(path, service, {{property, false}});
    change(path, service, {{u"OnBattery"_s, true}});
    QTest::qWait(150);
    QCOMPARE(left.size(), 0);
    change(path, service, {{property, true}});
    QTRY_COMPARE(left.size(), 1);
    QCOMPARE(left.first().first().value<LockCause>(), LockCause::Lid);
}

void tst_SessionWatch::delaysSleepWhileOpenOrOpening_data()
{
    QTest::addColumn<LockState>("state");
    QTest::addColumn<bool>("delays");
    QTest::newRow("no vault") << LockState::NoVault << false;
    QTest::newRow("locked") << LockState::Locked << false;
    QTest::newRow("the password is worked out") << LockState::Unlocking << true;
    QTest::newRow("open") << LockState::Unlocked << true;
}

void tst_SessionWatch::delaysSleepWhileOpenOrOpening()
{
    QFETCH(LockState, state);
    QFETCH(bool, delays);
    Login login;
    QVERIFY(serve(login));
    m_watch->follow(state);
    if (!delays) {
        QTest::qWait(100);
        QVERIFY(login.asked.isEmpty());
        return;
    }
    QTRY_VERIFY(login.isDelayed());
    QCOMPARE(login.asked, QStringList{u"sleep Clavitor delay"_s});
    m_watch->follow(LockState::Unlocked);
    QTest::qWait(100);
    QVERIFY2(login.isDelayed() && login.asked.size() == 1, "one delay is enough");
    m_watch->follow(LockState::Locked);
    QTRY_VERIFY(!login.isDelayed());
    m_watch->follow(LockState::Unlocked);
    QTRY_VERIFY(login.isDelayed());
    m_watch.reset();
    QTRY_VERIFY(!login.isDelayed());
}

void tst_SessionWatch::letsGoOfADelayThatCameTooLate()
{
    Login login;
    QVERIFY(serve(login));
    m_watch->follow(LockState::Unlocking);
    m_watch->follow(LockState::Locked);
    QTRY_COMPARE(login.asked.size(), 1);
    QTRY_VERIFY(!login.isDelayed());
}

void tst_SessionWatch::hearsASlowLogin()
{
    Login login;
    login.lateMilliseconds = 1'300;
    QVERIFY(serve(login));
    watch({});
    m_watch->follow(LockState::Unlocked);
    QTRY_COMPARE(login.asked.size(), 1);
    QTest::qWait(1'700);
    QVERIFY2(login.isDelayed(), "a descriptor that comes late is kept");
    QCOMPARE(login.sessions.size(), 1);
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    change(login.session, u"org.freedesktop.login1.Session"_s, {{u"Active"_s, false}});
    QTRY_COMPARE(left.size(), 1);
    QCOMPARE(left.first().first().value<LockCause>(), LockCause::OtherUser);
}

void tst_SessionWatch::asksALoginAgainThatCouldNotTell()
{
    Login login;
    login.failures = 4; // two of each question
    QVERIFY(serve(login));
    watch({});
    m_watch->follow(LockState::Unlocked);
    QTRY_VERIFY(login.isDelayed());
    QTRY_VERIFY(login.failures == 0);
    QTest::qWait(500);
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    QVERIFY(QDBusConnection(m_answers).send(QDBusMessage::createSignal(login.session, u"org.freedesktop.login1.Session"_s, u"Lock"_s)));
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::hearsALoginThatComesLate()
{
    m_watch->follow(LockState::Unlocked);
    QTest::qWait(200);
    Login login;
    QVERIFY(serve(login));
    QTRY_VERIFY(login.isDelayed());
    QTRY_COMPARE(login.sessions.size(), 1);
    QTest::qWait(50);
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    change(login.session, u"org.freedesktop.login1.Session"_s, {{u"Active"_s, false}});
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::letsTheComputerSleepOnceTheVaultIsLocked()
{
    test::ClientVault vault;
    QVERIFY(vault.isReady());
    Login login;
    QVERIFY(serve(login));
    m_watch->follow(vault.client()->facts().state);
    QTRY_VERIFY(login.isDelayed());
    connect(vault.client(), &VaultClient::factsChanged, m_watch.get(), [this](const VaultFacts &facts) { m_watch->follow(facts.state); });
    connect(m_watch.get(), &SessionWatch::left, vault.client(), [&vault] { vault.client()->lock(); });
    emit login.PrepareForSleep(true);
    bool sleptOverKeys = false;
    QVERIFY(QTest::qWaitFor([&] {
        sleptOverKeys = sleptOverKeys || (!login.isDelayed() && vault.vault().open() != nullptr);
        return !login.isDelayed();
    }));
    QVERIFY(!sleptOverKeys);
    QVERIFY(!vault.client()->isUnlocked());
}

void tst_SessionWatch::forgetsWhoAskedAndDied()
{
    bool answered = false;
    {
        QObject asker;
        m_watch->askIdle(&asker, [&](std::optional<qint64>) { answered = true; });
    }
    QTest::qWait(100);
    QVERIFY(!answered);
}

void tst_SessionWatch::goesOnBesideASystemBusThatNeverAnswers()
{
    test::SystemBus system;
    QVERIFY(system.start());
    system.stop();
    QElapsedTimer time;
    time.start();
    m_watch = std::make_unique<SessionWatch>(u"Xfce"_s, m_asks, system.address(), 50);
    m_watch->follow(LockState::Unlocked);
    QVERIFY2(time.elapsed() < 1'000, qPrintable(QString::number(time.elapsed())));
    QTest::qWait(300); // it is being tried now
    // Nothing else that is heard by D-Bus comes late.
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    QDBusConnection bus(m_answers);
    QVERIFY(bus.registerService(u"org.gnome.ScreenSaver"_s));
    auto signal = QDBusMessage::createSignal(u"/org/gnome/ScreenSaver"_s, u"org.gnome.ScreenSaver"_s, u"ActiveChanged"_s);
    signal << true;
    QVERIFY(bus.send(signal));
    QTRY_COMPARE_WITH_TIMEOUT(left.size(), 1, 1'000);
    QVERIFY(bus.unregisterService(u"org.gnome.ScreenSaver"_s));
    QVERIFY(!m_watch->hearsSystem());
    system.resume();
    QTRY_VERIFY_WITH_TIMEOUT(m_watch->hearsSystem(), 10'000);
}

void tst_SessionWatch::hearsASystemBusThatComesLate()
{
    test::SystemBus system;
    m_watch = std::make_unique<SessionWatch>(u"Xfce"_s, m_asks, system.address(), 50);
    m_watch->follow(LockState::Unlocked);
    QTest::qWait(200);
    QVERIFY(!m_watch->hearsSystem());
    QVERIFY(system.start());
    Login login;
    QDBusConnection bus = system.connection();
    QVERIFY(bus.registerObject(u"/org/freedesktop/login1"_s, &login, QDBusConnection::ExportScriptableContents));
    QVERIFY(bus.registerService(u"org.freedesktop.login1"_s));
    QTRY_VERIFY(login.isDelayed());
    QSignalSpy left(m_watch.get(), &SessionWatch::left);
    emit login.PrepareForSleep(true);
    QTRY_COMPARE(left.size(), 1);
}

void tst_SessionWatch::hearsASystemBusThatWasStartedAgain()
{
    test::SystemBus system;
    QVERIFY(system.start());
    m_watch = std::make_unique<SessionWatch>(u"Xfce"_s, m_asks, system.address(), 50);
    QTRY_VERIFY(m_watch->hearsSystem());
    system.kill();
    QTRY_VERIFY(!m_watch->hearsSystem());
    QDBusConnection::disconnectFromBus(u"clavitor-test-system"_s);
    QVERIFY(system.start());
    QTRY_VERIFY(m_watch->hearsSystem());
}

QTEST_MAIN(tst_SessionWatch)
#include "tst_SessionWatch.moc"
