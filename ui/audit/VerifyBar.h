// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/model/LogVerdict.h"
#include "ui/widgets/InlineMessage.h"

#include <QByteArray>

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

/// Verifies the log and says what came of it: how far it is and a way to stop while it runs, then the verdict and the way
/// to the first bad row. Hidden before and after. GUI thread.
class VerifyBar : public InlineMessage {
    Q_OBJECT
public:
    /// `client` outlives it.
    VerifyBar(VaultClient *client, Clock clock, QWidget *parent = nullptr);

    /// Personal is open. `checkpoints` are what lies outside, read by the caller.
    void start(const QByteArray &checkpoints);
    /// It could not be started.
    void say(const Error &error);
    [[nodiscard]] bool isRunning() const { return m_running; }

signals:
    void runningChanged(bool running);
    /// The person wants to see the first bad row.
    void rowRequested(qint64 sequence);

private:
    void finish(const Result<LogVerdict> &verdict);
    void act();

    VaultClient *m_client;
    Clock m_clock;
    bool m_running = false;
    qint64 m_badRow = 0;
};

} // namespace clavitor::ui
