// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StepDots.h"

#include "ui/style/Paint.h"

#include <QPainter>

namespace clavitor::ui {

namespace {

constexpr int kDot = 8;
constexpr int kPresentDot = 20;

} // namespace

StepDots::StepDots(int steps, QWidget *parent)
    : QWidget(parent)
    , m_steps(steps)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setStep(0);
}

void StepDots::setStep(int step)
{
    m_step = step;
    setAccessibleName(tr("Step %1 of %2").arg(step + 1).arg(m_steps));
    setToolTip(accessibleName());
    update();
}

QSize StepDots::sizeHint() const
{
    return {kPresentDot + (m_steps - 1) * (kDot + space::s), kDot};
}

void StepDots::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    int x = 0;
    for (int step = 0; step < m_steps; ++step) {
        const int width = step == m_step ? kPresentDot : kDot;
        const QColor colour = step == m_step ? tokens.accent : step < m_step ? blend(tokens.ground, tokens.accent, 0.45) : paint::controlLine(tokens);
        paint::panel(&painter, QRectF(x, 0, width, kDot), kDot / 2.0, colour, {});
        x += width + space::s;
    }
}

} // namespace clavitor::ui
