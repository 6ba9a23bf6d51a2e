// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PersonalSeal.h"

#include "crypto/ByteReader.h"
#include "crypto/ByteWriter.h"
#include "crypto/Digest.h"
#include "crypto/KeyDerivation.h"
#include "crypto/SecretBox.h"
#include "crypto/SodiumBytes.h"

#include <sodium.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr std::uint8_t recordVersion = 1;
constexpr std::size_t padding = 64;
constexpr std::size_t digestSize = std::tuple_size_v<Digest32>;
constexpr std::size_t sealedKeySize = keySize + digestSize + crypto_box_SEALBYTES;
constexpr std::size_t leadSize = 1 + 4 + 8;
constexpr std::size_t smallestRecord = leadSize + sealedKeySize + boxOverhead + padding + digestSize;

std::vector<std::byte> associatedData(const SealContext &context, const PersonalPublicKey::Identifier &keyId)
{
    if (context.vaultId.size() > 0xffff || context.kind.size() > 0xffff)
        throw std::invalid_argument("PersonalSeal: the vault id or kind is too long");
    ByteWriter data;
    data.text("clavitor/personal/v1").u8(recordVersion).u32(context.epoch).bytes(keyId);
    data.countedText(context.vaultId).bytes(context.entryId).u32(context.fieldNumber);
    data.countedText(context.kind).u32(context.version);
    return std::move(data).take();
}

/// The keeper's mark on a record whose MAC is not appended yet.
Digest32 mark(std::span<const std::byte> associatedData, std::span<const std::byte> record,
              const SecretBytes &manifestKey)
{
    KeyedDigest mac(manifestKey.bytes());
    return mac.add("clavitor/personal-mac/v1").addField(associatedData).addField(record).finish();
}

/// A record taken apart; views into the caller's bytes.
struct Parts
{
    std::uint32_t epoch = 0;
    PersonalPublicKey::Identifier keyId{};
    std::span<const std::byte> sealedKey;
    std::span<const std::byte> box;
    std::span<const std::byte> authenticated;
    Digest32 mark{};
};

std::expected<Parts, CryptoError> takeApart(std::span<const std::byte> record)
{
    ByteReader reader(record);
    const std::uint8_t version = reader.u8();
    if (version > recordVersion)
        return std::unexpected(CryptoError::Newer);
    if (version != recordVersion || record.size() < smallestRecord ||
        (record.size() - smallestRecord) % padding != 0)
        return std::unexpected(CryptoError::Malformed);
    Parts parts;
    parts.epoch = reader.u32();
    parts.keyId = reader.array<8>();
    parts.sealedKey = reader.bytes(sealedKeySize);
    parts.box = reader.bytes(record.size() - leadSize - sealedKeySize - digestSize);
    parts.mark = reader.array<digestSize>();
    parts.authenticated = record.first(record.size() - digestSize);
    return parts;
}

std::expected<Parts, CryptoError> takeApartVerified(std::span<const std::byte> record,
                                                    const SealContext &context,
                                                    const SecretBytes &manifestKey)
{
    const auto parts = takeApart(record);
    if (!parts)
        return parts;
    const auto data = associatedData(context, parts->keyId);
    if (parts->epoch != context.epoch || !equals(mark(data, parts->authenticated, manifestKey), parts->mark))
        return std::unexpected(CryptoError::Damaged);
    return parts;
}

SecretBytes padded(const SecretText &text)
{
    SecretBytes block((text.size() / padding + 1) * padding);
    if (!text.isEmpty())
        std::memcpy(block.writable().data(), text.bytes().data(), text.size());
    std::size_t length = 0;
    sodium_pad(&length, sodiumBytes(block.writable()), text.size(), padding, block.size());
    return block;
}

} // namespace

std::vector<std::byte> sealPersonal(const SecretText &text, const SealContext &context,
                                    const PersonalPublicKey &publicKey, const SecretBytes &manifestKey)
{
    const auto keyId = publicKey.identifier();
    const auto data = associatedData(context, keyId);
    const Digest32 dataDigest = digest(data);

    // What is sealed to the person: the key of this one value, and what the value was bound to.
    SecretBytes package = randomSecret(keySize + digestSize, systemRandom());
    const SecretBytes valueKey = SecretBytes::copyOf(package.bytes().first(keySize));
    std::memcpy(package.writable().data() + keySize, dataDigest.data(), digestSize);
    std::array<std::byte, sealedKeySize> sealedKey;
    if (crypto_box_seal(sodiumBytes(std::span<std::byte>(sealedKey)), sodiumBytes(package.bytes()), package.size(),
                        sodiumBytes(std::span(publicKey.bytes()))) != 0)
        throw std::logic_error("PersonalSeal: a public key of small order got past its constructor");

    ByteWriter record;
    record.u8(recordVersion).u32(context.epoch).bytes(keyId).bytes(sealedKey);
    record.bytes(sealBox(valueKey, padded(text).bytes(), data, systemRandom()));
    record.bytes(mark(data, record.written(), manifestKey));
    return std::move(record).take();
}

std::expected<void, CryptoError> verifyPersonal(std::span<const std::byte> record, const SealContext &context,
                                                const SecretBytes &manifestKey)
{
    if (const auto parts = takeApartVerified(record, context, manifestKey); !parts)
        return std::unexpected(parts.error());
    return {};
}

std::expected<SecretText, CryptoError> openPersonal(std::span<const std::byte> record,
                                                    const SealContext &context,
                                                    const PersonalKeyPair &keyPair,
                                                    const SecretBytes &manifestKey)
{
    const auto parts = takeApartVerified(record, context, manifestKey);
    if (!parts)
        return std::unexpected(parts.error());
    if (parts->keyId != keyPair.publicKey.identifier())
        return std::unexpected(CryptoError::WrongKey);

    SecretBytes package(keySize + digestSize);
    if (crypto_box_seal_open(sodiumBytes(package.writable()), sodiumBytes(parts->sealedKey), parts->sealedKey.size(),
                             sodiumBytes(std::span(keyPair.publicKey.bytes())), sodiumBytes(keyPair.secretKey.bytes())) != 0)
        return std::unexpected(CryptoError::WrongKey);
    const auto data = associatedData(context, parts->keyId);
    const Digest32 expected = digest(data);
    if (sodium_memcmp(package.bytes().data() + keySize, expected.data(), digestSize) != 0)
        return std::unexpected(CryptoError::Damaged);

    const auto block = openBox(SecretBytes::copyOf(package.bytes().first(keySize)), parts->box, data);
    if (!block)
        return std::unexpected(block.error());
    std::size_t length = 0;
    if (sodium_unpad(&length, sodiumBytes(block->bytes()), block->size(), padding) != 0)
        return std::unexpected(CryptoError::Damaged);
    return SecretText::copyOf({reinterpret_cast<const char *>(block->bytes().data()), length});
}

} // namespace clavitor::crypto
