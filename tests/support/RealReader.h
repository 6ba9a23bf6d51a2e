// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/SystemBus.h"

#include <QElapsedTimer>

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace clavitor::test {

/// The real fprintd over libfprint's virtual reader, on a private system bus with a polkit that allows all.
class RealReader {
public:
    /// The bus and the polkit; once.
    bool start()
    {
        using namespace Qt::StringLiterals;
        if (!m_bus.start() || !m_bus.launch(m_polkit, u"/usr/bin/python3"_s, {u"-m"_s, u"dbusmock"_s, u"--system"_s, u"--template"_s, u"polkitd"_s}, u"org.freedesktop.PolicyKit1"_s))
            return false;
        auto allow = QDBusMessage::createMethodCall(u"org.freedesktop.PolicyKit1"_s, u"/org/freedesktop/PolicyKit1/Authority"_s, u"org.freedesktop.DBus.Mock"_s, u"AllowUnknown"_s);
        allow << true;
        return m_bus.connection().call(allow).type() == QDBusMessage::ReplyMessage && QDir().mkpath(m_bus.folder() + u"/state"_s);
    }
    /// A fresh daemon with what is enrolled.
    bool plug()
    {
        using namespace Qt::StringLiterals;
        unplugDaemon();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"FP_VIRTUAL_DEVICE"_s, socketPath());
        environment.insert(u"STATE_DIRECTORY"_s, m_bus.folder() + u"/state"_s);
        m_daemon = std::make_unique<Program>();
        return m_bus.launch(*m_daemon, u"/usr/libexec/fprintd"_s, {u"-t"_s}, Name, environment);
    }
    void unplugDaemon()
    {
        m_daemon.reset();
        (void)QTest::qWaitFor([&] { return !m_bus.has(Name); }, 5'000);
    }
    /// Enrols this finger for the user the tests run as.
    bool enrol(const QByteArray &finger)
    {
        using namespace Qt::StringLiterals;
        if (!call(u"Claim"_s, {QString()}) || !call(u"EnrollStart"_s, {u"right-index-finger"_s}))
            return false;
        for (int stage = 0; stage < 5; ++stage) {
            if (!say("SCAN " + finger))
                return false;
            QTest::qWait(120);
        }
        const bool stopped = call(u"EnrollStop"_s, {});
        return call(u"Release"_s, {}) && stopped && isEnrolled();
    }
    [[nodiscard]] bool isEnrolled() const
    {
        const QDBusMessage reply = m_bus.connection().call(message(QStringLiteral("ListEnrolledFingers"), {QString()}));
        return reply.type() == QDBusMessage::ReplyMessage && !reply.arguments().value(0).toStringList().isEmpty();
    }
    [[nodiscard]] bool call(const QString &method, const QVariantList &arguments) const
    {
        return m_bus.connection().call(message(method, arguments)).type() == QDBusMessage::ReplyMessage;
    }
    /// A command for the virtual reader: "SCAN alice", "RETRY 1", "UNPLUG". It listens while it is claimed.
    [[nodiscard]] bool say(const QByteArray &command) const
    {
        const int connection = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socketPath().toLocal8Bit().constData(), sizeof address.sun_path - 1);
        const auto *where = reinterpret_cast<const sockaddr *>(&address);
        bool isThere = false;
        QElapsedTimer patience;
        patience.start();
        while (!(isThere = ::connect(connection, where, sizeof address) == 0) && patience.elapsed() < 5'000)
            QTest::qWait(20);
        const bool done = isThere && ::write(connection, command.constData(), static_cast<std::size_t>(command.size())) == command.size();
        // It answers nothing and closes once it has read.
        ::shutdown(connection, SHUT_WR);
        ::close(connection);
        return done;
    }
    [[nodiscard]] qint64 process() const { return m_daemon->processId(); }
    void killBus() { m_bus.kill(); }
    [[nodiscard]] const SystemBus &bus() const { return m_bus; }
    const QString Name = QStringLiteral("net.reactivated.Fprint");

private:
    [[nodiscard]] QString socketPath() const { return m_bus.folder() + QStringLiteral("/reader"); }
    [[nodiscard]] QDBusMessage message(const QString &method, const QVariantList &arguments) const
    {
        auto message = QDBusMessage::createMethodCall(Name, QStringLiteral("/net/reactivated/Fprint/Device/0"), QStringLiteral("net.reactivated.Fprint.Device"), method);
        message.setArguments(arguments);
        return message;
    }

    SystemBus m_bus;
    Program m_polkit;
    std::unique_ptr<Program> m_daemon;
};

} // namespace clavitor::test
