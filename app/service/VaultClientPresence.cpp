// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultClient that asks whether the person is there.
#include "app/service/VaultClient.h"

#include "app/service/PresenceGate.h"
#include "app/service/Vault.h"
#include "app/session/Keychain.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

void VaultClient::setPresence(PresenceGate *gate)
{
    m_gate = gate;
    connect(gate, &PresenceGate::refusedTooOften, this, &VaultClient::forgetPersonal);
    // Opened by something else meanwhile: the reader and the dialog are not wanted any more.
    connect(this, &VaultClient::factsChanged, gate, [gate](const VaultFacts &facts) {
        if (facts.state == LockState::Unlocked)
            gate->vaultOpened();
    });
}

void VaultClient::unlockWithKeychain(Reply<Result<>> reply)
{
    if (!m_gate) {
        readKeychain(m_locks, std::move(reply));
        return;
    }
    m_gate->beforeKeychain([this, locks = m_locks, reply = std::move(reply)](Result<> passed) mutable {
        if (passed && locks == m_locks)
            readKeychain(locks, std::move(reply));
        else
            reply(locks == m_locks ? std::move(passed) : fail(ErrorCode::Locked, u"locked meanwhile"_s));
    });
}

void VaultClient::readKeychain(quint64 locks, Reply<Result<>> reply)
{
    m_keychain.read(m_facts.keychainItem, [this, locks, reply = std::move(reply)](Result<crypto::SecretBytes> secret) mutable {
        if (!secret) {
            reply(std::unexpected(secret.error()));
            return;
        }
        if (locks != m_locks) {
            reply(fail(ErrorCode::Locked, u"locked meanwhile"_s));
            return;
        }
        post(m_vault, [vault = m_vault, secret = std::move(*secret), reply = std::move(reply)]() mutable {
            reply(vault->unlockWithKeychainSecret(secret));
        });
    });
}

void VaultClient::reopenPersonal(Reply<Result<>> reply)
{
    if (!m_gate || !m_facts.keepsPersonal) {
        reply(fail(ErrorCode::PersonalShut));
        return;
    }
    post(m_vault, [vault = m_vault] { vault->keepOpening(); });
    m_gate->beforePersonal([this, locks = m_locks, reply = std::move(reply)](Result<> passed) mutable {
        if (!passed || locks != m_locks) {
            reply(locks == m_locks ? std::move(passed) : fail(ErrorCode::Locked, u"locked meanwhile"_s));
            return;
        }
        post(m_vault, [vault = m_vault, reply = openedFor(std::move(reply))]() mutable { reply(vault->reopenPersonal()); });
    });
}

void VaultClient::keepPersonal(bool kept)
{
    post(m_vault, [vault = m_vault, kept] { vault->keepPersonal(kept); });
}

void VaultClient::forgetPersonal()
{
    post(m_vault, [vault = m_vault] { vault->forgetPersonal(); });
}

void VaultClient::cancelPresence()
{
    if (m_gate)
        m_gate->cancel();
}

} // namespace clavitor
