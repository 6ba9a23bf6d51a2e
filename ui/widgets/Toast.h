// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <functional>

class QProgressBar;
class QPushButton;

namespace clavitor::ui {

class Label;

/// A line at the bottom of `host` that says what is being done, or what was and, for a few seconds, takes it back.
class Toast : public QWidget {
    Q_OBJECT
public:
    explicit Toast(QWidget *host);

    /// Replaces what is shown. `undo` runs at most once, on the button or by undo().
    void say(const QString &text, std::function<void()> undo = {}, int milliseconds = 8000);
    /// The same with another verb on the button than "Undo"; Ctrl+Z does not run it.
    void offer(const QString &text, const QString &verb, std::function<void()> run, int milliseconds = 12'000);
    /// Says with a moving bar what is going on, once that has taken a moment, until workDone() or what is said next. Of several at a time the
    /// last is said, until all are done: one workDone() for each.
    void work(const QString &text);
    void workDone();
    /// Takes it away at once, with what it could have undone.
    void dismiss();
    /// True when there was something to take back.
    bool undo();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void put(const QString &text, const QString &verb, std::function<void()> run, int milliseconds);
    void showWork();
    void appear();
    void run();
    void place();

    Label *m_text;
    QProgressBar *m_bar;
    QPushButton *m_button;
    std::function<void()> m_undo;
    bool m_isOffer = false;
    QString m_work;             ///< what work() has to say, or says
    int m_works = 0;
    QTimer m_moment;
    QTimer m_timer;
};

} // namespace clavitor::ui
