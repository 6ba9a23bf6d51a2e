// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace clavitor::crypto {

/// The same bytes as libsodium takes them. For this folder's sources only.
[[nodiscard]] inline unsigned char *sodiumBytes(std::span<std::byte> bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

[[nodiscard]] inline const unsigned char *sodiumBytes(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

} // namespace clavitor::crypto
