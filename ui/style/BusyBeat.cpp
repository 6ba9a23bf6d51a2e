// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/BusyBeat.h"

#include <QWidget>

namespace clavitor::ui {

namespace {

constexpr int kBeatRound = 1'200;
constexpr int kBeatStep = 33;

} // namespace

BusyBeat::BusyBeat(QWidget *bar)
    : QObject(bar)
{
    m_since.start();
    m_again.setSingleShot(true);
    m_again.setInterval(kBeatStep);
    connect(&m_again, &QTimer::timeout, bar, qOverload<>(&QWidget::update));
}

BusyBeat *BusyBeat::of(const QWidget *bar)
{
    return bar ? bar->findChild<BusyBeat *>(QString(), Qt::FindDirectChildrenOnly) : nullptr;
}

qreal BusyBeat::next()
{
    if (!m_again.isActive())
        m_again.start();
    return static_cast<qreal>(m_since.elapsed() % kBeatRound) / kBeatRound;
}

} // namespace clavitor::ui
