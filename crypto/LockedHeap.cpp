// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/LockedHeap.h"

#include <sodium.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define CLAVITOR_HAS_MMAP
#endif
// So that the sanitizer's own checks work inside a range it knows as one allocation.
#if defined(__SANITIZE_ADDRESS__) && __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) static_cast<void>(0)
#define ASAN_UNPOISON_MEMORY_REGION(address, size) static_cast<void>(0)
#endif

namespace clavitor::crypto {

namespace {

constexpr std::size_t kGrain = 16;

/// Distance between the sizes around `size`.
constexpr std::size_t stepAt(std::size_t size)
{
    return std::max(kGrain, std::bit_floor(size - 1) / 8);
}

/// Up to a whole slab.
constexpr std::size_t roundedToClass(std::size_t size)
{
    if (size <= LockedHeap::smallest)
        return LockedHeap::smallest;
    const std::size_t apart = stepAt(size);
    return (size + apart - 1) / apart * apart;
}

/// `size` is one of the sizes roundedToClass() answers.
constexpr std::uint8_t classOf(std::size_t size)
{
    if (size <= 128)
        return static_cast<std::uint8_t>(size / kGrain);
    const auto doubling = static_cast<std::size_t>(std::countr_zero(std::bit_floor(size - 1)) - 7);
    return static_cast<std::uint8_t>(8 + 8 * doubling + (size - (std::size_t{128} << doubling)) / stepAt(size));
}

constexpr std::size_t sizeOfClass(std::uint8_t sizeClass)
{
    if (sizeClass <= 8)
        return sizeClass * kGrain;
    const std::size_t doubling = (sizeClass - 9u) / 8u;
    return (std::size_t{128} << doubling) + ((sizeClass - 9u) % 8u + 1) * (std::size_t{16} << doubling);
}

static_assert(classOf(LockedHeap::slabSize) == 80 && sizeOfClass(80) == LockedHeap::slabSize);
static_assert([] {
    for (std::size_t size = 1; size <= LockedHeap::slabSize; ++size)
        if (roundedToClass(size) < size || sizeOfClass(classOf(roundedToClass(size))) != roundedToClass(size))
            return false;
    return true;
}());

constexpr std::size_t slabsFor(std::size_t size)
{
    return (size + LockedHeap::slabSize - 1) / LockedHeap::slabSize;
}

} // namespace

LockedHeap::LockedHeap(std::size_t capacity, std::size_t lockable)
    : m_lockable(lockable)
{
    m_roomy.fill(none);
#ifdef CLAVITOR_HAS_MMAP
    capacity = std::min(capacity / step * step, std::size_t{none} * slabSize / step * step);
    m_slabs.resize(capacity / slabSize);
    void *const range = mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED)
        return;
    m_range = static_cast<std::byte *>(range);
    m_capacity = capacity;
#ifdef MADV_DONTDUMP
    (void)madvise(range, capacity, MADV_DONTDUMP);
#endif
    ASAN_POISON_MEMORY_REGION(m_range, m_capacity);
#endif
}

LockedHeap::~LockedHeap()
{
    ASAN_UNPOISON_MEMORY_REGION(m_range, m_capacity);
#ifdef CLAVITOR_HAS_MMAP
    if (m_range) {
        sodium_memzero(m_range, m_usage.reached);
        (void)munmap(m_range, m_capacity);
    }
#endif
}

void *LockedHeap::take(std::size_t size) noexcept
{
    if (size == 0 || size > m_capacity)
        return nullptr;
    const std::lock_guard lock(m_mutex);
    std::byte *const block = size <= slabSize ? takeBlock(classOf(roundedToClass(size))) : takeSpan(slabsFor(size));
    if (block)
        ++m_usage.blocks;
    return block;
}

std::byte *LockedHeap::takeBlock(std::uint8_t sizeClass) noexcept
{
    const std::size_t size = sizeOfClass(sizeClass);
    const std::size_t slots = slabSize / size;
    if (m_roomy[sizeClass] == none) {
        const std::uint16_t fresh = freeSlabs(1);
        if (fresh == none)
            return nullptr;
        m_slabs[fresh] = Slab{.use = Use::Blocks, .sizeClass = sizeClass};
        link(fresh);
    }
    const std::uint16_t number = m_roomy[sizeClass];
    Slab &slab = m_slabs[number];
    // There is room, so this ends: bits beyond the last slot are never reached with a free slot before them.
    while (slab.taken[slab.firstWord] == ~std::uint64_t{0})
        ++slab.firstWord;
    std::uint64_t &word = slab.taken[slab.firstWord];
    const auto bit = static_cast<std::size_t>(std::countr_one(word));
    word |= std::uint64_t{1} << bit;
    if (++slab.used == slots)
        unlink(number);
    std::byte *const block = m_range + number * slabSize + (slab.firstWord * std::size_t{64} + bit) * size;
    ASAN_UNPOISON_MEMORY_REGION(block, size);
    return block;
}

std::byte *LockedHeap::takeSpan(std::size_t slabs) noexcept
{
    const std::uint16_t first = freeSlabs(slabs);
    if (first == none)
        return nullptr;
    for (std::size_t i = 1; i < slabs; ++i)
        m_slabs[first + i].use = Use::InsideSpan;
    m_slabs[first].use = Use::Span;
    m_slabs[first].span = static_cast<std::uint16_t>(slabs);
    std::byte *const block = m_range + first * slabSize;
    ASAN_UNPOISON_MEMORY_REGION(block, slabs * slabSize);
    return block;
}

void LockedHeap::give(void *block) noexcept
{
    const std::lock_guard lock(m_mutex);
    // Whoever has that memory now would lose it: better to stop.
    if (!isHandedOut(block))
        std::abort();
    const std::uint16_t number = slabOf(block);
    Slab &slab = m_slabs[number];
    --m_usage.blocks;
    if (slab.use == Use::Span) {
        const std::size_t slabs = slab.span;
        sodium_memzero(block, slabs * slabSize);
        ASAN_POISON_MEMORY_REGION(block, slabs * slabSize);
        for (std::size_t i = 0; i < slabs; ++i)
            m_slabs[number + i].use = Use::Free;
        return;
    }
    const std::size_t size = sizeOfClass(slab.sizeClass);
    const std::size_t slot = offsetInSlab(block) / size;
    sodium_memzero(block, size);
    ASAN_POISON_MEMORY_REGION(block, size);
    slab.taken[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    slab.firstWord = std::min(slab.firstWord, static_cast<std::uint16_t>(slot / 64));
    if (slab.used-- == slabSize / size)
        link(number);
    if (slab.used == 0) {
        unlink(number);
        slab.use = Use::Free;
    }
}

bool LockedHeap::isHandedOut(const void *block) const noexcept
{
    if (!owns(block))
        return false;
    const Slab &slab = m_slabs[slabOf(block)];
    const std::size_t offset = offsetInSlab(block);
    if (slab.use != Use::Blocks)
        return slab.use == Use::Span && offset == 0;
    const std::size_t size = sizeOfClass(slab.sizeClass);
    const std::size_t slot = offset / size;
    return slot * size == offset && (slab.taken[slot / 64] >> (slot % 64) & 1) != 0;
}

std::size_t LockedHeap::sizeOf(const void *block) const noexcept
{
    // The slab of a block in use does not change, so no lock is needed.
    const Slab &slab = m_slabs[slabOf(block)];
    return slab.use == Use::Span ? slab.span * slabSize : sizeOfClass(slab.sizeClass);
}

std::size_t LockedHeap::roundedUp(std::size_t size) noexcept
{
    return size <= slabSize ? roundedToClass(size) : slabsFor(size) * slabSize;
}

void LockedHeap::lockAgain() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (m_locked == 0 || sodium_mlock(m_range, m_locked) == 0)
        return;
    // What else the process locks took the place of what was unlocked.
    m_usage.unlocked += m_locked;
    m_locked = 0;
}

LockedHeap::Usage LockedHeap::usage() const noexcept
{
    const std::lock_guard lock(m_mutex);
    return m_usage;
}

std::uint16_t LockedHeap::freeSlabs(std::size_t count) noexcept
{
    // From the start, which is what is locked.
    std::size_t run = 0;
    for (std::size_t i = 0; i < m_capacity / slabSize; ++i) {
        run = m_slabs[i].use == Use::Free ? run + 1 : 0;
        if (run == count) {
            reach((i + 1) * slabSize);
            return static_cast<std::uint16_t>(i + 1 - count);
        }
    }
    return none;
}

void LockedHeap::reach(std::size_t end) noexcept
{
    while (m_usage.reached < end) {
        // Once refused, always refused: the locked part is one run from the start.
        if (m_locked == m_usage.reached && m_locked + step <= m_lockable
            && sodium_mlock(m_range + m_locked, step) == 0)
            m_locked += step;
        else
            m_usage.unlocked += step;
        m_usage.reached += step;
    }
}

void LockedHeap::link(std::uint16_t number) noexcept
{
    Slab &slab = m_slabs[number];
    slab.previous = none;
    slab.next = m_roomy[slab.sizeClass];
    if (slab.next != none)
        m_slabs[slab.next].previous = number;
    m_roomy[slab.sizeClass] = number;
}

void LockedHeap::unlink(std::uint16_t number) noexcept
{
    const Slab &slab = m_slabs[number];
    if (slab.next != none)
        m_slabs[slab.next].previous = slab.previous;
    if (slab.previous != none)
        m_slabs[slab.previous].next = slab.next;
    else
        m_roomy[slab.sizeClass] = slab.next;
}

std::uint16_t LockedHeap::slabOf(const void *block) const noexcept
{
    return static_cast<std::uint16_t>(static_cast<std::size_t>(static_cast<const std::byte *>(block) - m_range) / slabSize);
}

std::size_t LockedHeap::offsetInSlab(const void *block) const noexcept
{
    return static_cast<std::size_t>(static_cast<const std::byte *>(block) - m_range) % slabSize;
}

} // namespace clavitor::crypto
