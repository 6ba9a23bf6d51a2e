// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Settings.h"
#include "app/presence/UserPresence.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// A presence check in a person's words. It is a check and no lock: nothing is ever said to be locked by a finger.
class PresenceText {
    Q_DECLARE_TR_FUNCTIONS(PresenceText)
public:
    /// What to do now: "Touch the fingerprint reader."
    [[nodiscard]] static QString progress(const UserPresence::Progress &progress);
    /// Why nothing could be checked: "The fingerprint reader was unplugged."
    [[nodiscard]] static QString reason(UserPresence::Reason reason);
    /// What comes before the keychain opens the vault, on this computer as it is set.
    [[nodiscard]] static QString beforeKeychain(const UserPresence::Probe &probe, Settings::KeychainCheck check);
};

} // namespace clavitor::ui
