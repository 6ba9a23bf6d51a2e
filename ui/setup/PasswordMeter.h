// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/PasswordStrength.h"

#include <QWidget>

namespace clavitor::ui {

class Label;

/// How hard a password is to guess: a bar in four parts, the same in words, and what would help.
class PasswordMeter : public QWidget {
    Q_OBJECT
public:
    explicit PasswordMeter(QWidget *parent = nullptr);

    void setStrength(const PasswordStrength &strength);
    void clear();

    /// "Good. Guessing it would take centuries."
    [[nodiscard]] static QString words(const PasswordStrength &strength);
    /// "Longer helps most: at least 12 characters." Empty when nothing needs to be better.
    [[nodiscard]] static QString help(const PasswordStrength &strength);

private:
    class Bar;
    Bar *m_bar;
    Label *m_words;
    Label *m_help;
};

} // namespace clavitor::ui
