// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"

#include <QWidget>

namespace clavitor::ui {

/// A symbol on a rounded wash of its ink: what a line or a dialog is about, seen before it is read. Only an ornament for
/// assistive tools, as the words beside it say the same.
class SymbolTile : public QWidget {
    Q_OBJECT
public:
    /// `side` in device-independent pixels.
    explicit SymbolTile(int side, Symbol symbol, Ink ink = Ink::Accent, QWidget *parent = nullptr);

    void setSymbol(Symbol symbol, Ink ink = Ink::Accent);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Symbol m_symbol;
    Ink m_ink;
};

} // namespace clavitor::ui
