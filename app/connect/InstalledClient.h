// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/AgentClient.h"

#include <QList>
#include <QProcessEnvironment>
#include <QStringList>

namespace clavitor {

/// Where a person's clients and their files may lie. Passed in, so that a test has a person of its own.
struct ClientPlaces {
    QString home;
    QString configHome;         ///< $XDG_CONFIG_HOME, ~/.config, or ~/Library/Application Support
    QString codexHome;          ///< $CODEX_HOME, or ~/.codex
    QString claudeFolder;       ///< $CLAUDE_CONFIG_DIR, or the home folder: where .claude.json is
    QString backups;            ///< ours, for what would lie in a project otherwise: $XDG_DATA_HOME/clavitor/backups
    QStringList programFolders; ///< $PATH
    [[nodiscard]] static ClientPlaces of(const QProcessEnvironment &environment, const QString &home);
};

/// A client that is on this computer, by its program or by its folder.
struct InstalledClient {
    AgentClient client = AgentClient::Codex;
    QString name;               ///< "Codex"; of the editions of VS Code their own, with a profile that has servers of its own: "VSCodium (Work)"
    QString program;            ///< path; empty when only its folder was found
    QString version;            ///< as its own files tell, without running it; empty when they do not
    QString configFile;         ///< where its servers are written; need not exist yet
    bool operator==(const InstalledClient &) const = default;
};

/// Where such a client keeps the servers of its person, of several editions the usual one's. Nothing is looked at.
[[nodiscard]] QString configFileOf(AgentClient client, const ClientPlaces &places);
/// Looks at a few paths and reads at most a small file each. Any thread; a few milliseconds.
[[nodiscard]] QList<InstalledClient> findClients(const ClientPlaces &places);

} // namespace clavitor
