// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QProcess>
#include <QStandardPaths>
#include <QVariantMap>

namespace clavitor::test {

/// The desktop's side of notifications: keeps what it was given, and says what a person would press.
class NoticeService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint id = 0;
        QString title;
        QString text;
        QStringList actions;
        QVariantMap hints;
        int milliseconds = 0;
    };
    QStringList abilities{QStringLiteral("body"), QStringLiteral("actions")};
    QList<Shown> shown;         ///< those on show
    int notified = 0;           ///< calls of Notify
    int closed = 0;             ///< calls of CloseNotification
    void press(const QString &key) { emit ActionInvoked(shown.last().id, key); }

public slots:
    Q_SCRIPTABLE QStringList GetCapabilities() { return abilities; }
    Q_SCRIPTABLE uint Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &text,
                             const QStringList &actions, const QVariantMap &hints, int milliseconds)
    {
        ++notified;
        shown.removeIf([replaces](const Shown &one) { return one.id == replaces; });
        const uint id = replaces != 0 ? replaces : ++m_last;
        shown << Shown{id, title, text, actions, hints, milliseconds};
        return id;
    }
    Q_SCRIPTABLE void CloseNotification(uint id)
    {
        ++closed;
        if (shown.removeIf([id](const Shown &one) { return one.id == id; }) > 0)
            emit NotificationClosed(id, 3);
    }

signals:
    Q_SCRIPTABLE void ActionInvoked(uint id, const QString &key);
    Q_SCRIPTABLE void NotificationClosed(uint id, uint reason);

private:
    uint m_last = 40;
};

/// A session bus of its own, so that the desktop the tests run under plays no part: `asks` is the program's end of it, `answers`
/// the desktop's, `other` that of any program.
class PrivateBus {
public:
    bool start()
    {
        m_daemon.start(QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")),
                       {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        if (!m_daemon.waitForReadyRead(5000))
            return false;
        const QString address = QString::fromLocal8Bit(m_daemon.readLine()).trimmed();
        for (const QString &name : {asks, answers, other})
            if (!QDBusConnection::connectToBus(address, name).isConnected())
                return false;
        return true;
    }
    void stop()
    {
        for (const QString &name : {asks, answers, other})
            QDBusConnection::disconnectFromBus(name);
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    bool serve(NoticeService *service)
    {
        QDBusConnection bus(answers);
        return bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), service, QDBusConnection::ExportScriptableContents)
            && bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
    }
    void retire()
    {
        QDBusConnection bus(answers);
        bus.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
        bus.unregisterObject(QStringLiteral("/org/freedesktop/Notifications"));
    }
    const QString asks = QStringLiteral("clavitor-test-asks");
    const QString answers = QStringLiteral("clavitor-test-answers");
    const QString other = QStringLiteral("clavitor-test-other");

private:
    QProcess m_daemon;
};

} // namespace clavitor::test
