// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace clavitor::crypto {

/// Guarded memory for many small secrets at once. sodium_malloc() spends four mappings and three pages on
/// each secret, and Linux allows a process 65,530 mappings (vm.max_map_count): an import of ten thousand
/// entries would end there. Here secrets of up to `largest` bytes share slabs of sodium_malloc() memory:
/// locked and fenced as a slab, each secret wiped when it is given back. What is lost against a block of its
/// own is the fence between neighbours, so keys stay in SecretBytes of their own and only texts come here.
///
/// Any thread. Nothing is freed at the end of the process: secrets in static storage may outlive everything
/// else.
class SecretPool
{
public:
    static constexpr std::size_t largest = 4096;

    SecretPool() = delete;

    /// `size` zero bytes, 1 to `largest`. Throws std::bad_alloc when guarded memory cannot be had.
    [[nodiscard]] static std::byte *take(std::size_t size);
    /// Wipes and takes back what take() gave for the same size.
    static void give(std::byte *bytes, std::size_t size) noexcept;

    /// Bytes of slabs, since the start, that the system would not lock (`ulimit -l` is too small): what lies in them may reach
    /// the swap space.
    [[nodiscard]] static std::size_t unlockedBytes() noexcept;
};

} // namespace clavitor::crypto
