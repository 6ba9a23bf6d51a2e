// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QWidget;

/// The question in its states and with names that are hard to show; `take` keeps a picture under a name.
void shootApprovals(const std::function<void(const QString &, QWidget *)> &take);
