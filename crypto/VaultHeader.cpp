// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/VaultHeader.h"

#include "crypto/ByteReader.h"
#include "crypto/ByteWriter.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace clavitor::crypto {

namespace {

constexpr std::string_view magic = "CLAVITOR";
constexpr std::string_view crockford = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t vaultIdLength = 12;
constexpr std::size_t markSize = std::tuple_size_v<Digest32>;
constexpr std::size_t leastFile = magic.size() + 2 + markSize;

bool needsPersonalKey(SlotKind kind)
{
    return kind != SlotKind::Keychain;
}

void writeDevice(ByteWriter &out, const SlotDevice &device)
{
    if (device.id == 0 || device.label.size() > SlotDevice::longestLabel ||
        device.parameters.size() > SlotDevice::largestParameters)
        throw std::invalid_argument("VaultHeader: slot device out of range");
    out.u32(device.id).countedText(device.label);
    out.u16(static_cast<std::uint16_t>(device.parameters.size())).bytes(device.parameters);
}

std::optional<SlotDevice> readDevice(ByteReader &in, const VaultHeader &header)
{
    SlotDevice device;
    device.id = in.u32();
    device.label = in.countedText();
    const auto parameters = in.bytes(in.u16());
    device.parameters.assign(parameters.begin(), parameters.end());
    const auto hasItsId = [&](const KeySlot &slot) { return slot.device && slot.device->id == device.id; };
    if (device.id == 0 || device.label.size() > SlotDevice::longestLabel ||
        device.parameters.size() > SlotDevice::largestParameters ||
        std::ranges::any_of(header.keySlots, hasItsId))
        return std::nullopt;
    return device;
}

std::size_t mostOf(SlotKind kind)
{
    return kind == SlotKind::SecurityKey ? VaultHeader::mostSecurityKeys : 1;
}

void write(ByteWriter &out, const KeySlot &slot)
{
    out.u8(static_cast<std::uint8_t>(slot.kind));
    if (slot.parameters)
        out.u32(slot.parameters->passes())
            .u32(static_cast<std::uint32_t>(slot.parameters->memoryBytes() / 1024))
            .bytes(slot.parameters->salt());
    if (slot.device)
        writeDevice(out, *slot.device);
    out.bytes(slot.commitment).bytes(slot.vaultKey);
    if (slot.personalKey)
        out.bytes(*slot.personalKey);
}

std::expected<KeySlot, CryptoError> readSlot(ByteReader &in, const VaultHeader &header)
{
    const std::uint8_t kind = in.u8();
    // A new kind of slot is a new version, so nobody but a stranger writes one here.
    if (kind > static_cast<std::uint8_t>(SlotKind::Tpm))
        return std::unexpected(CryptoError::Damaged);
    KeySlot slot;
    slot.kind = static_cast<SlotKind>(kind);
    const auto others =
        static_cast<std::size_t>(std::ranges::count(header.keySlots, slot.kind, &KeySlot::kind));
    if (kind < static_cast<std::uint8_t>(SlotKind::Password) || others >= mostOf(slot.kind))
        return std::unexpected(CryptoError::Damaged);
    if (slot.kind == SlotKind::Password) {
        const std::uint32_t passes = in.u32();
        const std::uint64_t memoryBytes = std::uint64_t(in.u32()) * 1024;
        const auto salt = in.array<PasswordHashParameters::saltSize>();
        const auto parameters = PasswordHashParameters::make(passes, memoryBytes, salt);
        if (!parameters)
            return std::unexpected(parameters.error());
        slot.parameters = *parameters;
    }
    if (hasDevice(slot.kind)) {
        slot.device = readDevice(in, header);
        if (!slot.device)
            return std::unexpected(CryptoError::Damaged);
    }
    slot.commitment = in.array<markSize>();
    slot.vaultKey = in.array<KeySlot::wrappedKeySize>();
    if (needsPersonalKey(slot.kind))
        slot.personalKey = in.array<KeySlot::wrappedKeySize>();
    return slot;
}

/// The magic is right and the checksum holds: from here on nothing is an accident.
std::expected<VaultHeader, CryptoError> readContent(std::span<const std::byte> content)
{
    ByteReader in(content);
    (void)in.bytes(magic.size());
    const std::uint16_t version = in.u16();
    if (version > VaultHeader::newestVersion)
        return std::unexpected(CryptoError::Newer);
    const std::uint64_t revision = in.u64();
    const std::uint32_t epoch = in.u32();
    std::string vaultId = in.text(vaultIdLength);
    const auto salt = in.array<16>();
    const auto personalKey = PersonalPublicKey::fromBytes(in.array<PersonalPublicKey::size>());
    std::string name = in.countedText();
    if (version == 0 || epoch == 0 || !isVaultId(vaultId) || !personalKey ||
        name.size() > VaultHeader::longestName)
        return std::unexpected(CryptoError::Damaged);

    VaultHeader header{version,      revision, epoch, std::move(vaultId), std::move(name), salt,
                       *personalKey, {},       {}};
    const std::uint8_t slotCount = in.u8();
    for (int i = 0; i < slotCount; ++i) {
        auto slot = readSlot(in, header);
        if (!slot)
            return std::unexpected(in.failed() ? CryptoError::Damaged : slot.error());
        header.keySlots.push_back(std::move(*slot));
    }
    header.mark = in.array<markSize>();
    if (in.failed() || !in.atEnd())
        return std::unexpected(CryptoError::Damaged);
    return header;
}

} // namespace

const KeySlot *VaultHeader::slot(SlotKind kind) const
{
    const auto found = std::ranges::find(keySlots, kind, &KeySlot::kind);
    return found == keySlots.end() ? nullptr : &*found;
}

const KeySlot *VaultHeader::slot(SlotKind kind, std::uint32_t id) const
{
    const auto found = std::ranges::find_if(keySlots, [&](const KeySlot &slot) {
        return slot.kind == kind && (slot.device ? slot.device->id : 0) == id;
    });
    return found == keySlots.end() ? nullptr : &*found;
}

bool hasDevice(SlotKind kind)
{
    return kind == SlotKind::SecurityKey || kind == SlotKind::Tpm;
}

std::vector<std::byte> markedContent(const VaultHeader &header)
{
    if (!isVaultId(header.vaultId) || header.name.size() > VaultHeader::longestName ||
        header.keySlots.size() > 0xff)
        throw std::invalid_argument("VaultHeader: vault id, name or slots out of range");
    ByteWriter out;
    out.text(magic).u16(header.version).u64(header.revision).u32(header.epoch).text(header.vaultId);
    out.bytes(header.databaseSalt).bytes(header.personalKey.bytes()).countedText(header.name);
    out.u8(static_cast<std::uint8_t>(header.keySlots.size()));
    for (const KeySlot &slot : header.keySlots)
        write(out, slot);
    return std::move(out).take();
}

std::vector<std::byte> serialise(const VaultHeader &header)
{
    ByteWriter out;
    out.bytes(markedContent(header)).bytes(header.mark);
    out.bytes(digest(out.written()));
    return std::move(out).take();
}

std::expected<VaultHeader, CryptoError> parseVaultHeader(std::span<const std::byte> bytes)
{
    const std::size_t compared = std::min(bytes.size(), magic.size());
    if (compared > 0 && std::memcmp(bytes.data(), magic.data(), compared) != 0)
        return std::unexpected(CryptoError::Foreign);
    if (bytes.size() < leastFile || bytes.size() > VaultHeader::largestFile)
        return std::unexpected(CryptoError::Damaged);
    // Magic in front and checksum at the end stay in every future version: only a whole file is called newer.
    const auto content = bytes.first(bytes.size() - markSize);
    const Digest32 checksum = digest(content);
    if (std::memcmp(checksum.data(), bytes.last(markSize).data(), markSize) != 0)
        return std::unexpected(CryptoError::Damaged);
    return readContent(content);
}

std::string makeVaultId(const RandomSource &random)
{
    std::string id(vaultIdLength, '0');
    for (char &letter : id)
        letter = crockford[uniformBelow(static_cast<std::uint32_t>(crockford.size()), random)];
    return id;
}

bool isVaultId(std::string_view text)
{
    return text.size() == vaultIdLength && text.find_first_not_of(crockford) == std::string_view::npos;
}

} // namespace clavitor::crypto
