// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QDBusVariant;

namespace clavitor::ui {

/// Whether the desktop wants dark windows and less motion, now and when it changes. GUI thread.
///
/// Qt 6.5 knows the scheme itself; for older Qt, and on desktops without a Qt platform plugin, the settings portal
/// (org.freedesktop.appearance color-scheme) is asked over D-Bus, without blocking. Unknown counts as light.
class SystemScheme : public QObject {
    Q_OBJECT
public:
    explicit SystemScheme(QObject *parent = nullptr);

    [[nodiscard]] bool isDark() const { return m_dark; }
    /// Whether the bar that holds the tray icons is dark. Some desktops keep a dark bar in a light scheme, and where
    /// nothing tells the scheme the bar is a bare window manager's, which is dark as a rule.
    [[nodiscard]] bool hasDarkPanel() const;
    [[nodiscard]] bool wantsLessMotion() const { return m_lessMotion; }

signals:
    void changed();

private slots:
    void portalSettingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void askQt();
    void askPortal(const QString &group, const QString &key);
    void take(const QString &group, const QString &key, QVariant value);
    void setDark(bool dark);

    bool m_known = false;       ///< the desktop told its scheme
    bool m_dark = false;
    bool m_lessMotion = false;
};

} // namespace clavitor::ui
