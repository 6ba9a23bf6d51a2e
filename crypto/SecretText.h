// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <string_view>

namespace clavitor::crypto {

/// Secret text as UTF-8 in guarded memory, growable by append(). Validity of the UTF-8 is the caller's business.
///
/// Growth moves to a larger guarded block and wipes the old one, so no prefix of a secret stays behind.
/// Move-only, not thread safe, no operators: see SecretBytes.
class SecretText {
public:
    SecretText() noexcept = default;
    [[nodiscard]] static SecretText copyOf(std::string_view utf8);

    [[nodiscard]] bool isEmpty() const noexcept { return m_length == 0; }
    /// Bytes of UTF-8, not characters.
    [[nodiscard]] std::size_t size() const noexcept { return m_length; }
    [[nodiscard]] std::string_view view() const noexcept;
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return m_block.bytes().first(m_length); }
    [[nodiscard]] SecretText clone() const { return copyOf(view()); }

    void reserve(std::size_t capacity);
    void append(std::string_view utf8);
    /// Constant in time for equal sizes.
    [[nodiscard]] bool equals(std::string_view utf8) const noexcept;
    void wipe() noexcept;

    SecretText(SecretText &&other) noexcept;
    SecretText &operator=(SecretText &&other) noexcept;
    SecretText(const SecretText &) = delete;
    SecretText &operator=(const SecretText &) = delete;
    ~SecretText() = default;

private:
    SecretBytes m_block;
    std::size_t m_length = 0;
};

} // namespace clavitor::crypto
