// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LocalDoor.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace clavitor {

/// clavitor-mcp as a client's file names it: the program to start, and what that is told. Holds no secret: the token lies in the
/// keychain. A value.
struct StdioServer {
    QString program;            ///< a path, or a name the client looks for
    QString keyId;
    quint16 port = link::DefaultPort;

    /// Whether `command` starts it, by the name of its file alone.
    [[nodiscard]] static bool isOurs(const QString &command);
    /// clavitor-mcp beside `program`, as a client is to start it; empty when it is not there.
    [[nodiscard]] static QString beside(const QString &program);
    /// What clavitor-mcp makes of its arguments; nullopt for what it does not take.
    [[nodiscard]] static std::optional<StdioServer> read(const QString &program, const QStringList &arguments);
    /// The port is named only where it is not the usual one.
    [[nodiscard]] QStringList arguments() const;
    bool operator==(const StdioServer &) const = default;
};

} // namespace clavitor
