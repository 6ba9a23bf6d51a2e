// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace clavitor {

/// Where the system's services are asked. The place is fixed: an environment variable names a bus that any program of the
/// same user can run, and that says yes to everything (SECURITY.md F14). Only tests pass another.
struct SystemBusPlace {
    QString address = QStringLiteral("unix:path=/run/dbus/system_bus_socket");
    uint trustedUser = 0; ///< whose processes are the system's
};

/// Whether a bus lets us in at `address` within `milliseconds`. It waits as long in the calling thread, and holds up no other connection
/// of Qt's. An address of another kind than a Unix socket's counts as one that answers.
[[nodiscard]] bool answersAt(const QString &address, int milliseconds);

/// A connection of its own to the system's bus, made and ended on a thread aside. Qt connects one after another, and while it does no
/// connection of the process hears anything: 25 seconds where something listens and never answers. So that is tried before, without Qt.
///
/// One thread, the one that opens it. With it ends the connection, or the attempt at one; who hears signals over it lets go before.
class SystemConnection {
public:
    SystemConnection() = default;
    ~SystemConnection();
    SystemConnection(const SystemConnection &) = delete;
    SystemConnection &operator=(const SystemConnection &) = delete;

    /// `tried` is called once, in the thread of `context`, never from inside, with whether it is connected; not when this object or
    /// `context` is gone by then. Once.
    void open(const QString &address, QObject *context, std::function<void(bool connected)> tried);
    /// Not connected before open() said so.
    [[nodiscard]] const QDBusConnection &bus() const { return m_bus; }

private:
    struct Attempt;
    class Ear;
    QDBusConnection m_bus{QString()};
    std::shared_ptr<Attempt> m_attempt; ///< until it ended
};

} // namespace clavitor
