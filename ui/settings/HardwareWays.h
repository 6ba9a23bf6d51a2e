// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/VaultHeader.h"

class QWidget;

namespace clavitor::ui {

/// What "Ways to unlock" wants of security keys and the TPM: whether there are any to add, and the dialog that adds one.
/// GUI thread.
class HardwareWays {
public:
    virtual ~HardwareWays() = default;

    /// SecurityKey or Tpm: whether this program and this computer could add one. Must not block.
    [[nodiscard]] virtual bool isAvailable(crypto::SlotKind kind) const = 0;
    /// Opens its own dialog over `window`, which enrols the device, asks for the master password and calls
    /// VaultClient::addWay(). The facts tell when it is there.
    virtual void add(crypto::SlotKind kind, QWidget *window) = 0;
};

} // namespace clavitor::ui
