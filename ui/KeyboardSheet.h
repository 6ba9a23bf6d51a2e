// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QList>

namespace clavitor::ui {

/// Every shortcut in one place (F1 or Ctrl+/).
class KeyboardSheet : public QDialog {
    Q_OBJECT
public:
    struct Line {
        QString what;
        QKeySequence keys;      ///< empty: `what` is a heading
    };

    KeyboardSheet(const QList<Line> &lines, QWidget *parent);
};

} // namespace clavitor::ui
