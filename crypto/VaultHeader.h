// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/CryptoError.h"
#include "crypto/Digest.h"
#include "crypto/PasswordHash.h"
#include "crypto/PersonalKey.h"

#include <optional>
#include <string>
#include <vector>

namespace clavitor::crypto {

/// A way of unlocking. The numbers are part of the format; a header holds at most one slot of each, and eight
/// of SecurityKey. All but Keychain open the vault key and the Personal key.
enum class SlotKind : std::uint8_t {
    Password = 1,
    Keychain = 2, ///< 32 random bytes in the platform's keychain; opens the vault key, never the Personal key
    Recovery = 3, ///< a printed sheet of 160 random bits, RecoverySheet.h
    SecurityKey = 4, ///< a FIDO2 key that computes the secret from what the slot's parameters say
    Tpm = 5,         ///< the secret is sealed to this computer's TPM
};

/// What a slot of a piece of hardware says about it. Nothing in it is secret.
struct SlotDevice
{
    static constexpr std::size_t longestLabel = 64;        ///< bytes of UTF-8
    static constexpr std::size_t largestParameters = 4096; ///< bytes

    std::uint32_t id = 0;              ///< names the slot within its header; never 0, drawn at random
    std::string label;                 ///< the person's name for it
    std::vector<std::byte> parameters; ///< the business of whoever speaks to the hardware

    bool operator==(const SlotDevice &) const = default;
};

/// The vault key (and perhaps the Personal key) wrapped under one secret. See crypto/README.md for the
/// derivation.
struct KeySlot
{
    static constexpr std::size_t wrappedKeySize = 24 + 32 + 16;
    using WrappedKey = std::array<std::byte, wrappedKeySize>;

    SlotKind kind = SlotKind::Password;
    std::optional<PasswordHashParameters> parameters; ///< Password only
    std::optional<SlotDevice> device;                 ///< SecurityKey and Tpm only
    Digest32 commitment{};                            ///< only one secret fits this slot
    WrappedKey vaultKey{};
    std::optional<WrappedKey> personalKey; ///< absent in a Keychain slot

    bool operator==(const KeySlot &) const = default;
};

/// The file beside the database: what must be known before any key is. Nothing in it is secret. A value; read
/// it freely, change it only through KeySlots.h, whose functions renew `mark` and `revision`.
struct VaultHeader
{
    static constexpr std::uint16_t newestVersion = 1;
    static constexpr std::size_t longestName = 256;   ///< bytes of UTF-8
    static constexpr std::size_t largestFile = 65536; ///< bytes; version 1 stays below
    static constexpr std::size_t mostSecurityKeys = 8;

    std::uint16_t version = newestVersion;
    /// Grows with every change; of two intact copies the greater one is the newer.
    std::uint64_t revision = 0;
    std::uint32_t epoch = 1; ///< of the keys; grows when they are replaced
    std::string vaultId;     ///< 12 characters of lower-case Crockford base32
    std::string name;
    std::array<std::byte, 16> databaseSalt{}; ///< the salt SQLCipher keeps in its first page otherwise
    PersonalPublicKey personalKey;
    std::vector<KeySlot> keySlots; ///< not "slots", a macro of Qt
    /// Keyed with the vault key over everything above, so whoever unlocks sees any change made without that
    /// key.
    Digest32 mark{};

    /// The first of its kind.
    [[nodiscard]] const KeySlot *slot(SlotKind kind) const;
    /// `id` is the device's, and 0 for a kind without device.
    [[nodiscard]] const KeySlot *slot(SlotKind kind, std::uint32_t id) const;

    bool operator==(const VaultHeader &) const = default;
};

/// The file's bytes: the header, its mark and a checksum.
[[nodiscard]] std::vector<std::byte> serialise(const VaultHeader &header);

/// Strict: exactly what serialise() writes. Needs no key, so it finds accidents; changes made on purpose show
/// when a key is opened. Foreign: not our file. Damaged: torn, flipped bits, or impossible content,
/// such as a slot of no kind that its version has. Newer: whole, of a newer version. Refused: asks for a password
/// hash outside the bounds.
[[nodiscard]] std::expected<VaultHeader, CryptoError> parseVaultHeader(std::span<const std::byte> bytes);

/// What `mark` is taken over, and the first part of the file.
[[nodiscard]] std::vector<std::byte> markedContent(const VaultHeader &header);

/// 12 random characters of lower-case Crockford base32 (60 bits).
[[nodiscard]] std::string makeVaultId(const RandomSource &random);
[[nodiscard]] bool isVaultId(std::string_view text);

/// Whether slots of this kind have a `device`.
[[nodiscard]] bool hasDevice(SlotKind kind);

} // namespace clavitor::crypto
