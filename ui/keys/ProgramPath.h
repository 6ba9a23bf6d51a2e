// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace clavitor::ui {

/// What a path to a program is worth as the place a key works from. Looks at the disk; any thread.
class ProgramPath {
public:
    /// The path to pin in place of `program`, as the system named it: a link that leads to it now and that updates of it turn, where
    /// one is known; else itself. `folders`: where to look for links, the first counts.
    [[nodiscard]] static QString lasting(const QString &program, const QStringList &folders = linkFolders());
    /// Where installers put the links that programs are started by.
    [[nodiscard]] static QStringList linkFolders();

    /// Whether it is known for running what it is given, whatever that is: node, python3.12, bash …
    [[nodiscard]] static bool isInterpreter(const QString &path);
    /// The name of the interpreter that a script is run by, and that is all the system sees of it; empty: no script.
    [[nodiscard]] static QString interpreterOf(const QString &path);
    /// Lies in a folder that is made anew at each start, as an AppImage's.
    [[nodiscard]] static bool isPassing(const QString &path);
    /// A link to snap, which starts a program that lies elsewhere.
    [[nodiscard]] static bool isSnapLink(const QString &path);
};

} // namespace clavitor::ui
