// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QtGlobal>

namespace clavitor {

class Connection;

/// A number in the file's first page that the manifest knows, too. That page says which pages are free, and no row of it is summed
/// up: without this an older one, put back beside the list of free pages it knew, would have the next writes go over rows.
///
/// It lies above the schema's number in `user_version`, and is another after each transaction that may have changed the first page. 0 is
/// a file from before there was one, until it is next written. Vault thread; must not outlive the connection.
class PageWitness {
public:
    explicit PageWitness(Connection &connection);

    /// The pages there are and those that are free, as the first page counts them.
    struct Counts {
        qint64 pages = 0;
        qint64 free = 0;
        bool operator==(const Counts &) const = default;
    };

    /// Whether the first page has this one. Errors of the disk.
    [[nodiscard]] Result<bool> is(quint32 witness) const;
    /// Puts it into the first page.
    [[nodiscard]] Result<> put(quint32 witness);
    /// Before the outermost transaction is committed: gives both another one where it is needed. Nothing without a manifest
    /// that is watched, or where no row was changed.
    [[nodiscard]] Result<> renew();

    /// Of a manifest that has seen so many changes; never 0.
    [[nodiscard]] static quint32 of(quint64 generation);
    /// The value of `user_version` without it.
    [[nodiscard]] static int schemaOf(qint64 userVersion);
    /// Another schema's number beside the same witness.
    [[nodiscard]] Result<> putSchema(int schema);

    static constexpr int bits = 24;

private:
    [[nodiscard]] Result<quint32> userVersion() const;
    [[nodiscard]] Result<Counts> counts() const;
    [[nodiscard]] Result<> setUserVersion(quint32 value);

    Connection &m_connection;
};

} // namespace clavitor
