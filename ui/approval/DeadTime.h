// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <functional>

class QWidget;

namespace clavitor::ui {

/// The moment after a window came up, or what it says changed, in which nothing pressed on it counts: neither keys nor
/// clicks, however they arrive, so that what was meant for another window or for another question answers none. When the
/// window comes to have the keyboard it is keys alone. A key that is held down repeats itself into nothing at any time.
///
/// GUI thread. The owner restarts it, shows that it runs, and asks isOver() before anything takes effect.
class DeadTime : public QObject {
    Q_OBJECT
public:
    static constexpr int Milliseconds = 800;
    /// Milliseconds of a clock that never goes back.
    using Steady = std::function<qint64()>;

    /// `window` with everything in it and the menus it opens; it outlives this object. Without a clock the system's.
    explicit DeadTime(QWidget *window, Steady steady = {});

    void restart();
    [[nodiscard]] bool isOver() const;
    /// How much of it is gone, 0…1.
    [[nodiscard]] double gone() const;

signals:
    /// It began, goes on, or is over.
    void moved();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] bool isOurs(const QObject *watched) const;

    QWidget *m_window;
    Steady m_steady;
    QTimer m_tick;
    qint64 m_since;
    qint64 m_keysSince;
};

} // namespace clavitor::ui
