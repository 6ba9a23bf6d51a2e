// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHBoxLayout>

#include <initializer_list>

namespace clavitor::ui {

/// The row at the foot of a dialog: its answers at the end, the main one last, and what else there is at the beginning. GUI thread.
class ButtonRow : public QHBoxLayout {
    Q_OBJECT
public:
    explicit ButtonRow(std::initializer_list<QWidget *> answers, std::initializer_list<QWidget *> others = {});
};

} // namespace clavitor::ui
