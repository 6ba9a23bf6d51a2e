// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <functional>

namespace clavitor {

/// The files that a program's path leads to and is not itself, links on its way followed: the one it leads to now, first, and
/// those it led to when it was asked before. Many updates put a new file beside the old one and turn a link; what was started
/// before runs on as the old one.
using ProgramLinks = std::function<QStringList(const QString &path)>;

/// From the disk; copies remember together, for as long as one of them is there. Eight files a path. Used on one thread.
[[nodiscard]] ProgramLinks systemProgramLinks();

} // namespace clavitor
