// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// The locked screen and Personal's sheet while somebody is asked for, and how such a check ends.
void shootPresence(const std::function<void(const QString &, QWidget *, QSize)> &take);
