// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Card.h"

#include "ui/style/Paint.h"

#include <QPainter>
#include <QVBoxLayout>

namespace clavitor::ui {

Card::Card(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(space::l, space::l, space::l, space::l);
    m_column->setSpacing(space::m);
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    paint::panel(&painter, rect(), kCardRadius, tokens.raised, tokens.line);
}

Hairline::Hairline(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), tokensOf(palette()).line);
}

Pane::Pane(QWidget *parent)
    : QWidget(parent)
{
}

void Pane::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), tokensOf(palette()).surface);
}

} // namespace clavitor::ui
