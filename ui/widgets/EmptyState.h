// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/Icons.h"
#include "ui/widgets/Label.h"

#include <QWidget>

class QPushButton;
class QHBoxLayout;

namespace clavitor::ui {

/// What stands where there is nothing yet: what this place is for, and the next step on a button.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(Symbol symbol, const QString &title, const QString &text, QWidget *parent = nullptr);

    void setWords(Symbol symbol, const QString &title, const QString &text);
    /// The first one is primary. The caller connects it.
    QPushButton *addButton(const QString &verb);
    void setButtonsVisible(bool visible);

private:
    Label *m_icon;
    Label *m_title;
    Label *m_text;
    QWidget *m_buttonRow;
    QHBoxLayout *m_buttons;
    Symbol m_symbol;

    void changeEvent(QEvent *event) override;
    void paintIcon();
};

} // namespace clavitor::ui
