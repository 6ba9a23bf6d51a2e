// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <QWidget>

#include <functional>

namespace clavitor::ui {

/// Takes a shown secret out of sight again (SECURITY.md T22): after a while, and when its window loses the focus. GUI
/// thread.
class Remask : public QObject {
    Q_OBJECT
public:
    /// Lives with `shown`, the widget the secret stands in. `mask` runs once for each start().
    Remask(QWidget *shown, std::function<void()> mask);

    /// The secret has come on show, or is being worked on: count anew.
    void start(int milliseconds);
    void stop() { m_timer.stop(); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void run();

    std::function<void()> m_mask;
    QTimer m_timer;
};

} // namespace clavitor::ui
