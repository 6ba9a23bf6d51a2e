// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordWork.h"

#include "app/session/CryptoMeaning.h"
#include "crypto/KeySlots.h"

#include <chrono>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::CryptoError;

namespace {

constexpr std::chrono::milliseconds UnlockTarget{1000};

} // namespace

PasswordCost calibratedCost()
{
    return [](const crypto::RandomSource &random) { return crypto::calibrate(UnlockTarget, random); };
}

Result<HeaderAndKey> openFirst(const std::vector<crypto::VaultHeader> &headers, const HeaderKey &keyOf, ErrorCode wrongKey)
{
    for (const crypto::VaultHeader &header : headers) {
        auto vaultKey = keyOf(header);
        if (vaultKey)
            return HeaderAndKey{header, std::move(*vaultKey)};
        // "Damaged" here means changed by somebody without the key; the other copy may be genuine.
        if (vaultKey.error() != CryptoError::Damaged)
            return fail(meaningOf(vaultKey.error(), wrongKey));
    }
    return fail(ErrorCode::DamagedFile, u"vault.keys was changed by something else than Clavitor"_s);
}

Result<HeaderAndKey> makeKeys(const QString &name, const crypto::SecretText &password, const PasswordCost &cost,
                              const crypto::RandomSource &random)
{
    const auto calibrated = cost(random);
    if (!calibrated)
        return fail(meaningOf(calibrated.error(), ErrorCode::Internal), u"the password hash"_s);
    auto vaultKey = crypto::makeVaultKey(random);
    const auto personalKeys = crypto::PersonalKeyPair::make(random);
    auto header = crypto::makeVaultHeader(name.toStdString(), personalKeys.publicKey, random);
    if (const auto slot = crypto::addPasswordSlot(header, vaultKey, personalKeys, password, calibrated->parameters, random);
        !slot)
        return fail(meaningOf(slot.error(), ErrorCode::Internal), u"wrapping the new keys"_s);
    return HeaderAndKey{std::move(header), std::move(vaultKey)};
}

Result<crypto::VaultHeader> withPassword(crypto::VaultHeader header, const crypto::SecretText &current,
                                         const crypto::SecretText &next, const PasswordCost &cost,
                                         const crypto::RandomSource &random)
{
    const auto *slot = header.slot(crypto::SlotKind::Password);
    if (slot == nullptr)
        return fail(ErrorCode::DamagedFile, u"the vault has no password slot"_s);
    auto parameters = *slot->parameters; // the slot is replaced while its cost is read
    if (parameters.memoryBytes() < crypto::PasswordHashParameters::usualMemory) {
        const auto calibrated = cost(random);
        if (calibrated && calibrated->parameters.memoryBytes() > parameters.memoryBytes())
            parameters = calibrated->parameters;
    }
    if (const auto replaced = crypto::replacePasswordSlot(header, current, next, parameters, random); !replaced)
        return fail(meaningOf(replaced.error(), ErrorCode::WrongPassword));
    return header;
}

Result<crypto::PersonalKeyPair> personalKeysOf(const crypto::VaultHeader &header, const crypto::SecretText &password)
{
    auto keys = crypto::openPersonalWithPassword(header, password);
    if (!keys)
        return fail(meaningOf(keys.error(), ErrorCode::WrongPassword));
    return std::move(*keys);
}

} // namespace clavitor
