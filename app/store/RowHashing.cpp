// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RowHashing.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

namespace clavitor {

RowHashing::RowHashing(const crypto::SecretBytes &key)
    : m_key(key)
{
}

RowHashing::~RowHashing()
{
    if (!m_thread.joinable())
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

std::span<std::byte> RowHashing::add(std::size_t size)
{
    const std::size_t needed = sizeof(size) + size;
    if (needed > m_gathered.bytes.size() - m_gathered.used) {
        handOver();
        if (needed > m_gathered.bytes.size())
            m_gathered.bytes = crypto::SecretBytes(std::max(needed, blockSize));
    }
    const std::span<std::byte> place = m_gathered.bytes.writable().subspan(m_gathered.used, needed);
    std::memcpy(place.data(), &size, sizeof(size));
    m_gathered.used += needed;
    return place.subspan(sizeof(size));
}

RowSum RowHashing::sum()
{
    take(m_gathered, m_sum);
    std::unique_lock lock(m_mutex);
    while (!m_waiting.empty()) {
        Block block = std::move(m_waiting.back());
        m_waiting.pop_back();
        lock.unlock();
        take(block, m_sum);
        lock.lock();
        keep(std::move(block));
    }
    m_changed.wait(lock, [this] { return !m_isAtWork; });
    RowSum all = m_sum;
    all.add(m_sumBeside);
    return all;
}

void RowHashing::handOver()
{
    if (m_gathered.used == 0)
        return;
    if (!m_thread.joinable()) {
        m_empty.reserve(mostWaiting + 1); // the thread is not to run out of memory
        try {
            m_thread = std::thread([this] { hashBeside(); });
        } catch (const std::system_error &) {
            return take(m_gathered, m_sum); // all by itself, then
        }
    }
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t most = m_gathered.bytes.size() > blockSize ? 1 : mostWaiting;
        if (m_waiting.size() < most) {
            m_waiting.push_back(std::exchange(m_gathered, {}));
            if (!m_empty.empty()) {
                m_gathered = std::move(m_empty.back());
                m_empty.pop_back();
            }
        }
    }
    if (m_gathered.used > 0)
        take(m_gathered, m_sum);
    else
        m_changed.notify_all();
}

void RowHashing::keep(Block block)
{
    // One that was made for a long row is given back: of these the guarded memory has no second.
    if (block.bytes.size() <= blockSize)
        m_empty.push_back(std::move(block));
}

void RowHashing::take(Block &block, RowSum &sum) const
{
    std::span<const std::byte> rows = block.bytes.bytes().first(block.used);
    while (!rows.empty()) {
        std::size_t size = 0;
        std::memcpy(&size, rows.data(), sizeof(size));
        sum.add(crypto::KeyedDigest(m_key.bytes()).add(rows.subspan(sizeof(size), size)).finish());
        rows = rows.subspan(sizeof(size) + size);
    }
    block.used = 0;
}

void RowHashing::hashBeside()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return !m_waiting.empty() || m_isEnding; });
        if (m_isEnding)
            return;
        Block block = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_isAtWork = true;
        lock.unlock();
        take(block, m_sumBeside);
        lock.lock();
        keep(std::move(block));
        m_isAtWork = false;
        if (m_waiting.empty()) // sum() may wait for it
            m_changed.notify_all();
    }
}

} // namespace clavitor
