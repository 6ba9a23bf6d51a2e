// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareThread.h"
#include "tests/support/ScriptedHardware.h"
#include "tests/support/ScriptedVault.h"

namespace clavitor::test {

/// A scripted vault, a security key and a TPM that play along.
struct HardwareFixture {
    HardwareFixture()
        : key(std::make_shared<HardwareScript>())
        , chip(std::make_shared<HardwareScript>())
        , hardware(HardwareKeys{std::make_unique<ScriptedHardware>(key, ErrorCode::SecurityKeyAbsent),
                                std::make_unique<ScriptedHardware>(chip, ErrorCode::TpmAbsent)})
    {
        vault.facts.state = LockState::Unlocked;
        client = ScriptedVault::makeClient();
    }

    /// Before start(): the vault opens with what the scripted hardware gives.
    void addWay(crypto::SlotKind kind, quint32 id, const QString &label)
    {
        ScriptedVault::setWay(vault.facts, {{kind, id}, label, QByteArray("\x01\x02\x03", 3)}, true);
        const auto secret = ScriptedHardware::secret();
        vault.secrets.insert(static_cast<quint8>(kind), QByteArray(reinterpret_cast<const char *>(secret.bytes().data()), 32));
    }
    void start(LockState state)
    {
        vault.facts.state = state;
        client = ScriptedVault::makeClient();
    }

    ScriptedVault vault;
    std::unique_ptr<VaultClient> client;
    std::shared_ptr<HardwareScript> key;
    std::shared_ptr<HardwareScript> chip;
    HardwareThread hardware;
};

} // namespace clavitor::test
