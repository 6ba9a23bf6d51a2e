// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Distrust.h"

#include <QList>
#include <QStringList>

#include <cstddef>
#include <string>

namespace clavitor {

class Database;

/// Rows that are there twice under one key, as when an old page lies beside the page to which its rows had gone since. Of such a table no
/// index can be made, and what is written into it is found or not as it happens. So before such a file is taken as it is, one copy of each
/// stays: of an entry the later version, of a field the one that is no earlier version, of a key the one that was revoked, and else the one that comes
/// last. Another value of a field stays with its entry, as version 0 of it.
///
/// Vault thread; must not outlive the Database.
class SurplusRows {
public:
    explicit SurplusRows(Database &database);

    /// Within a transaction; writes no table that SQLite finds whole. The manifest does not follow it, so it is to be sealed and watched
    /// anew. DamagedFile: a table cannot be read, or is too large to be copied in memory.
    [[nodiscard]] Result<QList<RemovedSurplus>> remove();

private:
    [[nodiscard]] Result<qint64> writeAnew(std::size_t slot);
    /// Of fields whose other copy says something else.
    [[nodiscard]] Result<> keepOtherValues();
    [[nodiscard]] Result<QStringList> names(std::size_t slot);
    [[nodiscard]] Result<qint64> count(const std::string &table);

    Database &m_database;
};

} // namespace clavitor
