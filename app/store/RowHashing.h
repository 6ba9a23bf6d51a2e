// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/RowSum.h"
#include "crypto/SecretBytes.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace clavitor {

/// Sums up many rows, and hashes them beside whoever reads them: rows are gathered in blocks of guarded memory, and
/// a full one goes to a thread of its own, or is hashed on the spot while that one has enough of them. The order of rows is of no
/// matter to a RowSum. Few rows fit into the first block, and no thread is started for them.
///
/// One thread uses it. `key` outlives it. Throws std::bad_alloc. Where no thread is to be had it does all by itself.
class RowHashing {
public:
    explicit RowHashing(const crypto::SecretBytes &key);
    RowHashing(const RowHashing &) = delete;
    RowHashing &operator=(const RowHashing &) = delete;
    ~RowHashing();

    /// Place for the `size` bytes of one more row, to be filled before the next call.
    [[nodiscard]] std::span<std::byte> add(std::size_t size);
    /// Of all rows so far; waits for the thread.
    [[nodiscard]] RowSum sum();

    /// Bytes that are gathered; a longer row has a block to itself.
    static constexpr std::size_t blockSize = std::size_t{64} * 1024;
    /// Blocks that may wait for the thread. It hashes faster than rows are read, but not each at once: with a single one half
    /// of them were hashed on the spot.
    static constexpr std::size_t mostWaiting = 4;

private:
    /// Rows one behind the other, the size of each in front of it.
    struct Block {
        crypto::SecretBytes bytes;
        std::size_t used = 0;
    };
    void handOver();
    void keep(Block block);
    /// Adds the rows of a block to a sum, and empties the block.
    void take(Block &block, RowSum &sum) const;
    void hashBeside();

    const crypto::SecretBytes &m_key;
    Block m_gathered;
    RowSum m_sum;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Block> m_waiting;
    std::vector<Block> m_empty;     ///< to be filled again
    bool m_isAtWork = false;        ///< the thread has one
    bool m_isEnding = false;
    RowSum m_sumBeside;
    std::thread m_thread;
};

} // namespace clavitor
