// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// Replacing all keys: before, meanwhile, afterwards, and an agent's key that waits for its new token.
void shootReplaceKeys(const std::function<void(const QString &, QWidget *, QSize)> &take);
