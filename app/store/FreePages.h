// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/PageCipher.h"

#include <QtGlobal>

#include <optional>

namespace clavitor {

class Connection;

/// The pages of the file that nothing lies in. SQLite takes what is written next from a list of them. That list is in no row, so no sum
/// over rows tells of one of another time, by which writes go over rows. But what comes free is overwritten with zeros
/// (`secure_delete`), and no page of a tree is zeros. So each page of the list is looked at by itself, past SQLite, which has no way to it.
///
/// The list is written as SQLite's file format says ("The Freelist"). Vault thread; must not outlive the connection.
class FreePages {
public:
    explicit FreePages(Connection &connection);

    /// How many there are, as the first page counts them.
    [[nodiscard]] Result<qint64> count() const;
    /// Whether nothing lies in any page of the list: it is zeros, or else, in a walk of all pages, in no other place.
    /// Errors of the disk · Locked.
    [[nodiscard]] Result<bool> fit();
    /// Whether each page of the list is zeros, 10 µs a page; not, where that cannot be seen. Moves the write-ahead log into the file.
    /// Errors of the disk · Locked.
    [[nodiscard]] Result<bool> areZeros();
    /// Where a page is in two places, writes the file anew, without a list: before anything else is written. Walks all of it. Not
    /// within a transaction. DamagedFile · errors of the disk · Locked.
    [[nodiscard]] Result<> repair();

private:
    using Page = std::span<const std::byte, crypto::PageCipher::usableSize>;
    /// What is in a page, until the next is read; nothing when it does not verify.
    [[nodiscard]] std::optional<Page> read(quint32 number);
    /// By SQLite's own walk of all pages.
    [[nodiscard]] Result<bool> passesWalk();

    Connection &m_connection;
    crypto::SecretBytes m_plain;    ///< of a list that lies it may be any page
};

} // namespace clavitor
