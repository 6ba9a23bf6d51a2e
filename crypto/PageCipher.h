// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"

#include <array>
#include <cstdint>

namespace clavitor::crypto {

/// Reads a page of a SQLCipher 4 file without SQLCipher, which opens only what hangs in a tree of SQLite's: which pages are free stands
/// in pages that hang in none. As its design describes ("SQLCipher Design", defaults of version 4): AES-256-CBC under the file's raw
/// key; at the page's end 16 bytes of IV and an HMAC-SHA512 over ciphertext, IV and page number, under a key that PBKDF2-HMAC-SHA512
/// derives from the raw key in two rounds. By libcrypto, as SQLCipher itself.
///
/// Holds key material: cannot be copied, wipes itself. One thread.
class PageCipher {
public:
    static constexpr std::size_t pageSize = 4096;
    static constexpr std::size_t ivSize = 16;
    static constexpr std::size_t macSize = 64;
    /// Of a page, what is not its IV and MAC.
    static constexpr std::size_t usableSize = pageSize - ivSize - macSize;
    static constexpr std::size_t keySize = 32;
    /// In clear at the beginning of the first page, in the place of SQLite's own mark.
    static constexpr std::size_t saltSize = 16;

    /// `key` is the file's raw key of `keySize` bytes, else std::invalid_argument.
    PageCipher(const SecretBytes &key, std::span<const std::byte, saltSize> salt);

    /// Whether the page verifies as the one of that number, from 1. If so `plain` has what is in it; of the first page the salt is
    /// left as it is.
    [[nodiscard]] bool open(std::span<const std::byte, pageSize> page, std::uint32_t number,
                            std::span<std::byte, usableSize> plain) const;

private:
    SecretBytes m_key;
    SecretBytes m_macKey;
};

} // namespace clavitor::crypto
