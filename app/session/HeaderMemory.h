// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>

namespace clavitor::crypto {
struct VaultHeader;
}

namespace clavitor {

class Database;

/// What a vault's database remembers of the header beside it: the revision and the digest of the last one it was opened with or
/// changed to, in `meta`, which the manifest covers. So a header from before a password was changed or a way taken away is
/// noticed when it is put back.
///
/// Header and database are two files. The header is written first, so what a crash leaves between the two is a header newer than
/// the one remembered: only somebody with the vault key can have made it, and it is taken over. Vault thread; must not outlive
/// the Database. Headers come from who has opened them with the vault key, so they are genuine.
class HeaderMemory {
public:
    explicit HeaderMemory(Database &database);

    enum class Standing {
        Unknown,    ///< none is remembered: the vault is from before this was done
        Same,
        Newer,      ///< changed since, and the database has not heard of it
        Older,      ///< or of the same revision and another content
    };
    /// Errors of the database. What is remembered and is not of our form counts as a newer one.
    [[nodiscard]] Result<Standing> standingOf(const crypto::VaultHeader &header) const;
    /// Writes nothing when it is remembered already. Errors of the database.
    [[nodiscard]] Result<> remember(const crypto::VaultHeader &header);

private:
    Database &m_database;
};

} // namespace clavitor
