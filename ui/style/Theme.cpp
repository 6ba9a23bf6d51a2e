// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/Theme.h"

#include "ui/style/Icons.h"

#include <QApplication>
#include <QEvent>
#include <QWidget>

namespace clavitor::ui {

Theme::Theme(QObject *parent)
    : QObject(parent)
    , m_style(new ThemeStyle)
{
    QApplication::setStyle(m_style);
    QApplication::setFont(fontOf(TextStyle::Body));
    QApplication::setWindowIcon(applicationIcon());
    connect(&m_system, &SystemScheme::changed, this, &Theme::apply);
    apply();
}

void Theme::setChoice(SchemeChoice choice)
{
    if (m_choice == choice)
        return;
    m_choice = choice;
    apply();
}

void Theme::setDensity(Density density)
{
    if (m_density == density)
        return;
    m_density = density;
    apply();
    // Views remember row heights; this makes them ask again.
    for (QWidget *widget : QApplication::allWidgets()) {
        QEvent event(QEvent::StyleChange);
        QCoreApplication::sendEvent(widget, &event);
    }
}

void Theme::apply()
{
    const bool dark = m_choice == SchemeChoice::Dark || (m_choice == SchemeChoice::System && m_system.isDark());
    m_style->setDensity(m_density);
    m_style->setMotion(!m_system.wantsLessMotion());
    QApplication::setPalette(paletteFor(dark ? darkTokens() : lightTokens()));
    // Qt 6.4 leaves windows that exist already with the old palette; an empty one makes them take the new one over.
    for (QWidget *window : QApplication::topLevelWidgets())
        if (!window->testAttribute(Qt::WA_SetPalette))
            window->setPalette(QPalette());
    emit changed();
}

} // namespace clavitor::ui
