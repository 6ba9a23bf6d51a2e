// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/SystemService.h"
#include "app/presence/UserPresence.h"

#include <memory>

namespace clavitor {

/// The system's own dialog, through polkit (org.freedesktop.PolicyKit1) on the fixed system bus: an action of ours that asks
/// for the person's own password or finger each time, and remembers no yes.
///
/// UI thread. The desktop's agent shows the dialog, not we. A yes that nobody was asked for, by a rule of the administrator's
/// or for root, is no presence: Unavailable, NotAsked.
class PolkitPresence : public UserPresence {
    Q_OBJECT
public:
    /// `place` is for tests.
    explicit PolkitPresence(SystemBusPlace place = {}, QObject *parent = nullptr);
    ~PolkitPresence() override;

    /// SystemDialog; or NoService, Untrusted, NoAction, Denied, NotAsked, Failed. Whether the desktop can show a dialog only
    /// a check tells (NoAgent).
    void probe(Probed probed) override;
    /// The action's name in packaging/linux/clavitor.policy.
    [[nodiscard]] static QString actionOf(Purpose purpose);

protected:
    void begin(Purpose purpose) override;
    void end() override;

private:
    void ask(Purpose purpose);

    SystemBusPlace m_place;
    std::unique_ptr<SystemService> m_service; ///< while a check runs
    QString m_cancellation;                   ///< of the dialog that is open; empty without one
};

} // namespace clavitor
