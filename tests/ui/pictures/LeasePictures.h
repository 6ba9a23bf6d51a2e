// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// What a lock that keeps a lease shows: the tray's menu, the lock screen, the lease's dialog, the window's foot, the setting.
void shootLeases(const std::function<void(const QString &, QWidget *, QSize)> &take);
