// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"
#include "app/connect/ConfigFile.h"
#include "app/connect/InstalledClient.h"

#include <chrono>
#include <functional>
#include <optional>

namespace clavitor {

/// What the files of projects say of our server: Claude Code reads `.mcp.json` in the folder it works in.
struct ProjectFiles {
    static constexpr std::chrono::milliseconds Patience{500};   ///< with one folder; with all of them four times that
    static constexpr qint64 Largest = 1024 * 1024; ///< bytes: people write them by hand

    QList<ProjectServer> servers;
    QList<ProjectServer> known;                 ///< those it was given, their programs looked at, but for folders that are unread
    QStringList unread;                         ///< folders that did not answer, or came after too many such: nobody knows what is in them
    std::optional<AppliedChange> lastChange;    ///< ours of one of them, and it can be taken back

    using Read = std::function<Result<ConfigFile>(const QString &path)>;
    /// Looks into each of `folders`, on a thread of its own, and at the programs of the servers that the client's own file has for them. A folder may lie on a disk that hangs: after `patience` that thread is left
    /// behind and another goes on with the next; until it comes back nobody looks into that folder. Two are left behind in one look and
    /// eight in all, then the rest is unread. Any thread, which waits meanwhile.
    [[nodiscard]] static ProjectFiles of(const QStringList &folders, quint16 port, const ClientPlaces &places = {}, const Read &read = &ConfigFile::read,
                                         std::chrono::milliseconds patience = Patience, const QList<ProjectServer> &known = {});
    [[nodiscard]] static QString pathIn(const QString &folder);
};

/// Adds those of the folders the client was used in to its setting, and judgePresence() of all. Answers a change of ours that can be taken back.
std::optional<AppliedChange> lookIntoProjects(ClientSetting &setting, quint16 port, const ClientPlaces &places);

} // namespace clavitor
