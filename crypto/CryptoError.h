// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace clavitor::crypto {

/// Every way this library fails on what it is given. Errors about a caller's programming (a key of the wrong
/// size) are exceptions (std::invalid_argument) instead: no input from outside can cause them.
enum class CryptoError {
    Malformed,   ///< text or bytes that do not have the documented form
    Unsupported, ///< the documented form of something we do not do (HOTP)
    Foreign,     ///< not one of our files
    Newer,       ///< ours, written by a newer version
    Damaged,     ///< ours, but it does not verify: torn, flipped, or changed by someone without the key
    WrongKey,    ///< intact, and this password or key does not open it
    NoSlot,      ///< the vault has no slot for this way of unlocking
    Refused,     ///< parameters below the floor or above the ceiling
    OutOfMemory, ///< the memory a password hash asks for cannot be had
};

} // namespace clavitor::crypto
