// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace clavitor::ui {

/// A dialog on the raised colour, as a card is: for one that holds words and buttons. One with cards of its own stays on the ground.
class RaisedDialog : public QDialog {
    Q_OBJECT
public:
    using QDialog::QDialog;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace clavitor::ui
