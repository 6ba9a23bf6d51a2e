// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/SessionWatch.h"

#include <QPointer>

#ifdef CLAVITOR_DBUS
#include "app/presence/SystemConnection.h"

#include <QDBusConnection>
#include <QDBusError>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusUnixFileDescriptor>
#include <QTimer>
#endif

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

#ifdef CLAVITOR_DBUS

namespace {

constexpr int kAnswerMilliseconds = 1'000;
constexpr int kMostPatience = 60'000;
/// logind answers when it can: a computer that wakes up or is short of memory takes seconds, and its answer counts all the same.
constexpr int kHoweverLong = std::numeric_limits<int>::max();
const QString kLogin = u"org.freedesktop.login1"_s;
const QString kLoginPath = u"/org/freedesktop/login1"_s;
const QString kLoginManager = u"org.freedesktop.login1.Manager"_s;
const QString kProperties = u"org.freedesktop.DBus.Properties"_s;

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
};

// Interface and name of the service are the same. KDE's screen locker says it as freedesktop.org has it, on both paths.
constexpr std::array kScreenLocks{
    ScreenLock{"org.gnome.ScreenSaver"_L1, "/org/gnome/ScreenSaver"_L1},
    ScreenLock{"org.freedesktop.ScreenSaver"_L1, "/org/freedesktop/ScreenSaver"_L1},
    ScreenLock{"org.freedesktop.ScreenSaver"_L1, "/ScreenSaver"_L1},
    ScreenLock{"org.cinnamon.ScreenSaver"_L1, "/org/cinnamon/ScreenSaver"_L1},
    ScreenLock{"org.mate.ScreenSaver"_L1, "/org/mate/ScreenSaver"_L1},
    ScreenLock{"org.xfce.ScreenSaver"_L1, "/org/xfce/ScreenSaver"_L1},
};

/// So many looks that all find nought, and the desktop is taken for one that never tells: somebody at work makes a pause of
/// a second in between.
constexpr int kMostLooks = 8;
/// By how much more than the time between two looks a time in seconds may grow; milliseconds grow by far more.
constexpr qint64 kSlackSeconds = 3;

/// A service that nobody runs, as the bus tells it of a call that is to start none.
bool isAbsent(const QDBusError &error)
{
    return error.type() == QDBusError::ServiceUnknown || error.name() == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1;
}

QDBusConnection busNamed(const QString &name, const QDBusConnection &otherwise)
{
    return name.isEmpty() ? otherwise : QDBusConnection(name);
}

} // namespace

SessionWatch::SessionWatch(const QString &desktop, const QString &sessionBus, const QString &systemAddress, int lookMilliseconds, QObject *parent)
    : QObject(parent)
    , m_sessionBus(sessionBus)
    , m_systemAddress(systemAddress.isEmpty() ? SystemBusPlace().address : systemAddress)
    , m_lookMilliseconds(lookMilliseconds)
    , m_patience(lookMilliseconds)
    , m_sessionWait(lookMilliseconds)
    , m_delayWait(lookMilliseconds)
    , m_tellsMilliseconds(desktop.split(u':').contains("KDE"_L1, Qt::CaseInsensitive))
{
    m_clock.start();
    QDBusConnection session = busNamed(m_sessionBus, QDBusConnection::sessionBus());
    for (const ScreenLock &lock : kScreenLocks)
        session.connect(lock.service, lock.path, lock.service, u"ActiveChanged"_s, this, SLOT(screenSaverChanged(bool)));
    joinSystemBus();
}

SessionWatch::~SessionWatch()
{
    leaveSystemBus();
}

bool SessionWatch::hearsSystem() const
{
    return m_system && m_system->bus().isConnected();
}

void SessionWatch::hear(const QString &service, const QString &path, const QString &interface, const QString &signal, const char *slot)
{
    QDBusConnection bus = m_system->bus();
    bus.connect(service, path, interface, signal, this, slot);
    m_heard.append([this, bus, service, path, interface, signal, slot]() mutable { bus.disconnect(service, path, interface, signal, this, slot); });
}

void SessionWatch::joinSystemBus()
{
    m_system = std::make_shared<SystemConnection>();
    m_system->open(m_systemAddress, this, [this](bool isConnected) {
        if (!isConnected) {
            return later(m_patience, &SessionWatch::joinSystemBus);
        }
        m_patience = m_lookMilliseconds;
        hear({}, u"/org/freedesktop/DBus/Local"_s, u"org.freedesktop.DBus.Local"_s, u"Disconnected"_s, SLOT(systemBusLost()));
        hear(kLogin, kLoginPath, kLoginManager, u"PrepareForSleep"_s, SLOT(prepareForSleep(bool)));
        // The lid: UPower says when it moves; logind says it on some systems only.
        hear(u"org.freedesktop.UPower"_s, u"/org/freedesktop/UPower"_s, kProperties, u"PropertiesChanged"_s, SLOT(lidChanged(QString, QVariantMap, QStringList)));
        hear(kLogin, kLoginPath, kProperties, u"PropertiesChanged"_s, SLOT(lidChanged(QString, QVariantMap, QStringList)));
        auto *login = new QDBusServiceWatcher(kLogin, m_system->bus(), QDBusServiceWatcher::WatchForRegistration, this);
        connect(login, &QDBusServiceWatcher::serviceRegistered, this, &SessionWatch::heardOfLogin);
        m_heard.append([login] { delete login; });
        heardOfLogin();
    });
}

void SessionWatch::heardOfLogin()
{
    findSession();
    askForDelay();
}

void SessionWatch::later(int &wait, void (SessionWatch::*again)())
{
    QTimer::singleShot(wait, this, again);
    wait = std::min(2 * wait, kMostPatience);
}

void SessionWatch::systemBusLost()
{
    // Not from inside its own signal.
    QTimer::singleShot(m_lookMilliseconds, this, [this] {
        leaveSystemBus();
        joinSystemBus();
    });
}

void SessionWatch::leaveSystemBus()
{
    for (const auto &mute : std::exchange(m_heard, {}))
        mute();
    m_sessionPath.clear();
    m_asksForDelay = false;
    m_system.reset();
}

/// "auto" is the session the program was started in or, for one that the user's own service manager started, the one on the
/// screen.
void SessionWatch::findSession()
{
    if (!m_sessionPath.isEmpty() || !hearsSystem())
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(kLogin, kLoginPath, kLoginManager, u"GetSession"_s);
    call << u"auto"_s;
    call.setAutoStartService(false);
    auto *watcher = new QDBusPendingCallWatcher(m_system->bus().asyncCall(call, kHoweverLong), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusObjectPath> session = *watcher;
        if (!hearsSystem() || !m_sessionPath.isEmpty())
            return;
        // Where there is no logind, its coming is heard.
        if (session.isError() && isAbsent(session.error()))
            return;
        if (session.isError())
            return later(m_sessionWait, &SessionWatch::findSession);
        m_sessionWait = m_lookMilliseconds;
        const QString path = session.value().path();
        m_sessionPath = path;
        hear(kLogin, path, kProperties, u"PropertiesChanged"_s, SLOT(sessionChanged(QString, QVariantMap, QStringList)));
        hear(kLogin, path, u"org.freedesktop.login1.Session"_s, u"Lock"_s, SLOT(sessionLocked()));
    });
}

/// The screen saver says seconds by its specification; KDE's says milliseconds. Unless that is known it is looked at twice,
/// and only what grows as seconds do is taken for them: what fell meanwhile is of a person at work, whom nothing may lock
/// out. Some stubs say 0 for ever, by which the vault would never lock, so 0 tells nothing before there was more.
void SessionWatch::ask(std::size_t service, std::optional<Look> before, QObject *context, std::function<void(std::optional<qint64>)> answer)
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
            [this, service, before, watcher, context = QPointer(context), answer = std::move(answer)] {
                watcher->deleteLater();
                if (!context)
                    return;
                const QDBusMessage reply = watcher->reply();
                bool isNumber = false;
                const qint64 time = reply.arguments().value(0).toLongLong(&isNumber);
                if (reply.type() != QDBusMessage::ReplyMessage || !isNumber || time < 0)
                    return ask(service + 1, {}, context, answer);
                if (service == 0)
                    return answer(time);
                m_isNoStub = m_isNoStub || time > 0;
                const Look now{time, m_clock.elapsed(), before ? before->looks + 1 : 1};
                if (before) {
                    // By far more than seconds could; a reply that was late by some seconds proves nothing.
                    const qint64 grown = now.told - before->told;
                    const qint64 passed = now.at - before->at;
                    m_tellsMilliseconds = m_tellsMilliseconds || grown > std::max(passed / 1000 + kSlackSeconds, passed / 2);
                }
                if (m_isNoStub && m_tellsMilliseconds)
                    return answer(time);
                if (!before || (!m_isNoStub && now.looks < kMostLooks)) {
                    QTimer::singleShot(m_lookMilliseconds, this,
                                       [this, service, now, context, answer] { ask(service, now, context, answer); });
                    return;
                }
                const bool inSeconds = now.told > before->told;
                answer(m_isNoStub ? std::optional(inSeconds ? time * 1000 : time) : std::nullopt);
            });
}

void SessionWatch::askIdle(QObject *context, std::function<void(std::optional<qint64>)> answer)
{
    ask(0, {}, context, std::move(answer));
}

void SessionWatch::follow(LockState vault)
{
    // Opening as well: sleep may begin while the password is worked out, and what it opens must be locked again first.
    const bool wanted = vault == LockState::Unlocked || vault == LockState::Unlocking;
    if (wanted == std::exchange(m_wantsDelay, wanted))
        return;
    if (!wanted) {
        m_delay.reset();
        return;
    }
    askForDelay();
}

void SessionWatch::askForDelay()
{
    if (!m_wantsDelay || m_delay || m_asksForDelay || !hearsSystem())
        return;
    m_asksForDelay = true;
    QDBusMessage call = QDBusMessage::createMethodCall(kLogin, kLoginPath, kLoginManager, u"Inhibit"_s);
    call.setArguments({u"sleep"_s, u"Clavitor"_s, tr("The vault is locked first"), u"delay"_s});
    call.setAutoStartService(false);
    auto *watcher = new QDBusPendingCallWatcher(m_system->bus().asyncCall(call, kHoweverLong), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
        m_asksForDelay = false;
        if (reply.isError()) {
            if (m_wantsDelay && !m_delay && !isAbsent(reply.error()))
                later(m_delayWait, &SessionWatch::askForDelay);
            return;
        }
        m_delayWait = m_lookMilliseconds;
        // One that comes late is as good; one that is wanted no more ends with the reply.
        if (m_wantsDelay)
            m_delay = std::make_shared<QDBusUnixFileDescriptor>(reply.value());
    });
}

#else

SessionWatch::SessionWatch(const QString &, const QString &, const QString &, int lookMilliseconds, QObject *parent)
    : QObject(parent)
    , m_lookMilliseconds(lookMilliseconds)
{
}

SessionWatch::~SessionWatch() = default;

bool SessionWatch::hearsSystem() const
{
    return false;
}

void SessionWatch::systemBusLost()
{
}

void SessionWatch::askIdle(QObject *, std::function<void(std::optional<qint64>)> answer)
{
    answer(std::nullopt);
}

void SessionWatch::follow(LockState)
{
}

#endif

void SessionWatch::screenSaverChanged(bool active)
{
    if (active)
        emit left(LockCause::Screen);
}

void SessionWatch::prepareForSleep(bool starting)
{
    if (starting)
        emit left(LockCause::Sleep);
}

void SessionWatch::sessionLocked()
{
    emit left(LockCause::Screen);
}

void SessionWatch::sessionChanged(const QString &, const QVariantMap &changed, const QStringList &)
{
    const auto active = changed.constFind(u"Active"_s);
    const bool isAway = active != changed.cend() && active->typeId() == QMetaType::Bool && !active->toBool();
    if (isAway)
        emit left(LockCause::OtherUser);
    else if (changed.value(u"LockedHint"_s).toBool())
        emit left(LockCause::Screen);
}

void SessionWatch::lidChanged(const QString &, const QVariantMap &changed, const QStringList &)
{
    if (changed.value(u"LidIsClosed"_s).toBool() || changed.value(u"LidClosed"_s).toBool())
        emit left(LockCause::Lid);
}

} // namespace clavitor::ui
