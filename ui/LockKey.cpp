// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/LockKey.h"

#include <QApplication>
#include <QKeyEvent>
#include <QWidget>

namespace clavitor::ui {

LockKey::LockKey(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool LockKey::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && watched->isWidgetType() && QApplication::activeModalWidget()) {
        const auto *key = static_cast<const QKeyEvent *>(event);
        if (key->key() == Qt::Key_L && key->modifiers() == Qt::ControlModifier) {
            emit pressed();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace clavitor::ui
