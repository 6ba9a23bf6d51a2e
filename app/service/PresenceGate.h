// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/base/Settings.h"
#include "app/presence/UserPresence.h"

#include <QObject>

#include <functional>

namespace clavitor {

/// What must be known of the person before the keychain opens the vault, and before Personal opens again without its
/// password: the one place that decides it.
///
/// UI thread. `presence` outlives it. One question at a time; answers come later, on this thread.
class PresenceGate : public QObject {
    Q_OBJECT
public:
    using Check = Settings::KeychainCheck;
    using Passed = std::move_only_function<void(Result<>)>;

    /// So many checks in a row that end Refused, and what is kept of Personal is forgotten.
    static constexpr int refusalsAllowed = 2;

    explicit PresenceGate(UserPresence &presence, QObject *parent = nullptr);

    void setKeychainCheck(Check check) { m_check = check; }
    [[nodiscard]] Check keychainCheck() const { return m_check; }
    /// Never: passes at once. Always: passes after a yes only, and where nothing can ask, not at all.
    /// PresenceRefused · PresenceTimeout · PresenceUnavailable · Cancelled.
    void beforeKeychain(Passed passed);
    /// After a yes only, whatever is set.
    void beforePersonal(Passed passed);
    /// Ends the question that is open.
    void cancel() { m_presence.cancel(); }
    /// The vault is open: whoever still asks for the keychain is not wanted any more.
    void vaultOpened();
    [[nodiscard]] UserPresence &presence() { return m_presence; }

signals:
    void refusedTooOften();

private:
    [[nodiscard]] static Result<> resultOf(UserPresence::Answer answer);

    UserPresence &m_presence;
    Check m_check = Check::Always;
    int m_refusals = 0;
    bool m_asksForKeychain = false;
};

} // namespace clavitor
