// SPDX-License-Identifier: GPL-3.0-or-later
// Who is believed about a finger, with services that lie (SECURITY.md T16).
#include "app/presence/FingerprintPresence.h"

#include "tests/support/PresenceRun.h"
#include "tests/support/SystemBus.h"

#include <QDBusContext>
#include <QDBusObjectPath>
#include <QElapsedTimer>
#include <QTimer>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Answer = UserPresence::Answer;
using Outcome = UserPresence::Outcome;
using Reason = UserPresence::Reason;

namespace {

const QString DevicePath = u"/net/reactivated/Fprint/Device/0"_s;
const QString DeviceInterface = u"net.reactivated.Fprint.Device"_s;

QDBusMessage status(const QString &result, bool done, const QString &path = DevicePath)
{
    auto message = QDBusMessage::createSignal(path, DeviceInterface, u"VerifyStatus"_s);
    message << result << done;
    return message;
}

class LyingManager : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "net.reactivated.Fprint.Manager")
public:
    int asked = 0;
public slots:
    QDBusObjectPath GetDefaultDevice()
    {
        ++asked;
        return QDBusObjectPath(DevicePath);
    }
};

/// A reader that says what a test has it say.
class LyingDevice : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "net.reactivated.Fprint.Device")
public:
    /// What follows VerifyStart's answer.
    QList<std::pair<QString, bool>> results;
    bool tellsBeforeItAnswers = false;
    QString claimError;
    QString startError;
    QStringList calls;

public slots:
    QStringList ListEnrolledFingers(const QString &) { return {u"right-index-finger"_s}; }
    void Claim(const QString &)
    {
        calls << u"Claim"_s;
        if (!claimError.isEmpty())
            sendErrorReply("net.reactivated.Fprint.Error."_L1 + claimError, u"as told"_s);
    }
    void VerifyStart(const QString &)
    {
        calls << u"VerifyStart"_s;
        if (!startError.isEmpty())
            return sendErrorReply("net.reactivated.Fprint.Error."_L1 + startError, u"as told"_s);
        if (tellsBeforeItAnswers) {
            sendResults(connection());
            return;
        }
        QTimer::singleShot(50, this, [this, bus = connection()] { sendResults(bus); });
    }
    void VerifyStop() { calls << u"VerifyStop"_s; }
    void Release() { calls << u"Release"_s; }

private:
    void sendResults(QDBusConnection bus)
    {
        for (const auto &[result, done] : std::as_const(results))
            bus.send(status(result, done));
    }
};

} // namespace

class tst_FingerprintTrust : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_bus = std::make_unique<SystemBus>();
        QVERIFY(m_bus->start());
        m_manager = std::make_unique<LyingManager>();
        m_device = std::make_unique<LyingDevice>();
        QDBusConnection bus = m_bus->connection();
        QVERIFY(bus.registerObject(u"/net/reactivated/Fprint/Manager"_s, m_manager.get(), QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerObject(DevicePath, m_device.get(), QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"net.reactivated.Fprint"_s));
        m_device->results = {{u"verify-match"_s, true}};
    }
    void cleanup()
    {
        m_device.reset();
        m_manager.reset();
        m_bus.reset();
    }

    void believesTheSystemsService()
    {
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
        QTRY_COMPARE(m_device->calls, (QStringList{u"Claim"_s, u"VerifyStart"_s, u"VerifyStop"_s, u"Release"_s}));
    }
    void asksNoServiceThatRunsAsSomebodyElse()
    {
        FingerprintPresence presence({m_bus->address(), ::getuid() + 1});
        QCOMPARE(probed(presence), (UserPresence::Probe{UserPresence::Means::None, Reason::Untrusted}));
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::Untrusted}));
        QCOMPARE(m_manager->asked, 0);
        QVERIFY(m_device->calls.isEmpty());
    }
    void asksNoRealProcessOfAnotherUser()
    {
        if (::getuid() != 0)
            QSKIP("only root can run a program as somebody else; the case above shows the same with a number");
        QVERIFY(m_bus->connection().unregisterService(u"net.reactivated.Fprint"_s));
        Program impostor;
        QVERIFY(m_bus->launch(impostor, u"setpriv"_s, {u"--reuid=65534"_s, u"--clear-groups"_s, u"/usr/bin/python3"_s, u"-m"_s, u"dbusmock"_s, u"--system"_s,
                                                      u"net.reactivated.Fprint"_s, u"/net/reactivated/Fprint/Manager"_s, u"net.reactivated.Fprint.Manager"_s},
                              u"net.reactivated.Fprint"_s));
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::Untrusted}));
    }
    void holdsNothingUpWhileTheBusDoesNotAnswer()
    {
        m_bus->stop();
        qint64 longest = 0;
        QElapsedTimer sinceBeat;
        QTimer beat;
        connect(&beat, &QTimer::timeout, this, [&] { longest = qMax(longest, sinceBeat.restart()); });
        sinceBeat.start();
        beat.start(10);
        {
            FingerprintPresence presence(place());
            QCOMPARE(probed(presence), (UserPresence::Probe{UserPresence::Means::None, Reason::NoService}));
            PresenceRun run(presence);
            QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NoService}));
        }
        longest = qMax(longest, sinceBeat.elapsed());
        beat.stop();
        m_bus->resume();
        QVERIFY2(longest < 1'000, qPrintable(QString::number(longest)));
        FingerprintPresence again(place());
        QTRY_COMPARE_WITH_TIMEOUT(probed(again).means, UserPresence::Means::Fingerprint, 30'000);
    }
    void hearsNoBusThatTheEnvironmentNames()
    {
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", m_bus->address().toLocal8Bit());
        {
            FingerprintPresence presence;
            presence.setTimeout(2'000);
            PresenceRun run(presence);
            QVERIFY(run.answer().outcome != Outcome::Present);
        }
        qunsetenv("DBUS_SYSTEM_BUS_ADDRESS");
        QCOMPARE(m_manager->asked, 0);
        QVERIFY(m_device->calls.isEmpty());
    }
    void hearsNobodyElse()
    {
        m_device->results.clear();
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        {
            QDBusConnection other = QDBusConnection::connectToBus(m_bus->address(), u"clavitor-test-other"_s);
            QVERIFY(other.send(status(u"verify-match"_s, true)));
            QTest::qWait(300);
        }
        QDBusConnection::disconnectFromBus(u"clavitor-test-other"_s);
        QVERIFY2(!run.isAnswered(), "a match that another process tells");
        QVERIFY(m_bus->connection().send(status(u"verify-match"_s, true, u"/net/reactivated/Fprint/Device/1"_s)));
        QTest::qWait(300);
        QVERIFY2(!run.isAnswered(), "a match of another reader");
        QVERIFY(m_bus->connection().send(status(u"verify-match"_s, true)));
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void takesNoResultFromBeforeItsQuestion()
    {
        m_device->tellsBeforeItAnswers = true;
        FingerprintPresence presence(place());
        presence.setTimeout(1'500);
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::TimedOut, Reason::None}));
    }
    void takesNoResultOfACheckThatWasCancelled()
    {
        m_device->results.clear();
        FingerprintPresence presence(place());
        PresenceRun first(presence);
        QVERIFY(first.waits());
        presence.cancel();
        PresenceRun second(presence);
        QVERIFY(m_bus->connection().send(status(u"verify-match"_s, true))); // before the second has claimed anything
        QTest::qWait(300);
        QCOMPARE(first.answer(), (Answer{Outcome::Cancelled, Reason::None}));
        QVERIFY(!second.isAnswered());
    }
    void takesNoMatchThatIsNotDone()
    {
        m_device->results = {{u"verify-match"_s, false}};
        FingerprintPresence presence(place());
        presence.setTimeout(1'500);
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::TimedOut, Reason::None}));
    }
    void countsEachNoOnce()
    {
        m_device->results = {{u"verify-no-match"_s, true}, {u"verify-no-match"_s, true}, {u"verify-match"_s, true}};
        FingerprintPresence presence(place());
        presence.setTimeout(5'000);
        PresenceRun run(presence);
        // What follows the first no of one question belongs to no question of ours.
        QCOMPARE(run.answer(), (Answer{Outcome::Refused, Reason::None}));
        QCOMPARE(m_device->calls.count(u"VerifyStart"_s), 3);
    }
    void endsOnWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<Reason>("reason");
        QTest::newRow("unplugged") << u"verify-disconnected"_s << Reason::ReaderGone;
        QTest::newRow("broken") << u"verify-unknown-error"_s << Reason::Failed;
        QTest::newRow("a word of another time") << u"verify-match-maybe"_s << Reason::Failed;
        QTest::newRow("nothing") << QString() << Reason::Failed;
    }
    void endsOnWhatItDoesNotKnow()
    {
        QFETCH(QString, result);
        QFETCH(Reason, reason);
        m_device->results = {{result, true}, {u"verify-match"_s, true}};
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, reason}));
    }
    void saysWhatTheServiceRefuses_data()
    {
        QTest::addColumn<QString>("claim");
        QTest::addColumn<QString>("start");
        QTest::addColumn<Reason>("reason");
        QTest::newRow("not this session") << u"PermissionDenied"_s << QString() << Reason::Denied;
        QTest::newRow("held by another") << u"AlreadyInUse"_s << QString() << Reason::ReaderBusy;
        QTest::newRow("broken") << u"Internal"_s << QString() << Reason::Failed;
        QTest::newRow("no finger any more") << QString() << u"NoEnrolledPrints"_s << Reason::NoFinger;
    }
    void saysWhatTheServiceRefuses()
    {
        QFETCH(QString, claim);
        QFETCH(QString, start);
        QFETCH(Reason, reason);
        m_device->claimError = claim;
        m_device->startError = start;
        FingerprintPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, reason}));
    }

private:
    [[nodiscard]] SystemBusPlace place() const { return {m_bus->address(), ::getuid()}; }
    std::unique_ptr<SystemBus> m_bus;
    std::unique_ptr<LyingManager> m_manager;
    std::unique_ptr<LyingDevice> m_device;
};

QTEST_GUILESS_MAIN(tst_FingerprintTrust)
#include "tst_FingerprintTrust.moc"
