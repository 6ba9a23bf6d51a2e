// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ButtonRow.h"

#include "ui/style/Tokens.h"

namespace clavitor::ui {

ButtonRow::ButtonRow(std::initializer_list<QWidget *> answers, std::initializer_list<QWidget *> others)
{
    setSpacing(space::s);
    for (QWidget *other : others)
        addWidget(other);
    addStretch();
    for (QWidget *answer : answers)
        addWidget(answer);
}

} // namespace clavitor::ui
