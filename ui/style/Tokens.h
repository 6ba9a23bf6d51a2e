// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace clavitor::ui {

/// What a text or an icon is painted with. The four tones always stand beside an icon and a word, never alone.
enum class Ink {
    Text,
    Quiet,
    Faint,                  ///< icons only: too weak for text
    Accent,
    OnAccent,               ///< on a surface of the accent colour
    Allowed,
    Asks,
    Denied,
    Personal,
};

/// The colours of one scheme. Two values exist, light and dark; both are constant.
struct Tokens {
    bool dark;
    QColor ground;          ///< window
    QColor surface;         ///< panes
    QColor raised;          ///< cards, dialogs, menus
    QColor line;            ///< hairlines
    QColor text;
    QColor quiet;
    QColor faint;
    QColor accent;
    QColor onAccent;
    QColor allowed;
    QColor asks;
    QColor denied;
    QColor personal;
    QColor digit;           ///< digits of a shown secret
    QColor symbol;          ///< its symbols; letters take `text`

    [[nodiscard]] const QColor &ink(Ink ink) const;
    /// `ink` over a pane at `strength`, opaque: 0.12 is a selection.
    [[nodiscard]] QColor wash(Ink ink, qreal strength) const;
};

[[nodiscard]] const Tokens &lightTokens();
[[nodiscard]] const Tokens &darkTokens();
/// The scheme a palette belongs to, so that a widget or a delegate needs nothing but its palette.
[[nodiscard]] const Tokens &tokensOf(const QPalette &palette);

/// The palette Qt's own widgets paint with.
[[nodiscard]] QPalette paletteFor(const Tokens &tokens);

/// `top` over `bottom` at `strength` 0…1, opaque.
[[nodiscard]] QColor blend(const QColor &bottom, const QColor &top, qreal strength);

/// The only spaces between things, in device-independent pixels.
namespace space {
inline constexpr int xs = 4;
inline constexpr int s = 8;
inline constexpr int m = 12;
inline constexpr int l = 16;
inline constexpr int xl = 24;
inline constexpr int xxl = 32;
} // namespace space

inline constexpr qreal kControlRadius = 6;
inline constexpr qreal kCardRadius = 10;
inline constexpr int kControlHeight = 32;

/// The type scale: title 20/600, section 15/600, body 13.5/400, quiet 12/400, and the system's fixed font.
enum class TextStyle {
    Title,
    Section,
    Body,
    BodyStrong,
    Quiet,
    Mono,                   ///< 13.5, secrets, codes and ids
    MonoQuiet,              ///< 12
    MonoLarge,              ///< 20, a code or a generated password on show
};

[[nodiscard]] QFont fontOf(TextStyle style);

} // namespace clavitor::ui
