// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/KeySlots.h"

#include "crypto/ByteWriter.h"
#include "crypto/KeyDerivation.h"
#include "crypto/SecretBox.h"
#include "crypto/SubKeys.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace clavitor::crypto {

namespace {

/// The keys that come out of a slot's secret: the Argon2id hash of a password, or the keychain's 32 bytes.
struct SlotKeys
{
    explicit SlotKeys(const SecretBytes &secret)
        : wrapsVaultKey(deriveKey(secret, 1, "CLVKEK__"))
        , wrapsPersonalKey(deriveKey(secret, 1, "CLPKEK__"))
        , commits(deriveKey(secret, 1, "CLCOMMIT"))
    {
    }

    SecretBytes wrapsVaultKey;
    SecretBytes wrapsPersonalKey;
    SecretBytes commits;
};

std::vector<std::byte> associatedData(const VaultHeader &header, const KeySlot &slot)
{
    ByteWriter data;
    data.text("clavitor/slot/v1").text(header.vaultId).u8(static_cast<std::uint8_t>(slot.kind));
    if (slot.parameters)
        data.u32(slot.parameters->passes())
            .u32(static_cast<std::uint32_t>(slot.parameters->memoryBytes() / 1024))
            .bytes(slot.parameters->salt());
    if (slot.device) {
        data.u32(slot.device->id).countedText(slot.device->label);
        data.u16(static_cast<std::uint16_t>(slot.device->parameters.size())).bytes(slot.device->parameters);
    }
    return std::move(data.u32(header.epoch)).take();
}

Digest32 commitment(const SlotKeys &keys, std::span<const std::byte> associatedData)
{
    return KeyedDigest(keys.commits.bytes()).add(associatedData).finish();
}

Digest32 markOf(const VaultHeader &header, const SecretBytes &vaultKey)
{
    KeyedDigest mac(deriveSubKey(vaultKey, SubKey::Manifest).bytes());
    return mac.add("clavitor/header/v1").addField(markedContent(header)).finish();
}

/// A header fresh from makeVaultHeader() belongs to no key yet.
bool belongsTo(const VaultHeader &header, const SecretBytes &vaultKey)
{
    if (vaultKey.size() != keySize)
        return false;
    return (header.revision == 0 && header.keySlots.empty()) || equals(markOf(header, vaultKey), header.mark);
}

void renewMark(VaultHeader &header, const SecretBytes &vaultKey)
{
    ++header.revision;
    header.mark = markOf(header, vaultKey);
}

KeySlot::WrappedKey wrap(const SecretBytes &wrappingKey, const SecretBytes &key,
                         std::span<const std::byte> data, const RandomSource &random)
{
    KeySlot::WrappedKey wrapped{};
    std::ranges::copy(sealBox(wrappingKey, key.bytes(), data, random), wrapped.begin());
    return wrapped;
}

/// Wraps into `slot`, whose kind, parameters and device are set, and puts it into the header: beside other
/// security keys, in place of an earlier slot of any other kind.
void putSlot(VaultHeader &header, KeySlot slot, const SecretBytes &secret, const SecretBytes &vaultKey,
             const SecretBytes *personalKey, const RandomSource &random)
{
    const SlotKeys keys(secret);
    const auto data = associatedData(header, slot);
    slot.commitment = commitment(keys, data);
    slot.vaultKey = wrap(keys.wrapsVaultKey, vaultKey, data, random);
    if (personalKey != nullptr)
        slot.personalKey = wrap(keys.wrapsPersonalKey, *personalKey, data, random);

    if (slot.kind != SlotKind::SecurityKey)
        std::erase_if(header.keySlots, [&](const KeySlot &other) { return other.kind == slot.kind; });
    header.keySlots.push_back(std::move(slot));
    std::ranges::stable_sort(header.keySlots, {}, &KeySlot::kind);
    renewMark(header, vaultKey);
}

std::expected<SecretBytes, CryptoError> unwrapVaultKey(const VaultHeader &header, const KeySlot &slot,
                                                       const SlotKeys &keys)
{
    const auto data = associatedData(header, slot);
    if (!equals(commitment(keys, data), slot.commitment))
        return std::unexpected(CryptoError::WrongKey);
    auto vaultKey = openBox(keys.wrapsVaultKey, slot.vaultKey, data);
    if (!vaultKey || !equals(markOf(header, *vaultKey), header.mark))
        return std::unexpected(CryptoError::Damaged);
    return vaultKey;
}

/// The commitment has been checked.
std::expected<PersonalKeyPair, CryptoError> unwrapPersonalKey(const VaultHeader &header, const KeySlot &slot,
                                                              const SlotKeys &keys)
{
    auto secretKey = openBox(keys.wrapsPersonalKey, slot.personalKey.value(), associatedData(header, slot));
    if (!secretKey)
        return std::unexpected(CryptoError::Damaged);
    auto pair = PersonalKeyPair::fromSecretKey(std::move(*secretKey));
    if (!pair || pair->publicKey != header.personalKey)
        return std::unexpected(CryptoError::Damaged);
    return pair;
}

std::expected<OpenedKeys, CryptoError> unwrapBoth(const VaultHeader &header, const KeySlot &slot,
                                                  const SlotKeys &keys)
{
    auto vaultKey = unwrapVaultKey(header, slot, keys);
    if (!vaultKey)
        return std::unexpected(vaultKey.error());
    auto personalKeys = unwrapPersonalKey(header, slot, keys);
    if (!personalKeys)
        return std::unexpected(personalKeys.error());
    return OpenedKeys{std::move(*vaultKey), std::move(*personalKeys)};
}

bool opensWithSecret(SlotKind kind)
{
    return kind == SlotKind::Recovery || hasDevice(kind);
}

std::expected<const KeySlot *, CryptoError> secretSlot(const VaultHeader &header, SlotKind kind,
                                                       std::uint32_t id, const SecretBytes &secret)
{
    if (secret.size() != keySize || !opensWithSecret(kind))
        return std::unexpected(CryptoError::Malformed);
    const KeySlot *slot = header.slot(kind, id);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    return slot;
}

/// Drawn, not counted: somebody who looks at a list from before a removal must not name another slot by it.
std::uint32_t freshId(const VaultHeader &header, const RandomSource &random)
{
    std::uint32_t id = 0;
    const auto isIt = [&](const KeySlot &slot) { return slot.device && slot.device->id == id; };
    do
        random(std::as_writable_bytes(std::span(&id, 1)));
    while (id == 0 || std::ranges::any_of(header.keySlots, isIt));
    return id;
}

std::string cutName(std::string name)
{
    if (name.size() > VaultHeader::longestName) {
        std::size_t end = VaultHeader::longestName;
        const auto continues = [&](std::size_t at) {
            return (static_cast<unsigned char>(name[at]) & 0xc0) == 0x80;
        };
        while (end > 0 && continues(end))
            --end;
        name.resize(end);
    }
    return name;
}

} // namespace

SecretBytes makeVaultKey(const RandomSource &random)
{
    return randomSecret(keySize, random);
}

SecretBytes makeKeychainSecret(const RandomSource &random)
{
    return randomSecret(keySize, random);
}

VaultHeader makeVaultHeader(std::string name, const PersonalPublicKey &personalKey,
                            const RandomSource &random)
{
    VaultHeader header{VaultHeader::newestVersion,
                       0,
                       1,
                       makeVaultId(random),
                       cutName(std::move(name)),
                       {},
                       personalKey,
                       {},
                       {}};
    random(header.databaseSalt);
    return header;
}

std::expected<HashedPassword, CryptoError> hashForNewSlot(const SecretText &password,
                                                          const PasswordHashParameters &cost,
                                                          const RandomSource &random)
{
    const auto parameters = cost.withFreshSalt(random);
    auto hash = hashPassword(password, parameters);
    if (!hash)
        return std::unexpected(hash.error());
    return HashedPassword{parameters, std::move(*hash)};
}

std::expected<SecretBytes, CryptoError> hashForSlot(const VaultHeader &header, const SecretText &password)
{
    const KeySlot *slot = header.slot(SlotKind::Password);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    return hashPassword(password, slot->parameters.value());
}

std::expected<void, CryptoError>
addPasswordSlot(VaultHeader &header, const SecretBytes &vaultKey, const PersonalKeyPair &personalKeys,
                const HashedPassword &password, const RandomSource &random)
{
    if (!belongsTo(header, vaultKey) || personalKeys.publicKey != header.personalKey)
        return std::unexpected(CryptoError::WrongKey);
    KeySlot slot;
    slot.kind = SlotKind::Password;
    slot.parameters = password.parameters;
    putSlot(header, std::move(slot), password.hash, vaultKey, &personalKeys.secretKey, random);
    return {};
}

std::expected<void, CryptoError>
addPasswordSlot(VaultHeader &header, const SecretBytes &vaultKey, const PersonalKeyPair &personalKeys,
                const SecretText &password, const PasswordHashParameters &cost, const RandomSource &random)
{
    if (!belongsTo(header, vaultKey) || personalKeys.publicKey != header.personalKey)
        return std::unexpected(CryptoError::WrongKey);
    const auto hashed = hashForNewSlot(password, cost, random);
    if (!hashed)
        return std::unexpected(hashed.error());
    return addPasswordSlot(header, vaultKey, personalKeys, *hashed, random);
}

std::expected<VaultHeader, CryptoError> makeSuccessor(const VaultHeader &header, const SecretBytes &vaultKey,
                                                      const PersonalKeyPair &personalKeys,
                                                      const HashedPassword &password,
                                                      const RandomSource &random)
{
    if (header.epoch == std::numeric_limits<std::uint32_t>::max())
        return std::unexpected(CryptoError::Refused);
    VaultHeader next = makeVaultHeader(header.name, personalKeys.publicKey, random);
    next.vaultId = header.vaultId;
    next.epoch = header.epoch + 1;
    if (const auto added = addPasswordSlot(next, vaultKey, personalKeys, password, random); !added)
        return std::unexpected(added.error());
    // Of two copies the greater revision is the newer, across epochs as well.
    next.revision = header.revision;
    renewMark(next, vaultKey);
    return next;
}

std::expected<void, CryptoError> addKeychainSlot(VaultHeader &header, const SecretBytes &vaultKey,
                                                 const SecretBytes &secret, const RandomSource &random)
{
    if (secret.size() != keySize)
        return std::unexpected(CryptoError::Malformed);
    if (!belongsTo(header, vaultKey))
        return std::unexpected(CryptoError::WrongKey);
    KeySlot slot;
    slot.kind = SlotKind::Keychain;
    putSlot(header, std::move(slot), secret, vaultKey, nullptr, random);
    return {};
}

std::expected<std::uint32_t, CryptoError> addSecretSlot(VaultHeader &header, SecretSlot slot,
                                                        const SecretBytes &vaultKey,
                                                        const PersonalKeyPair &personalKeys,
                                                        const SecretBytes &secret, const RandomSource &random)
{
    const bool isDevice = hasDevice(slot.kind);
    if (secret.size() != keySize || !opensWithSecret(slot.kind) ||
        slot.label.size() > SlotDevice::longestLabel ||
        slot.parameters.size() > SlotDevice::largestParameters ||
        (!isDevice && !(slot.label.empty() && slot.parameters.empty())))
        return std::unexpected(CryptoError::Malformed);
    if (!belongsTo(header, vaultKey) || personalKeys.publicKey != header.personalKey)
        return std::unexpected(CryptoError::WrongKey);
    const auto others = std::ranges::count(header.keySlots, slot.kind, &KeySlot::kind);
    if (slot.kind == SlotKind::SecurityKey &&
        static_cast<std::size_t>(others) >= VaultHeader::mostSecurityKeys)
        return std::unexpected(CryptoError::Refused);

    KeySlot made;
    made.kind = slot.kind;
    const std::uint32_t id = isDevice ? freshId(header, random) : 0;
    if (isDevice)
        made.device = SlotDevice{id, std::move(slot.label), std::move(slot.parameters)};
    putSlot(header, std::move(made), secret, vaultKey, &personalKeys.secretKey, random);
    return id;
}

std::expected<void, CryptoError> removeSlot(VaultHeader &header, SlotKind kind, std::uint32_t id,
                                            const SecretBytes &vaultKey)
{
    if (!belongsTo(header, vaultKey))
        return std::unexpected(CryptoError::WrongKey);
    const KeySlot *slot = header.slot(kind, id);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    const auto alsoOpensPersonal = [&](const KeySlot &other) {
        return &other != slot && other.personalKey.has_value();
    };
    if (std::ranges::none_of(header.keySlots, alsoOpensPersonal))
        return std::unexpected(CryptoError::Refused);
    header.keySlots.erase(header.keySlots.begin() + (slot - header.keySlots.data()));
    renewMark(header, vaultKey);
    return {};
}

std::expected<void, CryptoError> removeSlot(VaultHeader &header, SlotKind kind, const SecretBytes &vaultKey)
{
    return removeSlot(header, kind, 0, vaultKey);
}

std::expected<void, CryptoError> renameVault(VaultHeader &header, std::string name,
                                             const SecretBytes &vaultKey)
{
    if (!belongsTo(header, vaultKey))
        return std::unexpected(CryptoError::WrongKey);
    header.name = cutName(std::move(name));
    renewMark(header, vaultKey);
    return {};
}

bool isWrittenWith(const VaultHeader &header, const SecretBytes &vaultKey)
{
    return equals(markOf(header, vaultKey), header.mark);
}

std::expected<SecretBytes, CryptoError> openWithPassword(const VaultHeader &header,
                                                         const SecretText &password)
{
    const auto hash = hashForSlot(header, password);
    if (!hash)
        return std::unexpected(hash.error());
    return openWithHash(header, *hash);
}

std::expected<SecretBytes, CryptoError> openWithHash(const VaultHeader &header, const SecretBytes &hash)
{
    const KeySlot *slot = header.slot(SlotKind::Password);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    return unwrapVaultKey(header, *slot, SlotKeys(hash));
}

std::expected<PersonalKeyPair, CryptoError> openPersonalWithPassword(const VaultHeader &header,
                                                                     const SecretText &password)
{
    auto both = openBoth(header, password);
    if (!both)
        return std::unexpected(both.error());
    return std::move(both->personalKeys);
}

std::expected<OpenedKeys, CryptoError> openBoth(const VaultHeader &header, const SecretText &password)
{
    const auto hash = hashForSlot(header, password);
    if (!hash)
        return std::unexpected(hash.error());
    return openBothWithHash(header, *hash);
}

std::expected<OpenedKeys, CryptoError> openBothWithHash(const VaultHeader &header, const SecretBytes &hash)
{
    const KeySlot *slot = header.slot(SlotKind::Password);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    return unwrapBoth(header, *slot, SlotKeys(hash));
}

std::expected<SecretBytes, CryptoError> openWithKeychainSecret(const VaultHeader &header,
                                                               const SecretBytes &secret)
{
    const KeySlot *slot = header.slot(SlotKind::Keychain);
    if (slot == nullptr)
        return std::unexpected(CryptoError::NoSlot);
    if (secret.size() != keySize)
        return std::unexpected(CryptoError::Malformed);
    return unwrapVaultKey(header, *slot, SlotKeys(secret));
}

std::expected<SecretBytes, CryptoError> openVaultKeyWithSecret(const VaultHeader &header, SlotKind kind,
                                                               std::uint32_t id, const SecretBytes &secret)
{
    const auto slot = secretSlot(header, kind, id, secret);
    if (!slot)
        return std::unexpected(slot.error());
    return unwrapVaultKey(header, **slot, SlotKeys(secret));
}

std::expected<PersonalKeyPair, CryptoError>
openPersonalWithSecret(const VaultHeader &header, SlotKind kind, std::uint32_t id, const SecretBytes &secret)
{
    auto both = openBothWithSecret(header, kind, id, secret);
    if (!both)
        return std::unexpected(both.error());
    return std::move(both->personalKeys);
}

std::expected<OpenedKeys, CryptoError> openBothWithSecret(const VaultHeader &header, SlotKind kind,
                                                          std::uint32_t id, const SecretBytes &secret)
{
    const auto slot = secretSlot(header, kind, id, secret);
    if (!slot)
        return std::unexpected(slot.error());
    return unwrapBoth(header, **slot, SlotKeys(secret));
}

} // namespace clavitor::crypto
