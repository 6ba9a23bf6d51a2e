// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace clavitor::crypto {

/// A heap for a library that keeps secrets in whatever it allocates, and allocates often: one range of memory, locked
/// in steps as it is first used, kept out of core files, and each block wiped when it is given back. No call to the
/// system a block. What it holds for its own order lies outside the range, so free memory is all zeros.
///
/// Any thread. Frees the range when destroyed, so it must outlive the library. Never throws after construction; a
/// pointer it did not hand out, or hands back twice, ends the process.
class LockedHeap
{
public:
    static constexpr std::size_t slabSize = std::size_t{64} * 1024;
    /// Locked at a time.
    static constexpr std::size_t step = 16 * slabSize;
    static constexpr std::size_t smallest = 32;

    struct Usage
    {
        std::size_t blocks = 0;   ///< handed out now
        std::size_t reached = 0;  ///< bytes of the range that were ever used
        std::size_t unlocked = 0; ///< of those, what the system would not lock, or not lock again
    };

    /// A range of `capacity` bytes, of which at most `lockable` are locked. Where the system has no such range, the heap
    /// is empty and take() always answers nullptr.
    explicit LockedHeap(std::size_t capacity, std::size_t lockable);
    LockedHeap(const LockedHeap &) = delete;
    LockedHeap &operator=(const LockedHeap &) = delete;
    ~LockedHeap();

    /// At least `size` bytes, aligned to 16; nullptr for a size of 0 and when there is no room.
    [[nodiscard]] void *take(std::size_t size) noexcept;
    /// Wipes and takes back a block of take().
    void give(void *block) noexcept;

    [[nodiscard]] bool owns(const void *block) const noexcept
    {
        return block >= m_range && block < m_range + m_capacity;
    }
    /// Bytes that a block of take() has, at least what was asked for.
    [[nodiscard]] std::size_t sizeOf(const void *block) const noexcept;
    /// What sizeOf() will say of a block of that size.
    [[nodiscard]] static std::size_t roundedUp(std::size_t size) noexcept;

    /// Locks again what somebody may have unlocked page by page: munlock() knows nothing of neighbours. When the system
    /// will not, all of it counts as unlocked from then on.
    void lockAgain() noexcept;
    [[nodiscard]] Usage usage() const noexcept;

private:
    // Block sizes: 32 to 128 bytes, 16 apart, then eight a doubling up to a whole slab.
    static constexpr std::size_t classes = 81;
    static constexpr std::uint16_t none = 0xffff;

    enum class Use : std::uint8_t { Free, Blocks, Span, InsideSpan };
    /// What is known of one slab: blocks of one size, or part of a block larger than a slab.
    struct Slab
    {
        Use use = Use::Free;
        std::uint8_t sizeClass = 0;
        std::uint16_t used = 0;     ///< blocks handed out
        std::uint16_t firstWord = 0; ///< of `taken`, before which nothing is free
        std::uint16_t span = 0;     ///< slabs, for Span
        std::uint16_t previous = none, next = none; ///< in the list of slabs of this class with room
        std::array<std::uint64_t, slabSize / smallest / 64> taken{};
    };

    std::byte *takeBlock(std::uint8_t sizeClass) noexcept;
    std::byte *takeSpan(std::size_t slabs) noexcept;
    /// Number of the first of `count` free neighbours, or `none`.
    std::uint16_t freeSlabs(std::size_t count) noexcept;
    void reach(std::size_t end) noexcept;
    void link(std::uint16_t number) noexcept;
    void unlink(std::uint16_t number) noexcept;
    /// take() answered it and nobody gave it back since.
    [[nodiscard]] bool isHandedOut(const void *block) const noexcept;
    [[nodiscard]] std::uint16_t slabOf(const void *block) const noexcept;
    [[nodiscard]] std::size_t offsetInSlab(const void *block) const noexcept;

    std::byte *m_range = nullptr;
    std::size_t m_capacity = 0;
    std::size_t m_lockable;
    mutable std::mutex m_mutex;
    std::vector<Slab> m_slabs;
    std::array<std::uint16_t, classes> m_roomy; ///< by class: a slab with room
    Usage m_usage;
    std::size_t m_locked = 0; ///< bytes from the start of the range
};

} // namespace clavitor::crypto
