// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Avatar.h"

#include "ui/style/Paint.h"

#include <QPainter>

#include <algorithm>

namespace clavitor::ui {

namespace {

/// FNV-1a, so that a tint never changes between runs, machines or Qt versions.
quint32 steadyHash(const QString &text)
{
    quint32 hash = 2166136261U;
    const QByteArray bytes = text.toCaseFolded().toUtf8();
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
    return hash;
}

QString letterOf(const QString &title)
{
    for (qsizetype i = 0; i < title.size(); ++i) {
        if (title.at(i).isHighSurrogate() && i + 1 < title.size() && QChar::isLetterOrNumber(QChar::surrogateToUcs4(title.at(i), title.at(i + 1))))
            return title.mid(i, 2).toUpper();
        if (title.at(i).isLetterOrNumber())
            return title.mid(i, 1).toUpper();
    }
    return QStringLiteral("?");
}

} // namespace

void paintAvatar(QPainter *painter, const QRectF &rect, const QString &title, const QString &seed, const Tokens &tokens)
{
    const quint32 hash = steadyHash(seed.isEmpty() ? title : seed);
    const float hue = static_cast<float>(hash % 24) / 24.0F;
    const QColor fill = tokens.dark ? QColor::fromHslF(hue, 0.34F, 0.27F) : QColor::fromHslF(hue, 0.62F, 0.91F);
    const QColor ink = tokens.dark ? QColor::fromHslF(hue, 0.72F, 0.84F) : QColor::fromHslF(hue, 0.62F, 0.31F);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(fill);
    painter->drawEllipse(rect);
    QFont font = fontOf(TextStyle::BodyStrong);
    font.setPixelSize(static_cast<int>(rect.height() * 0.46));
    painter->setFont(font);
    painter->setPen(ink);
    painter->drawText(rect, Qt::AlignCenter, letterOf(title));
    painter->restore();
}

void paintRing(QPainter *painter, const QRectF &rect, qreal left, const QColor &colour, const Tokens &tokens)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF circle = rect.adjusted(1.5, 1.5, -1.5, -1.5);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(blend(tokens.line, tokens.faint, 0.2), 2));
    painter->drawEllipse(circle);
    painter->setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap));
    painter->drawArc(circle, 90 * 16, static_cast<int>(std::clamp(left, 0.0, 1.0) * 360.0 * 16.0));
    painter->restore();
}

Avatar::Avatar(int side, QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(side, side);
}

void Avatar::setEntry(const QString &title, const QString &seed)
{
    m_title = title;
    m_seed = seed;
    update();
}

void Avatar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintAvatar(&painter, rect(), m_title, m_seed, tokensOf(palette()));
}

CountdownRing::CountdownRing(QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(18, 18);
}

int CountdownRing::untilNextSecond(const Clock &clock)
{
    return static_cast<int>(1'000 - clock() % 1'000 + 2); // just after it
}

void CountdownRing::setTime(int secondsLeft, int periodSeconds)
{
    m_left = secondsLeft;
    m_period = qMax(1, periodSeconds);
    setAccessibleName(secondsLeft == 1 ? tr("1 second left") : tr("%n seconds left", nullptr, secondsLeft));
    update();
}

void CountdownRing::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    paintRing(&painter, rect(), static_cast<qreal>(m_left) / m_period, m_left <= 5 ? tokens.denied : tokens.accent, tokens);
}

} // namespace clavitor::ui
