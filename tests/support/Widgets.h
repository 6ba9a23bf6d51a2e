// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QCheckBox>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>

namespace clavitor::test {

/// Widgets found as a person finds them: by what they say. Null when none, or none that can be seen.
QAbstractButton *button(const QWidget *owner, const QString &text);
QLineEdit *lineEdit(const QWidget *owner, const QString &accessibleName);

/// Whether some visible label below `owner` contains the text.
bool says(const QWidget *owner, const QString &text);

/// As says(), after the event loop had its turn.
bool willSay(const QWidget *owner, const QString &text);

/// Types by keys, so that the widget's own signals run.
void type(QLineEdit *line, const QString &text);

/// A click in its middle; on the box itself where only box and words take clicks.
void press(QAbstractButton *found);

} // namespace clavitor::test
