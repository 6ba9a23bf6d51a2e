// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Widgets.h"

namespace clavitor::test {

QAbstractButton *button(const QWidget *owner, const QString &text)
{
    for (auto *found : owner->findChildren<QAbstractButton *>())
        if ((found->text() == text || found->accessibleName() == text) && found->isVisibleTo(owner))
            return found;
    return nullptr;
}

QLineEdit *lineEdit(const QWidget *owner, const QString &accessibleName)
{
    for (auto *found : owner->findChildren<QLineEdit *>())
        if (found->accessibleName() == accessibleName && found->isVisibleTo(owner))
            return found;
    return nullptr;
}

bool says(const QWidget *owner, const QString &text)
{
    for (auto *found : owner->findChildren<QWidget *>())
        if (found->isVisibleTo(owner) && found->property("text").toString().contains(text))
            return true;
    return false;
}

bool willSay(const QWidget *owner, const QString &text)
{
    return QTest::qWaitFor([&] { return says(owner, text); }, 3000);
}

void type(QLineEdit *line, const QString &text)
{
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
}

void press(QAbstractButton *found)
{
    const bool box = qobject_cast<QCheckBox *>(found) || qobject_cast<QRadioButton *>(found);
    QTest::mouseClick(found, Qt::LeftButton, {}, box ? QPoint(9, found->height() / 2) : QPoint());
}

} // namespace clavitor::test
