// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/BridgeProcess.h"
#include "app/service/CheckpointWriter.h"
#include "app/service/FreshnessWatch.h"
#include "app/service/Vault.h"
#include "app/service/VaultClient.h"

#include <QThread>

namespace clavitor {

/// The faceless program, wired: the vault on its thread, another one for what passwords take, the owner's client, the
/// bridge and the channel between.
///
/// Lives on the UI thread. Destruction is the orderly end: queued jobs finished, vault locked, bridge stopped, what a password
/// is worked out for waited for, the vault's last state remembered outside (1.5 s at most), threads joined. Works without any window.
class Keeper {
public:
    struct Parts {
        Vault::Parts vault;
        Keychain &keychain;
        QString bridgeProgram;
        std::uint16_t port = 1984;
        /// Null: nothing is remembered outside the vault's folder.
        FreshnessMirror *mirror = nullptr;
    };
    explicit Keeper(Parts parts);
    ~Keeper();
    Keeper(const Keeper &) = delete;
    Keeper &operator=(const Keeper &) = delete;

    [[nodiscard]] VaultClient &client() { return *m_client; }
    [[nodiscard]] BridgeProcess &bridge() { return m_bridge; }
    [[nodiscard]] CheckpointWriter &checkpoints() { return *m_checkpoints; }

private:
    QThread m_thread;
    QThread m_deriving;             ///< where Argon2id runs
    std::unique_ptr<QObject> m_deriver;
    Vault *m_vault;                 ///< on m_thread, deleted there
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<FreshnessWatch> m_freshness;
    std::unique_ptr<CheckpointWriter> m_checkpoints;
    BridgeProcess m_bridge;
};

} // namespace clavitor
