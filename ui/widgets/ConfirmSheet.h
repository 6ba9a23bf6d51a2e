// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/RaisedDialog.h"

class QLineEdit;
class QPushButton;

namespace clavitor::ui {

/// Asks before something that cannot be taken back: says what is lost, and has the person type a word where it matters.
/// Opened with open(); accepted() is the yes. The safe button has the keyboard.
class ConfirmSheet : public RaisedDialog {
    Q_OBJECT
public:
    /// `verb` names what happens ("Revoke key"). `typed`, when given, must be typed: a name as it is, also one that came from
    /// outside; what it hides is typed as it is shown, "[U+202E]".
    ConfirmSheet(const QString &title, const QString &loss, const QString &verb, const QString &typed, QWidget *parent);

private:
    QString m_typed;
    QLineEdit *m_word = nullptr;
    QPushButton *m_go;
};

} // namespace clavitor::ui
