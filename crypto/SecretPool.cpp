// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretPool.h"

#include "crypto/SecretBytes.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace clavitor::crypto {

namespace {

constexpr std::size_t kSmallest = 32;
constexpr std::size_t kSlabSize = std::size_t{32} * 1024;

std::atomic<std::size_t> unlockedSlabs = 0; ///< bytes

/// A block of guarded memory in slots of one size.
struct Slab
{
    std::byte *memory = nullptr;
    std::vector<std::uint16_t> free; ///< slots nobody has
};

/// All slabs of one slot size. Not thread safe.
class SizeClass
{
public:
    void setSlotSize(std::size_t size) { m_slotSize = size; }

    std::byte *take()
    {
        if (m_roomy.empty())
            grow();
        Slab &slab = *m_roomy.back();
        const std::size_t slot = slab.free.back();
        slab.free.pop_back();
        if (slab.free.empty())
            m_roomy.pop_back();
        return slab.memory + slot * m_slotSize;
    }

    void give(std::byte *bytes) noexcept
    {
        sodium_memzero(bytes, m_slotSize);
        Slab &slab = std::prev(m_slabs.upper_bound(bytes))->second;
        // Room for every slot was reserved by grow(), and m_roomy for every slab: nothing here allocates.
        slab.free.push_back(
            static_cast<std::uint16_t>(static_cast<std::size_t>(bytes - slab.memory) / m_slotSize));
        if (slab.free.size() == 1)
            m_roomy.push_back(&slab);
        // One empty slab stays for the next secret.
        if (slab.free.size() == slots() && m_roomy.size() > 1) {
            std::byte *const memory = slab.memory;
            std::erase(m_roomy, &slab);
            m_slabs.erase(memory);
            sodium_free(memory);
        }
    }

private:
    [[nodiscard]] std::size_t slots() const { return kSlabSize / m_slotSize; }

    void grow()
    {
        std::vector<std::uint16_t> free(slots());
        for (std::size_t slot = 0; slot < free.size(); ++slot)
            free[slot] = static_cast<std::uint16_t>(free.size() - 1 - slot);
        m_roomy.reserve(m_slabs.size() + 1);
        auto *memory = initialise() ? static_cast<std::byte *>(sodium_malloc(kSlabSize)) : nullptr;
        if (memory == nullptr)
            throw std::bad_alloc();
        // sodium_malloc() locks it, too, and does not tell when it cannot.
        if (sodium_mlock(memory, kSlabSize) != 0)
            unlockedSlabs += kSlabSize;
        std::memset(memory, 0, kSlabSize);
        try {
            Slab &slab = m_slabs.emplace(memory, Slab{memory, std::move(free)}).first->second;
            m_roomy.push_back(&slab);
        } catch (...) {
            sodium_free(memory);
            throw;
        }
    }

    std::size_t m_slotSize = 0;
    std::map<std::byte *, Slab> m_slabs; ///< by address
    std::vector<Slab *> m_roomy;         ///< slabs with a free slot
};

/// 32, 64, … 4096 bytes.
class Pool
{
public:
    Pool()
    {
        for (std::size_t i = 0; i < m_classes.size(); ++i)
            m_classes[i].setSlotSize(kSmallest << i);
    }

    std::byte *take(std::size_t size)
    {
        const std::lock_guard lock(m_mutex);
        return classOf(size).take();
    }

    void give(std::byte *bytes, std::size_t size) noexcept
    {
        const std::lock_guard lock(m_mutex);
        classOf(size).give(bytes);
    }

private:
    SizeClass &classOf(std::size_t size)
    {
        const std::size_t slot = std::bit_ceil(std::max(size, kSmallest));
        return m_classes[static_cast<std::size_t>(std::countr_zero(slot) - std::countr_zero(kSmallest))];
    }

    std::mutex m_mutex;
    std::array<SizeClass, 8> m_classes;
};

static_assert(kSmallest << 7 == SecretPool::largest);

Pool &pool()
{
    static auto *const onlyPool = new Pool; // never destroyed, see the class comment
    return *onlyPool;
}

} // namespace

std::size_t SecretPool::unlockedBytes() noexcept
{
    return unlockedSlabs;
}

std::byte *SecretPool::take(std::size_t size)
{
    return pool().take(size);
}

void SecretPool::give(std::byte *bytes, std::size_t size) noexcept
{
    pool().give(bytes, size);
}

} // namespace clavitor::crypto
