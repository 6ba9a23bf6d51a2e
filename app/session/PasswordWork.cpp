// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordWork.h"

#include "app/session/CryptoMeaning.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::CryptoError;

namespace {

constexpr std::chrono::milliseconds UnlockTarget{1000};

/// That of the password there is; `cost` when there is none, or when it was set with less memory than usual and more can be
/// had now.
Result<crypto::PasswordHashParameters> nextCost(const crypto::KeySlot *password, const PasswordCost &cost,
                                                const crypto::RandomSource &random)
{
    if (password && password->parameters->memoryBytes() >= crypto::PasswordHashParameters::usualMemory)
        return *password->parameters;
    const auto calibrated = cost(random);
    if (!password && !calibrated)
        return fail(meaningOf(calibrated.error(), ErrorCode::Internal), u"the password hash"_s);
    if (!password || (calibrated && calibrated->parameters.memoryBytes() > password->parameters->memoryBytes()))
        return calibrated->parameters;
    return *password->parameters;
}

std::unexpected<Error> stopped()
{
    return fail(ErrorCode::Locked, u"locked meanwhile"_s);
}

/// Hashes a password for the last time.
template<typename Hash>
auto hashedOnce(crypto::SecretText &password, Hash hash)
{
    auto hashed = hash(password);
    password.wipe();
    return hashed;
}

/// The hash once more. Memory or processor may have failed, and what it opens is all there will be.
Result<crypto::SecretBytes> hashedAgain(const crypto::SecretText &password, const crypto::HashedPassword &hashed)
{
    auto again = crypto::hashPassword(password, hashed.parameters);
    if (!again || !again->equals(hashed.hash.bytes()))
        return fail(again || again.error() != CryptoError::OutOfMemory ? ErrorCode::Internal : ErrorCode::OutOfMemory,
                    u"the password does not come out the same twice"_s);
    return std::move(*again);
}

/// Both keys by the password there is, whose last use this is.
Result<crypto::OpenedKeys> bothKeys(const crypto::VaultHeader &header, crypto::SecretText &password, const WorkStop &stop)
{
    const auto hash = hashedOnce(password, [&](const crypto::SecretText &text) { return crypto::hashForSlot(header, text); });
    if (stop.isStopped())
        return stopped();
    if (!hash)
        return fail(meaningOf(hash.error(), ErrorCode::WrongPassword));
    auto keys = crypto::openBothWithHash(header, *hash);
    if (!keys)
        return fail(meaningOf(keys.error(), ErrorCode::WrongPassword));
    return std::move(*keys);
}

} // namespace

PasswordCost calibratedCost()
{
    return [](const crypto::RandomSource &random) { return crypto::calibrate(UnlockTarget, random); };
}

Result<HeaderAndKey> openFirst(const std::vector<crypto::VaultHeader> &headers, const HeaderKey &keyOf, ErrorCode wrongKey)
{
    // Somebody without the key may have changed a copy so that it says anything: of the errors the first counts, and only when no
    // copy opens.
    std::optional<Error> first;
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        auto vaultKey = keyOf(*header);
        if (!vaultKey) {
            const ErrorCode code = meaningOf(vaultKey.error(), wrongKey);
            if (!first)
                first = Error{code, code == ErrorCode::DamagedFile ? u"vault.keys was changed by something else than Clavitor"_s : QString()};
            continue;
        }
        // A newer copy that is genuine does not open with it any more: it was changed, or taken away.
        if (std::any_of(headers.begin(), header, [&](const crypto::VaultHeader &newer) { return crypto::isWrittenWith(newer, *vaultKey); }))
            break;
        return HeaderAndKey{*header, std::move(*vaultKey)};
    }
    return std::unexpected(first.value_or(Error{ErrorCode::NoVault, {}}));
}

Result<HeaderAndKey> makeKeys(const QString &name, crypto::SecretText password, const PasswordCost &cost,
                              const crypto::RandomSource &random)
{
    const auto calibrated = cost(random);
    if (!calibrated)
        return fail(meaningOf(calibrated.error(), ErrorCode::Internal), u"the password hash"_s);
    const auto hashed = hashedOnce(password, [&](const crypto::SecretText &text) {
        return crypto::hashForNewSlot(text, calibrated->parameters, random);
    });
    if (!hashed)
        return fail(meaningOf(hashed.error(), ErrorCode::Internal), u"the password hash"_s);
    auto vaultKey = crypto::makeVaultKey(random);
    const auto personalKeys = crypto::PersonalKeyPair::make(random);
    auto header = crypto::makeVaultHeader(name.toStdString(), personalKeys.publicKey, random);
    if (const auto slot = crypto::addPasswordSlot(header, vaultKey, personalKeys, *hashed, random); !slot)
        return fail(meaningOf(slot.error(), ErrorCode::Internal), u"wrapping the new keys"_s);
    return HeaderAndKey{std::move(header), std::move(vaultKey)};
}

Result<HeaderAndKey> openFirstWithPassword(const std::vector<crypto::VaultHeader> &headers, crypto::SecretText password,
                                           const WorkStop &stop)
{
    const HeaderKey keyOf = [&](const crypto::VaultHeader &header) -> std::expected<crypto::SecretBytes, CryptoError> {
        // What comes of it then is not looked at.
        if (stop.isStopped())
            return std::unexpected(CryptoError::WrongKey);
        const auto hash = crypto::hashForSlot(header, password);
        if (!hash)
            return std::unexpected(hash.error());
        if (stop.isStopped())
            return std::unexpected(CryptoError::WrongKey);
        return crypto::openWithHash(header, *hash);
    };
    auto opened = openFirst(headers, keyOf, ErrorCode::WrongPassword);
    if (stop.isStopped())
        return stopped();
    return opened;
}

Result<> provePassword(const crypto::VaultHeader &header, const crypto::SecretBytes &hash, const crypto::OpenedKeys &keys)
{
    const auto opened = crypto::openBothWithHash(header, hash);
    if (!opened || !opened->vaultKey.equals(keys.vaultKey.bytes()) || !opened->personalKeys.secretKey.equals(keys.personalKeys.secretKey.bytes()))
        return fail(ErrorCode::Internal, u"the keys do not open with the new password: memory or processor may have failed"_s);
    return {};
}

Result<crypto::VaultHeader> withPassword(crypto::VaultHeader header, WorkStop &stop, crypto::SecretText next,
                                         const PasswordCost &cost, const crypto::RandomSource &random)
{
    const auto *slot = header.slot(crypto::SlotKind::Password);
    if (slot == nullptr)
        return fail(ErrorCode::DamagedFile, u"the vault has no password slot"_s);
    const auto parameters = nextCost(slot, cost, random); // a copy: the slot is replaced while its cost is read
    if (!parameters)
        return std::unexpected(parameters.error());
    if (stop.isStopped())
        return stopped();
    const auto hashed = hashedOnce(next, [&](const crypto::SecretText &text) { return crypto::hashForNewSlot(text, *parameters, random); });
    crypto::SecretText current = stop.takePassword();
    if (stop.isStopped())
        return stopped();
    if (!hashed)
        return fail(meaningOf(hashed.error(), ErrorCode::Internal), u"the password hash"_s);
    const auto keys = bothKeys(header, current, stop);
    if (!keys)
        return std::unexpected(keys.error());
    if (const auto added = crypto::addPasswordSlot(header, keys->vaultKey, keys->personalKeys, *hashed, random); !added)
        return fail(meaningOf(added.error(), ErrorCode::WrongPassword));
    if (const Result<> proved = provePassword(header, hashed->hash, *keys); !proved)
        return std::unexpected(proved.error());
    return header;
}

Result<crypto::VaultHeader> withWay(crypto::VaultHeader header, crypto::SecretSlot slot, WorkStop &stop,
                                    crypto::SecretText password, const crypto::RandomSource &random)
{
    const auto hash = hashedOnce(password, [&](const crypto::SecretText &text) { return crypto::hashForSlot(header, text); });
    const crypto::SecretBytes secret = stop.takeSecret();
    if (stop.isStopped())
        return stopped();
    if (!hash)
        return fail(meaningOf(hash.error(), ErrorCode::WrongPassword));
    const auto keys = crypto::openBothWithHash(header, *hash);
    if (!keys)
        return fail(meaningOf(keys.error(), ErrorCode::WrongPassword));
    const auto added = crypto::addSecretSlot(header, std::move(slot), keys->vaultKey, keys->personalKeys, secret, random);
    if (!added && added.error() == CryptoError::Refused)
        return fail(ErrorCode::TooManyWays, u"%1 security keys"_s.arg(crypto::VaultHeader::mostSecurityKeys));
    if (!added)
        return fail(meaningOf(added.error(), ErrorCode::InvalidValue), u"wrapping the keys for another way"_s);
    return header;
}

Result<crypto::VaultHeader> withNewPassword(crypto::VaultHeader header, WayName by, WorkStop &stop, crypto::SecretText next,
                                            const PasswordCost &cost, const crypto::RandomSource &random, ErrorCode wrongSecret)
{
    const auto parameters = nextCost(header.slot(crypto::SlotKind::Password), cost, random);
    if (!parameters)
        return std::unexpected(parameters.error());
    if (stop.isStopped())
        return stopped();
    const auto hashed = crypto::hashForNewSlot(next, *parameters, random);
    if (stop.isStopped())
        return stopped();
    if (!hashed)
        return fail(meaningOf(hashed.error(), ErrorCode::Internal), u"the password hash"_s);
    const auto again = hashedOnce(next, [&](const crypto::SecretText &text) { return hashedAgain(text, *hashed); });
    const crypto::SecretBytes secret = stop.takeSecret();
    if (stop.isStopped())
        return stopped();
    if (!again)
        return std::unexpected(again.error());
    const auto keys = crypto::openBothWithSecret(header, by.kind, by.id, secret);
    if (!keys)
        return fail(meaningOf(keys.error(), wrongSecret));
    if (const auto added = crypto::addPasswordSlot(header, keys->vaultKey, keys->personalKeys, *hashed, random); !added)
        return fail(meaningOf(added.error(), ErrorCode::Internal), u"wrapping the keys for a new password"_s);
    if (const Result<> proved = provePassword(header, *again, *keys); !proved)
        return std::unexpected(proved.error());
    return header;
}

Result<NextKeys> nextKeys(crypto::VaultHeader header, crypto::SecretText password, const PasswordCost &cost,
                          const crypto::RandomSource &random, const WorkStop &stop)
{
    const auto parameters = nextCost(header.slot(crypto::SlotKind::Password), cost, random);
    if (!parameters)
        return std::unexpected(parameters.error());
    if (stop.isStopped())
        return stopped();
    const auto hashed = crypto::hashForNewSlot(password, *parameters, random);
    if (stop.isStopped())
        return stopped();
    if (!hashed)
        return fail(meaningOf(hashed.error(), ErrorCode::Internal), u"the password hash"_s);
    const auto again = hashedAgain(password, *hashed);
    if (stop.isStopped())
        return stopped();
    if (!again)
        return std::unexpected(again.error());
    auto keys = bothKeys(header, password, stop);
    if (!keys)
        return std::unexpected(keys.error());
    crypto::OpenedKeys made{crypto::makeVaultKey(random), crypto::PersonalKeyPair::make(random)};
    auto next = crypto::makeSuccessor(header, made.vaultKey, made.personalKeys, *hashed, random);
    if (!next)
        return fail(meaningOf(next.error(), ErrorCode::Internal), u"wrapping the new keys"_s);
    if (const Result<> proved = provePassword(*next, *again, made); !proved)
        return std::unexpected(proved.error());
    return NextKeys{std::move(header), std::move(*next), std::move(made.vaultKey), std::move(keys->personalKeys)};
}

Result<crypto::PersonalKeyPair> personalKeysOf(const crypto::VaultHeader &header, crypto::SecretText password, const WorkStop &stop)
{
    auto keys = bothKeys(header, password, stop);
    if (!keys)
        return std::unexpected(keys.error());
    return std::move(keys->personalKeys);
}

} // namespace clavitor
