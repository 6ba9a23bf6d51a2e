// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/AuditFeed.h"

#include <utility>

namespace clavitor {

AuditFeed::AuditFeed(QObject *parent)
    : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(Pace);
    connect(&m_pause, &QTimer::timeout, this, &AuditFeed::flush);
}

void AuditFeed::add(const QList<AuditEvent> &events)
{
    m_waiting += events;
    if (!m_pause.isActive())
        flush();
}

void AuditFeed::flush()
{
    m_pause.stop();
    if (m_waiting.isEmpty())
        return;
    emit appended(std::exchange(m_waiting, {}));
    // After the work of those who listen, so that they never have more than this and the pause.
    m_pause.start();
}

} // namespace clavitor
