// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <optional>

namespace clavitor::ui {

/// Whether the person is at the computer, as the desktop knows it: how long nothing was typed or moved anywhere, and the
/// moments the screen is locked or the computer goes to sleep. GUI thread; the desktop is asked and never waited for.
///
/// Only Linux desktops are asked, over D-Bus. Elsewhere, and where no service answers, the idle time stays unknown.
class SessionWatch : public QObject {
    Q_OBJECT
public:
    /// Names of the D-Bus connections to ask on; tests bring their own.
    explicit SessionWatch(const QString &sessionBus = {}, const QString &systemBus = {}, QObject *parent = nullptr);

    /// Milliseconds since the last input to the whole desktop; nothing when no service tells. `sinceOurs` is the time
    /// since the last input to our own windows, which no true answer exceeds.
    void askIdle(qint64 sinceOurs, QObject *context, std::function<void(std::optional<qint64>)> answer);

signals:
    /// The screen was locked, or the computer is about to sleep.
    void left();

private slots:
    void screenSaverChanged(bool active);
    void prepareForSleep(bool starting);

private:
    void ask(std::size_t service, qint64 sinceOurs, QObject *context, std::function<void(std::optional<qint64>)> answer);

    QString m_sessionBus;
    QString m_systemBus;
};

} // namespace clavitor::ui
