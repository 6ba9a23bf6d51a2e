// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/SystemService.h"

#include <QDBusServiceWatcher>

#include <utility>

#include <pwd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int BusMilliseconds = 3'000;
/// A service that has to be started first.
constexpr int StartMilliseconds = 10'000;
constexpr int LastCallsMilliseconds = 1'000;

const QString BusName = u"org.freedesktop.DBus"_s;
const QString BusPath = u"/org/freedesktop/DBus"_s;

bool isUser(uint user, const QString &name)
{
    if (name.isEmpty())
        return false;
    const passwd *account = ::getpwnam(name.toLocal8Bit().constData());
    return account != nullptr && account->pw_uid == user;
}

} // namespace

SystemService::SystemService(SystemBusPlace place, QString name, QString otherUser, QObject *parent)
    : QObject(parent)
    , m_place(std::move(place))
    , m_name(std::move(name))
    , m_otherUser(std::move(otherUser))
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, [this] { answer(UserPresence::Reason::NoService); });
}

SystemService::~SystemService()
{
    m_patience.stop();
    // Everything that hears the bus goes before the connection: Qt 6.4 remembers the dead until it is freed, and calls them.
    for (QObject *child : findChildren<QObject *>(Qt::FindDirectChildrenOnly))
        if (child != &m_patience)
            delete child;
    if (const auto mute = std::exchange(m_mute, nullptr))
        mute();
    if (!m_connection.bus().name().isEmpty())
        hearDisconnect(false);
}

template<typename Type, typename Next>
void SystemService::askBus(const QString &method, const QVariantList &arguments, int timeout, Next next)
{
    ask<Type>(BusName, BusPath, BusName, method, arguments, timeout, std::move(next));
}

void SystemService::find(std::function<void(UserPresence::Reason)> found)
{
    m_found = std::move(found);
    m_patience.start(BusMilliseconds);
    m_connection.open(m_place.address, this, [this](bool isConnected) { connected(isConnected); });
}

void SystemService::connected(bool isConnected)
{
    if (!m_found)
        return; // the patience was over
    m_patience.stop();
    if (isConnected)
        start();
    else
        answer(UserPresence::Reason::NoService);
}

void SystemService::start()
{
    // Starting what runs already is fine, and answers the same.
    askBus<uint>(u"StartServiceByName"_s, {m_name, 0U}, StartMilliseconds, [this](const QDBusPendingReply<uint> &started) {
        if (started.isError() && started.error().type() != QDBusError::ServiceUnknown)
            return answer(UserPresence::Reason::NoService);
        askBus<QString>(u"GetNameOwner"_s, {m_name}, BusMilliseconds, [this](const QDBusPendingReply<QString> &owner) {
            if (owner.isError())
                return answer(UserPresence::Reason::NoService);
            takeOwner(owner.value());
        });
    });
}

void SystemService::takeOwner(const QString &owner)
{
    askBus<uint>(u"GetConnectionUnixUser"_s, {owner}, BusMilliseconds, [this, owner](const QDBusPendingReply<uint> &user) {
        if (user.isError())
            return answer(UserPresence::Reason::NoService);
        if (user.value() != m_place.trustedUser && !isUser(user.value(), m_otherUser))
            return answer(UserPresence::Reason::Untrusted);
        m_owner = owner;
        auto *watcher = new QDBusServiceWatcher(owner, m_connection.bus(), QDBusServiceWatcher::WatchForUnregistration, this);
        connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, &SystemService::gone);
        hearDisconnect(true);
        answer(UserPresence::Reason::None);
    });
}

void SystemService::answer(UserPresence::Reason reason)
{
    if (const auto found = std::exchange(m_found, nullptr))
        found(reason);
}

void SystemService::hearDisconnect(bool hear)
{
    const auto path = u"/org/freedesktop/DBus/Local"_s;
    const auto interface = u"org.freedesktop.DBus.Local"_s;
    QDBusConnection bus = m_connection.bus();
    if (hear)
        bus.connect(QString(), path, interface, u"Disconnected"_s, this, SLOT(lost()));
    else
        bus.disconnect(QString(), path, interface, u"Disconnected"_s, this, SLOT(lost()));
}

bool SystemService::listen(const QString &path, const QString &interface, const QString &signal, QObject *receiver, const char *slot)
{
    m_mute = [this, path, interface, signal, receiver, slot] {
        QDBusConnection(m_connection.bus()).disconnect(m_owner, path, interface, signal, receiver, slot);
    };
    return QDBusConnection(m_connection.bus()).connect(m_owner, path, interface, signal, receiver, slot);
}

QDBusMessage SystemService::message(const QString &path, const QString &interface, const QString &method) const
{
    return QDBusMessage::createMethodCall(m_owner, path, interface, method);
}

void SystemService::leaveWith(std::unique_ptr<SystemService> service, const QList<QDBusMessage> &last)
{
    SystemService *leaving = service.release();
    leaving->disconnect();
    // The next check hears the same process by a connection of its own.
    if (const auto mute = std::exchange(leaving->m_mute, nullptr))
        mute();
    leaving->m_found = nullptr;
    for (QObject *child : leaving->children())
        child->disconnect(leaving); // answers that nobody waits for any more
    if (leaving->m_owner.isEmpty() || last.isEmpty()) {
        leaving->deleteLater();
        return;
    }
    auto open = std::make_shared<qsizetype>(last.size());
    for (const QDBusMessage &message : last) {
        auto *watcher = new QDBusPendingCallWatcher(leaving->m_connection.bus().asyncCall(message, LastCallsMilliseconds), leaving);
        connect(watcher, &QDBusPendingCallWatcher::finished, leaving, [leaving, open] {
            if (--*open == 0)
                leaving->deleteLater();
        });
    }
}

} // namespace clavitor
