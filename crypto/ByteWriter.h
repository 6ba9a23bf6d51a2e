// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace clavitor::crypto {

/// Builds our binary formats: little-endian numbers, lengths in front. Not for secrets, it grows on the
/// ordinary heap.
class ByteWriter
{
public:
    ByteWriter &u8(std::uint8_t value) { return number(value, 1); }
    ByteWriter &u16(std::uint16_t value) { return number(value, 2); }
    ByteWriter &u32(std::uint32_t value) { return number(value, 4); }
    ByteWriter &u64(std::uint64_t value) { return number(value, 8); }
    ByteWriter &bytes(std::span<const std::byte> value)
    {
        m_bytes.insert(m_bytes.end(), value.begin(), value.end());
        return *this;
    }
    ByteWriter &text(std::string_view value) { return bytes(std::as_bytes(std::span(value))); }
    /// A 16-bit length, then the text. At most 65,535 bytes, which every caller's own bound is well below.
    ByteWriter &countedText(std::string_view value)
    {
        return u16(static_cast<std::uint16_t>(value.size())).text(value);
    }

    [[nodiscard]] std::span<const std::byte> written() const noexcept { return m_bytes; }
    [[nodiscard]] std::vector<std::byte> take() &&noexcept { return std::move(m_bytes); }

private:
    ByteWriter &number(std::uint64_t value, int size)
    {
        for (int i = 0; i < size; ++i, value >>= 8)
            m_bytes.push_back(std::byte(value & 0xff));
        return *this;
    }

    std::vector<std::byte> m_bytes;
};

} // namespace clavitor::crypto
