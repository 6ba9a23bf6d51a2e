// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "app/base/Error.h"
#include "app/model/LogVerdict.h"
#include "ui/audit/VerdictText.h"
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

    /// Personal is open. `checkpoints` are what the file at `path` holds, read by the caller, or why it could not be; without a path
    /// the person keeps none. The log is verified either way.
    void start(VerdictText::File file = {}, const Result<QByteArray> &checkpoints = QByteArray());
    [[nodiscard]] bool isRunning() const { return m_running; }

signals:
    void runningChanged(bool running);
    /// The person wants to see the first bad row.
    void rowRequested(qint64 sequence);

private:
    void finish(const Result<LogVerdict> &verdict);
    /// It could not be done.
    void say(const Error &error);
    void act();

    VaultClient *m_client;
    Clock m_clock;
    bool m_running = false;
    qint64 m_badRow = 0;
    VerdictText::File m_file;   ///< of the run that is under way or over
};

} // namespace clavitor::ui
