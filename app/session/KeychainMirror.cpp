// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/KeychainMirror.h"

#include "app/session/KeychainMeaning.h"
#ifdef Q_OS_LINUX
#include "app/session/SecretService.h"
#endif

#ifdef Q_OS_LINUX
#include <QDBusConnection>
#include <QDBusServiceWatcher>
#endif
#include <QTimer>

#include <memory>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int MirrorQuestion = 500; // milliseconds a D-Bus question

QString itemOf(const QString &vaultId)
{
    return vaultId + ".freshness"_L1;
}

/// One job, answered once: by its end or by the deadline. The job deletes itself, also when it ends after that.
template<typename Job, typename Answer>
void runJob(QObject *owner, Job *job, int timeout, Answer answer)
{
    auto once = std::make_shared<std::optional<Answer>>(std::move(answer));
    const auto give = [once](Job *ended) {
        if (auto taken = std::exchange(*once, std::nullopt))
            (*taken)(ended);
    };
    QObject::connect(job, &QKeychain::Job::finished, owner, [give, job] { give(job); });
    QTimer::singleShot(timeout, owner, [give] { give(nullptr); });
    job->setInsecureFallback(false);
    job->start();
}

} // namespace

KeychainMirror::KeychainMirror(QObject *parent)
    : QObject(parent)
{
}

void KeychainMirror::whenOpen(const QString &item, std::move_only_function<void(Result<bool>)> work)
{
#ifdef Q_OS_LINUX
    askSecretService(this, keychainService(), item, MirrorQuestion, [work = std::move(work)](SecretServiceState state) mutable {
        switch (state) {
        case SecretServiceState::HoldsItem:
            return work(true);
        case SecretServiceState::Open:
        case SecretServiceState::OpenBesideWallet:
            return work(false);
        case SecretServiceState::HoldsItemBesideWallet:
            return work(fail(ErrorCode::KeychainElsewhere));
        case SecretServiceState::NeverUsed:
        case SecretServiceState::NeverUsedBesideWallet:
            return work(fail(ErrorCode::KeychainAbsent, u"no keyring was made yet"_s));
        case SecretServiceState::Locked:
            return work(fail(ErrorCode::KeychainLocked));
        case SecretServiceState::Unreachable:
            return work(fail(ErrorCode::KeychainTimeout));
        case SecretServiceState::Absent:
            return work(fail(ErrorCode::KeychainAbsent));
        }
    });
#else
    Q_UNUSED(item)
    QTimer::singleShot(0, this, [work = std::make_shared<decltype(work)>(std::move(work))] { (*work)(true); });
#endif
}

void KeychainMirror::read(const QString &vaultId, Found found)
{
    const QString item = itemOf(vaultId);
    whenOpen(item, [this, item, found = std::move(found)](Result<bool> has) mutable {
        if (!has)
            return found(std::unexpected(has.error()));
        if (!*has)
            return found(fail(ErrorCode::KeychainNoItem));
        auto *job = new QKeychain::ReadPasswordJob(keychainService());
        job->setKey(item);
        runJob(this, job, m_timeout, [found = std::move(found)](QKeychain::ReadPasswordJob *ended) mutable {
            if (!ended)
                return found(fail(ErrorCode::KeychainTimeout));
            if (ended->error() != QKeychain::NoError)
                return found(fail(meaningOf(ended->error()), ended->errorString()));
            const QByteArray record = ended->binaryData();
            if (record.size() > largest)
                return found(fail(ErrorCode::KeychainWrongItem));
            found(record);
        });
    });
}

void KeychainMirror::write(const QString &vaultId, const QByteArray &record, Done done)
{
    const QString item = itemOf(vaultId);
    whenOpen(item, [this, item, record, done = std::move(done)](Result<bool> has) mutable {
        if (!has)
            return done(std::unexpected(has.error()));
        auto *job = new QKeychain::WritePasswordJob(keychainService());
        job->setKey(item);
        job->setBinaryData(record);
        runJob(this, job, m_timeout, [done = std::move(done)](QKeychain::WritePasswordJob *ended) mutable {
            if (!ended)
                return done(fail(ErrorCode::KeychainTimeout));
            if (ended->error() != QKeychain::NoError)
                return done(fail(meaningOf(ended->error()), ended->errorString()));
            done({});
        });
    });
}

void KeychainMirror::onChange(std::move_only_function<void()> changed)
{
    const bool isFirst = !m_changed;
    m_changed = std::move(changed);
    if (!isFirst)
        return;
#ifdef Q_OS_LINUX
    // Who serves the keyring says so with one of these when it was unlocked, and the bus when somebody begins to serve it.
    QDBusConnection bus = QDBusConnection::sessionBus();
    const QString secrets = u"org.freedesktop.secrets"_s;
    bus.connect(secrets, u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"CollectionChanged"_s, this, SLOT(tellChange()));
    bus.connect(secrets, {}, u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s, this, SLOT(tellChange()));
    auto *watcher = new QDBusServiceWatcher(secrets, bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, &KeychainMirror::tellChange);
#endif
}

void KeychainMirror::tellChange()
{
    if (m_changed)
        m_changed();
}

} // namespace clavitor
