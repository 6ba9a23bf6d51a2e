// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Badge.h"

#include "ui/style/Paint.h"

#include <QPainter>

namespace clavitor::ui {

namespace {

constexpr int kBadgeHeight = 22;
constexpr int kBadgeIcon = 14;

} // namespace

Badge::Badge(Symbol symbol, const QString &word, Ink ink, QWidget *parent)
    : QWidget(parent)
{
    setFont(fontOf(TextStyle::Quiet));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setBadge(symbol, word, ink);
}

Badge::Badge(const QString &word, QWidget *parent)
    : QWidget(parent)
    , m_word(word)
    , m_ink(Ink::Quiet)
{
    setFont(fontOf(TextStyle::Quiet));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(word);
}

void Badge::setBadge(Symbol symbol, const QString &word, Ink ink)
{
    m_symbol = symbol;
    m_word = word;
    m_ink = ink;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_word) + 2 * space::s + (m_symbol ? kBadgeIcon + space::xs : 0), kBadgeHeight};
}

void Badge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    paint::panel(&painter, rect(), kBadgeHeight / 2.0, paint::badgeFill(tokens, m_ink), {});
    int x = space::s;
    if (m_symbol) {
        paintSymbol(&painter, QRectF(x, (height() - kBadgeIcon) / 2.0, kBadgeIcon, kBadgeIcon), *m_symbol, tokens.ink(m_ink));
        x += kBadgeIcon + space::xs;
    }
    painter.setPen(tokens.ink(m_ink));
    painter.drawText(QRect(x, 0, width() - x - space::xs, height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, m_word);
}

} // namespace clavitor::ui
