// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <array>
#include <cmath>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kFiles{
    "agent"_L1, "all"_L1, "allowed"_L1, "api-key"_L1, "arrow-down"_L1, "arrow-left"_L1, "arrow-up"_L1,
    "asks"_L1, "audit"_L1, "bait"_L1, "bank"_L1, "bell"_L1, "calendar"_L1, "card"_L1, "check"_L1, "chevron-down"_L1,
    "chevron-left"_L1, "chevron-right"_L1, "chevron-up"_L1, "close"_L1, "connection"_L1, "contrast"_L1,
    "copy"_L1, "database"_L1, "denied"_L1, "duplicate"_L1, "edit"_L1, "export"_L1, "external"_L1, "eye"_L1,
    "eye-off"_L1, "filter"_L1, "fingerprint"_L1, "folder"_L1, "frozen"_L1, "generate"_L1, "handle"_L1, "hash"_L1, "history"_L1,
    "identity"_L1, "import"_L1, "info"_L1, "key"_L1, "keyboard"_L1, "license"_L1, "link"_L1, "lock"_L1,
    "login"_L1, "mail"_L1, "minus"_L1, "moon"_L1, "more"_L1, "note"_L1, "off"_L1, "other"_L1, "passport"_L1,
    "password"_L1, "pause"_L1, "personal"_L1, "phone"_L1, "place"_L1, "play"_L1, "plus"_L1, "quit"_L1, "radius"_L1, "receipt"_L1,
    "rotate"_L1, "search"_L1, "server"_L1, "settings"_L1, "shield"_L1, "shield-check"_L1, "star"_L1,
    "star-filled"_L1, "tag"_L1, "terminal"_L1, "text"_L1, "timer"_L1, "trash"_L1, "undo"_L1, "unlock"_L1,
    "user"_L1, "warning"_L1, "wifi"_L1, "window"_L1,
};
static_assert(static_cast<std::size_t>(Symbol::Window) + 1 == kFiles.size());

QString pathOf(Symbol symbol)
{
    return ":/clavitor/icons/"_L1 + kFiles[static_cast<std::size_t>(symbol)] + ".svg"_L1;
}

class TintedEngine : public QIconEngine {
public:
    TintedEngine(Symbol off, Ink offInk, Symbol on, Ink onInk)
        : m_off(off)
        , m_on(on)
        , m_offInk(offInk)
        , m_onInk(onInk)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        paintSymbol(painter, rect, state == QIcon::On ? m_on : m_off, colourFor(mode, state));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    // `size` is in device pixels.
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        return tintedSvg(pathOf(state == QIcon::On ? m_on : m_off), std::min(size.width(), size.height()),
                         colourFor(mode, state));
    }

    [[nodiscard]] QIconEngine *clone() const override { return new TintedEngine(*this); }

private:
    [[nodiscard]] QColor colourFor(QIcon::Mode mode, QIcon::State state) const
    {
        const QPalette palette = QGuiApplication::palette();
        const Tokens &tokens = tokensOf(palette);
        QColor colour = tokens.ink(state == QIcon::On ? m_onInk : m_offInk);
        if (mode == QIcon::Disabled)
            colour.setAlphaF(0.4F);
        return colour;
    }

    Symbol m_off;
    Symbol m_on;
    Ink m_offInk;
    Ink m_onInk;
};

} // namespace

QPixmap tintedSvg(const QString &path, int pixels, const QColor &colour)
{
    if (pixels <= 0)
        return {};
    const QString key = "clavitor:"_L1 + path + u'|' + QString::number(pixels) + u'|' + colour.name(QColor::HexArgb);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setOpacity(colour.alphaF());
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QPixmap symbolPixmap(Symbol symbol, int logicalSize, qreal devicePixelRatio, const QColor &colour)
{
    const int pixels = static_cast<int>(std::lround(logicalSize * devicePixelRatio));
    QPixmap pixmap = tintedSvg(pathOf(symbol), pixels, colour);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

void paintSymbol(QPainter *painter, const QRectF &rect, Symbol symbol, const QColor &colour)
{
    const qreal ratio = painter->device()->devicePixelRatioF();
    const qreal side = std::min(rect.width(), rect.height());
    const QPixmap pixmap = symbolPixmap(symbol, static_cast<int>(std::lround(side)), ratio, colour);
    const QPointF topLeft = rect.center() - QPointF(side / 2, side / 2);
    // Whole device pixels keep the strokes sharp.
    painter->drawPixmap(QPointF(std::round(topLeft.x() * ratio) / ratio, std::round(topLeft.y() * ratio) / ratio), pixmap);
}

QIcon icon(Symbol symbol, Ink ink)
{
    return icon(symbol, ink, symbol, ink);
}

QIcon icon(Symbol off, Ink offInk, Symbol on, Ink onInk)
{
    return QIcon(new TintedEngine(off, offInk, on, onInk));
}

QIcon applicationIcon()
{
    QIcon result;
    for (int size : {16, 22, 24, 32, 48, 64, 128, 256})
        result.addPixmap(tintedSvg(u":/clavitor/icons/clavitor.svg"_s, size, Qt::black));
    return result;
}

} // namespace clavitor::ui
