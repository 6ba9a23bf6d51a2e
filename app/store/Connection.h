// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/store/Statement.h"
#include "crypto/PageCipher.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;

namespace clavitor {

class ManifestSums;

/// The SQLite handle with its idle prepared statements and the depth of open transactions: what Database, Statement and
/// Transaction share. Inside app/store only; fixed in memory, so those may be moved.
class Connection {
public:
    /// Takes over the handle.
    explicit Connection(sqlite3 *handle);
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection();

    [[nodiscard]] sqlite3 *handle() const { return m_handle; }
    [[nodiscard]] Statement statement(std::string_view sql);
    /// Finalises the idle statements and closes; an SQLite result code.
    [[nodiscard]] int close();

    /// The error of a result code. When SQLite ended the open transaction because of it, that is remembered.
    [[nodiscard]] Error failure(int resultCode);
    void giveBack(sqlite3_stmt *statement);

    [[nodiscard]] int depth() const { return m_depth; }
    void enter() { ++m_depth; }
    void leave() { --m_depth; }
    /// Why the open transaction cannot be committed: SQLite gave it up by itself, or a part of it was.
    [[nodiscard]] const std::optional<Error> &lost() const { return m_lost; }
    void forgetLost() { m_lost.reset(); }
    /// The open transaction is to be rolled back, whatever is still done in it; `why` unless it is lost already.
    void giveUp(Error why);
    /// At the beginning of the outermost transaction, and whether any row was changed since then.
    void noteChanges();
    [[nodiscard]] bool hasChanged() const;
    /// The log holds values that must go; kept until it could be truncated.
    void wantCleanLog() { m_cleanLog = true; }
    void cleanLog();
    /// Idle statements and cached pages.
    void forgetPages();

    /// To read pages of the file past SQLite; null before it has one.
    [[nodiscard]] const crypto::PageCipher *cipher() const { return m_cipher ? &*m_cipher : nullptr; }
    void useCipher(crypto::PageCipher cipher) { m_cipher.emplace(std::move(cipher)); }

    /// What Manifest put here, for the SQL functions that borrow it; null before.
    [[nodiscard]] ManifestSums *sums() const { return m_sums.get(); }
    /// An SQLite result code.
    [[nodiscard]] int useSums(std::unique_ptr<ManifestSums> sums);
    /// While one lives, whatever runs ends soon after what stopBy() named is true. For what only reads. One within another adds nothing.
    class Stoppable {
    public:
        explicit Stoppable(Connection &connection);
        Stoppable(const Stoppable &) = delete;
        Stoppable &operator=(const Stoppable &) = delete;
        ~Stoppable();

    private:
        Connection *m_outermost;
    };
    void stopBy(const std::atomic<bool> *stop) { m_stop = stop; }
    [[nodiscard]] bool isStopped() const { return m_stop && m_stop->load(); }
    /// From here on whatever would write fails with `why`; nothing, and it may be written again.
    [[nodiscard]] Result<> freeze(std::optional<Error> why);
    [[nodiscard]] const std::optional<Error> &frozen() const { return m_frozen; }

private:
    void dropIdle();

    sqlite3 *m_handle;
    std::unordered_map<std::string, sqlite3_stmt *> m_idle;
    int m_depth = 0;
    qint64 m_changesBefore = 0;
    std::optional<Error> m_lost;
    bool m_cleanLog = false;
    std::optional<crypto::PageCipher> m_cipher;
    std::unique_ptr<ManifestSums> m_sums;
    std::optional<Error> m_frozen;
    const std::atomic<bool> *m_stop = nullptr;
    bool m_isStoppable = false;
};

} // namespace clavitor
