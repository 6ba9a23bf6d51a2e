// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connect/ClientSetting.h"

namespace clavitor {

/// Adds SettingFault::MissingCommand where what the client is to run is not there: a path is looked at, a name alone is looked for in
/// `programFolders` ($PATH). What begins in the client's folder, or has in it what the client puts in, can only be known there. Any
/// thread, which waits where a disk does.
void judgePresence(ClientSetting &setting, const QStringList &programFolders);
void judgePresence(ProjectServer &server, const QStringList &programFolders);

} // namespace clavitor
