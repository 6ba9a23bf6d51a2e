// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/presence/SystemConnection.h"
#include "app/presence/UserPresence.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QTimer>

#include <functional>
#include <memory>

namespace clavitor {

/// One service on the system bus, known to be the system's: whoever owns its name is looked up together with the user it
/// runs as, and from then on that one process alone is called and listened to.
///
/// UI thread, asynchronous. Owns a connection of its own, so that a service which watches its callers, as fprintd does,
/// lets go of everything when this object dies.
class SystemService : public QObject {
    Q_OBJECT
public:
    /// `otherUser`: the name of an account that may run the service beside the trusted one.
    SystemService(SystemBusPlace place, QString name, QString otherUser = {}, QObject *parent = nullptr);
    ~SystemService() override;

    /// Connects, has the service started, and sees whose it is. None, NoService or Untrusted. Once.
    void find(std::function<void(UserPresence::Reason)> found);

    // After find() has found it.
    /// `next` takes a QDBusPendingReply<Types...>.
    template<typename... Types, typename Next>
    void call(const QString &path, const QString &interface, const QString &method, const QVariantList &arguments, int timeout, Next next)
    {
        ask<Types...>(m_owner, path, interface, method, arguments, timeout, std::move(next));
    }
    /// To one signal, until leaveWith(). `slot` as SLOT() makes it.
    [[nodiscard]] bool listen(const QString &path, const QString &interface, const QString &signal, QObject *receiver, const char *slot);
    /// Whether a signal came from the process that was found.
    [[nodiscard]] bool isFrom(const QDBusMessage &message) const { return message.service() == m_owner; }
    /// Hands over to the last calls, without waiting here: deletes itself once they are answered, or after a second.
    static void leaveWith(std::unique_ptr<SystemService> service, const QList<QDBusMessage> &last);
    [[nodiscard]] QDBusMessage message(const QString &path, const QString &interface, const QString &method) const;

signals:
    /// The process is gone, or the bus is.
    void gone();

private slots:
    void lost() { emit gone(); }

private:
    template<typename... Types, typename Next>
    void ask(const QString &destination, const QString &path, const QString &interface, const QString &method,
             const QVariantList &arguments, int timeout, Next next)
    {
        auto message = QDBusMessage::createMethodCall(destination, path, interface, method);
        message.setArguments(arguments);
        auto *watcher = new QDBusPendingCallWatcher(m_connection.bus().asyncCall(message, timeout), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, next = std::move(next)] {
            watcher->deleteLater();
            next(QDBusPendingReply<Types...>(*watcher));
        });
    }
    template<typename Type, typename Next>
    void askBus(const QString &method, const QVariantList &arguments, int timeout, Next next);
    void connected(bool isConnected);
    void start();
    void takeOwner(const QString &owner);
    void answer(UserPresence::Reason reason);
    void hearDisconnect(bool hear);

    SystemBusPlace m_place;
    QString m_name;
    QString m_otherUser;
    QString m_owner; ///< the unique name on the bus
    SystemConnection m_connection; ///< none before find() has connected
    QTimer m_patience{this};
    std::function<void(UserPresence::Reason)> m_found; ///< until it is answered
    std::function<void()> m_mute; ///< ends listen()
};

} // namespace clavitor
