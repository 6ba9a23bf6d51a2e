// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"

#include <QToolButton>

namespace clavitor::ui {

/// A flat square button with one of our icons. `what` is its tooltip and its accessible name: a verb.
class IconButton : public QToolButton {
    Q_OBJECT
public:
    IconButton(Symbol symbol, const QString &what, QWidget *parent = nullptr);

    void setSymbol(Symbol symbol, Ink ink = Ink::Quiet);
    void setWhat(const QString &what);
};

/// On or off, drawn as a sliding switch. Space toggles; accessible as a check box.
class Switch : public QAbstractButton {
    Q_OBJECT
public:
    explicit Switch(const QString &accessibleName, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override { return {36, 24}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    /// The colour while on; Accent unless told.
    void setInk(Ink ink);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Ink m_ink = Ink::Accent;
};

} // namespace clavitor::ui
