// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/LoginSession.h"

#include "app/presence/SystemConnection.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QFileInfo>
#include <QUuid>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kBusMilliseconds = 3'000;
constexpr int kLoginMilliseconds = 5'000;

std::optional<LoginSession> askOn(const QDBusConnection &bus)
{
    auto call = QDBusMessage::createMethodCall(u"org.freedesktop.login1"_s, u"/org/freedesktop/login1"_s, u"org.freedesktop.login1.Manager"_s,
                                               u"GetSession"_s);
    call << u"auto"_s;
    call.setAutoStartService(false);
    const QDBusMessage reply = bus.call(call, QDBus::Block, kLoginMilliseconds);
    if (reply.type() == QDBusMessage::ReplyMessage)
        return LoginSession::Known;
    const QString error = reply.errorName();
    if (error == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1 || error == "org.freedesktop.DBus.Error.ServiceUnknown"_L1)
        return std::nullopt;
    return error == "org.freedesktop.DBus.Error.NoReply"_L1 ? LoginSession::NoAnswer : LoginSession::Unknown;
}

} // namespace

std::optional<LoginSession> askLoginSession(const QString &address)
{
    const QString at = address.isEmpty() ? SystemBusPlace().address : address;
    const QString file = at.mid(at.indexOf(u'=') + 1).section(u',', 0, 0);
    if (!QFileInfo::exists(file))
        return std::nullopt;
    if (!answersAt(at, kBusMilliseconds))
        return LoginSession::NoAnswer;
    const QString name = u"clavitor-doctor-%1"_s.arg(QUuid::createUuid().toString(QUuid::Id128));
    std::optional<LoginSession> found;
    {
        const QDBusConnection bus = QDBusConnection::connectToBus(at, name);
        found = bus.isConnected() ? askOn(bus) : LoginSession::NoAnswer;
    }
    QDBusConnection::disconnectFromBus(name);
    return found;
}

} // namespace clavitor
