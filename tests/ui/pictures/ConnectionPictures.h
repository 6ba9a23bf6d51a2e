// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>

#include <functional>

class QWidget;

/// The Connection page with clients in every state, the sheet that sets one up, step by step, and the doctor's.
void shootConnection(const std::function<void(const QString &name, QWidget *widget, QSize size)> &take);
