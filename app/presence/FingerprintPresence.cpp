// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/FingerprintPresence.h"

#include <QDBusObjectPath>
#include <QTimer>

#include <array>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

const QString FprintName = u"net.reactivated.Fprint"_s;
const QString ManagerPath = u"/net/reactivated/Fprint/Manager"_s;
const QString ManagerInterface = u"net.reactivated.Fprint.Manager"_s;
const QString DeviceInterface = u"net.reactivated.Fprint.Device"_s;
/// The person who asks, as the service knows from the bus.
const QString Oneself;

constexpr int AnswerMilliseconds = 5'000;
constexpr int ClaimMilliseconds = 10'000; ///< the reader is switched on
// The screen's lock may have held the reader a moment ago, and a check of ours that was cancelled.
constexpr int ClaimRetries = 5;
constexpr int ClaimRetryMilliseconds = 300;
constexpr int ForgetMilliseconds = 300;

UserPresence::Reason reasonOf(const QDBusError &error)
{
    static constexpr auto prefix = "net.reactivated.Fprint.Error."_L1;
    using Reason = UserPresence::Reason;
    const QString name = error.name();
    if (name.startsWith(prefix)) {
        const QStringView what = QStringView(name).sliced(prefix.size());
        if (what == "NoSuchDevice"_L1)
            return Reason::NoReader;
        if (what == "NoEnrolledPrints"_L1)
            return Reason::NoFinger;
        if (what == "AlreadyInUse"_L1)
            return Reason::ReaderBusy;
        if (what == "PermissionDenied"_L1)
            return Reason::Denied;
        return Reason::Failed;
    }
    switch (error.type()) {
    case QDBusError::NoReply:
    case QDBusError::Disconnected:
    case QDBusError::ServiceUnknown:
    case QDBusError::NoServer:
    case QDBusError::TimedOut:
    case QDBusError::Timeout:
        return Reason::ServiceGone;
    case QDBusError::AccessDenied:
        return Reason::Denied;
    case QDBusError::UnknownObject:
        return Reason::ReaderGone;
    default:
        return Reason::Failed;
    }
}

bool isUnclear(const QString &result)
{
    static constexpr std::array words{"verify-retry-scan"_L1, "verify-swipe-too-short"_L1, "verify-finger-not-centered"_L1,
                                      "verify-remove-and-retry"_L1, "verify-too-fast"_L1};
    return std::ranges::find(words, result) != words.end();
}

} // namespace

FingerprintPresence::FingerprintPresence(SystemBusPlace place, QObject *parent)
    : UserPresence(parent)
    , m_place(std::move(place))
{
}

FingerprintPresence::~FingerprintPresence()
{
    m_service.reset(); // it hears for this object, which must be whole meanwhile
}

void FingerprintPresence::findReader(SystemService *service, ReaderFound found)
{
    service->find([service, found = std::move(found)](Reason reason) {
        if (reason != Reason::None)
            return found({}, reason);
        service->call<QDBusObjectPath>(ManagerPath, ManagerInterface, u"GetDefaultDevice"_s, {}, AnswerMilliseconds,
                                       [service, found](const QDBusPendingReply<QDBusObjectPath> &device) {
            if (device.isError())
                return found({}, reasonOf(device.error()));
            const QString path = device.value().path();
            service->call<QStringList>(path, DeviceInterface, u"ListEnrolledFingers"_s, {Oneself}, AnswerMilliseconds,
                                       [path, found](const QDBusPendingReply<QStringList> &fingers) {
                if (fingers.isError())
                    return found({}, reasonOf(fingers.error()));
                found(path, fingers.value().isEmpty() ? Reason::NoFinger : Reason::None);
            });
        });
    });
}

void FingerprintPresence::probe(Probed probed)
{
    auto *service = new SystemService(m_place, FprintName, {}, this);
    auto answered = std::make_shared<Probed>(std::move(probed));
    findReader(service, [service, answered](const QString &, Reason reason) {
        service->deleteLater();
        (*answered)({reason == Reason::None ? Means::Fingerprint : Means::None, reason});
    });
}

void FingerprintPresence::begin(Purpose)
{
    m_misses = 0;
    m_isVerifying = false;
    m_service = std::make_unique<SystemService>(m_place, FprintName);
    connect(m_service.get(), &SystemService::gone, this, [this] { finish({Outcome::Unavailable, Reason::ServiceGone}); });
    findReader(m_service.get(), [this](const QString &device, Reason reason) {
        if (reason != Reason::None)
            return finish({Outcome::Unavailable, reason});
        m_device = device;
        if (!m_service->listen(m_device, DeviceInterface, u"VerifyStatus"_s, this, SLOT(verifyStatus(QString, bool, QDBusMessage))))
            return finish({Outcome::Unavailable, Reason::Failed});
        claim(ClaimRetries);
    });
}

void FingerprintPresence::claim(int retriesLeft)
{
    m_service->call<>(m_device, DeviceInterface, u"Claim"_s, {Oneself}, ClaimMilliseconds, [this, retriesLeft](const QDBusPendingReply<> &claimed) {
        if (!claimed.isError())
            return startVerifying();
        const Reason reason = reasonOf(claimed.error());
        if (reason != Reason::ReaderBusy || retriesLeft == 0)
            return finish({Outcome::Unavailable, reason});
        QTimer::singleShot(ClaimRetryMilliseconds, m_service.get(), [this, retriesLeft] { claim(retriesLeft - 1); });
    });
}

void FingerprintPresence::startVerifying()
{
    m_service->call<>(m_device, DeviceInterface, u"VerifyStart"_s, {u"any"_s}, ClaimMilliseconds, [this](const QDBusPendingReply<> &started) {
        if (started.isError())
            return finish({Outcome::Unavailable, reasonOf(started.error())});
        m_isVerifying = true;
        tell({Progress::Stage::Waiting, Means::Fingerprint, m_misses});
    });
}

void FingerprintPresence::verifyStatus(const QString &result, bool done, const QDBusMessage &message)
{
    // Also a result of a verification that was stopped, which may still be on its way.
    if (!isChecking() || !m_isVerifying || !m_service->isFrom(message) || message.path() != m_device)
        return;
    if (done)
        m_isVerifying = false;
    if (result == "verify-match"_L1)
        return done ? finish({Outcome::Present, Reason::None}) : void();
    if (result == "verify-no-match"_L1)
        return noMatch();
    if (result == "verify-disconnected"_L1)
        return finish({Outcome::Unavailable, Reason::ReaderGone});
    if (isUnclear(result) && !done)
        return tell({Progress::Stage::Unclear, Means::Fingerprint, m_misses});
    if (done && result == "verify-unknown-error"_L1)
        return lookForReader();
    finish({Outcome::Unavailable, Reason::Failed});
}

/// fprintd calls an unplugged reader an unknown error, and forgets the reader once nobody holds it any more.
void FingerprintPresence::lookForReader()
{
    m_service->call<>(m_device, DeviceInterface, u"VerifyStop"_s, {}, AnswerMilliseconds, [this](const QDBusPendingReply<> &) {
        m_service->call<>(m_device, DeviceInterface, u"Release"_s, {}, AnswerMilliseconds, [this](const QDBusPendingReply<> &) {
            QTimer::singleShot(ForgetMilliseconds, m_service.get(), [this] { lookOnceMore(); });
        });
    });
}

void FingerprintPresence::lookOnceMore()
{
    m_service->call<QDBusObjectPath>(ManagerPath, ManagerInterface, u"GetDefaultDevice"_s, {}, AnswerMilliseconds,
                                     [this](const QDBusPendingReply<QDBusObjectPath> &device) {
        const bool isThere = !device.isError() && device.value().path() == m_device;
        finish({Outcome::Unavailable, isThere ? Reason::Failed : Reason::ReaderGone});
    });
}

void FingerprintPresence::noMatch()
{
    m_isVerifying = false;
    if (++m_misses >= tries)
        return finish({Outcome::Refused, Reason::None});
    tell({Progress::Stage::NoMatch, Means::Fingerprint, m_misses});
    m_service->call<>(m_device, DeviceInterface, u"VerifyStop"_s, {}, AnswerMilliseconds, [this](const QDBusPendingReply<> &stopped) {
        if (stopped.isError())
            return finish({Outcome::Unavailable, reasonOf(stopped.error())});
        startVerifying();
    });
}

void FingerprintPresence::end()
{
    m_isVerifying = false;
    QList<QDBusMessage> last;
    if (!m_device.isEmpty())
        last = {m_service->message(m_device, DeviceInterface, u"VerifyStop"_s), m_service->message(m_device, DeviceInterface, u"Release"_s)};
    m_device.clear();
    SystemService::leaveWith(std::move(m_service), last);
}

} // namespace clavitor
