// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusUnixFileDescriptor>
#include <QStringList>
#include <QTimer>
#include <QVariant>

#include <array>
#include <functional>
#include <utility>

#include <poll.h>
#include <unistd.h>

/// What a desktop and the system tell of the person at the screen, scripted, for a bus of the test's own.

/// A screen saver as KDE and others have one.
class ScreenSaver : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")
public:
    explicit ScreenSaver(std::function<uint()> telling = [] { return 0U; })
        : tells(std::move(telling))
    {
    }
    std::function<uint()> tells;
    int asked = 0;
public slots:
    Q_SCRIPTABLE uint GetSessionIdleTime()
    {
        ++asked;
        return tells();
    }
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

/// The one who announces sleep, and waits for those who hold what it gave them.
class Login : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    Login() = default;
    Login(const Login &) = delete;
    Login &operator=(const Login &) = delete;
    ~Login() override { shut(); }
    /// Whether somebody keeps the computer from sleeping.
    [[nodiscard]] bool isDelayed() const
    {
        pollfd waits{m_pipe[0], 0, 0};
        return m_pipe[0] >= 0 && poll(&waits, 1, 0) == 0; // the writing end is open elsewhere
    }
    QStringList asked;
    QStringList sessions;
    QString session = QStringLiteral("/org/freedesktop/login1/session/_32");
    int lateMilliseconds = 0;   ///< how long an answer takes
    int failures = 0;           ///< so many calls are answered with an error
public slots:
    Q_SCRIPTABLE QDBusObjectPath GetSession(const QString &id)
    {
        sessions << id;
        if (failsNow() || answersLate(QVariant::fromValue(QDBusObjectPath(session))))
            return {};
        return QDBusObjectPath(session);
    }
    Q_SCRIPTABLE QDBusUnixFileDescriptor Inhibit(const QString &what, const QString &who, const QString &, const QString &mode)
    {
        asked << QString(what + u' ' + who + u' ' + mode);
        if (failsNow())
            return {};
        shut();
        if (pipe(m_pipe.data()) != 0)
            return {};
        QDBusUnixFileDescriptor given(m_pipe[1]);
        close(m_pipe[1]);
        if (answersLate(QVariant::fromValue(given)))
            return {};
        return given;
    }
signals:
    Q_SCRIPTABLE void PrepareForSleep(bool starting);

private:
    bool failsNow()
    {
        if (failures == 0)
            return false;
        --failures;
        sendErrorReply(QStringLiteral("org.freedesktop.login1.NoSessionForPID"), QStringLiteral("not yet"));
        return true;
    }
    bool answersLate(const QVariant &answer)
    {
        if (lateMilliseconds == 0)
            return false;
        setDelayedReply(true);
        QTimer::singleShot(lateMilliseconds, this, [bus = connection(), reply = message().createReply(answer)] { bus.send(reply); });
        return true;
    }
    void shut()
    {
        if (m_pipe[0] >= 0)
            close(m_pipe[0]);
        m_pipe = {-1, -1};
    }
    std::array<int, 2> m_pipe{-1, -1};
};
