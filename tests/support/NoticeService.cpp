// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/NoticeService.h"

namespace clavitor::test {

uint NoticeService::Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &text, const QStringList &actions, const QVariantMap &hints, int milliseconds)
{
    ++notified;
    shown.removeIf([replaces](const Shown &one) { return one.id == replaces; });
    const uint id = replaces != 0 ? replaces : ++m_last;
    shown << Shown{id, title, text, actions, hints, milliseconds};
    return id;
}

void NoticeService::CloseNotification(uint id)
{
    ++closed;
    if (shown.removeIf([id](const Shown &one) { return one.id == id; }) > 0)
        emit NotificationClosed(id, 3);
}

bool PrivateBus::start()
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

void PrivateBus::stop()
{
    for (const QString &name : {asks, answers, other})
        QDBusConnection::disconnectFromBus(name);
    m_daemon.kill();
    m_daemon.waitForFinished();
}

bool PrivateBus::serve(NoticeService *service)
{
    QDBusConnection bus(answers);
    return bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), service, QDBusConnection::ExportScriptableContents)
        && bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
}

void PrivateBus::retire()
{
    QDBusConnection bus(answers);
    bus.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
    bus.unregisterObject(QStringLiteral("/org/freedesktop/Notifications"));
}

} // namespace clavitor::test

#include "moc_NoticeService.cpp"
