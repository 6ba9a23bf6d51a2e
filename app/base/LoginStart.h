// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace clavitor {

class DesktopEntry;

/// Whether this program starts when its user logs in, by the Desktop Application Autostart Specification: of all files of the name
/// clavitor.desktop the person's own counts, and else the system's.
///
/// Off is a line Hidden=true in the person's file. On takes away what was in the way of the system's file; where there is none that starts
/// here, the person's file starts this very program. What a person wrote into theirs stays, and a file that is a link is read as the desktop
/// reads it and never written, also not what it leads to; the folder may be one. Nothing is remembered: the files are looked at each time. UI thread; a value.
class LoginStart {
public:
    /// What decides besides the files.
    struct Session {
        QString folder;             ///< the person's, $XDG_CONFIG_HOME/autostart; made 0700 when it is needed
        QStringList systemFolders;  ///< the most important first
        QStringList desktops;       ///< $XDG_CURRENT_DESKTOP
        QStringList programFolders; ///< where a program without a path is looked for

        /// nullopt on systems that start programs in another way.
        [[nodiscard]] static std::optional<Session> ofThisOne();
    };

    /// `program` is its own path.
    LoginStart(QString program, Session session);

    /// As far as this program can tell: a condition only one desktop knows is not looked at.
    [[nodiscard]] bool isOn() const;
    /// In one step, or not at all. InvalidValue: the person's file is none that can be changed, or the program's path none that a desktop
    /// starts · Conflict: it has a line of its own that keeps the program from starting here, or was changed this very moment ·
    /// ReadOnly · DiskFull · Io. `detail` says what happened, what was kept and what to do.
    [[nodiscard]] Result<> turnOn() const;
    [[nodiscard]] Result<> turnOff() const;

    /// The person's file, whether it is there or not.
    [[nodiscard]] QString path() const;
    /// What it holds when it is ours alone.
    [[nodiscard]] QByteArray ownEntry() const;

private:
    [[nodiscard]] bool isThere(const QString &program) const;
    /// What keeps it from starting anything here; empty when nothing does.
    [[nodiscard]] QString obstacle(const DesktopEntry &entry) const;
    [[nodiscard]] std::optional<QByteArray> systemsText() const;
    [[nodiscard]] Result<> replace(const std::optional<QByteArray> &before, const QByteArray &after) const;
    [[nodiscard]] Result<> removeOverride(const QByteArray &before) const;

    QString m_program;
    Session m_session;
};

} // namespace clavitor
