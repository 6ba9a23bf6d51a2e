// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SymbolTile.h"

#include "ui/style/Paint.h"

#include <QPainter>

namespace clavitor::ui {

SymbolTile::SymbolTile(int side, Symbol symbol, Ink ink, QWidget *parent)
    : QWidget(parent)
    , m_symbol(symbol)
    , m_ink(ink)
{
    setFixedSize(side, side);
}

void SymbolTile::setSymbol(Symbol symbol, Ink ink)
{
    m_symbol = symbol;
    m_ink = ink;
    update();
}

void SymbolTile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    paint::panel(&painter, rect(), width() / 4.0, tokens.wash(m_ink, 0.12), {});
    const qreal symbol = 2 * (width() * 28 / 100); // whole pixels on both sides
    paintSymbol(&painter, QRectF((width() - symbol) / 2, (height() - symbol) / 2, symbol, symbol), m_symbol, tokens.ink(m_ink));
}

} // namespace clavitor::ui
