// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace clavitor::ui {

/// Ctrl+L while a dialog of the program has the keyboard: there the window's own shortcut is out of reach. GUI thread; hears
/// the whole program from its making.
class LockKey : public QObject {
    Q_OBJECT
public:
    explicit LockKey(QObject *parent = nullptr);

signals:
    void pressed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace clavitor::ui
