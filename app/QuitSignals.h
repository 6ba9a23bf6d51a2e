// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>

class QSocketNotifier;

namespace clavitor {

/// Turns SIGTERM, SIGINT and SIGHUP into an orderly quit: `quit` is called from the event loop, once. UI thread; one a process.
class QuitSignals : public QObject {
    Q_OBJECT
public:
    explicit QuitSignals(std::function<void()> quit, QObject *parent = nullptr);
    ~QuitSignals() override;

private:
    QSocketNotifier *m_notifier = nullptr;
    std::function<void()> m_quit;
};

} // namespace clavitor
