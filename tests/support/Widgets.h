// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QCheckBox>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>

namespace clavitor::test {

/// Widgets found as a person finds them: by what they say. Null when none, or none that can be seen.
inline QAbstractButton *button(const QWidget *owner, const QString &text)
{
    for (auto *found : owner->findChildren<QAbstractButton *>())
        if ((found->text() == text || found->accessibleName() == text) && found->isVisibleTo(owner))
            return found;
    return nullptr;
}

inline QLineEdit *lineEdit(const QWidget *owner, const QString &accessibleName)
{
    for (auto *found : owner->findChildren<QLineEdit *>())
        if (found->accessibleName() == accessibleName && found->isVisibleTo(owner))
            return found;
    return nullptr;
}

/// Whether some visible label below `owner` contains the text.
inline bool says(const QWidget *owner, const QString &text)
{
    for (auto *found : owner->findChildren<QWidget *>())
        if (found->isVisibleTo(owner) && found->property("text").toString().contains(text))
            return true;
    return false;
}

/// As says(), after the event loop had its turn.
inline bool willSay(const QWidget *owner, const QString &text)
{
    return QTest::qWaitFor([&] { return says(owner, text); }, 3000);
}

/// Types by keys, so that the widget's own signals run.
inline void type(QLineEdit *line, const QString &text)
{
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
}

/// A click in its middle; on the box itself where only box and words take clicks.
inline void press(QAbstractButton *found)
{
    const bool box = qobject_cast<QCheckBox *>(found) || qobject_cast<QRadioButton *>(found);
    QTest::mouseClick(found, Qt::LeftButton, {}, box ? QPoint(9, found->height() / 2) : QPoint());
}

} // namespace clavitor::test
