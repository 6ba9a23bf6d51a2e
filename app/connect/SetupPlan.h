// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Post.h"
#include "app/connect/ClientSetting.h"
#include "app/connect/ConfigFile.h"
#include "app/connect/InstalledClient.h"
#include "app/connect/TextDiff.h"

namespace clavitor {

/// A change of a client's configuration, worked out and not made: for the person to look at. Any thread. Holds whole files, with
/// the tokens in them; wiped when it goes. Moves, does not copy.
class SetupPlan {
public:
    /// Reads the client's file and works the change out. Errors of ConfigFile::read() and withServer().
    [[nodiscard]] static Result<SetupPlan> make(const InstalledClient &client, const Wiring &wiring);

    /// The same for taking our server out of it. Errors of ConfigFile::read() and withoutServer().
    [[nodiscard]] static Result<SetupPlan> removal(const InstalledClient &client);

    SetupPlan(SetupPlan &&) = default;
    SetupPlan &operator=(SetupPlan &&) = default;
    ~SetupPlan();

    /// The file says all of it already.
    [[nodiscard]] bool isDone() const { return m_before.exists && m_before.bytes == m_after; }
    [[nodiscard]] const QString &path() const { return m_before.path; }
    [[nodiscard]] bool makesFile() const { return !m_before.exists; }
    /// The key of our server in the file as it is; empty when it tells none, or several.
    [[nodiscard]] const QString &keyId() const { return m_keyId; }
    /// Other users of this computer can read the file.
    [[nodiscard]] bool isReadByOthers() const;
    /// The backup will not lie beside the file; see applyChange().
    [[nodiscard]] bool isInProject() const { return m_isInProject; }
    /// One of our tokens stands in the file as it is, so it will stand in the backup.
    [[nodiscard]] bool holdsToken() const;
    /// What changes, secrets masked.
    [[nodiscard]] const QList<DiffLine> &diff() const { return m_diff; }
    /// Whether it could be made now; see mayChange().
    [[nodiscard]] Result<> check() const { return mayChange(m_before); }
    /// Makes the change; see applyChange().
    [[nodiscard]] Result<AppliedChange> apply(qint64 now, const QString &backups = {}) const { return applyChange(m_before, m_after, now, backups); }

private:
    SetupPlan() = default;
    template<typename Change>
    [[nodiscard]] static Result<SetupPlan> of(const InstalledClient &client, const Change &change);

    ConfigFile m_before;
    QByteArray m_after;
    QString m_keyId;
    bool m_isInProject = false;
    QList<DiffLine> m_diff; ///< of a large file it takes a while, so it is not worked out where windows wait
};

/// SetupPlan::make() on a thread of its own, answered on the asking one.
void planSetup(const InstalledClient &client, Wiring wiring, Reply<Result<SetupPlan>> reply);
/// SetupPlan::removal() likewise.
void planRemoval(const InstalledClient &client, Reply<Result<SetupPlan>> reply);
/// What a client's file says about us now, and whether the program in it is there; a clavitor-mcp without a path is
/// looked for in `programFolders` ($PATH). Errors of ConfigFile::read().
[[nodiscard]] Result<ClientSetting> settingOf(const InstalledClient &client, quint16 port, const QStringList &programFolders);

} // namespace clavitor
