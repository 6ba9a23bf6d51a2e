// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultClient that goes between the vault and the desktop's keychain.
#include "app/service/VaultClient.h"

#include "app/service/Vault.h"
#include "app/session/Keychain.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

void VaultClient::setKeychainSlot(bool enabled, Reply<Result<>> reply)
{
    const QString item = m_facts.keychainItem;
    if (!enabled) {
        // The slot first: a keychain item without a slot opens nothing, the reverse would.
        Reply<Result<>> removed(this, [this, item, reply = std::move(reply)](const Result<> &result) mutable {
            if (!result) {
                reply(result);
                return;
            }
            m_keychain.remove(item, [reply = std::move(reply)](Result<> gone) mutable { reply(std::move(gone)); });
        });
        post(m_vault, [vault = m_vault, removed = std::move(removed)]() mutable { removed(vault->removeKeychainSlot()); });
        return;
    }
    m_keychain.read(item, [this, item, reply = std::move(reply)](Result<crypto::SecretBytes> found) mutable {
        // A secret that is there already is taken as it is: it may open another copy of this vault, and is never replaced.
        if (found)
            addKeychainSlot(std::move(*found), std::move(reply));
        else if (found.error().code == ErrorCode::KeychainNoItem || found.error().code == ErrorCode::KeychainElsewhere)
            makeKeychainItem(item, std::move(reply));
        else
            reply(std::unexpected(found.error()));
    });
}

void VaultClient::openKeychain(Reply<Result<>> reply)
{
    m_keychain.open(m_facts.keychainItem, [reply = std::move(reply)](Result<> opened) mutable { reply(std::move(opened)); });
}

void VaultClient::makeKeychainItem(const QString &item, Reply<Result<>> reply)
{
    crypto::SecretBytes secret(Keychain::SecretSize);
    m_random(secret.writable());
    crypto::SecretBytes stored = crypto::SecretBytes::copyOf(secret.bytes());
    m_keychain.write(item, std::move(stored), [this, item, secret = std::move(secret),
                                                  reply = std::move(reply)](Result<> written) mutable {
        if (!written) {
            reply(std::move(written));
            return;
        }
        Reply<Result<>> added(this, [this, item, reply = std::move(reply)](Result<> slot) mutable {
            if (slot) {
                reply(std::move(slot));
                return;
            }
            // Ours, made a moment ago, and it opens nothing.
            m_keychain.remove(item, [slot = std::move(slot), reply = std::move(reply)](const Result<> &) mutable { reply(std::move(slot)); });
        });
        addKeychainSlot(std::move(secret), std::move(added));
    });
}

void VaultClient::replaceKeys(crypto::SecretText password, Reply<Result<KeysReplaced>> reply)
{
    Reply<Result<KeysReplaced>> replaced(this, [this, former = m_facts.keychainItem, reply = std::move(reply)](Result<KeysReplaced> result) mutable {
        const auto isKeychain = [](const UnlockWay &way) { return way.name.kind == crypto::SlotKind::Keychain; };
        if (result && std::any_of(result->gone.cbegin(), result->gone.cend(), isKeychain))
            renewKeychain(former, std::move(*result), std::move(reply));
        else
            reply(std::move(result));
    });
    post(m_vault, [vault = m_vault, password = std::move(password), replaced = std::move(replaced)]() mutable {
        vault->replaceKeys(password, std::move(replaced));
    });
}

void VaultClient::cancelReplacement()
{
    post(m_vault, [vault = m_vault] { vault->cancelReplacement(); });
}

void VaultClient::renewKeychain(const QString &former, KeysReplaced replaced, Reply<Result<KeysReplaced>> reply)
{
    emit keychainIsRenewed();
    // The former one opens nothing but copies of before, and whoever kept such a copy should not find it.
    m_keychain.remove(former, [this, replaced = std::move(replaced), reply = std::move(reply)](Result<> removed) mutable {
        Reply<Result<>> made(this, [replaced = std::move(replaced), reply = std::move(reply)](const Result<> &slot) mutable {
            if (slot)
                replaced.gone.removeIf([](const UnlockWay &way) { return way.name.kind == crypto::SlotKind::Keychain; });
            else
                replaced.keychain = slot.error();
            reply(std::move(replaced));
        });
        if (removed)
            makeKeychainItem(m_facts.keychainItem, std::move(made));
        else
            made(std::move(removed));
    });
}

void VaultClient::addKeychainSlot(crypto::SecretBytes secret, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, secret = std::move(secret), reply = std::move(reply)]() mutable {
        reply(vault->addKeychainSlot(secret));
    });
}

} // namespace clavitor
