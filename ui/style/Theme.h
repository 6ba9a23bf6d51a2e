// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style/SystemScheme.h"
#include "ui/style/ThemeStyle.h"
#include "ui/style/Tokens.h"

#include <QObject>

namespace clavitor::ui {

enum class SchemeChoice { System, Light, Dark };

/// Puts our style, palette and font on the application and keeps them right while the desktop or the person changes
/// the scheme. One a program, made after QApplication; widgets never ask it, they read their palette (tokensOf()).
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(QObject *parent = nullptr);

    [[nodiscard]] SchemeChoice choice() const { return m_choice; }
    void setChoice(SchemeChoice choice);
    [[nodiscard]] Density density() const { return m_density; }
    void setDensity(Density density);

signals:
    /// After palette or density took effect.
    void changed();

private:
    void apply();

    SystemScheme m_system;
    SchemeChoice m_choice = SchemeChoice::System;
    Density m_density = Density::Comfortable;
    ThemeStyle *m_style = nullptr; ///< owned by QApplication
};

} // namespace clavitor::ui
