// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace clavitor {

/// What stands for one byte of UTF-8 inside a JSON string (RFC 8259 §7): empty when the byte stands for itself. DEL is escaped as well, which
/// terminals act on. A value; nothing is allocated, so it may be one of a secret's.
class JsonEscape {
public:
    explicit constexpr JsonEscape(char byte)
    {
        constexpr std::string_view shortly = "\"\\\n\r\t";
        constexpr std::string_view letters = "\"\\nrt";
        constexpr std::string_view hex = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(byte);
        if (const std::size_t at = shortly.find(byte); at != std::string_view::npos) {
            m_text = {'\\', letters[at]};
            m_size = 2;
        } else if (code < 0x20 || code == 0x7f) {
            m_text = {'\\', 'u', '0', '0', hex[code >> 4], hex[code & 0xf]};
            m_size = 6;
        }
    }
    [[nodiscard]] constexpr std::string_view view() const { return {m_text.data(), m_size}; }

private:
    std::array<char, 6> m_text{};
    std::size_t m_size = 0;
};

} // namespace clavitor
