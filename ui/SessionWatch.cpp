// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/SessionWatch.h"

#include <QPointer>

#ifdef CLAVITOR_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#endif

#include <array>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

#ifdef CLAVITOR_DBUS

namespace {

constexpr int kAnswerMilliseconds = 1'000;

struct IdleService {
    QLatin1StringView service;
    QLatin1StringView path;
    QLatin1StringView interface;
    QLatin1StringView method;
};

// GNOME answers the first in milliseconds. The second is of KDE and others. GNOME owns that name too, without the method.
constexpr std::array kIdleServices{
    IdleService{"org.gnome.Mutter.IdleMonitor"_L1, "/org/gnome/Mutter/IdleMonitor/Core"_L1, "org.gnome.Mutter.IdleMonitor"_L1, "GetIdletime"_L1},
    IdleService{"org.freedesktop.ScreenSaver"_L1, "/org/freedesktop/ScreenSaver"_L1, "org.freedesktop.ScreenSaver"_L1, "GetSessionIdleTime"_L1},
};

struct ScreenLock {
    QLatin1StringView service;
    QLatin1StringView path;
    QLatin1StringView interface;
};

constexpr std::array kScreenLocks{
    ScreenLock{"org.gnome.ScreenSaver"_L1, "/org/gnome/ScreenSaver"_L1, "org.gnome.ScreenSaver"_L1},
    ScreenLock{"org.freedesktop.ScreenSaver"_L1, "/org/freedesktop/ScreenSaver"_L1, "org.freedesktop.ScreenSaver"_L1},
    ScreenLock{"org.freedesktop.ScreenSaver"_L1, "/ScreenSaver"_L1, "org.freedesktop.ScreenSaver"_L1},
};

constexpr qint64 kSlack = 5'000;

/// The second service says seconds by its specification; KDE says milliseconds. What is too much as seconds is taken as
/// milliseconds; what could be either counts as the longer time, which at worst asks again too soon. Some stubs always
/// say 0, which would never lock, so 0 tells nothing.
std::optional<qint64> screenSaverTime(qint64 value, qint64 sinceOurs)
{
    if (value == 0)
        return std::nullopt;
    return value > (sinceOurs + kSlack) / 1000 ? value : value * 1000;
}

QDBusConnection busNamed(const QString &name, const QDBusConnection &otherwise)
{
    return name.isEmpty() ? otherwise : QDBusConnection(name);
}

} // namespace

SessionWatch::SessionWatch(const QString &sessionBus, const QString &systemBus, QObject *parent)
    : QObject(parent)
    , m_sessionBus(sessionBus)
    , m_systemBus(systemBus)
{
    QDBusConnection session = busNamed(m_sessionBus, QDBusConnection::sessionBus());
    for (const ScreenLock &lock : kScreenLocks)
        session.connect(lock.service, lock.path, lock.interface, u"ActiveChanged"_s, this, SLOT(screenSaverChanged(bool)));
    QDBusConnection system = busNamed(m_systemBus, QDBusConnection::systemBus());
    system.connect(u"org.freedesktop.login1"_s, u"/org/freedesktop/login1"_s, u"org.freedesktop.login1.Manager"_s,
                   u"PrepareForSleep"_s, this, SLOT(prepareForSleep(bool)));
}

void SessionWatch::ask(std::size_t service, qint64 sinceOurs, QObject *context, std::function<void(std::optional<qint64>)> answer)
{
    if (service >= kIdleServices.size()) {
        answer(std::nullopt);
        return;
    }
    const IdleService &one = kIdleServices.at(service);
    QDBusMessage call = QDBusMessage::createMethodCall(one.service, one.path, one.interface, one.method);
    call.setAutoStartService(false);
    const QDBusConnection bus = busNamed(m_sessionBus, QDBusConnection::sessionBus());
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, kAnswerMilliseconds), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, service, sinceOurs, watcher, context = QPointer(context), answer = std::move(answer)] {
                watcher->deleteLater();
                if (!context)
                    return;
                const QDBusMessage reply = watcher->reply();
                const QVariant value = reply.arguments().value(0);
                bool isNumber = false;
                const qint64 time = value.toLongLong(&isNumber);
                if (reply.type() == QDBusMessage::ReplyMessage && isNumber && time >= 0)
                    answer(service == 0 ? time : screenSaverTime(time, sinceOurs));
                else
                    ask(service + 1, sinceOurs, context, answer);
            });
}

void SessionWatch::askIdle(qint64 sinceOurs, QObject *context, std::function<void(std::optional<qint64>)> answer)
{
    ask(0, sinceOurs, context, std::move(answer));
}

#else

SessionWatch::SessionWatch(const QString &, const QString &, QObject *parent)
    : QObject(parent)
{
}

void SessionWatch::ask(std::size_t, qint64, QObject *, std::function<void(std::optional<qint64>)> answer)
{
    answer(std::nullopt);
}

void SessionWatch::askIdle(qint64 sinceOurs, QObject *context, std::function<void(std::optional<qint64>)> answer)
{
    ask(0, sinceOurs, context, std::move(answer));
}

#endif

void SessionWatch::screenSaverChanged(bool active)
{
    if (active)
        emit left();
}

void SessionWatch::prepareForSleep(bool starting)
{
    if (starting)
        emit left();
}

} // namespace clavitor::ui
