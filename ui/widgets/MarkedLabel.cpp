// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/MarkedLabel.h"

#include <QPainter>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kMarkSide = 16;
constexpr int kMarkRoom = kMarkSide + space::s - 2;

} // namespace

MarkedLabel::MarkedLabel(TextStyle style, QWidget *parent)
    : Label({}, style, Ink::Text, parent)
{
}

MarkedLabel::MarkedLabel(Symbol symbol, Ink ink, const QString &text, TextStyle style)
    : Label(text, style, ink)
{
    setMark(symbol, ink);
}

void MarkedLabel::setMark(Symbol symbol, Ink ink)
{
    m_symbol = symbol;
    setInk(ink);
    setContentsMargins(kMarkRoom, 0, 0, 0);
    update();
}

void MarkedLabel::clearMark(Ink ink)
{
    m_symbol.reset();
    setInk(ink);
    setContentsMargins(0, 0, 0, 0);
    update();
}

void MarkedLabel::paintEvent(QPaintEvent *event)
{
    Label::paintEvent(event);
    if (!m_symbol || text().isEmpty())
        return;
    QPainter painter(this);
    const int line = fontMetrics().lineSpacing();
    const int side = std::min(kMarkSide, line);
    const int words = wordWrap() ? heightForWidth(width()) : sizeHint().height();
    const qreal top = alignment().testFlag(Qt::AlignTop) ? 0 : (height() - words) / 2.0;
    paintSymbol(&painter, QRectF(0, top + (line - side) / 2.0, side, side), *m_symbol, tokensOf(palette()).ink(ink()));
}

} // namespace clavitor::ui
