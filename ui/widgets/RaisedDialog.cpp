// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RaisedDialog.h"

#include "ui/style/Tokens.h"

#include <QPainter>

namespace clavitor::ui {

void RaisedDialog::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), tokensOf(palette()).raised);
}

} // namespace clavitor::ui
