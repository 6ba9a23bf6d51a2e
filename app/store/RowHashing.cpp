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
    m_changed.wait(lock, [this] { return !m_isHandedOver; });
    RowSum all = m_sum;
    all.add(m_sumBeside);
    return all;
}

void RowHashing::handOver()
{
    if (m_gathered.used == 0)
        return;
    if (!m_thread.joinable()) {
        try {
            m_thread = std::thread([this] { hashBeside(); });
        } catch (const std::system_error &) {
            return take(m_gathered, m_sum); // all by itself, then
        }
    }
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isHandedOver) {
            std::swap(m_gathered, m_given);
            m_isHandedOver = true;
        }
    }
    if (m_gathered.used > 0)
        take(m_gathered, m_sum);
    else
        m_changed.notify_all();
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
        m_changed.wait(lock, [this] { return m_isHandedOver || m_isEnding; });
        if (m_isEnding)
            return;
        // Nobody else touches what was handed over, until it is said to be done.
        lock.unlock();
        take(m_given, m_sumBeside);
        lock.lock();
        m_isHandedOver = false;
        m_changed.notify_all();
    }
}

} // namespace clavitor
