// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <expected>
#include <functional>

namespace clavitor::bridge {

/// Takes the port, and does not give up when it is taken.
///
/// A bridge whose keeper was killed leaves the port within a fraction of a second, so for PatienceMilliseconds a
/// taken port is no news. After that `failed` is called with the reason, again whenever it is another, and the port is tried again every
/// RetryMilliseconds: whoever quits the program that holds it need not come back here.
///
/// Lives on one thread; both functions are called on it.
class PortClaim : public QObject
{
    Q_OBJECT
public:
    static constexpr int PatienceMilliseconds = 1000;
    static constexpr int QuickRetryMilliseconds = 50;
    static constexpr int RetryMilliseconds = 2000;

    /// The port that is served now, or why it is not (HttpServer::listen).
    using Attempt = std::function<std::expected<std::uint16_t, QString>()>;

    explicit PortClaim(Attempt attempt, QObject *parent = nullptr);

    std::function<void(std::uint16_t port)> taken;
    std::function<void(const QString &reason)> failed;

    /// Tries at once; calls `taken` before it returns when that works.
    void start();
    void stop();

private:
    void tryAgain();

    Attempt m_attempt;
    QTimer m_retry;
    int m_attempts = 0;
    QString m_reason; ///< as told last; empty before
};

} // namespace clavitor::bridge
