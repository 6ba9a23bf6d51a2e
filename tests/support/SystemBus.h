// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusReply>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

#include <sys/prctl.h>

namespace clavitor::test {

/// Ends with the scope, and with the test should that die.
class Program : public QProcess {
public:
    Program()
    {
        setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    }
    ~Program() override
    {
        QProcess::kill();
        waitForFinished();
    }
};

/// A system bus of its own, on which everybody may own every name; nothing can be started on demand.
class SystemBus {
public:
    bool start()
    {
        using namespace Qt::StringLiterals;
        QFile config(m_folder.filePath(u"bus.conf"_s));
        // Also for programs that run as somebody else.
        QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
        if (!config.open(QIODevice::WriteOnly))
            return false;
        config.write(QStringLiteral("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
                                    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
                                    "<busconfig><type>system</type><listen>unix:path=%1</listen><auth>EXTERNAL</auth>\n"
                                    "<policy context=\"default\"><allow user=\"*\"/><allow send_destination=\"*\" eavesdrop=\"true\"/>\n"
                                    "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n")
                         .arg(m_folder.filePath(u"bus"_s))
                         .toUtf8());
        config.close();
        m_daemon.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_daemon.start(QStandardPaths::findExecutable(u"dbus-daemon"_s), {u"--config-file=%1"_s.arg(config.fileName()), u"--nofork"_s, u"--print-address"_s});
        return m_daemon.waitForReadyRead(5000) && connection().isConnected();
    }
    ~SystemBus()
    {
        QDBusConnection::disconnectFromBus(ConnectionName);
    }

    [[nodiscard]] QString address() const { return QStringLiteral("unix:path=") + m_folder.filePath(QStringLiteral("bus")); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    /// The test's own end of it.
    [[nodiscard]] QDBusConnection connection() const { return QDBusConnection::connectToBus(address(), ConnectionName); }
    [[nodiscard]] bool has(const QString &name) const { return connection().interface()->isServiceRegistered(name).value(); }
    /// Starts a program that finds this bus for the system's, and waits until it owns `name`.
    bool launch(QProcess &program, const QString &path, const QStringList &arguments, const QString &name, QProcessEnvironment environment = QProcessEnvironment::systemEnvironment()) const
    {
        environment.insert(QStringLiteral("DBUS_SYSTEM_BUS_ADDRESS"), address());
        program.setProcessEnvironment(environment);
        program.setProcessChannelMode(QProcess::ForwardedChannels);
        program.start(path, arguments);
        return program.waitForStarted() && QTest::qWaitFor([&] { return has(name); }, 15'000);
    }
    /// It takes connections and answers nobody, until resume().
    void stop() { ::kill(static_cast<pid_t>(m_daemon.processId()), SIGSTOP); }
    void resume() { ::kill(static_cast<pid_t>(m_daemon.processId()), SIGCONT); }
    void kill() { m_daemon.kill(); m_daemon.waitForFinished(); }

private:
    const QString ConnectionName = QStringLiteral("clavitor-test-system");
    QTemporaryDir m_folder;
    Program m_daemon;
};

} // namespace clavitor::test
