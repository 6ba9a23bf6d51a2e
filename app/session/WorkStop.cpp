// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/WorkStop.h"

#include <utility>

namespace clavitor {

WorkStop::WorkStop(crypto::SecretText password, crypto::SecretBytes secret)
    : m_password(std::move(password))
    , m_secret(std::move(secret))
{
}

void WorkStop::stop() noexcept
{
    const std::scoped_lock lock(m_mutex);
    m_isStopped = true;
    m_password.wipe();
    m_secret.wipe();
}

bool WorkStop::isStopped() const noexcept
{
    const std::scoped_lock lock(m_mutex);
    return m_isStopped;
}

crypto::SecretText WorkStop::takePassword()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_password, {});
}

crypto::SecretBytes WorkStop::takeSecret()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_secret, {});
}

} // namespace clavitor
