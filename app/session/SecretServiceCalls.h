// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QList>
#include <QMap>
#include <QString>

/// The names and first questions of the freedesktop.org Secret Service API 0.2.
namespace clavitor::secretService {

using Paths = QList<QDBusObjectPath>;

inline const QString name = QStringLiteral("org.freedesktop.secrets");
inline const QString path = QStringLiteral("/org/freedesktop/secrets");
inline const QString interface = QStringLiteral("org.freedesktop.Secret.Service");

/// Answered by what is open and what is locked, by Paths each.
[[nodiscard]] inline QDBusMessage searchFor(const QString &service, const QString &key)
{
    using Attributes = QMap<QString, QString>;
    qDBusRegisterMetaType<Attributes>();
    auto question = QDBusMessage::createMethodCall(name, path, interface, QStringLiteral("SearchItems"));
    // The attributes QtKeychain stores its items under.
    question << QVariant::fromValue(Attributes{{QStringLiteral("user"), key}, {QStringLiteral("server"), service}});
    return question;
}

/// Answered by its path, "/" for none.
[[nodiscard]] inline QDBusMessage defaultCollection()
{
    auto question = QDBusMessage::createMethodCall(name, path, interface, QStringLiteral("ReadAlias"));
    question << QStringLiteral("default");
    return question;
}

} // namespace clavitor::secretService
