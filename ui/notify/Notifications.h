// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"

#include <QHash>
#include <QObject>

namespace clavitor {
class VaultClient;
struct EntryRequest;
struct KeyAlert;
struct LockedCall;
}

namespace clavitor::ui {

/// Where a message goes: the tray, or a test.
class NotificationSink {
public:
    enum class Tone { Asks, Calm, Trouble };
    virtual ~NotificationSink() = default;
    virtual void notify(Tone tone, const QString &title, const QString &text) = 0;
};

/// Which messages the person gets outside the window, and how often: an agent that knocks on a locked vault, a key
/// that was stopped or used elsewhere, a lease that is over, a credential an agent misses, a bridge that was restarted or gave up, a vault that cannot write. UI thread.
///
/// One message a minute and matter (the same caller, the same trouble), PerMinute in all: an agent in a loop cannot flood
/// the desktop. What was held back is counted in the next message about it. Names are made honest by displayText().
class Notifications : public QObject {
    Q_OBJECT
public:
    static constexpr int PerMinute = 6;

    /// `client` and `sink` outlive this object.
    Notifications(VaultClient *client, NotificationSink *sink, Clock clock, QObject *parent = nullptr);

    void bridgeRestarted();
    /// `reason` is a sentence that names the address and its holder, if known.
    void bridgeOff(const QString &reason);

private:
    void lockedCall(const LockedCall &call);
    void trouble(const Error &error);
    void keyAlert(const KeyAlert &alert);
    void entryRequested(const EntryRequest &request);
    /// False when this matter was told less than a minute ago, or too much was told at all; `held` is how many times it
    /// was held back before.
    [[nodiscard]] bool mayTell(const QString &matter, int *held);

    struct Matter {
        qint64 toldAt = 0;
        int held = 0;
    };

    NotificationSink *m_sink;
    Clock m_clock;
    QHash<QString, Matter> m_matters;
    QList<qint64> m_told;       ///< moments of the last minute
};

} // namespace clavitor::ui
