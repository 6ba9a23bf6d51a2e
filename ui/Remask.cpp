// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/Remask.h"

#include <QEvent>

namespace clavitor::ui {

Remask::Remask(QWidget *shown, std::function<void()> mask)
    : QObject(shown)
    , m_mask(std::move(mask))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_mask(); });
    shown->installEventFilter(this); // Qt tells every visible widget of a window when that is left
}

void Remask::start(int milliseconds)
{
    m_timer.start(milliseconds);
}

bool Remask::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::WindowDeactivate)
        run();
    return QObject::eventFilter(watched, event);
}

void Remask::run()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    m_mask();
}

} // namespace clavitor::ui
