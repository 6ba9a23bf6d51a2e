// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Post.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/ConfigFile.h"
#include "app/connect/InstalledClient.h"

#include <memory>
#include <optional>

namespace clavitor {

/// A client of this computer and what its file says about us, at one moment. Holds no token.
struct ClientSight {
    InstalledClient client;
    std::optional<Error> unreadable;            ///< its file
    ClientSetting setting;
    bool hasToken = false;                      ///< there is a well-formed one in the file, in the right place or not
    std::optional<AppliedChange> lastChange;    ///< ours, of its file or a project's, and it can be taken back

    /// Those that have our server in them, its own first.
    [[nodiscard]] QStringList files() const;
    /// The one key of our server in that file; empty when there are several or none.
    [[nodiscard]] QString keyIdIn(const QString &file) const;
};
using ClientSights = QList<std::shared_ptr<const ClientSight>>;

/// Looks at all of them on a thread of its own and answers on the asking one.
void lookAtClients(const ClientPlaces &places, quint16 port, Reply<ClientSights> reply);
/// Runs `<program> --version` and answers the version it says, empty when it says none within three seconds. For a client whose
/// files do not tell; only when the person asked for something that needs it, as it starts a program of theirs.
void askVersion(const QString &program, Reply<QString> reply);

} // namespace clavitor
