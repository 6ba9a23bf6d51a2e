// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/SystemScheme.h"

#include <QGuiApplication>
#include <QPalette>
#include <QStyleHints>

#ifdef CLAVITOR_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kAppearance = "org.freedesktop.appearance"_L1;
constexpr auto kGnomeInterface = "org.gnome.desktop.interface"_L1;

} // namespace

SystemScheme::SystemScheme(QObject *parent)
    : QObject(parent)
{
    // Before a theme of ours is set, the platform's own palette is the best first guess.
    m_dark = QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5F;
    askQt();
#ifdef CLAVITOR_DBUS
    QDBusConnection::sessionBus().connect(
        u"org.freedesktop.portal.Desktop"_s, u"/org/freedesktop/portal/desktop"_s, u"org.freedesktop.portal.Settings"_s,
        u"SettingChanged"_s, this, SLOT(portalSettingChanged(QString,QString,QDBusVariant)));
#endif
    askPortal(kAppearance, u"color-scheme"_s);
    askPortal(kAppearance, u"reduced-motion"_s);
    askPortal(kGnomeInterface, u"enable-animations"_s);
}

void SystemScheme::askQt()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto apply = [this](Qt::ColorScheme scheme) {
        if (scheme != Qt::ColorScheme::Unknown)
            setDark(scheme == Qt::ColorScheme::Dark);
    };
    apply(QGuiApplication::styleHints()->colorScheme());
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, apply);
#endif
}

bool SystemScheme::hasDarkPanel() const
{
    if (!m_known || m_dark)
        return true;
    const QList<QByteArray> desktops = qgetenv("XDG_CURRENT_DESKTOP").split(':');
    return std::ranges::any_of(desktops, [](const QByteArray &name) {
        return name == "GNOME" || name == "Unity" || name == "X-Cinnamon" || name == "Budgie";
    });
}

void SystemScheme::setDark(bool dark)
{
    if (m_known && m_dark == dark)
        return;
    m_known = true;
    m_dark = dark;
    emit changed();
}

#ifdef CLAVITOR_DBUS

void SystemScheme::askPortal(const QString &group, const QString &key)
{
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(u"org.freedesktop.portal.Desktop"_s, u"/org/freedesktop/portal/desktop"_s,
                                                       u"org.freedesktop.portal.Settings"_s, u"Read"_s);
    call << group << key;
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(call, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, group, key, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid())
            take(group, key, reply.value().variant());
    });
}

void SystemScheme::portalSettingChanged(const QString &group, const QString &key, const QDBusVariant &value)
{
    take(group, key, value.variant());
}

void SystemScheme::take(const QString &group, const QString &key, QVariant value)
{
    // Read answers with a variant inside a variant.
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    if (group == kAppearance && key == "color-scheme"_L1) {
        // 0 no preference, 1 dark, 2 light
        if (value.toUInt() != 0)
            setDark(value.toUInt() == 1);
        return;
    }
    bool less = m_lessMotion;
    if (group == kAppearance && key == "reduced-motion"_L1)
        less = value.toUInt() == 1;
    else if (group == kGnomeInterface && key == "enable-animations"_L1)
        less = !value.toBool();
    if (less != m_lessMotion) {
        m_lessMotion = less;
        emit changed();
    }
}

#else

void SystemScheme::askPortal(const QString &, const QString &) {}
void SystemScheme::portalSettingChanged(const QString &, const QString &, const QDBusVariant &) {}
void SystemScheme::take(const QString &, const QString &, QVariant) {}

#endif

} // namespace clavitor::ui
