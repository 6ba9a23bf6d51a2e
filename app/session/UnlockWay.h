// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/VaultHeader.h"

#include <QByteArray>
#include <QString>

namespace clavitor {

/// Names one way of opening a vault. `id` tells pieces of hardware apart; 0 for the other kinds.
struct WayName {
    crypto::SlotKind kind = crypto::SlotKind::Password;
    quint32 id = 0;
    bool operator==(const WayName &) const = default;
};

/// A way of opening a vault, as its header tells it without any key. Nothing in it is secret.
struct UnlockWay {
    WayName name;
    QString label;              ///< the person's name for a piece of hardware; empty for the other kinds
    QByteArray parameters;      ///< what the hardware needs to give its secret again; of app/hardware
    bool operator==(const UnlockWay &) const = default;

    [[nodiscard]] bool opensPersonal() const { return name.kind != crypto::SlotKind::Keychain; }
};

/// A way to be added. `label` has at most crypto::SlotDevice::longestLabel bytes of UTF-8; with `parameters` it is for
/// pieces of hardware only.
struct NewWay {
    crypto::SlotKind kind = crypto::SlotKind::Recovery;
    QString label{};
    QByteArray parameters{};
};

/// For the log: "recovery sheet".
[[nodiscard]] QLatin1StringView wayWord(crypto::SlotKind kind);

} // namespace clavitor
