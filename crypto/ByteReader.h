// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace clavitor::crypto {

/// Reads what ByteWriter wrote. Reading past the end yields zeros and is remembered: ask failed() once, at
/// the end.
class ByteReader
{
public:
    explicit ByteReader(std::span<const std::byte> bytes)
        : m_rest(bytes)
    {
    }

    [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    [[nodiscard]] std::uint64_t u64() { return number(8); }
    /// Empty when there are not that many.
    [[nodiscard]] std::span<const std::byte> bytes(std::size_t size)
    {
        if (size > m_rest.size()) {
            m_failed = true;
            m_rest = {};
            return {};
        }
        const auto taken = m_rest.first(size);
        m_rest = m_rest.subspan(size);
        return taken;
    }
    template <std::size_t Size>
    [[nodiscard]] std::array<std::byte, Size> array()
    {
        std::array<std::byte, Size> out{};
        std::ranges::copy(bytes(Size), out.begin());
        return out;
    }
    [[nodiscard]] std::string text(std::size_t size)
    {
        const auto taken = bytes(size);
        return {reinterpret_cast<const char *>(taken.data()), taken.size()};
    }
    [[nodiscard]] std::string countedText() { return text(u16()); }

    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    [[nodiscard]] bool atEnd() const noexcept { return m_rest.empty(); }

private:
    [[nodiscard]] std::uint64_t number(std::size_t size)
    {
        std::uint64_t value = 0;
        const auto taken = bytes(size);
        for (std::size_t i = 0; i < taken.size(); ++i)
            value |= std::to_integer<std::uint64_t>(taken[i]) << (8 * i);
        return value;
    }

    std::span<const std::byte> m_rest;
    bool m_failed = false;
};

} // namespace clavitor::crypto
