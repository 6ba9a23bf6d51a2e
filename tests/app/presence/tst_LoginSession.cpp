// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/LoginSession.h"

#include "tests/support/SystemBus.h"

#include <QDBusContext>
#include <QDBusObjectPath>
#include <QObject>
#include <QStandardPaths>
#include <QTest>

#include <future>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// logind as far as the doctor asks it.
class AskedLogin : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    bool knows = true;
public slots:
    Q_SCRIPTABLE QDBusObjectPath GetSession(const QString &id)
    {
        if (knows && id == "auto"_L1)
            return QDBusObjectPath(u"/org/freedesktop/login1/session/_32"_s);
        sendErrorReply(u"org.freedesktop.login1.NoSessionForPID"_s, u"none"_s);
        return {};
    }
};

class tst_LoginSession : public QObject {
    Q_OBJECT

    SystemBus m_bus;

    /// As the examination does it, beside this thread, which answers for logind.
    std::optional<LoginSession> ask(const QString &address)
    {
        auto found = std::async(std::launch::async, [address] { return askLoginSession(address); });
        while (found.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            QTest::qWait(10);
        return found.get();
    }

private slots:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
            QSKIP("dbus-daemon is not installed");
        QVERIFY(m_bus.start());
    }

    void saysNothingWhereThereIsNoBusOrNoLogin()
    {
        QCOMPARE(ask(u"unix:path=/nonexistent/bus"_s), std::nullopt);
        QCOMPARE(ask(m_bus.address()), std::nullopt);
    }

    void tellsWhetherTheSessionIsKnown()
    {
        AskedLogin login;
        QDBusConnection bus = m_bus.connection();
        QVERIFY(bus.registerObject(u"/org/freedesktop/login1"_s, &login, QDBusConnection::ExportScriptableContents));
        QVERIFY(bus.registerService(u"org.freedesktop.login1"_s));
        QCOMPARE(ask(m_bus.address()), std::optional(LoginSession::Known));
        login.knows = false;
        QCOMPARE(ask(m_bus.address()), std::optional(LoginSession::Unknown));
        QVERIFY(bus.unregisterService(u"org.freedesktop.login1"_s));
    }

    void tellsOfABusThatNeverAnswers()
    {
        m_bus.stop();
        const auto found = ask(m_bus.address());
        m_bus.resume();
        QCOMPARE(found, std::optional(LoginSession::NoAnswer));
    }
};

QTEST_GUILESS_MAIN(tst_LoginSession)
#include "tst_LoginSession.moc"
