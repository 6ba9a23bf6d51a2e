// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace clavitor {
class LoginStart;
}

namespace clavitor::ui {

class InlineMessage;
class Label;
class Switch;

/// The setting whether Clavitor starts at login. What it shows is what the files say whenever it comes into view, as other programs
/// change them, too. GUI thread.
class LoginStartRow : public QWidget {
    Q_OBJECT
public:
    /// `start` outlives it.
    explicit LoginStartRow(const LoginStart *start, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void take();
    void change(bool on);

    const LoginStart *m_start;
    Switch *m_switch;
    InlineMessage *m_error;
    bool m_taking = false;
};

} // namespace clavitor::ui
