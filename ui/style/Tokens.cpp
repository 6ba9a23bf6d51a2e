// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Tokens.h"

#include <QFontDatabase>

#include <algorithm>

namespace clavitor::ui {

const QColor &Tokens::ink(Ink ink) const
{
    switch (ink) {
    case Ink::Text:
        return text;
    case Ink::Quiet:
        return quiet;
    case Ink::Faint:
        return faint;
    case Ink::Accent:
        return accent;
    case Ink::OnAccent:
        return onAccent;
    case Ink::Allowed:
        return allowed;
    case Ink::Asks:
        return asks;
    case Ink::Denied:
        return denied;
    case Ink::Personal:
        return personal;
    }
    return text;
}

QColor Tokens::wash(Ink inkOfWash, qreal strength) const
{
    return blend(surface, ink(inkOfWash), strength);
}

const Tokens &lightTokens()
{
    static const Tokens tokens{
        .dark = false,
        .ground = QColor(0xF6, 0xF7, 0xF9),
        .surface = QColor(0xFF, 0xFF, 0xFF),
        .raised = QColor(0xFF, 0xFF, 0xFF),
        .line = QColor(0xDF, 0xE3, 0xE8),
        .text = QColor(0x14, 0x18, 0x1F),
        .quiet = QColor(0x57, 0x60, 0x6C),
        .faint = QColor(0x8A, 0x93, 0xA0),
        .accent = QColor(0x2F, 0x6F, 0xEB),
        .onAccent = QColor(0xFF, 0xFF, 0xFF),
        .allowed = QColor(0x18, 0x7A, 0x4B),
        .asks = QColor(0x8F, 0x5C, 0x0E),
        .denied = QColor(0xC9, 0x37, 0x2C),
        .personal = QColor(0x7A, 0x4F, 0xD0),
        .digit = QColor(0x1F, 0x5F, 0xD6),
        .symbol = QColor(0xB0, 0x3A, 0x5B),
    };
    return tokens;
}

const Tokens &darkTokens()
{
    static const Tokens tokens{
        .dark = true,
        .ground = QColor(0x14, 0x17, 0x1C),
        .surface = QColor(0x1B, 0x1F, 0x26),
        .raised = QColor(0x23, 0x29, 0x33),
        .line = QColor(0x2E, 0x35, 0x40),
        .text = QColor(0xED, 0xF0, 0xF4),
        .quiet = QColor(0xA6, 0xB0, 0xBD),
        .faint = QColor(0x77, 0x81, 0x8F),
        .accent = QColor(0x6E, 0xA1, 0xFF),
        .onAccent = QColor(0x0B, 0x12, 0x20),
        .allowed = QColor(0x4C, 0xC3, 0x8A),
        .asks = QColor(0xE5, 0xB5, 0x67),
        .denied = QColor(0xFF, 0x7B, 0x72),
        .personal = QColor(0xB3, 0x94, 0xF4),
        .digit = QColor(0x8A, 0xB4, 0xFF),
        .symbol = QColor(0xF2, 0x9B, 0xB4),
    };
    return tokens;
}

const Tokens &tokensOf(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Window).lightnessF() < 0.5F ? darkTokens() : lightTokens();
}

QColor blend(const QColor &bottom, const QColor &top, qreal strength)
{
    const auto mix = [strength](int low, int high) { return low + qRound((high - low) * std::clamp(strength, 0.0, 1.0)); };
    return {mix(bottom.red(), top.red()), mix(bottom.green(), top.green()), mix(bottom.blue(), top.blue())};
}

QPalette paletteFor(const Tokens &tokens)
{
    QPalette palette;
    palette.setColor(QPalette::Window, tokens.ground);
    palette.setColor(QPalette::WindowText, tokens.text);
    palette.setColor(QPalette::Base, tokens.surface);
    palette.setColor(QPalette::AlternateBase, tokens.ground);
    palette.setColor(QPalette::Text, tokens.text);
    palette.setColor(QPalette::Button, tokens.raised);
    palette.setColor(QPalette::ButtonText, tokens.text);
    palette.setColor(QPalette::BrightText, tokens.denied);
    palette.setColor(QPalette::ToolTipBase, tokens.raised);
    palette.setColor(QPalette::ToolTipText, tokens.text);
    palette.setColor(QPalette::PlaceholderText, tokens.quiet);
    palette.setColor(QPalette::Highlight, tokens.wash(Ink::Accent, 0.30));
    palette.setColor(QPalette::HighlightedText, tokens.text);
    palette.setColor(QPalette::Link, tokens.accent);
    palette.setColor(QPalette::LinkVisited, tokens.accent);
    palette.setColor(QPalette::Light, tokens.raised);
    palette.setColor(QPalette::Midlight, tokens.line);
    palette.setColor(QPalette::Mid, tokens.line);
    palette.setColor(QPalette::Dark, tokens.faint);
    palette.setColor(QPalette::Shadow, tokens.line);
    const QColor disabled = blend(tokens.surface, tokens.text, tokens.dark ? 0.55 : 0.62); // the tray menu tells its state in it, so it stays readable
    for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    return palette;
}

QFont fontOf(TextStyle style)
{
    const auto sized = [](QFont font, qreal pixels, QFont::Weight weight) {
        // Points, so that the desktop's font resolution scales the text; 96 dots an inch is 1:1.
        font.setPointSizeF(pixels * 0.75);
        font.setWeight(weight);
        return font;
    };
    const QFont general = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    switch (style) {
    case TextStyle::Title:
        return sized(general, 20, QFont::DemiBold);
    case TextStyle::Section:
        return sized(general, 15, QFont::DemiBold);
    case TextStyle::Body:
        return sized(general, 13.5, QFont::Normal);
    case TextStyle::BodyStrong:
        return sized(general, 13.5, QFont::DemiBold);
    case TextStyle::Quiet:
        return sized(general, 12, QFont::Normal);
    case TextStyle::Mono:
        return sized(fixed, 13.5, QFont::Normal);
    case TextStyle::MonoQuiet:
        return sized(fixed, 12, QFont::Normal);
    case TextStyle::MonoLarge:
        return sized(fixed, 20, QFont::Normal);
    }
    return general;
}

} // namespace clavitor::ui
