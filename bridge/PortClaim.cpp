// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/PortClaim.h"

namespace clavitor::bridge {

PortClaim::PortClaim(Attempt attempt, QObject *parent)
    : QObject(parent)
    , m_attempt(std::move(attempt))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &PortClaim::tryAgain);
}

void PortClaim::start()
{
    m_attempts = 0;
    m_reason.clear();
    tryAgain();
}

void PortClaim::stop()
{
    m_retry.stop();
}

void PortClaim::tryAgain()
{
    const std::expected<std::uint16_t, QString> port = m_attempt();
    if (port) {
        taken(*port);
        return;
    }
    ++m_attempts;
    if (m_attempts * QuickRetryMilliseconds <= PatienceMilliseconds) {
        m_retry.start(QuickRetryMilliseconds);
        return;
    }
    m_retry.start(RetryMilliseconds);
    // Whoever holds the port may have changed.
    if (m_reason != port.error()) {
        m_reason = port.error();
        failed(m_reason);
    }
}

} // namespace clavitor::bridge
