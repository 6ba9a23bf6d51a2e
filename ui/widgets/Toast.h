// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <functional>

class QPushButton;

namespace clavitor::ui {

class Label;

/// A line at the bottom of `host` that says what was just done and, for a few seconds, takes it back.
class Toast : public QWidget {
    Q_OBJECT
public:
    explicit Toast(QWidget *host);

    /// Replaces what is shown. `undo` runs at most once, on the button or by undo().
    void say(const QString &text, std::function<void()> undo = {}, int milliseconds = 8000);
    /// Takes it away at once, with what it could have undone.
    void dismiss();
    /// True when there was something to take back.
    bool undo();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void place();

    Label *m_text;
    QPushButton *m_button;
    std::function<void()> m_undo;
    QTimer m_timer;
};

} // namespace clavitor::ui
