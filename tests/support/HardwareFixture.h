// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareThread.h"
#include "tests/support/ScriptedHardware.h"
#include "tests/support/ScriptedVault.h"

namespace clavitor::test {

/// A scripted vault, a security key and a TPM that play along.
struct HardwareFixture {
    HardwareFixture();
    ~HardwareFixture();

    /// Before start(): the vault opens with what the scripted hardware gives.
    void addWay(crypto::SlotKind kind, quint32 id, const QString &label);
    void start(LockState state);

    ScriptedVault vault;
    std::unique_ptr<VaultClient> client;
    std::shared_ptr<HardwareScript> key;
    std::shared_ptr<HardwareScript> chip;
    HardwareThread hardware;
};

} // namespace clavitor::test
