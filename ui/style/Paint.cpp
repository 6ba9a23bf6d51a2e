// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Paint.h"

#include "ui/style/Icons.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOption>

namespace clavitor::ui::paint {

namespace {

/// Of a bar whose end nobody knows, the part that moves.
constexpr qreal kBusyPart = 0.3;

QRectF trackIn(const QRectF &rect)
{
    const qreal thick = qMin(6.0, rect.height());
    return {rect.left(), rect.top() + (rect.height() - thick) / 2, rect.width(), thick};
}

} // namespace

bool byKeyboard(const QStyleOption &option)
{
    return option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange);
}

QColor veil(const QStyleOption &option)
{
    QColor colour = tokensOf(option.palette).text;
    if (!option.state.testFlag(QStyle::State_Enabled))
        return {};
    if (option.state & (QStyle::State_Sunken))
        colour.setAlphaF(0.11F);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        colour.setAlphaF(0.06F);
    else
        return {};
    return colour;
}

void panel(QPainter *painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    if (border.isValid()) {
        painter->setPen(QPen(border, 1));
        painter->drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5);
    } else {
        painter->setPen(Qt::NoPen);
        painter->drawRoundedRect(rect, radius, radius);
    }
    painter->restore();
}

void focusRing(QPainter *painter, const QRectF &rect, qreal radius, const Tokens &tokens)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(tokens.accent, 2));
    painter->drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius - 1, radius - 1);
    painter->restore();
}

void hairline(QPainter *painter, const QPointF &from, const QPointF &to, const QColor &colour)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    const qreal width = qMax(1.0, to.x() - from.x());
    const qreal height = qMax(1.0, to.y() - from.y());
    painter->fillRect(QRectF(from, QSizeF(width, height)), colour);
    painter->restore();
}

QColor controlLine(const Tokens &tokens)
{
    return blend(tokens.line, tokens.faint, tokens.dark ? 0.25 : 0.35);
}

void field(QPainter *painter, const QRectF &rect, const QStyleOption &option)
{
    const Tokens &tokens = tokensOf(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool readOnly = option.state.testFlag(QStyle::State_ReadOnly);
    const QColor fill = enabled && !readOnly ? (tokens.dark ? tokens.ground : tokens.surface) : tokens.ground;
    QColor border = controlLine(tokens);
    if (enabled && option.state.testFlag(QStyle::State_MouseOver))
        border = blend(border, tokens.faint, 0.5);
    panel(painter, rect, kControlRadius, fill, border);
    if (option.state.testFlag(QStyle::State_HasFocus))
        focusRing(painter, rect, kControlRadius, tokens);
}

void checkBox(QPainter *painter, const QStyleOption &option)
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRectF rect = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const bool on = option.state & (QStyle::State_On | QStyle::State_NoChange);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    painter->save();
    if (!enabled)
        painter->setOpacity(0.5);
    panel(painter, rect, 4, on ? tokens.accent : (tokens.dark ? tokens.ground : tokens.surface),
          on ? QColor() : blend(tokens.line, tokens.faint, 0.7));
    if (on)
        paintSymbol(painter, rect.adjusted(1, 1, -1, -1),
                    option.state.testFlag(QStyle::State_NoChange) ? Symbol::Minus : Symbol::Check, tokens.onAccent);
    painter->restore();
}

void radioButton(QPainter *painter, const QStyleOption &option)
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRectF rect = QRectF(option.rect).adjusted(1, 1, -1, -1);
    const bool on = option.state.testFlag(QStyle::State_On);
    painter->save();
    if (!option.state.testFlag(QStyle::State_Enabled))
        painter->setOpacity(0.5);
    panel(painter, rect, rect.width() / 2, on ? tokens.accent : (tokens.dark ? tokens.ground : tokens.surface),
          on ? QColor() : blend(tokens.line, tokens.faint, 0.7));
    if (on)
        panel(painter, rect.adjusted(5, 5, -5, -5), 3, tokens.onAccent, {});
    painter->restore();
}

void scrollBar(QPainter *painter, const QRectF &thumb, const QStyleOption &option, bool active)
{
    const Tokens &tokens = tokensOf(option.palette);
    QColor colour = tokens.faint;
    colour.setAlphaF(active ? 0.75F : 0.32F);
    const QRectF bar = thumb.adjusted(2, 2, -2, -2);
    const qreal radius = qMin(bar.width(), bar.height()) / 2;
    panel(painter, bar, radius, colour, {});
}

void slider(QPainter *painter, const QRectF &groove, const QRectF &handle, const QStyleOption &option)
{
    const Tokens &tokens = tokensOf(option.palette);
    const QRectF track(groove.left() + 2, groove.center().y() - 2, groove.width() - 4, 4);
    panel(painter, track, 2, controlLine(tokens), {});
    QRectF filled = track;
    filled.setRight(handle.center().x());
    panel(painter, filled, 2, tokens.accent, {});
    const QPointF centre = handle.center();
    const QRectF knob(centre.x() - 8, centre.y() - 8, 16, 16);
    panel(painter, knob, 8, tokens.dark ? tokens.text : tokens.surface, controlLine(tokens));
    if (option.state.testFlag(QStyle::State_HasFocus))
        focusRing(painter, knob, 8, tokens);
}

void progress(QPainter *painter, const QRectF &rect, const Tokens &tokens, qreal fraction)
{
    const QRectF track = trackIn(rect);
    panel(painter, track, track.height() / 2, tokens.line, {});
    if (fraction <= 0)
        return;
    QRectF filled = track;
    filled.setWidth(qMax(track.height(), track.width() * qMin(1.0, fraction)));
    panel(painter, filled, track.height() / 2, tokens.accent, {});
}

void busy(QPainter *painter, const QRectF &rect, const Tokens &tokens, qreal at)
{
    const QRectF track = trackIn(rect);
    panel(painter, track, track.height() / 2, tokens.line, {});
    const qreal length = track.width() * kBusyPart;
    const QRectF part(track.left() + (track.width() + length) * at - length, track.top(), length, track.height());
    const QRectF seen = part.intersected(track); // it comes in and goes out at the ends
    if (seen.width() >= track.height())
        panel(painter, seen, track.height() / 2, tokens.accent, {});
}

QColor offFill(const Tokens &tokens, const QColor &base)
{
    return blend(tokens.ground, base, 0.16);
}

QColor badgeFill(const Tokens &tokens, Ink ink)
{
    if (!tokens.dark)
        return tokens.wash(ink, 0.08);
    QColor fill = tokens.ink(ink);
    fill.setAlphaF(0.12F);
    return fill;
}

QColor categoryTint(const Tokens &tokens, int category)
{
    static constexpr QRgb light[categories] = {0xFF3D7AEC, 0xFF4A5568, 0xFF1F9AAE, 0xFF9DB4DC, 0xFFB4BCC7};
    static constexpr QRgb dark[categories] = {0xFF6797EC, 0xFFC3CBD6, 0xFF3FA7B5, 0xFF3F5F9E, 0xFF596371};
    const int at = qBound(0, category, categories - 1);
    return QColor::fromRgb(tokens.dark ? dark[at] : light[at]);
}

} // namespace clavitor::ui::paint
