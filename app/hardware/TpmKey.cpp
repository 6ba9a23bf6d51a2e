// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/TpmKey.h"

#include "app/hardware/TpmConversation.h"
#include "crypto/ByteReader.h"
#include "crypto/ByteWriter.h"
#include "crypto/Digest.h"

#include <tss2/tss2_mu.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::string_view DevicePrefix = "device:";
constexpr std::uint8_t SealVersion = 1; ///< of the parameters, and with them of the primary key's template
constexpr std::size_t PinSaltSize = 32;
constexpr std::size_t LargestName = 68; ///< bytes of a name in TPM 2.0: algorithm and the longest digest

/// As they lie in the header: version · salt of the PIN · name of the parent · public part · private part.
struct SealedWay {
    std::array<std::byte, PinSaltSize> salt{};
    std::vector<std::byte> parent;
    TpmConversation::Sealed sealed;
};

/// The TPM cuts zeros off the end of an authorisation, and the last byte of a digest may be one; it is made odd.
crypto::SecretBytes authorisationOf(const crypto::SecretText &pin, const std::array<std::byte, PinSaltSize> &salt)
{
    crypto::Digest32 digest = crypto::KeyedDigest(salt).add("clavitor/tpm-pin/v1").addField(pin.bytes()).finish();
    auto made = crypto::SecretBytes::copyOf(digest);
    explicit_bzero(digest.data(), digest.size());
    made.writable().back() |= std::byte{1};
    return made;
}

template<typename Marshal, typename Part>
bool writePart(crypto::ByteWriter &writer, Marshal marshal, const Part &part)
{
    std::array<uint8_t, sizeof(Part) + 2> buffer{};
    std::size_t used = 0;
    if (marshal(&part, buffer.data(), buffer.size(), &used) != TSS2_RC_SUCCESS)
        return false;
    writer.u16(static_cast<std::uint16_t>(used)).bytes(std::as_bytes(std::span(buffer).first(used)));
    return true;
}

template<typename Unmarshal, typename Part>
bool readPart(crypto::ByteReader &reader, Unmarshal unmarshal, Part &part)
{
    const auto bytes = reader.bytes(reader.u16());
    std::size_t used = 0;
    return !bytes.empty()
        && unmarshal(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(), &used, &part) == TSS2_RC_SUCCESS
        && used == bytes.size();
}

std::optional<HardwareKey::Parameters> serialise(const SealedWay &way)
{
    crypto::ByteWriter writer;
    writer.u8(SealVersion).bytes(way.salt).u8(static_cast<std::uint8_t>(way.parent.size())).bytes(way.parent);
    if (!writePart(writer, Tss2_MU_TPM2B_PUBLIC_Marshal, way.sealed.publicPart)
        || !writePart(writer, Tss2_MU_TPM2B_PRIVATE_Marshal, way.sealed.privatePart)
        || writer.written().size() > HardwareKey::LargestParameters)
        return std::nullopt;
    return std::move(writer).take();
}

std::optional<SealedWay> parse(const HardwareKey::Parameters &parameters)
{
    crypto::ByteReader reader(parameters);
    SealedWay way;
    if (reader.u8() != SealVersion)
        return std::nullopt;
    way.salt = reader.array<PinSaltSize>();
    const auto parent = reader.bytes(reader.u8());
    way.parent.assign(parent.begin(), parent.end());
    if (way.parent.empty() || way.parent.size() > LargestName
        || !readPart(reader, Tss2_MU_TPM2B_PUBLIC_Unmarshal, way.sealed.publicPart)
        || !readPart(reader, Tss2_MU_TPM2B_PRIVATE_Unmarshal, way.sealed.privatePart) || reader.failed() || !reader.atEnd())
        return std::nullopt;
    return way;
}

/// Says why a TPM of this computer cannot be opened before tss2 does, which tells all reasons as one.
Result<> reachable(const std::string &connection)
{
    if (!connection.starts_with(DevicePrefix))
        return {};
    const std::string path = connection.substr(DevicePrefix.size());
    if (access(path.c_str(), R_OK | W_OK) == 0)
        return {};
    if (errno == EACCES || errno == EPERM)
        return fail(ErrorCode::TpmDenied, QString::fromStdString(path) + u" belongs to the group tss"_s);
    return fail(ErrorCode::TpmAbsent, u"there is no "_s + QString::fromStdString(path));
}

Result<TpmConversation> converse(const std::string &connection, const HardwareCall &call)
{
    if (call.stop.stop_requested())
        return fail(ErrorCode::Cancelled);
    call.tell(HardwareCall::Step::Working);
    if (auto there = reachable(connection); !there)
        return std::unexpected(there.error());
    return TpmConversation::begin(connection);
}

/// Characters, not bytes: continuation bytes of UTF-8 do not begin one.
std::size_t lengthOf(const crypto::SecretText &pin)
{
    return static_cast<std::size_t>(std::ranges::count_if(pin.view(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Result<> checkPin(const crypto::SecretText &pin)
{
    if (lengthOf(pin) < TpmKey::ShortestPin)
        return fail(ErrorCode::InvalidValue, u"the PIN needs at least %1 characters"_s.arg(TpmKey::ShortestPin));
    return {};
}

} // namespace

TpmKey::TpmKey(std::string connection, crypto::RandomSource random)
    : m_connection(std::move(connection))
    , m_random(std::move(random))
{
}

QStringList TpmKey::present() const
{
    if (m_connection.starts_with(DevicePrefix)) {
        if (access(m_connection.c_str() + DevicePrefix.size(), F_OK) != 0)
            return {};
    } else if (const auto answers = TpmConversation::begin(m_connection); !answers) {
        return {};
    }
    return {u"TPM 2.0"_s};
}

Result<HardwareKey::Enrolled> TpmKey::enrol(const crypto::SecretText &pin, const QString &, const HardwareCall &call)
{
    if (const auto possible = checkPin(pin); !possible)
        return std::unexpected(possible.error());
    auto tpm = converse(m_connection, call);
    if (!tpm)
        return std::unexpected(tpm.error());
    SealedWay way;
    m_random(way.salt);
    way.parent = tpm->name();
    auto secret = crypto::randomSecret(SecretSize, m_random);
    auto sealed = tpm->seal(secret, authorisationOf(pin, way.salt));
    if (!sealed)
        return std::unexpected(sealed.error());
    way.sealed = *sealed;
    // What cannot be opened again is no way to unlock: better known now.
    const auto again = tpm->unseal(way.sealed, authorisationOf(pin, way.salt));
    if (!again)
        return std::unexpected(again.error());
    auto parameters = serialise(way);
    if (!parameters || !again->equals(secret.bytes()))
        return fail(ErrorCode::TpmFailed, u"what the TPM sealed does not open"_s);
    if (call.stop.stop_requested())
        return fail(ErrorCode::Cancelled);
    return Enrolled{std::move(*parameters), std::move(secret)};
}

Result<HardwareKey::Opened> TpmKey::open(std::span<const Parameters> ways, const crypto::SecretText &pin, const HardwareCall &call)
{
    // Not tried: each try counts, for everything else this chip keeps as well.
    if (const auto possible = checkPin(pin); !possible)
        return std::unexpected(possible.error());
    auto tpm = converse(m_connection, call);
    if (!tpm)
        return std::unexpected(tpm.error());
    bool damaged = false;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        const auto way = parse(ways[i]);
        if (!way) {
            damaged = true;
            continue;
        }
        if (way->parent != tpm->name())
            continue;
        if (call.stop.stop_requested())
            return fail(ErrorCode::Cancelled);
        auto secret = tpm->unseal(way->sealed, authorisationOf(pin, way->salt));
        if (!secret)
            return std::unexpected(secret.error());
        if (secret->size() != SecretSize)
            return fail(ErrorCode::DamagedFile, u"the TPM keeps something else there"_s);
        return Opened{i, std::move(*secret)};
    }
    if (damaged)
        return fail(ErrorCode::DamagedFile, u"the parameters of the TPM's slot were changed"_s);
    return fail(ErrorCode::TpmForeign);
}

} // namespace clavitor
