// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/UserPresence.h"

#include <QWidget>

namespace clavitor::ui {

class Label;

/// A presence check that runs, in one line: the finger or the window, and what to do now. Follows a UserPresence by itself;
/// hidden until a check begins to ask. Read out by screen readers at each change. GUI thread.
class PresenceLine : public QWidget {
    Q_OBJECT
public:
    explicit PresenceLine(QWidget *parent = nullptr);

    /// Shows the checks of `presence` from here on; null: none.
    void follow(UserPresence *presence);
    /// In the middle of its width, for a page whose lines all are.
    void centre();
    /// In other words, until the next change: "It is you. Asking the keychain…"
    void say(const QString &words);
    [[nodiscard]] QString text() const;

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void take(const UserPresence::Progress &progress);
    void tint();

    Label *m_icon;
    Label *m_text;
    bool m_isCentred = false;
    UserPresence::Progress m_progress;
};

} // namespace clavitor::ui
