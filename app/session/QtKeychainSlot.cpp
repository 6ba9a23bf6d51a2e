// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/QtKeychainSlot.h"

#include "app/session/KeychainMeaning.h"
#ifdef Q_OS_LINUX
#include "app/session/SecretService.h"
#include "app/session/SecretServiceOpening.h"
#endif

#include <QTimer>

#include <cstring>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr int QuestionTimeout = 500; // milliseconds a D-Bus question
#ifdef Q_OS_LINUX
constexpr int OpeningPatience = 120'000; // milliseconds for a person who looks for a password
#endif

/// QtKeychain hands out and keeps the same buffer, so overwriting a detached copy would leave the job's own bytes.
void wipeShared(const QByteArray &bytes)
{
    explicit_bzero(const_cast<char *>(bytes.constData()), static_cast<std::size_t>(bytes.size()));
}

bool isDiagnosisNeeded(QKeychain::Error error)
{
    switch (error) {
    case QKeychain::EntryNotFound:
    case QKeychain::AccessDenied:
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        return true;
    case QKeychain::NoError:
    case QKeychain::AccessDeniedByUser:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        break;
    }
    return false;
}

#ifdef Q_OS_LINUX
ErrorCode meaningIn(SecretServiceState state, ErrorCode plain)
{
    switch (state) {
    case SecretServiceState::Locked:
        return ErrorCode::KeychainLocked;
    case SecretServiceState::Absent:
        // "Not found" without a Secret Service came from KWallet, which was open to say so.
        return plain == ErrorCode::KeychainNoItem ? plain : ErrorCode::KeychainAbsent;
    case SecretServiceState::OpenBesideWallet:
    case SecretServiceState::NeverUsedBesideWallet:
        // It may be KWallet that has it, and did not answer in time: then this one is all QtKeychain asks.
    case SecretServiceState::HoldsItemBesideWallet:
        return plain == ErrorCode::KeychainNoItem ? ErrorCode::KeychainElsewhere : plain;
    case SecretServiceState::HoldsItem:
    case SecretServiceState::Unreachable:
        // It has the item, or may have it: never report it as missing. libsecret, for one, cannot read any more once the
        // keyring's daemon was restarted under it.
        return plain == ErrorCode::KeychainNoItem ? ErrorCode::KeychainFailed : plain;
    case SecretServiceState::Open:
    case SecretServiceState::NeverUsed:
        break;
    }
    return plain;
}
#endif

/// One QtKeychain job under a deadline; a child of the slot that deletes itself with the answer. The job is never
/// deleted early: QtKeychain's callback still holds it when a dialog or a slow service answers late.
class Attempt : public QObject {
public:
    using Taken = std::move_only_function<void(QKeychain::Job *)>;
    using Failed = std::move_only_function<void(Error)>;

    Attempt(QObject *parent, QKeychain::Job *job, QString vaultId, int timeout, Taken taken, Failed failed)
        : QObject(parent)
        , m_vaultId(std::move(vaultId))
        , m_taken(std::move(taken))
        , m_failed(std::move(failed))
    {
        m_deadline.setSingleShot(true);
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            disclose(ErrorCode::KeychainTimeout, u"the keychain did not answer in time"_s);
        });
        connect(job, &QKeychain::Job::finished, this, &Attempt::jobFinished);
        job->setKey(m_vaultId);
        job->setInsecureFallback(false);
        m_deadline.start(timeout);
        job->start();
    }

private:
    void jobFinished(QKeychain::Job *job)
    {
        if (m_isAnswered)
            return;
        if (job->error() == QKeychain::NoError) {
            m_isAnswered = true;
            m_deadline.stop();
            deleteLater();
            m_taken(job);
            return;
        }
        const ErrorCode plain = meaningOf(job->error());
        if (isDiagnosisNeeded(job->error()))
            disclose(plain, job->errorString());
        else
            fail(plain, job->errorString());
    }

    /// Fails, after asking the Secret Service whether it is locked or gone.
    void disclose(ErrorCode plain, const QString &detail)
    {
        m_isAnswered = true;
        m_deadline.stop();
#ifdef Q_OS_LINUX
        askSecretService(this, keychainService(), m_vaultId, QuestionTimeout,
                         [this, plain, detail](SecretServiceState state) { fail(meaningIn(state, plain), detail); });
#else
        fail(plain, detail);
#endif
    }

    void fail(ErrorCode code, const QString &detail)
    {
        m_isAnswered = true;
        m_deadline.stop();
        deleteLater();
        m_failed(Error{code, detail});
    }

    QString m_vaultId;
    Taken m_taken;
    Failed m_failed;
    QTimer m_deadline;
    bool m_isAnswered = false;
};

} // namespace

QtKeychainSlot::QtKeychainSlot(QObject *parent)
    : QObject(parent)
{
}

QtKeychainSlot::~QtKeychainSlot() = default;

void QtKeychainSlot::read(const QString &vaultId, Found found)
{
    auto *job = new QKeychain::ReadPasswordJob(keychainService());
    auto shared = std::make_shared<Found>(std::move(found));
    new Attempt(
        this, job, vaultId, m_timeout,
        [shared](QKeychain::Job *finished) {
            const QByteArray data = static_cast<QKeychain::ReadPasswordJob *>(finished)->binaryData();
            if (data.size() != SecretSize) {
                (*shared)(clavitor::fail(ErrorCode::KeychainBrokenItem,
                                         u"the item has %1 bytes instead of %2"_s.arg(data.size()).arg(SecretSize)));
                return;
            }
            (*shared)(crypto::SecretBytes::copyOf(std::as_bytes(std::span(data.constData(), SecretSize))));
        },
        [shared](Error error) { (*shared)(std::unexpected(std::move(error))); });
    // Connected last, so it runs after the value was taken, and also when nobody waits any more.
    connect(job, &QKeychain::Job::finished, job, [job] { wipeShared(job->binaryData()); });
}

void QtKeychainSlot::write(const QString &vaultId, crypto::SecretBytes secret, Done done)
{
    if (secret.size() != SecretSize) {
        QTimer::singleShot(0, this, [done = std::move(done)]() mutable {
            done(clavitor::fail(ErrorCode::InvalidValue, u"a keychain secret has 32 bytes"_s));
        });
        return;
    }
    read(vaultId, [this, vaultId, secret = std::move(secret),
                   done = std::move(done)](Result<crypto::SecretBytes> found) mutable {
        if (found && found->equals(secret.bytes()))
            done({});
        else if (found)
            done(clavitor::fail(ErrorCode::KeychainWrongItem, u"another secret is stored there already"_s));
        // The keychain in use is open and holds none: nothing is replaced, there or elsewhere.
        else if (found.error().code == ErrorCode::KeychainNoItem || found.error().code == ErrorCode::KeychainElsewhere)
            put(vaultId, std::move(secret), std::move(done));
        else
            done(std::unexpected(found.error()));
    });
}

void QtKeychainSlot::put(const QString &vaultId, crypto::SecretBytes secret, Done done)
{
    auto *job = new QKeychain::WritePasswordJob(keychainService());
    const QByteArray data(reinterpret_cast<const char *>(secret.bytes().data()),
                          static_cast<qsizetype>(secret.size()));
    job->setBinaryData(data);
    auto shared = std::make_shared<Done>(std::move(done));
    auto kept = std::make_shared<crypto::SecretBytes>(std::move(secret));
    new Attempt(
        this, job, vaultId, m_timeout,
        [this, vaultId, kept, shared](QKeychain::Job *) { verify(vaultId, std::move(*kept), std::move(*shared)); },
        [shared](Error error) { (*shared)(std::unexpected(std::move(error))); });
    connect(job, &QKeychain::Job::finished, job, [data] { wipeShared(data); });
}

void QtKeychainSlot::verify(const QString &vaultId, crypto::SecretBytes secret, Done done)
{
    read(vaultId, [secret = std::move(secret), done = std::move(done)](Result<crypto::SecretBytes> found) mutable {
        if (!found)
            done(std::unexpected(found.error()));
        else if (!found->equals(secret.bytes()))
            done(clavitor::fail(ErrorCode::KeychainWrongItem, u"what was written reads back differently"_s));
        else
            done({});
    });
}

void QtKeychainSlot::remove(const QString &vaultId, Done done)
{
    auto shared = std::make_shared<Done>(std::move(done));
    // libsecret reports success without having removed a locked item, so only a look tells.
    auto look = [this, vaultId, shared] {
        read(vaultId, [shared](Result<crypto::SecretBytes> found) {
            if (found || found.error().code == ErrorCode::KeychainBrokenItem)
                (*shared)(clavitor::fail(ErrorCode::KeychainFailed, u"the item is still there"_s));
            else if (found.error().code == ErrorCode::KeychainNoItem || found.error().code == ErrorCode::KeychainElsewhere)
                (*shared)({});
            else
                (*shared)(std::unexpected(found.error()));
        });
    };
    new Attempt(
        this, new QKeychain::DeletePasswordJob(keychainService()), vaultId, m_timeout,
        [look](QKeychain::Job *) { look(); },
        [shared](Error error) {
            if (error.code == ErrorCode::KeychainNoItem || error.code == ErrorCode::KeychainElsewhere)
                (*shared)({});
            else
                (*shared)(std::unexpected(std::move(error)));
        });
}

void QtKeychainSlot::open(const QString &vaultId, Done done)
{
#ifdef Q_OS_LINUX
    (new SecretServiceOpening(this, keychainService(), vaultId, m_timeout, OpeningPatience, std::move(done)))->start();
#else
    // The others ask by themselves when they are read.
    QTimer::singleShot(0, this, [done = std::make_shared<Done>(std::move(done))] { (*done)({}); });
    Q_UNUSED(vaultId)
#endif
}

} // namespace clavitor
