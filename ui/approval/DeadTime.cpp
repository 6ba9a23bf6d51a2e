// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/DeadTime.h"

#include "app/base/Monotonic.h"

#include <QApplication>
#include <QKeyEvent>
#include <QWidget>
#include <QWindow>

#include <algorithm>

namespace clavitor::ui {

namespace {

constexpr int kDeadTick = 40;

enum class DeadWay { Key, Pointer, Neither };

DeadWay deadWayOf(QEvent::Type type)
{
    switch (type) {
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::Shortcut:
    case QEvent::ShortcutOverride:
    case QEvent::InputMethod:
        return DeadWay::Key;
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick:
    case QEvent::TouchBegin:
    case QEvent::TouchUpdate:
    case QEvent::TouchEnd:
    case QEvent::TabletPress:
    case QEvent::TabletRelease:
    case QEvent::Wheel:
    case QEvent::ContextMenu:
        return DeadWay::Pointer;
    default:
        return DeadWay::Neither;
    }
}

} // namespace

DeadTime::DeadTime(QWidget *window, Steady steady)
    : QObject(window)
    , m_window(window)
    , m_steady(steady ? std::move(steady) : [] { return steadyMicroseconds() / 1000; })
    , m_since(m_steady())
    , m_keysSince(m_since)
{
    m_tick.setInterval(kDeadTick);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (isOver())
            m_tick.stop();
        emit moved();
    });
    // The application's: a key reaches the window first and the buttons' letters by a way of their own.
    qApp->installEventFilter(this);
}

void DeadTime::restart()
{
    m_since = m_steady();
    m_tick.start();
    emit moved();
}

bool DeadTime::isOver() const
{
    return m_steady() - m_since >= Milliseconds;
}

double DeadTime::gone() const
{
    return std::clamp(static_cast<double>(m_steady() - m_since) / Milliseconds, 0.0, 1.0);
}

bool DeadTime::isOurs(const QObject *watched) const
{
    if (watched == m_window->windowHandle())
        return watched != nullptr;
    for (const auto *widget = qobject_cast<const QWidget *>(watched); widget; widget = widget->parentWidget())
        if (widget == m_window)
            return true;
    return false;
}

bool DeadTime::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::WindowActivate && watched == m_window) {
        m_keysSince = m_steady();
        return false;
    }
    const DeadWay way = deadWayOf(event->type());
    if (way == DeadWay::Neither || !isOurs(watched))
        return false;
    if (way == DeadWay::Pointer)
        return !isOver();
    const bool isHeld = (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease || event->type() == QEvent::ShortcutOverride)
        && static_cast<QKeyEvent *>(event)->isAutoRepeat();
    return isHeld || !isOver() || m_steady() - m_keysSince < Milliseconds;
}

} // namespace clavitor::ui
