// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SecretServiceOpening.h"

#include "app/session/SecretServiceCalls.h"

#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

SecretServiceOpening::SecretServiceOpening(QObject *parent, QString service, QString key, int timeout, int patience, Answer answer)
    : QObject(parent)
    , m_bus(QDBusConnection::sessionBus())
    , m_service(std::move(service))
    , m_key(std::move(key))
    , m_timeout(timeout)
    , m_answer(std::move(answer))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, this, &SecretServiceOpening::dismiss);
}

void SecretServiceOpening::start()
{
    if (!m_bus.isConnected()) {
        QTimer::singleShot(0, this, [this] { finish(fail(ErrorCode::KeychainAbsent)); });
        return;
    }
    auto *watch = new QDBusServiceWatcher(secretService::name, m_bus, QDBusServiceWatcher::WatchForUnregistration, this);
    connect(watch, &QDBusServiceWatcher::serviceUnregistered, this,
            [this] { finish(fail(ErrorCode::KeychainAbsent, u"the service ended meanwhile"_s)); });
    QDBusMessage question = secretService::searchFor(m_service, m_key);
    question.setAutoStartService(false);
    ask<secretService::Paths, secretService::Paths>(question, [this](const QDBusPendingReply<secretService::Paths, secretService::Paths> &reply) {
        if (const secretService::Paths locked = reply.argumentAt<1>(); !locked.isEmpty())
            unlock(locked);
        else
            openDefaultCollection(); // a locked one may keep silent about what it holds
    });
}

void SecretServiceOpening::openDefaultCollection()
{
    ask<QDBusObjectPath>(secretService::defaultCollection(), [this](const QDBusPendingReply<QDBusObjectPath> &reply) {
        if (reply.value().path() == "/"_L1)
            finish({});
        else
            unlock({reply.value()});
    });
}

void SecretServiceOpening::unlock(const QList<QDBusObjectPath> &locked)
{
    auto question = QDBusMessage::createMethodCall(secretService::name, secretService::path, secretService::interface, u"Unlock"_s);
    question << QVariant::fromValue(locked);
    ask<secretService::Paths, QDBusObjectPath>(question, [this](const QDBusPendingReply<secretService::Paths, QDBusObjectPath> &reply) {
        m_prompt = reply.argumentAt<1>().path();
        if (m_prompt == "/"_L1)
            finish({}); // it was open, or opens unasked
        else
            prompt();
    });
}

void SecretServiceOpening::prompt()
{
    const QString promptInterface = u"org.freedesktop.Secret.Prompt"_s;
    m_bus.connect(secretService::name, m_prompt, promptInterface, u"Completed"_s, this, SLOT(completed(bool, QDBusVariant)));
    auto question = QDBusMessage::createMethodCall(secretService::name, m_prompt, promptInterface, u"Prompt"_s);
    question << QString(); // there is no number for our window that every desktop understands
    m_patience.start();
    ask<>(question, [](const QDBusPendingReply<> &) {}); // it is on the screen; Completed tells the rest
}

void SecretServiceOpening::completed(bool dismissed, const QDBusVariant &)
{
    finish(dismissed ? fail(ErrorCode::KeychainStaysLocked, u"the window of the keychain was closed"_s) : Result<>());
}

void SecretServiceOpening::dismiss()
{
    m_bus.asyncCall(QDBusMessage::createMethodCall(secretService::name, m_prompt, u"org.freedesktop.Secret.Prompt"_s, u"Dismiss"_s), m_timeout);
    finish(fail(ErrorCode::KeychainTimeout, u"nobody answered the window of the keychain"_s));
}

template<typename... Types, typename Next>
void SecretServiceOpening::ask(const QDBusMessage &question, Next next)
{
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(question, m_timeout), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, next] {
        watcher->deleteLater();
        const QDBusPendingReply<Types...> reply = *watcher;
        if (!reply.isError())
            return next(reply);
        const bool isAbsent = reply.error().type() == QDBusError::ServiceUnknown || reply.error().name() == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1;
        const bool isSilent = reply.error().type() == QDBusError::NoReply;
        finish(fail(isAbsent ? ErrorCode::KeychainAbsent : isSilent ? ErrorCode::KeychainTimeout : ErrorCode::KeychainFailed, reply.error().message()));
    });
}

void SecretServiceOpening::finish(Result<> result)
{
    if (!m_answer)
        return;
    m_patience.stop();
    deleteLater();
    std::exchange(m_answer, nullptr)(std::move(result));
}

} // namespace clavitor
