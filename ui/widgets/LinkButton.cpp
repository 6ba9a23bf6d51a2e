// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LinkButton.h"

#include "ui/style/Icons.h"
#include "ui/style/Paint.h"

#include <QFocusEvent>
#include <QPainter>

namespace clavitor::ui {

namespace {

constexpr int kLinkIcon = 15;
constexpr int kLinkHeight = 26;

} // namespace

LinkButton::LinkButton(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(text);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

QSize LinkButton::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + (isEnabled() ? space::xs + kLinkIcon : 0) + 2, kLinkHeight};
}

QSize LinkButton::minimumSizeHint() const
{
    return {80, kLinkHeight};
}

void LinkButton::focusInEvent(QFocusEvent *event)
{
    m_keyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QAbstractButton::focusInEvent(event);
}

void LinkButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    QFont words = font();
    words.setUnderline(isEnabled() && underMouse());
    painter.setFont(words);
    painter.setPen(isEnabled() ? tokens.accent : tokens.quiet);
    const int room = width() - (isEnabled() ? space::xs + kLinkIcon : 0);
    const QString fitting = fontMetrics().elidedText(text(), Qt::ElideMiddle, room);
    painter.drawText(QRect(0, 0, room, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, fitting);
    if (isEnabled())
        paintSymbol(&painter, QRectF(fontMetrics().horizontalAdvance(fitting) + space::xs, (height() - kLinkIcon) / 2.0, kLinkIcon, kLinkIcon),
                    Symbol::External, tokens.accent);
    if (hasFocus() && m_keyboard)
        paint::focusRing(&painter, rect(), 4, tokens);
}

} // namespace clavitor::ui
