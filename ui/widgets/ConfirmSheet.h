// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace clavitor::ui {

/// Asks before something that cannot be taken back: says what is lost, and has the person type a word where it matters.
/// Opened with open(); accepted() is the yes. The safe button has the keyboard.
class ConfirmSheet : public QDialog {
    Q_OBJECT
public:
    /// `verb` names what happens ("Revoke key"). `typed`, when given, must be typed exactly.
    ConfirmSheet(const QString &title, const QString &loss, const QString &verb, const QString &typed, QWidget *parent);

private:
    QString m_typed;
    QLineEdit *m_word = nullptr;
    QPushButton *m_go;
};

} // namespace clavitor::ui
