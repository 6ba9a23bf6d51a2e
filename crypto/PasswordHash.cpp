// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PasswordHash.h"

#include "crypto/KeyDerivation.h"

#include <sodium.h>

#include <algorithm>

namespace clavitor::crypto {

static_assert(crypto_pwhash_argon2id_SALTBYTES == PasswordHashParameters::saltSize);

std::expected<PasswordHashParameters, CryptoError>
PasswordHashParameters::make(std::uint32_t passes, std::uint64_t memoryBytes, const Salt &salt)
{
    if (passes < fewestPasses || passes > mostPasses || memoryBytes < leastMemory ||
        memoryBytes > mostMemory || memoryBytes % 1024 != 0)
        return std::unexpected(CryptoError::Refused);
    return PasswordHashParameters(passes, memoryBytes, salt);
}

PasswordHashParameters PasswordHashParameters::withFreshSalt(const RandomSource &random) const
{
    PasswordHashParameters fresh = *this;
    random(fresh.m_salt);
    return fresh;
}

std::expected<SecretBytes, CryptoError> hashPassword(const SecretText &password,
                                                     const PasswordHashParameters &parameters)
{
    SecretBytes hash(keySize);
    const char *text = password.isEmpty() ? "" : password.view().data(); // libsodium takes no null pointer
    const int failed = crypto_pwhash_argon2id(
        reinterpret_cast<unsigned char *>(hash.writable().data()), hash.size(), text,
        password.size(), reinterpret_cast<const unsigned char *>(parameters.salt().data()),
        parameters.passes(), static_cast<std::size_t>(parameters.memoryBytes()),
        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    // The parameters are in range by construction, so memory is the only thing that can be missing.
    if (failed != 0)
        return std::unexpected(CryptoError::OutOfMemory);
    return hash;
}

HashTrial timedHash()
{
    return [](const PasswordHashParameters &parameters)
               -> std::expected<std::chrono::milliseconds, CryptoError> {
        const SecretText sample = SecretText::copyOf("a password to measure with");
        const auto begin = std::chrono::steady_clock::now();
        if (const auto hash = hashPassword(sample, parameters); !hash)
            return std::unexpected(hash.error());
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                     begin);
    };
}

std::expected<Calibration, CryptoError> calibrate(std::chrono::milliseconds target,
                                                  const RandomSource &random, const HashTrial &trial)
{
    using P = PasswordHashParameters;
    const std::chrono::milliseconds wanted =
        std::clamp(target, std::chrono::milliseconds(700), std::chrono::milliseconds(1500));
    P::Salt salt;
    random(salt);

    std::uint64_t memory = P::usualMemory;
    auto elapsed = trial(P::make(P::fewestPasses, memory, salt).value());
    const bool reduced = !elapsed && elapsed.error() == CryptoError::OutOfMemory;
    if (reduced) {
        memory = P::leastMemory;
        elapsed = trial(P::make(P::fewestPasses, memory, salt).value());
    }
    if (!elapsed)
        return std::unexpected(elapsed.error());

    // Argon2's time is proportional to passes × memory.
    auto onePass = std::max(1.0, static_cast<double>(elapsed->count())) / P::fewestPasses;
    while (!reduced && memory < P::mostMemory &&
           onePass * P::mostPasses < static_cast<double>(wanted.count())) {
        memory *= 2;
        onePass *= 2;
    }
    const double passes =
        std::clamp(static_cast<double>(wanted.count()) / onePass, static_cast<double>(P::fewestPasses),
                   static_cast<double>(P::mostPasses));
    const auto parameters = P::make(static_cast<std::uint32_t>(passes), memory, salt);
    return Calibration{parameters.value(), reduced};
}

} // namespace clavitor::crypto
