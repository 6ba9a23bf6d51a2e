// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretText.h"
#include "crypto/VaultHeader.h"

namespace clavitor::crypto {

/// Slots: the two keys of a vault, wrapped once per way of unlocking. Pure functions on a VaultHeader;
/// whoever calls them writes the file. Those that take a password run Argon2id (about a second; any thread
/// but the one that draws) and expect the password NFKC-normalised. A function that fails leaves the header
/// as it was.

/// The root of the agent tier: 32 random bytes.
[[nodiscard]] SecretBytes makeVaultKey(const RandomSource &random);
/// What the keychain keeps: 32 random bytes, useless without the header.
[[nodiscard]] SecretBytes makeKeychainSecret(const RandomSource &random);

/// A header with a new id and salt and no slot yet (revision 0): add a password slot before anything else.
/// `name` is cut to VaultHeader::longestName bytes at a character boundary.
[[nodiscard]] VaultHeader makeVaultHeader(std::string name, const PersonalPublicKey &personalKey,
                                          const RandomSource &random);

/// What takes the second, apart from the slot it is for, so that no key need be in memory meanwhile. The hash
/// opens the slot, or the one it is put into: it is as secret as the keys.
struct HashedPassword
{
    PasswordHashParameters parameters;
    SecretBytes hash;
};
/// For a slot that is to be made. The salt is drawn anew whatever `cost` holds. OutOfMemory.
[[nodiscard]] std::expected<HashedPassword, CryptoError>
hashForNewSlot(const SecretText &password, const PasswordHashParameters &cost, const RandomSource &random);
/// For the password's slot that is there. NoSlot. OutOfMemory.
[[nodiscard]] std::expected<SecretBytes, CryptoError> hashForSlot(const VaultHeader &header,
                                                                  const SecretText &password);

/// The header that takes the place of `header` when both keys are replaced: same id and name, the next epoch,
/// a new salt, and the password as its only slot. Refused: there is no next epoch.
[[nodiscard]] std::expected<VaultHeader, CryptoError>
makeSuccessor(const VaultHeader &header, const SecretBytes &vaultKey, const PersonalKeyPair &personalKeys,
              const HashedPassword &password, const RandomSource &random);

/// Puts the password's slot in, in place of an earlier one. WrongKey: not this header's keys.
[[nodiscard]] std::expected<void, CryptoError>
addPasswordSlot(VaultHeader &header, const SecretBytes &vaultKey, const PersonalKeyPair &personalKeys,
                const HashedPassword &password, const RandomSource &random);
/// The same of one that was not hashed yet; OutOfMemory as well.
[[nodiscard]] std::expected<void, CryptoError>
addPasswordSlot(VaultHeader &header, const SecretBytes &vaultKey, const PersonalKeyPair &personalKeys,
                const SecretText &password, const PasswordHashParameters &cost, const RandomSource &random);

/// Puts the keychain's slot in, in place of an earlier one. WrongKey: not this header's vault key. Malformed:
/// a secret of other than 32 bytes.
[[nodiscard]] std::expected<void, CryptoError> addKeychainSlot(VaultHeader &header,
                                                               const SecretBytes &vaultKey,
                                                               const SecretBytes &secret,
                                                               const RandomSource &random);

/// Puts in a slot that 32 secret bytes open: of a recovery sheet (RecoverySheet::slotSecret()), or of a piece
/// of hardware, then with the person's `label` for it and the `parameters` that bring the secret back. An
/// earlier slot of the kind is replaced, but for security keys, which are added. Answers the slot's id: 0 for
/// a sheet.
///
/// Malformed: not such a kind, or a secret, label or parameters of another size. Refused: there are eight
/// security keys. WrongKey: not this header's keys.
struct SecretSlot
{
    SlotKind kind = SlotKind::Recovery;
    std::string label;
    std::vector<std::byte> parameters;
};
[[nodiscard]] std::expected<std::uint32_t, CryptoError>
addSecretSlot(VaultHeader &header, SecretSlot slot, const SecretBytes &vaultKey,
              const PersonalKeyPair &personalKeys, const SecretBytes &secret, const RandomSource &random);

/// `id` is that of a slot's device, and 0 for kinds without. NoSlot: there is none. Refused: it is the last
/// that opens Personal. WrongKey: not this header's vault key.
[[nodiscard]] std::expected<void, CryptoError> removeSlot(VaultHeader &header, SlotKind kind,
                                                          std::uint32_t id, const SecretBytes &vaultKey);
/// Of a kind that has no ids.
[[nodiscard]] std::expected<void, CryptoError> removeSlot(VaultHeader &header, SlotKind kind,
                                                          const SecretBytes &vaultKey);

/// Cut as in makeVaultHeader(). WrongKey: not this header's vault key.
[[nodiscard]] std::expected<void, CryptoError> renameVault(VaultHeader &header, std::string name,
                                                           const SecretBytes &vaultKey);

/// Whether the header, all of it, was last written by somebody with this vault key.
[[nodiscard]] bool isWrittenWith(const VaultHeader &header, const SecretBytes &vaultKey);

/// Opening. NoSlot: no such way. WrongKey: the slot is whole and this is not its secret. Damaged: the secret
/// is right and what it opens is not: somebody changed the header without the vault key. OutOfMemory, from
/// passwords only.
struct OpenedKeys
{
    SecretBytes vaultKey;
    PersonalKeyPair personalKeys;
};
[[nodiscard]] std::expected<SecretBytes, CryptoError> openWithPassword(const VaultHeader &header,
                                                                       const SecretText &password);
[[nodiscard]] std::expected<PersonalKeyPair, CryptoError>
openPersonalWithPassword(const VaultHeader &header, const SecretText &password);
[[nodiscard]] std::expected<OpenedKeys, CryptoError> openBoth(const VaultHeader &header,
                                                              const SecretText &password);
/// By hashForSlot().
[[nodiscard]] std::expected<SecretBytes, CryptoError> openWithHash(const VaultHeader &header,
                                                                   const SecretBytes &hash);
[[nodiscard]] std::expected<OpenedKeys, CryptoError> openBothWithHash(const VaultHeader &header,
                                                                      const SecretBytes &hash);
/// Malformed: a secret of other than 32 bytes, so not what we put into the keychain.
[[nodiscard]] std::expected<SecretBytes, CryptoError> openWithKeychainSecret(const VaultHeader &header,
                                                                             const SecretBytes &secret);
/// The slots of addSecretSlot(). Malformed: a secret of other than 32 bytes, or a kind that is not one of
/// them.
[[nodiscard]] std::expected<SecretBytes, CryptoError>
openVaultKeyWithSecret(const VaultHeader &header, SlotKind kind, std::uint32_t id, const SecretBytes &secret);
[[nodiscard]] std::expected<PersonalKeyPair, CryptoError>
openPersonalWithSecret(const VaultHeader &header, SlotKind kind, std::uint32_t id, const SecretBytes &secret);
[[nodiscard]] std::expected<OpenedKeys, CryptoError>
openBothWithSecret(const VaultHeader &header, SlotKind kind, std::uint32_t id, const SecretBytes &secret);

} // namespace clavitor::crypto
