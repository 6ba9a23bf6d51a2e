// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultClient about the ways to unlock beside password and keychain.
#include "app/service/VaultClient.h"

#include "app/service/Vault.h"

#include <utility>

namespace clavitor {

void VaultClient::unlockWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, way, secret = std::move(secret), reply = std::move(reply)]() mutable {
        reply(vault->unlockWithSecret(way, secret));
    });
}

void VaultClient::openPersonalWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, way, secret = std::move(secret), reply = openedFor(std::move(reply))]() mutable {
        reply(vault->openPersonalWithSecret(way, secret));
    });
}

void VaultClient::addWay(NewWay way, crypto::SecretBytes secret, crypto::SecretText password, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, way = std::move(way), secret = std::move(secret), password = std::move(password),
                   reply = std::move(reply)]() mutable {
        vault->addWay(std::move(way), std::move(secret), password, std::move(reply));
    });
}

void VaultClient::removeWay(WayName way, Reply<Result<>> reply)
{
    if (way.kind == crypto::SlotKind::Keychain) {
        setKeychainSlot(false, std::move(reply));
        return;
    }
    post(m_vault, [vault = m_vault, way, reply = std::move(reply)]() mutable { reply(vault->removeWay(way)); });
}

void VaultClient::setPassword(WayName by, crypto::SecretBytes secret, crypto::SecretText next, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, by, secret = std::move(secret), next = std::move(next), reply = std::move(reply)]() mutable {
        vault->setPassword(by, std::move(secret), next, std::move(reply));
    });
}

} // namespace clavitor
