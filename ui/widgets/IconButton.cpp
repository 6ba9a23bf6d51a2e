// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/IconButton.h"

#include "ui/style/Paint.h"

#include <QPainter>

namespace clavitor::ui {

IconButton::IconButton(Symbol symbol, const QString &what, QWidget *parent)
    : QToolButton(parent)
{
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
    setFixedSize(kControlHeight, kControlHeight);
    setIconSize({18, 18});
    setToolButtonStyle(Qt::ToolButtonIconOnly);
    setPopupMode(QToolButton::InstantPopup);
    setSymbol(symbol);
    setWhat(what);
}

void IconButton::setSymbol(Symbol symbol, Ink ink)
{
    setIcon(ui::icon(symbol, ink));
}

void IconButton::setWhat(const QString &what)
{
    setToolTip(what);
    setAccessibleName(what);
}

Switch::Switch(const QString &accessibleName, QWidget *parent)
    : QAbstractButton(parent)
{
    setCheckable(true);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Switch::setInk(Ink ink)
{
    m_ink = ink;
    update();
}

void Switch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    if (!isEnabled())
        painter.setOpacity(0.5);
    const QRectF track((width() - 32) / 2.0, (height() - 18) / 2.0, 32, 18);
    paint::panel(&painter, track, 9, isChecked() ? tokens.ink(m_ink) : blend(tokens.line, tokens.faint, 0.55), {});
    const qreal x = isChecked() ? track.right() - 16 : track.left() + 2;
    paint::panel(&painter, QRectF(x, track.top() + 2, 14, 14), 7, isChecked() ? tokens.onAccent : lightTokens().surface, {});
    if (hasFocus())
        paint::focusRing(&painter, track.adjusted(-2, -2, 2, 2), 11, tokens);
}

} // namespace clavitor::ui
