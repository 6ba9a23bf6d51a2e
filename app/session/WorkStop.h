// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"

#include <mutex>

namespace clavitor {

/// How a lock ends what is worked out for a password. A run of Argon2id cannot be stopped once it has begun; but what the work has
/// not come to yet waits here, where the lock wipes it, and the work asks before each further step.
///
/// Shared by the session and the thread that works; any thread.
class WorkStop {
public:
    /// What waits for its turn; either may be empty.
    explicit WorkStop(crypto::SecretText password = {}, crypto::SecretBytes secret = {});
    WorkStop(const WorkStop &) = delete;
    WorkStop &operator=(const WorkStop &) = delete;

    /// Wipes what still waits. For good.
    void stop() noexcept;
    [[nodiscard]] bool isStopped() const noexcept;
    /// Its turn has come; empty when it was stopped. Nothing waits here then.
    [[nodiscard]] crypto::SecretText takePassword();
    [[nodiscard]] crypto::SecretBytes takeSecret();

private:
    mutable std::mutex m_mutex;
    bool m_isStopped = false;
    crypto::SecretText m_password;
    crypto::SecretBytes m_secret;
};

} // namespace clavitor
