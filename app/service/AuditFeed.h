// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"

#include <QList>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace clavitor {

/// Rows of the log on their way to the window, gathered: a busy agent commits thousands of rows a second, in hundreds of
/// commits, and a window that did its work for each of them would fall behind.
///
/// What comes after a pause is handed on at once; what follows within `Pace` waits for its end, and goes as one list.
/// Lives on one thread, with an event loop.
class AuditFeed : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds Pace{50};

    explicit AuditFeed(QObject *parent = nullptr);

    /// Oldest first, each list newer than the one before.
    void add(const QList<AuditEvent> &events);
    /// Hands on what waits, now.
    void flush();

signals:
    void appended(const QList<clavitor::AuditEvent> &events);

private:
    QList<AuditEvent> m_waiting;
    QTimer m_pause;
};

} // namespace clavitor
