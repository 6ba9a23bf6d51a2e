// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// Where a key works: a link that is followed, its file, an interpreter without and with a folder, a script, what is gone, and nothing.
void shootPins(const std::function<void(const QString &, QWidget *, QSize)> &take);
