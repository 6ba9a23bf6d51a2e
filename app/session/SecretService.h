// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace clavitor {

/// What the Secret Service says about one item of ours.
enum class SecretServiceState {
    Absent,     ///< no session bus, or nobody serves org.freedesktop.secrets
    Locked,     ///< the item, or the collection it would lie in, is locked
    Open,       ///< it answers, is not locked and knows no such item
    NeverUsed,  ///< it answers and has no collection yet: to write would ask the person for a new keyring's password
    HoldsItem,  ///< it answers, is not locked and has the item
    OpenBesideWallet, HoldsItemBesideWallet, NeverUsedBesideWallet, ///< the same, and this desktop's own keychain is KWallet, which runs as well
    Unreachable ///< it does not answer, or not as specified
};

/// Asks the Secret Service (freedesktop.org Secret Service API 0.2) on the session bus whether it is there and whether
/// it is locked. UI thread; answers later on the same thread, within `timeoutMilliseconds` a question (there are three).
/// Never unlocks, never opens a dialog. Dropped when `context` dies.
void askSecretService(QObject *context, const QString &service, const QString &key, int timeoutMilliseconds,
                      std::move_only_function<void(SecretServiceState)> answer);

} // namespace clavitor
