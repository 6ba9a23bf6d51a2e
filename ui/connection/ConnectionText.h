// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"
#include "app/connect/SetupPlan.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// What is wrong with a client's configuration and with a change of it, in a person's words.
class ConnectionText {
    Q_DECLARE_TR_FUNCTIONS(ConnectionText)
public:
    /// One sentence; `detail` as in ClientSetting.
    [[nodiscard]] static QString fault(SettingFault fault, const QString &client, const QString &detail);
    /// The first fault of a setting that is not right.
    [[nodiscard]] static QString faultOf(const ClientSetting &setting, const QString &client);
    /// For which projects it has a server of ours of their own, and of a single one where; empty for none.
    [[nodiscard]] static QString projects(const ClientSetting &setting, const QString &configFile);
    /// The first fault of what projects have of their own; empty for none.
    [[nodiscard]] static QString faultOfProjects(const ClientSetting &setting, const QString &client);
    /// Which folders of projects nobody could look into; empty for none.
    [[nodiscard]] static QString unread(const ClientSetting &setting);
    /// Of ClientSetting::wrongNeighbour; empty without one.
    [[nodiscard]] static QString neighbour(const ClientSetting &setting, const QString &client);
    /// Where the backup of a planned change will lie.
    [[nodiscard]] static QString backup(const SetupPlan &plan, const ClientPlaces &places);
    /// Why a configuration could not be read, planned, written or taken back: its own sentence where the file tells it, then what
    /// to do.
    [[nodiscard]] static QString trouble(const Error &error, const QString &client);
    /// Why the keychain does not give a token, and what to do.
    [[nodiscard]] static QString keychain(ErrorCode code, const QString &keyId);
    /// "~/.codex/config.toml", made honest for one line.
    [[nodiscard]] static QString path(const QString &path);
};

} // namespace clavitor::ui
