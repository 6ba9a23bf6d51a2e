// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Tokens.h"

#include <QRectF>

class QPainter;
class QStyleOption;

namespace clavitor::ui::paint {

/// Whether what is drawn has the keyboard, and the person uses it.
[[nodiscard]] bool byKeyboard(const QStyleOption &option);
/// A veil for hover and press, the same on every surface; invalid for none.
[[nodiscard]] QColor veil(const QStyleOption &option);
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
/// That something goes on, for how long nobody knows: `at`, 0 to 1, is how far the moving part has come.
void busy(QPainter *painter, const QRectF &rect, const Tokens &tokens, qreal at);

/// What a primary or dangerous button (`base` is its colour) stands on while it is off; its words are in the quiet ink then.
[[nodiscard]] QColor offFill(const Tokens &tokens, const QColor &base);
/// What a badge in `ink` stands on. In the light scheme opaque, so that its word reads on every surface.
[[nodiscard]] QColor badgeFill(const Tokens &tokens, Ink ink);
/// Things told apart by nothing but which one they are (the keys in a chart). None is the tone of a state.
inline constexpr int categories = 5;
[[nodiscard]] QColor categoryTint(const Tokens &tokens, int category);

} // namespace clavitor::ui::paint
