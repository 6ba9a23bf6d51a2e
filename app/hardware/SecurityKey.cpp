// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/SecurityKey.h"

#include "app/hardware/SecurityKeyWire.h"
#include "crypto/ByteReader.h"
#include "crypto/ByteWriter.h"
#include "crypto/Digest.h"

#include <array>
#include <cstring>
#include <optional>
#include <string_view>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// What a credential belongs to. No domain, so that no website can ask a key for it. Part of the format.
constexpr const char *RelyingParty = "clavitor:vault";
constexpr const char *RelyingPartyName = "Clavitor";

constexpr std::uint8_t Version = 1;
constexpr std::uint8_t WithPin = 1; ///< flag
constexpr std::size_t SaltSize = 32;
constexpr std::size_t LargestCredential = 1023; ///< bytes (WebAuthn, §4)
constexpr qsizetype LargestLabel = 64;          ///< bytes of UTF-8 a key keeps (WebAuthn, §6.4.1)
constexpr std::uint8_t UserVerified = 0x04;     ///< in the flags of authenticator data (WebAuthn, §6.1)
// A PIN has 4 to 63 bytes (CTAP 2.1, §6.5.1); what cannot be one is not tried, as each try counts.
constexpr std::size_t ShortestPin = 4;
constexpr std::size_t LongestPin = 63;

/// As it lies in the header: version · flags · salt · size of the credential's id · the id.
struct Way {
    bool withPin = false;
    std::array<std::byte, SaltSize> salt{};
    std::vector<std::byte> credential;
};

std::optional<Way> parse(const HardwareKey::Parameters &parameters)
{
    crypto::ByteReader reader(parameters);
    Way way;
    const std::uint8_t version = reader.u8();
    const std::uint8_t flags = reader.u8();
    way.withPin = (flags & WithPin) != 0;
    way.salt = reader.array<SaltSize>();
    const auto credential = reader.bytes(reader.u16());
    way.credential.assign(credential.begin(), credential.end());
    if (version != Version || (flags & ~WithPin) != 0 || way.credential.empty() || way.credential.size() > LargestCredential
        || reader.failed() || !reader.atEnd())
        return std::nullopt;
    return way;
}

HardwareKey::Parameters serialise(const Way &way)
{
    crypto::ByteWriter writer;
    writer.u8(Version).u8(way.withPin ? WithPin : 0).bytes(way.salt);
    writer.u16(static_cast<std::uint16_t>(way.credential.size())).bytes(way.credential);
    return std::move(writer).take();
}

struct CredentialFree {
    void operator()(fido_cred_t *credential) const { fido_cred_free(&credential); }
};
struct AssertionFree {
    void operator()(fido_assert_t *assertion) const { fido_assert_free(&assertion); }
};
using Credential = std::unique_ptr<fido_cred_t, CredentialFree>;
using Assertion = std::unique_ptr<fido_assert_t, AssertionFree>;

const unsigned char *octets(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

/// libfido2 takes a C string. Empty for no PIN.
crypto::SecretText terminated(const crypto::SecretText &pin)
{
    if (pin.isEmpty())
        return {};
    crypto::SecretText made;
    made.reserve(pin.size() + 1);
    made.append(pin.view());
    made.append(std::string_view("\0", 1));
    return made;
}

const char *orNull(const crypto::SecretText &pin)
{
    return pin.isEmpty() ? nullptr : pin.view().data();
}

bool canBePin(const crypto::SecretText &pin)
{
    return pin.isEmpty()
        || (pin.size() >= ShortestPin && pin.size() <= LongestPin && pin.view().find('\0') == std::string_view::npos);
}

ErrorCode codeOf(int code)
{
    switch (code) {
    case FIDO_ERR_PIN_INVALID:
        return ErrorCode::HardwareWrongPin;
    case FIDO_ERR_PIN_AUTH_BLOCKED:
        return ErrorCode::SecurityKeyPinPaused;
    case FIDO_ERR_PIN_BLOCKED:
        return ErrorCode::SecurityKeyPinBlocked;
    case FIDO_ERR_PIN_REQUIRED:
        return ErrorCode::SecurityKeyPinNeeded;
    case FIDO_ERR_NO_CREDENTIALS:
    case FIDO_ERR_INVALID_CREDENTIAL:
        return ErrorCode::SecurityKeyUnknown;
    case FIDO_ERR_USER_ACTION_TIMEOUT:
    case FIDO_ERR_ACTION_TIMEOUT:
    case FIDO_ERR_OPERATION_DENIED:
        return ErrorCode::SecurityKeyUntouched;
    case FIDO_ERR_KEEPALIVE_CANCEL:
        return ErrorCode::Cancelled;
    case FIDO_ERR_UNSUPPORTED_EXTENSION:
    case FIDO_ERR_UNSUPPORTED_ALGORITHM:
        return ErrorCode::SecurityKeyUnsuited;
    default:
        return ErrorCode::SecurityKeyFailed;
    }
}

Error meaning(const SecurityKeyWire &wire, int code, QLatin1StringView step)
{
    switch (wire.end()) {
    case SecurityKeyWire::End::Stopped:
        return {ErrorCode::Cancelled, {}};
    case SecurityKeyWire::End::Untouched:
        return {ErrorCode::SecurityKeyUntouched, {}};
    case SecurityKeyWire::End::Removed:
        return {ErrorCode::SecurityKeyRemoved, {}};
    case SecurityKeyWire::End::None:
        break;
    }
    const ErrorCode meant = codeOf(code);
    if (meant != ErrorCode::HardwareWrongPin)
        return {meant, step + u": "_s + QString::fromLatin1(fido_strerr(code))};
    int left = 0;
    const bool told = fido_dev_get_retry_count(wire.device(), &left) == FIDO_OK;
    return {meant, told ? QString::number(left) : QString()};
}

bool canHmacSecret(fido_dev_t *device)
{
    fido_cbor_info_t *info = fido_cbor_info_new();
    bool found = false;
    if (info != nullptr && fido_dev_get_cbor_info(device, info) == FIDO_OK) {
        char **extensions = fido_cbor_info_extensions_ptr(info);
        for (std::size_t i = 0; i < fido_cbor_info_extensions_len(info); ++i)
            found = found || std::strcmp(extensions[i], "hmac-secret") == 0;
    }
    fido_cbor_info_free(&info);
    return found;
}

Assertion assertionFor(const Way &way, const crypto::RandomSource &random)
{
    std::array<std::byte, 32> challenge{}; // nobody checks the signature: the secret is the proof
    random(challenge);
    Assertion made(fido_assert_new());
    if (!made || fido_assert_set_clientdata_hash(made.get(), octets(challenge), challenge.size()) != FIDO_OK
        || fido_assert_set_rp(made.get(), RelyingParty) != FIDO_OK
        || fido_assert_allow_cred(made.get(), octets(way.credential), way.credential.size()) != FIDO_OK)
        return nullptr;
    return made;
}

/// Whether the credential is this key's, without a touch: FIDO_OK or what the key said.
int knows(const SecurityKeyWire &wire, const Way &way, const crypto::SecretText &pin, const crypto::RandomSource &random)
{
    const Assertion assertion = assertionFor(way, random);
    if (!assertion || fido_assert_set_up(assertion.get(), FIDO_OPT_FALSE) != FIDO_OK)
        return FIDO_ERR_INTERNAL;
    const int code = fido_dev_get_assert(wire.device(), assertion.get(), way.withPin ? orNull(pin) : nullptr);
    // Some keys of the first days do not know the question. The one that matters is asked next.
    return code == FIDO_ERR_UNSUPPORTED_OPTION || code == FIDO_ERR_INVALID_OPTION ? FIDO_OK : code;
}

Result<crypto::SecretBytes> derive(SecurityKeyWire &wire, const Way &way, const crypto::SecretText &pin,
                                   const crypto::RandomSource &random)
{
    const Assertion assertion = assertionFor(way, random);
    if (!assertion || fido_assert_set_extensions(assertion.get(), FIDO_EXT_HMAC_SECRET) != FIDO_OK
        || fido_assert_set_hmac_salt(assertion.get(), octets(way.salt), way.salt.size()) != FIDO_OK)
        return fail(ErrorCode::SecurityKeyFailed, u"libfido2 refused the question"_s);
    const int code = fido_dev_get_assert(wire.device(), assertion.get(), way.withPin ? orNull(pin) : nullptr);
    if (code != FIDO_OK)
        return std::unexpected(meaning(wire, code, "get assertion"_L1));
    if (fido_assert_count(assertion.get()) != 1
        || way.withPin != ((fido_assert_flags(assertion.get(), 0) & UserVerified) != 0))
        return fail(ErrorCode::SecurityKeyFailed, u"the key answered something else than was asked"_s);
    const std::size_t size = fido_assert_hmac_secret_len(assertion.get(), 0);
    if (size != HardwareKey::SecretSize)
        return fail(ErrorCode::SecurityKeyUnsuited, u"the key gave no secret"_s);
    const auto output = std::as_bytes(std::span(fido_assert_hmac_secret_ptr(assertion.get(), 0), size));
    crypto::Digest32 digest = crypto::KeyedDigest(output).add("clavitor/security-key/v1").finish();
    auto secret = crypto::SecretBytes::copyOf(digest);
    explicit_bzero(digest.data(), digest.size());
    return secret;
}

QByteArray shortLabel(const QString &label)
{
    QString text = label.trimmed();
    while (text.toUtf8().size() > LargestLabel)
        text.chop(text.back().isLowSurrogate() ? 2 : 1);
    return text.isEmpty() ? QByteArray("Clavitor") : text.toUtf8();
}

Result<std::vector<std::byte>> makeCredential(SecurityKeyWire &wire, const QString &label, const crypto::SecretText &pin,
                                              const crypto::RandomSource &random)
{
    std::array<std::byte, 32> challenge{};
    std::array<std::byte, 32> person{};
    random(challenge);
    random(person);
    const QByteArray name = shortLabel(label);
    const Credential credential(fido_cred_new());
    fido_cred_t *const made = credential.get();
    if (made == nullptr || fido_cred_set_type(made, COSE_ES256) != FIDO_OK
        || fido_cred_set_clientdata_hash(made, octets(challenge), challenge.size()) != FIDO_OK
        || fido_cred_set_rp(made, RelyingParty, RelyingPartyName) != FIDO_OK
        || fido_cred_set_user(made, octets(person), person.size(), name.constData(), name.constData(), nullptr) != FIDO_OK
        || fido_cred_set_extensions(made, FIDO_EXT_HMAC_SECRET) != FIDO_OK)
        return fail(ErrorCode::SecurityKeyFailed, u"libfido2 refused the request"_s);
    if (!pin.isEmpty() && fido_cred_set_prot(made, FIDO_CRED_PROT_UV_REQUIRED) != FIDO_OK)
        return fail(ErrorCode::SecurityKeyFailed, u"libfido2 refused the protection"_s);
    if (const int code = fido_dev_make_cred(wire.device(), made, orNull(pin)); code != FIDO_OK)
        return std::unexpected(meaning(wire, code, "make credential"_L1));
    const std::size_t size = fido_cred_id_len(made);
    if (size == 0 || size > LargestCredential)
        return fail(ErrorCode::SecurityKeyFailed, u"the key's credential cannot be used"_s);
    const auto id = std::as_bytes(std::span(fido_cred_id_ptr(made), size));
    return std::vector<std::byte>(id.begin(), id.end());
}

} // namespace

SecurityKey::SecurityKey(std::unique_ptr<SecurityKeyPort> port, crypto::RandomSource random)
    : SecurityKey(std::move(port), std::move(random), SecurityKeyWire::TouchTime)
{
}

SecurityKey::SecurityKey(std::unique_ptr<SecurityKeyPort> port, crypto::RandomSource random, std::chrono::milliseconds touchTime)
    : m_port(std::move(port))
    , m_random(std::move(random))
    , m_touchTime(touchTime)
{
}

SecurityKey::~SecurityKey() = default;

QStringList SecurityKey::present() const
{
    QStringList names;
    for (const auto &device : m_port->devices())
        names += device.name;
    return names;
}

Result<std::unique_ptr<SecurityKeyLine>> SecurityKey::theOnlyKey()
{
    const auto devices = m_port->devices();
    if (devices.isEmpty())
        return fail(ErrorCode::SecurityKeyAbsent);
    if (devices.size() > 1)
        return fail(ErrorCode::SecurityKeySeveral, QString::number(devices.size()));
    if (!devices.first().mayOpen)
        return fail(ErrorCode::SecurityKeyDenied, devices.first().path + u" is kept from this user"_s);
    return m_port->open(devices.first().path);
}

/// The one key that is plugged in, ready to be asked.
Result<std::unique_ptr<SecurityKeyWire>> SecurityKey::reach(const crypto::SecretText &pin, const HardwareCall &call)
{
    if (call.stop.stop_requested())
        return fail(ErrorCode::Cancelled);
    if (!canBePin(pin))
        return fail(ErrorCode::InvalidValue, u"a PIN has 4 to 63 characters"_s);
    auto line = theOnlyKey();
    if (!line)
        return std::unexpected(line.error());
    auto wire = std::make_unique<SecurityKeyWire>(std::move(*line), call, m_touchTime);
    if (const int code = wire->open(); code != FIDO_OK)
        return std::unexpected(meaning(*wire, code, "open"_L1));
    return wire;
}

Result<HardwareKey::Enrolled> SecurityKey::enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call)
{
    auto reached = reach(pin, call);
    if (!reached)
        return std::unexpected(reached.error());
    SecurityKeyWire &wire = **reached;
    if (!fido_dev_is_fido2(wire.device()) || !canHmacSecret(wire.device()))
        return fail(wire.end() == SecurityKeyWire::End::None ? ErrorCode::SecurityKeyUnsuited
                                                             : meaning(wire, FIDO_ERR_RX, "get info"_L1).code);
    const bool hasPin = fido_dev_has_pin(wire.device());
    if (hasPin && pin.isEmpty())
        return fail(ErrorCode::SecurityKeyPinNeeded);
    if (!hasPin && !pin.isEmpty())
        return fail(ErrorCode::SecurityKeyNoPin);
    // CTAP 2.0 keeps one secret a credential, which it gives with its PIN and without: only a protected credential needs it.
    if (hasPin && !fido_dev_supports_cred_prot(wire.device()))
        return fail(ErrorCode::SecurityKeyUnsuited, u"its PIN would not protect the secret"_s);
    const crypto::SecretText given = hasPin ? terminated(pin) : crypto::SecretText();
    Way way;
    way.withPin = hasPin;
    m_random(way.salt);
    wire.expect(HardwareCall::Step::Touch);
    auto credential = makeCredential(wire, label, given, m_random);
    if (!credential)
        return std::unexpected(credential.error());
    way.credential = std::move(*credential);
    wire.expect(HardwareCall::Step::TouchAgain);
    auto secret = derive(wire, way, given, m_random);
    if (!secret)
        return std::unexpected(secret.error());
    return Enrolled{serialise(way), std::move(*secret)};
}

Result<HardwareKey::Opened> SecurityKey::open(std::span<const Parameters> ways, const crypto::SecretText &pin,
                                              const HardwareCall &call)
{
    auto reached = reach(pin, call);
    if (!reached)
        return std::unexpected(reached.error());
    SecurityKeyWire &wire = **reached;
    if (!fido_dev_is_fido2(wire.device()))
        return fail(ErrorCode::SecurityKeyUnsuited);
    const bool hasPin = fido_dev_has_pin(wire.device());
    const crypto::SecretText given = terminated(pin);
    bool damaged = false;
    bool wantsPin = false;
    // Those without a PIN first: asking for another needs the PIN, and a wrong one counts.
    for (const bool withPin : {false, true}) {
        for (std::size_t i = 0; i < ways.size(); ++i) {
            const auto way = parse(ways[i]);
            damaged = damaged || !way;
            if (!way || way->withPin != withPin || (withPin && !hasPin)) // a key that lost its PIN was reset, and knows nothing from before
                continue;
            if (withPin && pin.isEmpty()) {
                wantsPin = true;
                continue;
            }
            // A key may want its PIN for everything since: what it made without one stays shut to both of us.
            const auto isAnothers = [&](ErrorCode code) {
                const bool isShut = !withPin && code == ErrorCode::SecurityKeyPinNeeded;
                wantsPin = wantsPin || (isShut && pin.isEmpty());
                return isShut || code == ErrorCode::SecurityKeyUnknown;
            };
            if (const int code = knows(wire, *way, given, m_random); code != FIDO_OK) {
                const Error said = meaning(wire, code, "look for the credential"_L1);
                if (isAnothers(said.code))
                    continue;
                return std::unexpected(said);
            }
            auto secret = derive(wire, *way, given, m_random);
            if (secret)
                return Opened{i, std::move(*secret)};
            if (!isAnothers(secret.error().code))
                return std::unexpected(secret.error());
        }
    }
    if (wantsPin)
        return fail(ErrorCode::SecurityKeyPinNeeded);
    if (damaged)
        return fail(ErrorCode::DamagedFile, u"the parameters of a security key's slot were changed"_s);
    return fail(ErrorCode::SecurityKeyUnknown);
}

} // namespace clavitor
