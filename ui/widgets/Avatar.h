// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Clock.h"
#include "ui/style/Tokens.h"

#include <QRectF>
#include <QWidget>

class QPainter;

namespace clavitor::ui {

/// The letter on a tint that stands for an entry. The tint comes from `seed` (the host of its first URL, else the
/// title) and is the same on every machine; the letter is the first letter or digit of the title.
void paintAvatar(QPainter *painter, const QRectF &rect, const QString &title, const QString &seed, const Tokens &tokens);

/// A pie of what is left of a code's or a view's time, full at 1.
void paintRing(QPainter *painter, const QRectF &rect, qreal left, const QColor &colour, const Tokens &tokens);

class Avatar : public QWidget {
    Q_OBJECT
public:
    explicit Avatar(int side, QWidget *parent = nullptr);
    void setEntry(const QString &title, const QString &seed);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_title;
    QString m_seed;
};

/// A small ring that runs down, and the seconds as accessible text.
class CountdownRing : public QWidget {
    Q_OBJECT
public:
    explicit CountdownRing(QWidget *parent = nullptr);
    void setTime(int secondsLeft, int periodSeconds);
    /// Milliseconds until the clock's next second: those who count by it tick together, wherever they stand.
    [[nodiscard]] static int untilNextSecond(const Clock &clock);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_left = 0;
    int m_period = 30;
};

} // namespace clavitor::ui
