// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Tokens.h"

#include <QRectF>

class QPainter;
class QStyleOption;

namespace clavitor::ui::paint {

/// A filled rounded rectangle with a 1 px border inside `rect`; invalid colours are left out.
void panel(QPainter *painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border);
/// The 2 px ring of what has the keyboard, inside `rect`.
void focusRing(QPainter *painter, const QRectF &rect, qreal radius, const Tokens &tokens);
/// One device-independent pixel, aligned.
void hairline(QPainter *painter, const QPointF &from, const QPointF &to, const QColor &colour);
/// A box that takes text: line edits, spin boxes, editable combo boxes.
void field(QPainter *painter, const QRectF &rect, const QStyleOption &option);
/// Border colour of controls: a little stronger than a hairline, so that a field is seen as one.
[[nodiscard]] QColor controlLine(const Tokens &tokens);
void checkBox(QPainter *painter, const QStyleOption &option);
void radioButton(QPainter *painter, const QStyleOption &option);
void scrollBar(QPainter *painter, const QRectF &thumb, const QStyleOption &option, bool active);
void slider(QPainter *painter, const QRectF &groove, const QRectF &handle, const QStyleOption &option);
void progress(QPainter *painter, const QRectF &rect, const Tokens &tokens, qreal fraction);

} // namespace clavitor::ui::paint
