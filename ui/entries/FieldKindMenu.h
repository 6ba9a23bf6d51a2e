// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/FieldKind.h"

#include <functional>

class QMenu;
class QObject;

namespace clavitor::ui {

/// Every kind a field may have, in groups. `chosen` runs while `context` lives.
void fillKindMenu(QMenu *menu, QObject *context, const std::function<void(FieldKind)> &chosen);

} // namespace clavitor::ui
