// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StepColumn.h"

#include "ui/widgets/Label.h"

#include <QVBoxLayout>

namespace clavitor::ui {

QVBoxLayout *stepColumn(QWidget *page, const QString &title, const QString &text)
{
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget((new Label(title, TextStyle::Title))->wrapping());
    if (!text.isEmpty())
        column->addWidget((new Label(text, TextStyle::Body, Ink::Quiet))->wrapping());
    column->addSpacing(space::s);
    return column;
}

} // namespace clavitor::ui
