// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presence/PolkitPresence.h"

#include <QDBusArgument>
#include <QDBusMetaType>
#include <QFile>
#include <QMap>
#include <QUuid>

#include <optional>
#include <utility>

#include <unistd.h>

namespace clavitor {

/// polkit's (sa{sv}).
struct PolkitSubject {
    QString kind;
    QVariantMap details;
};

QDBusArgument &operator<<(QDBusArgument &argument, const PolkitSubject &subject)
{
    argument.beginStructure();
    argument << subject.kind << subject.details;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, PolkitSubject &subject)
{
    argument.beginStructure();
    argument >> subject.kind >> subject.details;
    argument.endStructure();
    return argument;
}

} // namespace clavitor

Q_DECLARE_METATYPE(clavitor::PolkitSubject)

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Words = QMap<QString, QString>;
using Reason = UserPresence::Reason;

const QString AuthorityName = u"org.freedesktop.PolicyKit1"_s;
const QString AuthorityPath = u"/org/freedesktop/PolicyKit1/Authority"_s;
const QString AuthorityInterface = u"org.freedesktop.PolicyKit1.Authority"_s;
/// The account it runs as where it does not run as root.
const QString AuthorityUser = u"polkitd"_s;

constexpr int AuthorityMilliseconds = 5'000;
constexpr uint AllowUserInteraction = 1;

struct Verdict {
    bool isAuthorized = false;
    bool isChallenge = false;
    Words details;
};

std::optional<Verdict> verdictOf(const QDBusMessage &reply)
{
    if (reply.type() != QDBusMessage::ReplyMessage || reply.signature() != "(bba{ss})"_L1)
        return std::nullopt;
    Verdict verdict;
    const auto argument = reply.arguments().constFirst().value<QDBusArgument>();
    argument.beginStructure();
    argument >> verdict.isAuthorized >> verdict.isChallenge >> verdict.details;
    argument.endStructure();
    return verdict;
}

/// When this process began, in clock ticks after the boot: with it the number cannot mean a later process.
qulonglong startTime()
{
    QFile file(u"/proc/self/stat"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray line = file.readAll();
    // The name in the second place may hold spaces and brackets; the start is in the 22nd.
    return line.mid(line.lastIndexOf(')') + 2).split(' ').value(19).toULongLong();
}

QVariantList question(UserPresence::Purpose purpose, uint flags, const QString &cancellation)
{
    qDBusRegisterMetaType<PolkitSubject>();
    qDBusRegisterMetaType<Words>();
    const PolkitSubject self{u"unix-process"_s,
                             {{u"pid"_s, static_cast<uint>(::getpid())}, {u"start-time"_s, startTime()}, {u"uid"_s, static_cast<int>(::getuid())}}};
    return {QVariant::fromValue(self), PolkitPresence::actionOf(purpose), QVariant::fromValue(Words()), flags, cancellation};
}

Reason reasonOfAuthority(const QDBusError &error)
{
    switch (error.type()) {
    case QDBusError::NoReply:
    case QDBusError::Disconnected:
    case QDBusError::ServiceUnknown:
    case QDBusError::TimedOut:
    case QDBusError::Timeout:
        return Reason::ServiceGone;
    default:
        // It says nothing more exact of an action it does not know.
        return error.name() == "org.freedesktop.PolicyKit1.Error.Failed"_L1 ? Reason::NoAction : Reason::Failed;
    }
}

/// What the authority says while nobody may be asked: None when it would have to ask.
void askQuietly(SystemService *service, UserPresence::Purpose purpose, std::function<void(Reason)> answered)
{
    service->find([service, purpose, answered = std::move(answered)](Reason reason) {
        if (reason != Reason::None)
            return answered(reason);
        service->call<>(AuthorityPath, AuthorityInterface, u"CheckAuthorization"_s, question(purpose, 0, {}), AuthorityMilliseconds,
                        [answered](const QDBusPendingReply<> &reply) {
            if (reply.isError())
                return answered(reasonOfAuthority(reply.error()));
            const auto verdict = verdictOf(reply.reply());
            answered(!verdict                ? Reason::Failed
                     : verdict->isAuthorized ? Reason::NotAsked
                     : verdict->isChallenge  ? Reason::None
                                             : Reason::Denied);
        });
    });
}

} // namespace

PolkitPresence::PolkitPresence(SystemBusPlace place, QObject *parent)
    : UserPresence(parent)
    , m_place(std::move(place))
{
}

PolkitPresence::~PolkitPresence() = default;

QString PolkitPresence::actionOf(Purpose purpose)
{
    return purpose == Purpose::OpenVault ? u"clavitor.vault.open"_s : u"clavitor.personal.open"_s;
}

void PolkitPresence::probe(Probed probed)
{
    auto *service = new SystemService(m_place, AuthorityName, AuthorityUser, this);
    auto answered = std::make_shared<Probed>(std::move(probed));
    askQuietly(service, Purpose::OpenVault, [service, answered](Reason reason) {
        service->deleteLater();
        (*answered)({reason == Reason::None ? Means::SystemDialog : Means::None, reason});
    });
}

void PolkitPresence::begin(Purpose purpose)
{
    m_service = std::make_unique<SystemService>(m_place, AuthorityName, AuthorityUser);
    connect(m_service.get(), &SystemService::gone, this, [this] { finish({Outcome::Unavailable, Reason::ServiceGone}); });
    askQuietly(m_service.get(), purpose, [this, purpose](Reason reason) {
        if (reason == Reason::None)
            ask(purpose);
        else
            finish({Outcome::Unavailable, reason});
    });
}

void PolkitPresence::ask(Purpose purpose)
{
    m_cancellation = QUuid::createUuid().toString(QUuid::WithoutBraces);
    tell({Progress::Stage::Waiting, Means::SystemDialog, 0});
    m_service->call<>(AuthorityPath, AuthorityInterface, u"CheckAuthorization"_s, question(purpose, AllowUserInteraction, m_cancellation),
                      defaultTimeout + AuthorityMilliseconds, [this](const QDBusPendingReply<> &reply) {
        m_cancellation.clear();
        if (reply.isError())
            return finish({Outcome::Unavailable, reasonOfAuthority(reply.error())});
        const auto verdict = verdictOf(reply.reply());
        if (!verdict)
            finish({Outcome::Unavailable, Reason::Failed});
        else if (verdict->isAuthorized)
            finish({Outcome::Present, Reason::None});
        else if (verdict->isChallenge)
            finish({Outcome::Unavailable, Reason::NoAgent}); // it may be asked, and there is nobody to ask it
        else if (verdict->details.contains(u"polkit.dismissed"_s))
            finish({Outcome::Cancelled, Reason::None});
        else
            finish({Outcome::Refused, Reason::None});
    });
}

void PolkitPresence::end()
{
    QList<QDBusMessage> last;
    if (!m_cancellation.isEmpty()) {
        QDBusMessage cancel = m_service->message(AuthorityPath, AuthorityInterface, u"CancelCheckAuthorization"_s);
        cancel.setArguments({m_cancellation});
        last = {cancel};
    }
    m_cancellation.clear();
    SystemService::leaveWith(std::move(m_service), last);
}

} // namespace clavitor
