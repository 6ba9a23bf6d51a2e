// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/PersonalKey.h"
#include "crypto/SecretText.h"

#include <cstdint>
#include <string>
#include <vector>

namespace clavitor::crypto {

/// The place a Personal value belongs to. It is not stored in the record but bound into it, so a record moved
/// to another field, entry, vault or version does not open.
struct SealContext
{
    std::string vaultId;
    std::array<std::byte, 16> entryId{};
    std::uint32_t fieldNumber = 0;
    std::string kind;          ///< the field kind's wire name; at most 65,535 bytes, as the vault id
    std::uint32_t version = 0; ///< the entry version in which the value was sealed
    std::uint32_t epoch = 1;   ///< of the vault's keys, VaultHeader::epoch
};

/// Seals a Personal value; needs no secret of the person. `manifestKey` (SubKey::Manifest) marks the record
/// as written by the keeper, since anybody may seal to a public key. The record's length tells the text's
/// length only in steps of 64 bytes; crypto/README.md has its bytes. The seal draws its randomness from
/// libsodium itself, crypto_box_seal takes no other.
[[nodiscard]] std::vector<std::byte> sealPersonal(const SecretText &text, const SealContext &context,
                                                  const PersonalPublicKey &publicKey,
                                                  const SecretBytes &manifestKey);

/// Whether the keeper wrote this record for this place, without opening it. Malformed: no record. Newer: a
/// record of a newer version. Damaged: changed, planted or moved here from outside.
[[nodiscard]] std::expected<void, CryptoError>
verifyPersonal(std::span<const std::byte> record, const SealContext &context, const SecretBytes &manifestKey);

/// verifyPersonal() first; then WrongKey: sealed to another Personal key. Damaged: what was sealed does not
/// fit this place.
[[nodiscard]] std::expected<SecretText, CryptoError> openPersonal(std::span<const std::byte> record,
                                                                  const SealContext &context,
                                                                  const PersonalKeyPair &keyPair,
                                                                  const SecretBytes &manifestKey);

} // namespace clavitor::crypto
