// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/SessionEnvironment.h"

#ifdef Q_OS_LINUX
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusReply>
#include <QDBusVariant>
#endif
#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int kManagerPatience = 500; ///< milliseconds

/// There, of this user, not through a link.
bool isOwn(const QString &path, mode_t kind)
{
    struct stat info{};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 && (info.st_mode & S_IFMT) == kind && info.st_uid == ::getuid();
}

void set(const QByteArray &variable)
{
    const qsizetype equals = variable.indexOf('=');
    const QByteArray name = variable.first(equals);
    if (qEnvironmentVariableIsEmpty(name.constData()))
        qputenv(name.constData(), variable.sliced(equals + 1));
}

#ifdef Q_OS_LINUX
QStringList environmentOfManager()
{
    auto question = QDBusMessage::createMethodCall(u"org.freedesktop.systemd1"_s, u"/org/freedesktop/systemd1"_s,
                                                   u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    question << u"org.freedesktop.systemd1.Manager"_s << u"Environment"_s;
    question.setAutoStartService(false); // no systemd is no fault
    const QDBusReply<QDBusVariant> reply = QDBusConnection::sessionBus().call(question, QDBus::Block, kManagerPatience);
    return reply.isValid() ? reply.value().variant().toStringList() : QStringList();
}
#endif

} // namespace

QByteArrayList missingSessionVariables(const QString &runtimeRoot)
{
    QByteArrayList variables;
    QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (runtime.isEmpty()) {
        runtime = runtimeRoot + u'/' + QString::number(::getuid());
        if (!isOwn(runtime, S_IFDIR))
            return variables;
        variables.append("XDG_RUNTIME_DIR=" + QFile::encodeName(runtime));
    }
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") && isOwn(runtime + u"/bus"_s, S_IFSOCK))
        variables.append("DBUS_SESSION_BUS_ADDRESS=unix:path=" + QFile::encodeName(runtime) + "/bus");
    return variables;
}

void completeSessionEnvironment()
{
#ifdef Q_OS_LINUX
    for (const QByteArray &variable : missingSessionVariables(u"/run/user"_s))
        set(variable);
    if (!qEnvironmentVariableIsEmpty("XDG_CURRENT_DESKTOP") || qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        return;
    for (const QString &variable : environmentOfManager())
        for (const QLatin1StringView name : {"XDG_CURRENT_DESKTOP="_L1, "DESKTOP_SESSION="_L1, "KDE_FULL_SESSION="_L1, "KDE_SESSION_VERSION="_L1})
            if (variable.startsWith(name))
                set(variable.toUtf8());
#endif
}

} // namespace clavitor
