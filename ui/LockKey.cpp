// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/LockKey.h"

#include <QApplication>
#include <QDialog>
#include <QKeyEvent>
#include <QWidget>

namespace clavitor::ui {

namespace {

/// The question of an agent stops no other window and is a dialog all the same; a menu is of the window it hangs on.
bool isOfDialog(const QWidget *widget)
{
    for (; widget; widget = widget->parentWidget())
        if (qobject_cast<const QDialog *>(widget))
            return true;
    return false;
}

} // namespace

LockKey::LockKey(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool LockKey::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && watched->isWidgetType()
        && (QApplication::activeModalWidget() || isOfDialog(static_cast<QWidget *>(watched)))) {
        const auto *key = static_cast<const QKeyEvent *>(event);
        if (key->key() == Qt::Key_L && key->modifiers() == Qt::ControlModifier) {
            emit pressed();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace clavitor::ui
