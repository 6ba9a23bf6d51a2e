// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notify/DesktopNotice.h"

#ifdef CLAVITOR_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#endif

#include <QVariant>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

#ifdef CLAVITOR_DBUS

namespace {

constexpr int kNoticeAnswer = 2'000;

QDBusConnection noticeBus(const QString &name)
{
    return name.isEmpty() ? QDBusConnection::sessionBus() : QDBusConnection(name);
}

QString noticeService()
{
    return u"org.freedesktop.Notifications"_s;
}

QString noticePath()
{
    return u"/org/freedesktop/Notifications"_s;
}

QDBusMessage noticeCall(const QString &method, const QVariantList &arguments = {})
{
    QDBusMessage message = QDBusMessage::createMethodCall(noticeService(), noticePath(), noticeService(), method);
    message.setArguments(arguments);
    return message;
}

} // namespace

DesktopNotice::DesktopNotice(const QString &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
{
    QDBusConnection connection = noticeBus(m_bus);
    connection.connect(noticeService(), noticePath(), noticeService(), u"ActionInvoked"_s, this, SLOT(actionInvoked(uint, QString)));
    connection.connect(noticeService(), noticePath(), noticeService(), u"NotificationClosed"_s, this, SLOT(notificationClosed(uint, uint)));
    auto *watcher = new QDBusServiceWatcher(noticeService(), connection, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, [this](const QString &, const QString &, const QString &owner) {
        // Another service numbers its messages anew.
        m_id = 0;
        m_hasButtons = false;
        if (!owner.isEmpty())
            askAbilities();
    });
    askAbilities();
}

DesktopNotice::~DesktopNotice()
{
    close();
}

void DesktopNotice::askAbilities()
{
    auto *watcher = new QDBusPendingCallWatcher(noticeBus(m_bus).asyncCall(noticeCall(u"GetCapabilities"_s), kNoticeAnswer), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QStringList> reply = *watcher;
        const QStringList abilities = reply.isValid() ? reply.value() : QStringList();
        m_hasButtons = abilities.contains("actions"_L1);
        m_hasMarkup = abilities.contains("body-markup"_L1);
    });
}

void DesktopNotice::show(const QString &title, const QString &text, const QList<Button> &buttons, int milliseconds)
{
    QStringList actions;
    for (const Button &button : buttons)
        actions << button.key << button.words;
    // No more urgent than others: what is critical is shown over full screens.
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(uchar(1))}, {u"desktop-entry"_s, u"clavitor"_s}};
    const quint64 turn = ++m_turn;
    auto *watcher = new QDBusPendingCallWatcher(
        noticeBus(m_bus).asyncCall(noticeCall(u"Notify"_s, {u"Clavitor"_s, m_id, u"clavitor"_s, title, m_hasMarkup ? text.toHtmlEscaped() : text,
                                                     actions, hints, milliseconds}),
                                  kNoticeAnswer),
        this);
    m_id = 0;
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, turn] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        if (!reply.isValid())
            return;
        if (turn != m_turn) {
            noticeBus(m_bus).asyncCall(noticeCall(u"CloseNotification"_s, {reply.value()}));
            return;
        }
        m_id = reply.value();
        emit shown();
    });
}

void DesktopNotice::close()
{
    ++m_turn;
    if (const uint id = std::exchange(m_id, 0); id != 0)
        noticeBus(m_bus).asyncCall(noticeCall(u"CloseNotification"_s, {id}));
}

#else

DesktopNotice::DesktopNotice(const QString &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
{
}

DesktopNotice::~DesktopNotice() = default;

void DesktopNotice::show(const QString &, const QString &, const QList<Button> &, int)
{
}

void DesktopNotice::close()
{
}

#endif

void DesktopNotice::actionInvoked(uint id, const QString &key)
{
    if (id != 0 && id == m_id)
        emit pressed(key);
}

void DesktopNotice::notificationClosed(uint id, uint)
{
    if (id == m_id)
        m_id = 0;
}

} // namespace clavitor::ui
