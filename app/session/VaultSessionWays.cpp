// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultSession about the ways a vault opens beside its password: keychain, recovery sheet, hardware.
#include "app/session/VaultSessionParts.h"

#include "app/session/CryptoMeaning.h"
#include "app/session/PasswordStrength.h"
#include "crypto/KeySlots.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

ErrorCode wrongSecret(SlotKind kind)
{
    return kind == SlotKind::Recovery ? ErrorCode::WrongRecoverySheet : ErrorCode::WrongDevice;
}

std::vector<std::byte> bytesOf(const QByteArray &bytes)
{
    const auto view = std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    return {view.begin(), view.end()};
}

} // namespace

QList<UnlockWay> VaultSession::ways() const
{
    return m_headers.empty() ? QList<UnlockWay>() : waysOf(m_headers.front());
}

QList<UnlockWay> VaultSession::waysOf(const crypto::VaultHeader &header)
{
    QList<UnlockWay> ways;
    for (const crypto::KeySlot &slot : header.keySlots) {
        UnlockWay way{{slot.kind, 0}, {}, {}};
        if (slot.device) {
            way.name.id = slot.device->id;
            way.label = QString::fromStdString(slot.device->label);
            way.parameters = QByteArray(reinterpret_cast<const char *>(slot.device->parameters.data()),
                                        static_cast<qsizetype>(slot.device->parameters.size()));
        }
        ways.append(std::move(way));
    }
    return ways;
}

bool VaultSession::hasKeychainSlot() const
{
    return !m_headers.empty() && m_headers.front().slot(SlotKind::Keychain) != nullptr;
}

QString VaultSession::keychainItem() const
{
    return epoch() > 1 ? vaultId() + u".%1"_s.arg(epoch()) : vaultId();
}

Result<> VaultSession::unlockWithKeychainSecret(const crypto::SecretBytes &secret)
{
    if (auto loaded = load(); !loaded)
        return loaded;
    auto opened = openFirst(
        candidates(), [&](const crypto::VaultHeader &header) { return crypto::openWithKeychainSecret(header, secret); },
        ErrorCode::KeychainWrongItem);
    return opened ? finishUnlock(std::move(*opened)) : std::unexpected(opened.error());
}

Result<> VaultSession::unlockWithSecret(WayName way, const crypto::SecretBytes &secret)
{
    if (auto loaded = load(); !loaded)
        return loaded;
    auto opened = openFirst(
        candidates(),
        [&](const crypto::VaultHeader &header) { return crypto::openVaultKeyWithSecret(header, way.kind, way.id, secret); },
        wrongSecret(way.kind));
    return opened ? finishUnlock(std::move(*opened)) : std::unexpected(opened.error());
}

Result<> VaultSession::openPersonalWithSecret(WayName way, const crypto::SecretBytes &secret)
{
    if (!isOpen())
        return failLocked();
    auto keys = crypto::openPersonalWithSecret(m_headers.front(), way.kind, way.id, secret);
    if (!keys)
        return fail(meaningOf(keys.error(), wrongSecret(way.kind)));
    return finishOpenPersonal(std::move(*keys));
}

Result<> VaultSession::addKeychainSlot(const crypto::SecretBytes &secret)
{
    if (!isOpen())
        return failLocked();
    auto header = m_headers.front();
    if (auto added = crypto::addKeychainSlot(header, vaultKey(), secret, m_random); !added)
        return fail(meaningOf(added.error(), ErrorCode::InvalidValue), u"a keychain secret has 32 bytes"_s);
    return keep(std::move(header));
}

Result<> VaultSession::removeKeychainSlot()
{
    return hasKeychainSlot() || !isOpen() ? removeWay({SlotKind::Keychain, 0}) : Result<>();
}

Result<PasswordWork<crypto::VaultHeader>> VaultSession::beginAddWay(NewWay way, crypto::SecretBytes secret,
                                                                    const crypto::SecretText &password)
{
    if (!isOpen())
        return failLocked();
    crypto::SecretSlot slot{way.kind, way.label.toStdString(), bytesOf(way.parameters)};
    if (slot.label.size() > crypto::SlotDevice::longestLabel)
        return fail(ErrorCode::InvalidValue, u"the name has more than %1 bytes"_s.arg(crypto::SlotDevice::longestLabel));
    return [header = m_headers.front(), slot = std::move(slot), stop = newStop({}, std::move(secret)),
            password = normalisedPassword(password), random = m_random]() mutable {
        return withWay(std::move(header), std::move(slot), *stop, std::move(password), random);
    };
}

Result<> VaultSession::removeWay(WayName way)
{
    if (!isOpen())
        return failLocked();
    if (way.kind == SlotKind::Password)
        return fail(ErrorCode::LastWay, u"the other ways are added with the master password"_s);
    auto header = m_headers.front();
    if (auto removed = crypto::removeSlot(header, way.kind, way.id, vaultKey()); !removed) {
        switch (removed.error()) {
        case crypto::CryptoError::NoSlot:
            return fail(ErrorCode::NoSuchWay);
        case crypto::CryptoError::Refused:
            return fail(ErrorCode::LastWay);
        default:
            return fail(meaningOf(removed.error(), ErrorCode::Internal), u"removing a slot"_s);
        }
    }
    return keep(std::move(header));
}

Result<PasswordWork<crypto::VaultHeader>> VaultSession::beginSetPassword(WayName by, crypto::SecretBytes secret,
                                                                         const crypto::SecretText &next)
{
    if (!isOpen())
        return failLocked();
    if (auto strong = requireStrong(next); !strong)
        return std::unexpected(strong.error());
    return [header = m_headers.front(), by, stop = newStop({}, std::move(secret)), next = normalisedPassword(next), cost = m_cost,
            random = m_random, wrong = wrongSecret(by.kind)]() mutable {
        return withNewPassword(std::move(header), by, *stop, std::move(next), cost, random, wrong);
    };
}

Result<> VaultSession::finishRewrap(crypto::VaultHeader header)
{
    if (!isOpen())
        return failLocked();
    if (header.revision != m_headers.front().revision + 1)
        return fail(ErrorCode::Busy, u"the header was changed meanwhile"_s);
    return keep(std::move(header));
}

} // namespace clavitor
