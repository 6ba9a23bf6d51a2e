// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/GrowDialog.h"

#include <QDialog>
#include <QLayout>

namespace clavitor::ui {

namespace {

void growNow(const QWidget *part)
{
    auto *dialog = qobject_cast<QDialog *>(part->window());
    if (!part->isVisible() || !dialog || !dialog->layout() || !dialog->layout()->hasHeightForWidth())
        return;
    dialog->layout()->activate();
    const int needed = dialog->layout()->minimumHeightForWidth(dialog->width());
    if (needed > dialog->height())
        dialog->resize(dialog->width(), needed);
}

} // namespace

void growDialog(QWidget *part)
{
    QMetaObject::invokeMethod(part, [part] { growNow(part); }, Qt::QueuedConnection);
}

} // namespace clavitor::ui
