// SPDX-License-Identifier: GPL-3.0-or-later
// How ThemeStyle draws buttons.
#include "ui/style/Icons.h"
#include "ui/style/Paint.h"
#include "ui/style/ThemeStyle.h"

#include <QPainter>
#include <QStyleOption>

namespace clavitor::ui {

namespace {

/// `icon` in another ink than its own.
QPixmap inked(const QIcon &icon, QSize size, QIcon::State state, qreal ratio, const QColor &ink)
{
    QPixmap picture = icon.pixmap(size, ratio, QIcon::Normal, state);
    QPainter painter(&picture);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(QRectF({}, picture.deviceIndependentSize()), ink);
    return picture;
}

} // namespace

void ThemeStyle::drawButton(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const ButtonRole role = buttonRole(widget, option);
    const QRectF rect = option.rect;
    const bool enabled = option.state.testFlag(State_Enabled);
    const bool filled = role == ButtonRole::Primary || role == ButtonRole::Danger;
    painter->save();
    if (!enabled && !filled)
        painter->setOpacity(0.55);
    if (filled) {
        const QColor base = role == ButtonRole::Primary ? tokens.accent : tokens.denied;
        QColor fill = enabled ? base : paint::offFill(tokens, base);
        if (option.state.testFlag(State_Sunken))
            fill = blend(base, tokens.text, 0.18);
        else if (option.state.testFlag(State_MouseOver) && enabled)
            fill = blend(base, tokens.text, 0.09);
        paint::panel(painter, rect, kControlRadius, fill, {});
    } else {
        if (role == ButtonRole::Ordinary)
            paint::panel(painter, rect, kControlRadius, tokens.raised, paint::controlLine(tokens));
        if (const QColor over = paint::veil(option); over.isValid())
            paint::panel(painter, rect, kControlRadius, over, {});
    }
    painter->restore();
    if (paint::byKeyboard(option)) {
        paint::focusRing(painter, rect, kControlRadius, tokens);
        if (filled)
            paint::panel(painter, rect.adjusted(2, 2, -2, -2), kControlRadius - 2, {}, tokens.onAccent);
    }
    if (option.features.testFlag(QStyleOptionButton::HasMenu)) {
        const QColor arrow = filled && enabled ? tokens.onAccent : tokens.quiet;
        paintSymbol(painter, QRectF(rect.right() - 24, rect.center().y() - 8, 16, 16), Symbol::ChevronDown, arrow);
    }
}

void ThemeStyle::drawButtonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const ButtonRole role = buttonRole(widget, option);
    const bool filled = role == ButtonRole::Primary || role == ButtonRole::Danger;
    const bool enabled = option.state.testFlag(State_Enabled);
    QRect room = option.rect.adjusted(space::s, 0, -space::s, 0);
    if (option.features.testFlag(QStyleOptionButton::HasMenu))
        room.adjust(0, 0, -space::l, 0);
    int flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine;
    flags |= proxy()->styleHint(SH_UnderlineShortcut, &option, widget) ? Qt::TextShowMnemonic : Qt::TextHideMnemonic;
    const int icon = option.icon.isNull() ? 0 : option.iconSize.width();
    const int gap = icon > 0 && !option.text.isEmpty() ? kIconGap : 0;
    const QString text = option.fontMetrics.elidedText(option.text, Qt::ElideRight, room.width() - icon - gap, Qt::TextShowMnemonic);
    const int words = option.fontMetrics.size(Qt::TextShowMnemonic, text).width();
    const int left = room.left() + (room.width() - icon - gap - words) / 2;
    const bool mirrored = option.direction == Qt::RightToLeft; // the icon stands behind the words
    painter->save();
    if (icon > 0) {
        const QRect box(mirrored ? left + words + gap : left, room.center().y() - icon / 2 + 1, icon, icon);
        const QIcon::State state = option.state.testFlag(State_On) ? QIcon::On : QIcon::Off;
        if (filled && !enabled)
            painter->drawPixmap(box, inked(option.icon, box.size(), state, painter->device()->devicePixelRatioF(), tokens.quiet));
        else
            option.icon.paint(painter, box, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled, state);
    }
    painter->setPen(filled ? (enabled ? tokens.onAccent : tokens.quiet) : option.palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText));
    painter->drawText(QRect(mirrored ? left : left + icon + gap, room.top(), words + 1, room.height()), flags, text);
    painter->restore();
}

void ThemeStyle::drawToolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget) const
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRectF rect = option.rect;
    if (option.state.testFlag(State_On)) {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.12F);
        paint::panel(painter, rect, kControlRadius, fill, {});
    }
    if (const QColor over = paint::veil(option); over.isValid())
        paint::panel(painter, rect, kControlRadius, over, {});
    if (paint::byKeyboard(option))
        paint::focusRing(painter, rect, kControlRadius, tokens);
    QStyleOptionToolButton label = option;
    label.features.setFlag(QStyleOptionToolButton::HasMenu, false);
    if (option.features.testFlag(QStyleOptionToolButton::MenuButtonPopup)) {
        label.rect.adjust(0, 0, -space::l, 0);
        paintSymbol(painter, QRectF(rect.right() - 18, rect.center().y() - 7, 14, 14), Symbol::ChevronDown, tokens.quiet);
    }
    drawControl(CE_ToolButtonLabel, &label, painter, widget);
}

} // namespace clavitor::ui
