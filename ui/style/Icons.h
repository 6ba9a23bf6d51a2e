// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Tokens.h"

#include <QIcon>
#include <QPixmap>
#include <QRectF>

class QPainter;

namespace clavitor::ui {

/// The icon family: resources/icons/*.svg, 20 px grid, 1.75 px round strokes. In the order of the file names.
enum class Symbol {
    Agent, All, Allowed, ApiKey, ArrowDown, ArrowLeft, ArrowUp, Asks, Audit, Bait, Bank, Bell, Calendar, Card,
    Check, ChevronDown, ChevronLeft, ChevronRight, ChevronUp, Close, Connection, Contrast, Copy, Database,
    Denied, Duplicate, Edit, Export, External, Eye, EyeOff, Filter, Fingerprint, Folder, Frozen, Generate, Handle, Hash,
    History, Identity, Import, Info, Key, Keyboard, License, Link, Lock, Login, Mail, Minus, Moon, More, Note,
    Off, Other, Passport, Password, Pause, Personal, Phone, Place, Play, Plus, Quit, Radius, Receipt, Rotate, Search,
    Server, Settings, Shield, ShieldCheck, Star, StarFilled, Tag, Terminal, Text, Timer, Trash, Undo,
    Unlock, User, Warning, Wifi, Window,
};

/// An icon in an ink of the current palette, resolved when painted: it follows a change of scheme by itself.
/// GUI thread.
[[nodiscard]] QIcon icon(Symbol symbol, Ink ink = Ink::Quiet);
/// As icon(), with another symbol or ink while the button is checked.
[[nodiscard]] QIcon icon(Symbol off, Ink offInk, Symbol on, Ink onInk);
/// Crisp at any device pixel ratio; `colour` may be translucent.
void paintSymbol(QPainter *painter, const QRectF &rect, Symbol symbol, const QColor &colour);
[[nodiscard]] QPixmap symbolPixmap(Symbol symbol, int logicalSize, qreal devicePixelRatio, const QColor &colour);
/// Any of our SVG files (`:/clavitor/icons/tray/open.svg`) with currentColor replaced; pixels are device pixels.
[[nodiscard]] QPixmap tintedSvg(const QString &path, int pixels, const QColor &colour);
/// The program's own icon, at the usual sizes.
[[nodiscard]] QIcon applicationIcon();

} // namespace clavitor::ui
