// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Point.h"

#include "ui/widgets/Label.h"
#include "ui/widgets/SymbolTile.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace clavitor::ui {

Point::Point(Symbol symbol, const QString &title, const QString &text, Ink ink)
{
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget((new Label(title, TextStyle::BodyStrong))->wrapping());
    words->addWidget((new Label(text, TextStyle::Body, Ink::Quiet))->wrapping());
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, space::s);
    row->setSpacing(space::m);
    row->addWidget(new SymbolTile(32, symbol, ink), 0, Qt::AlignTop);
    row->addLayout(words, 1);
}

} // namespace clavitor::ui
