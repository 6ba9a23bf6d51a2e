// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/BridgeProcess.h"
#include "app/service/Vault.h"
#include "app/service/VaultClient.h"

#include <QThread>

namespace clavitor {

/// The faceless program, wired: the vault on its thread, another one for what passwords take, the owner's client, the
/// bridge and the channel between.
///
/// Lives on the UI thread. Destruction is the orderly end: queued jobs finished, vault locked, bridge stopped, what a password
/// is worked out for waited for, threads joined. Works without any window.
class Keeper {
public:
    struct Parts {
        Vault::Parts vault;
        Keychain &keychain;
        QString bridgeProgram;
        std::uint16_t port = 1984;
    };
    explicit Keeper(Parts parts);
    ~Keeper();
    Keeper(const Keeper &) = delete;
    Keeper &operator=(const Keeper &) = delete;

    [[nodiscard]] VaultClient &client() { return *m_client; }
    [[nodiscard]] BridgeProcess &bridge() { return m_bridge; }

private:
    QThread m_thread;
    QThread m_deriving;             ///< where Argon2id runs
    std::unique_ptr<QObject> m_deriver;
    Vault *m_vault;                 ///< on m_thread, deleted there
    std::unique_ptr<VaultClient> m_client;
    BridgeProcess m_bridge;
};

} // namespace clavitor
