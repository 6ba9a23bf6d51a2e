// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// The whole window at its least and its first size: the lock screen's states, and every page.
void shootLeastWindow(const std::function<void(const QString &, QWidget *, QSize)> &take);
