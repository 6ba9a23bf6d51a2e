// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Random.h"
#include "crypto/SecretText.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>

namespace clavitor::crypto {

/// The cost and salt of one Argon2id run (RFC 9106, version 1.3, one lane). A value that exists is within the
/// bounds: a header that asks for less is a downgrade, one that asks for more is an attack on our memory, and
/// neither is obeyed.
class PasswordHashParameters
{
public:
    static constexpr std::size_t saltSize = 16;
    static constexpr std::uint32_t fewestPasses = 3;
    static constexpr std::uint32_t mostPasses = 20;
    static constexpr std::uint64_t leastMemory = 64ull
                                                 << 20; ///< bytes; only where `usualMemory` cannot be had
    static constexpr std::uint64_t usualMemory = 256ull << 20; ///< bytes; new vaults start here
    static constexpr std::uint64_t mostMemory = 1024ull << 20; ///< bytes

    using Salt = std::array<std::byte, saltSize>;

    /// Refused outside the bounds above or when `memoryBytes` is not a multiple of 1024.
    [[nodiscard]] static std::expected<PasswordHashParameters, CryptoError>
    make(std::uint32_t passes, std::uint64_t memoryBytes, const Salt &salt);

    [[nodiscard]] std::uint32_t passes() const noexcept { return m_passes; }
    [[nodiscard]] std::uint64_t memoryBytes() const noexcept { return m_memoryBytes; }
    [[nodiscard]] const Salt &salt() const noexcept { return m_salt; }
    [[nodiscard]] PasswordHashParameters withFreshSalt(const RandomSource &random) const;

    bool operator==(const PasswordHashParameters &) const = default;

private:
    PasswordHashParameters(std::uint32_t passes, std::uint64_t memoryBytes, const Salt &salt)
        : m_passes(passes)
        , m_memoryBytes(memoryBytes)
        , m_salt(salt)
    {
    }

    std::uint32_t m_passes;
    std::uint64_t m_memoryBytes;
    Salt m_salt;
};

/// 32 bytes. Takes about a second and memoryBytes() of memory; any thread, never the one that draws. The same
/// password must arrive as the same bytes on every keyboard: the caller normalises it to NFKC, this library
/// knows no Unicode. OutOfMemory when the memory cannot be had.
[[nodiscard]] std::expected<SecretBytes, CryptoError> hashPassword(const SecretText &password,
                                                                   const PasswordHashParameters &parameters);

/// How long one run takes here. Passed in so that tests need no clock and no memory shortage.
using HashTrial =
    std::function<std::expected<std::chrono::milliseconds, CryptoError>(const PasswordHashParameters &)>;

/// Hashes for real and looks at the steady clock.
[[nodiscard]] HashTrial timedHash();

struct Calibration
{
    PasswordHashParameters parameters;
    bool memoryReduced = false; ///< 256 MiB could not be had; the person must be told
};

/// Parameters that take about `target` (held to 700–1500 ms) on this machine, with a fresh salt: 256 MiB and
/// as many passes as fit, from 3 to 20; more memory only when 20 passes are still too quick, since a vault
/// should open on a smaller machine too. A machine on which the floor takes longer gets the floor. One trial,
/// two when memory is short; then OutOfMemory.
[[nodiscard]] std::expected<Calibration, CryptoError>
calibrate(std::chrono::milliseconds target, const RandomSource &random, const HashTrial &trial = timedHash());

} // namespace clavitor::crypto
