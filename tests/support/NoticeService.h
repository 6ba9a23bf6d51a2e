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
                             const QStringList &actions, const QVariantMap &hints, int milliseconds);
    Q_SCRIPTABLE void CloseNotification(uint id);

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
    bool start();
    void stop();
    bool serve(NoticeService *service);
    void retire();
    const QString asks = QStringLiteral("clavitor-test-asks");
    const QString answers = QStringLiteral("clavitor-test-answers");
    const QString other = QStringLiteral("clavitor-test-other");

private:
    QProcess m_daemon;
};

} // namespace clavitor::test
