// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LocalDoor.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <expected>
#include <functional>
#include <memory>

namespace clavitor::shim {

/// What the bridge answered. `body` may hold secrets: whoever has it last wipes it.
struct Answer
{
    int status = 0;
    QByteArray body;
};

/// How long a bridge that is not there is waited for, and an answer.
struct Patience
{
    std::chrono::milliseconds absent{3'000};  ///< it is started again within that when it died
    std::chrono::milliseconds answer{60'000}; ///< it holds a call that waits for the person for 25 s
};

/// One HTTP request to the bridge, over a connection of its own: through the door, out, and the answer back.
///
/// Lives on one thread. Nothing is sent before the door was looked at (link::enterDoor). What could not be sent because nobody
/// was there is tried again; what was sent never is. Deleting it hangs up, which withdraws the question. The request and what
/// was read are wiped.
class Exchange : public QObject
{
    Q_OBJECT
public:
    /// Starts from the event loop. `request` is the whole of it, token included.
    Exchange(QString door, QByteArray request, const Patience &patience, QObject *parent);
    ~Exchange() override;

    /// Called once, as the last; a refusal also when the bridge left before it had answered. May delete this.
    std::function<void(std::expected<Answer, link::DoorRefusal> answer)> ended;

private:
    void enter();
    void send();
    void receive();
    [[nodiscard]] bool isWhole();
    void end(std::expected<Answer, link::DoorRefusal> answer);

    QString m_door;
    QByteArray m_request;
    qsizetype m_sent = 0;
    QByteArray m_incoming;
    qsizetype m_bodyAt = -1; ///< in m_incoming, once the head was read
    qsizetype m_bodySize = 0;
    int m_status = 0;
    Patience m_patience;
    int m_descriptor = -1;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QElapsedTimer m_age;
    QTimer m_retry;
    QTimer m_limit;
};

} // namespace clavitor::shim
