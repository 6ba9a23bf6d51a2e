// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"

#include <QWidget>

namespace clavitor::ui {

/// One of a few things to know: a symbol, a strong line and a quiet one, where a paragraph would not be read.
class Point : public QWidget {
    Q_OBJECT
public:
    Point(Symbol symbol, const QString &title, const QString &text, Ink ink = Ink::Accent);
};

} // namespace clavitor::ui
