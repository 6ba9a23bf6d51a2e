// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SecretService.h"

#include "app/session/SecretServiceCalls.h"

#include <QDBusConnection>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QTimer>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// One run through the questions; deletes itself with the answer.
class Inquiry : public QObject {
public:
    Inquiry(QObject *context, QString service, QString key, int timeout,
            std::move_only_function<void(SecretServiceState)> answer)
        : QObject(context)
        , m_bus(QDBusConnection::sessionBus())
        , m_service(std::move(service))
        , m_key(std::move(key))
        , m_timeout(timeout)
        , m_answer(std::move(answer))
    {
    }

    void start()
    {
        if (!m_bus.isConnected()) {
            QTimer::singleShot(0, this, [this] { finish(SecretServiceState::Absent); });
            return;
        }
        auto question = QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                                       u"org.freedesktop.DBus"_s, u"NameHasOwner"_s);
        question << secretService::name;
        ask<bool>(question, [this](const QDBusPendingReply<bool> &reply) {
            if (reply.value())
                searchItem();
            else
                finish(SecretServiceState::Absent);
        });
    }

private:
    void searchItem()
    {
        ask<secretService::Paths, secretService::Paths>(secretService::searchFor(m_service, m_key), [this](const QDBusPendingReply<secretService::Paths, secretService::Paths> &reply) {
            if (!reply.argumentAt<1>().isEmpty())
                finish(SecretServiceState::Locked);
            else if (!reply.argumentAt<0>().isEmpty())
                lookForWallet(SecretServiceState::HoldsItem, SecretServiceState::HoldsItemBesideWallet);
            else
                findDefaultCollection(); // a locked collection may keep silent about what it holds
        });
    }

    /// On KDE QtKeychain asks KWallet, so an item here was put by another desktop. It asks here all the same, and to the end of
    /// the program, when KWallet took more than half a second to answer its first call.
    void lookForWallet(SecretServiceState alone, SecretServiceState beside)
    {
        if (!qEnvironmentVariable("XDG_CURRENT_DESKTOP").split(u':').contains("KDE"_L1, Qt::CaseInsensitive)) {
            finish(alone);
            return;
        }
        ask<QStringList>(QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s, u"org.freedesktop.DBus"_s, u"ListNames"_s),
                         [this, alone, beside](const QDBusPendingReply<QStringList> &reply) {
            const QStringList names = reply.value();
            const bool isBeside = names.contains("org.kde.kwalletd5"_L1) || names.contains("org.kde.kwalletd6"_L1);
            finish(isBeside ? beside : alone);
        });
    }

    void findDefaultCollection()
    {
        ask<QDBusObjectPath>(secretService::defaultCollection(), [this](const QDBusPendingReply<QDBusObjectPath> &reply) {
            if (reply.value().path() == "/"_L1)
                lookForWallet(SecretServiceState::NeverUsed, SecretServiceState::NeverUsedBesideWallet); // there is nothing that could be locked
            else
                readLocked(reply.value().path());
        });
    }

    void readLocked(const QString &collection)
    {
        auto question = QDBusMessage::createMethodCall(secretService::name, collection, u"org.freedesktop.DBus.Properties"_s,
                                                       u"Get"_s);
        question << u"org.freedesktop.Secret.Collection"_s << u"Locked"_s;
        ask<QDBusVariant>(question, [this](const QDBusPendingReply<QDBusVariant> &reply) {
            if (reply.value().variant().toBool())
                finish(SecretServiceState::Locked);
            else
                lookForWallet(SecretServiceState::Open, SecretServiceState::OpenBesideWallet);
        });
    }

    template<typename... Types, typename Next>
    void ask(const QDBusMessage &question, Next next)
    {
        auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(question, m_timeout), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, next] {
            watcher->deleteLater();
            const QDBusPendingReply<Types...> reply = *watcher;
            if (reply.isError())
                finish(SecretServiceState::Unreachable);
            else
                next(reply);
        });
    }

    void finish(SecretServiceState state)
    {
        deleteLater();
        m_answer(state);
    }

    QDBusConnection m_bus;
    QString m_service;
    QString m_key;
    int m_timeout;
    std::move_only_function<void(SecretServiceState)> m_answer;
};

} // namespace

void askSecretService(QObject *context, const QString &service, const QString &key, int timeoutMilliseconds,
                      std::move_only_function<void(SecretServiceState)> answer)
{
    (new Inquiry(context, service, key, timeoutMilliseconds, std::move(answer)))->start();
}

} // namespace clavitor
