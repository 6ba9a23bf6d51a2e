// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/SecretView.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "ui/style/Tokens.h"

#include <QPainter>

namespace clavitor::ui {

namespace {

constexpr int kMaskLength = 14;

/// Bytes of the UTF-8 code point that starts with `first`; 1 for anything malformed.
std::size_t codePointLength(unsigned char first)
{
    if (first >= 0xF0)
        return 4;
    if (first >= 0xE0)
        return 3;
    return first >= 0xC0 ? 2 : 1;
}

/// Calls `visit(line, column, bytes)` for every character as it is laid out in `columns` columns; returns the lines.
template<typename Visit>
int layOut(std::string_view text, int columns, bool grouped, Visit visit)
{
    int line = 0;
    int column = 0;
    std::size_t index = 0;
    const std::size_t half = grouped ? (text.size() + 1) / 2 : text.size() + 1;
    while (index < text.size()) {
        const std::size_t length = std::min(codePointLength(static_cast<unsigned char>(text[index])), text.size() - index);
        const std::string_view piece = text.substr(index, length);
        if (grouped && index == half)
            ++column;
        index += length;
        if (piece == "\n") {
            ++line;
            column = 0;
            continue;
        }
        if (piece == "\r")
            continue;
        if (column >= columns) {
            ++line;
            column = 0;
        }
        visit(line, column, piece);
        ++column;
    }
    return line + 1;
}

} // namespace

SecretView::SecretView(QWidget *parent)
    : QWidget(parent)
{
    setFont(fontOf(TextStyle::Mono));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    mask();
}

SecretView::~SecretView() = default;

void SecretView::reveal(crypto::SecretText secret)
{
    m_secret = std::move(secret);
    m_revealed = true;
    setAccessibleName(tr("Value shown on screen"));
    updateGeometry();
    update();
}

void SecretView::mask()
{
    m_secret.wipe();
    m_revealed = false;
    setAccessibleName(tr("Hidden value"));
    updateGeometry();
    update();
}

void SecretView::setLarge(bool large)
{
    setFont(fontOf(large ? TextStyle::MonoLarge : TextStyle::Mono));
    updateGeometry();
}

void SecretView::setGrouped(bool grouped)
{
    m_grouped = grouped;
    updateGeometry();
    update();
}

int SecretView::columns(int width) const
{
    return qMax(1, static_cast<int>(width / fontMetrics().horizontalAdvance(u'0')));
}

int SecretView::lineCount(int width) const
{
    if (!m_revealed)
        return 1;
    return layOut(m_secret.view(), columns(width), m_grouped, [](int, int, std::string_view) {});
}

int SecretView::heightForWidth(int width) const
{
    return lineCount(width) * fontMetrics().lineSpacing();
}

QSize SecretView::sizeHint() const
{
    const int characters = m_revealed ? qBound(4, static_cast<int>(m_secret.size()) + (m_grouped ? 1 : 0), 40) : kMaskLength;
    const int width = characters * fontMetrics().horizontalAdvance(u'0') + 2;
    return {width, heightForWidth(width)};
}

QSize SecretView::minimumSizeHint() const
{
    return {4 * fontMetrics().horizontalAdvance(u'0'), fontMetrics().lineSpacing()};
}

void SecretView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    const int advance = fontMetrics().horizontalAdvance(u'0');
    const int lineHeight = fontMetrics().lineSpacing();
    const int top = qMax(0, (height() - lineCount(width()) * lineHeight) / 2);
    if (!m_revealed) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.quiet);
        const qreal step = 8.5;
        for (int i = 0; i < kMaskLength && (i + 1) * step < width(); ++i)
            painter.drawEllipse(QPointF(3 + i * step, top + lineHeight / 2.0), 2.6, 2.6);
        return;
    }
    layOut(m_secret.view(), columns(width()), m_grouped, [&](int line, int column, std::string_view bytes) {
        QString character = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
        const QChar first = character.isEmpty() ? QChar() : character.at(0);
        painter.setPen(first.isDigit() ? tokens.digit : first.isLetter() || first.isSurrogate() ? tokens.text : tokens.symbol);
        painter.drawText(QPointF(column * advance, top + line * lineHeight + fontMetrics().ascent()), character);
        link::wipe(character);
    });
}

} // namespace clavitor::ui
