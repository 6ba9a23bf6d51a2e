// SPDX-License-Identifier: GPL-3.0-or-later
// The real polkitd with our own actions, which polkit-scenario starts; the desktop's agent is played here.
#include "app/presence/PolkitPresence.h"

#include "tests/support/PresenceRun.h"

#include <QDBusArgument>
#include <QDBusConnectionInterface>
#include <QDBusContext>
#include <QDBusMetaType>
#include <QDBusReply>
#include <QFile>

#include <unistd.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

using Answer = UserPresence::Answer;
using Outcome = UserPresence::Outcome;
using Purpose = UserPresence::Purpose;
using Reason = UserPresence::Reason;

struct Named {
    QString kind;
    QVariantMap details;
};
Q_DECLARE_METATYPE(Named)

QDBusArgument &operator<<(QDBusArgument &argument, const Named &named)
{
    argument.beginStructure();
    argument << named.kind << named.details;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, Named &named)
{
    argument.beginStructure();
    argument >> named.kind >> named.details;
    argument.endStructure();
    return argument;
}

namespace {

const QString Authority = u"org.freedesktop.PolicyKit1"_s;
const QString AuthorityPath = u"/org/freedesktop/PolicyKit1/Authority"_s;

} // namespace

/// The desktop's part: shows the dialog, and here answers as a test has it.
class Agent : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.PolicyKit1.AuthenticationAgent")
public:
    enum class Answers { Right, Wrong, Dismiss, Nothing };
    Answers answers = Answers::Right;
    QStringList actions;
    QStringList messages;
    int cancelled = 0;

public slots:
    void BeginAuthentication(const QString &action, const QString &message, const QString &, const QMap<QString, QString> &, const QString &cookie, const QList<Named> &)
    {
        actions << action;
        messages << message;
        setDelayedReply(true);
        const QDBusMessage call = QDBusContext::message();
        QDBusConnection bus = connection();
        switch (answers) {
        case Answers::Right: {
            auto confirm = QDBusMessage::createMethodCall(u"clavitor.test.Helper"_s, u"/"_s, u"clavitor.test.Helper"_s, u"Confirm"_s);
            confirm << ::getuid() << cookie;
            auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(confirm), this);
            connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, bus, call]() mutable {
                watcher->deleteLater();
                bus.send(call.createReply());
            });
            return;
        }
        case Answers::Wrong:
            bus.send(call.createReply());
            return;
        case Answers::Dismiss:
            bus.send(call.createErrorReply(u"org.freedesktop.PolicyKit1.Error.Cancelled"_s, u"the person closed it"_s));
            return;
        case Answers::Nothing:
            m_open = call;
            return;
        }
    }
    void CancelAuthentication(const QString &)
    {
        ++cancelled;
        connection().send(m_open.createErrorReply(u"org.freedesktop.PolicyKit1.Error.Cancelled"_s, u"taken back"_s));
    }

private:
    QDBusMessage m_open;
};

class tst_PolkitPresence : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_address = qEnvironmentVariable("CLAVITOR_TEST_SYSTEM_BUS");
        QVERIFY2(!m_address.isEmpty(), "run this through polkit-scenario");
        qDBusRegisterMetaType<Named>();
        qDBusRegisterMetaType<QList<Named>>();
        qDBusRegisterMetaType<QMap<QString, QString>>();
        QTRY_VERIFY_WITH_TIMEOUT(bus().interface()->isServiceRegistered(Authority).value(), 15'000);
        QTRY_VERIFY_WITH_TIMEOUT(bus().interface()->isServiceRegistered(u"clavitor.test.Helper"_s).value(), 15'000);
    }
    void init()
    {
        m_agent = std::make_unique<Agent>();
    }
    void cleanup()
    {
        bus().unregisterObject(u"/agent"_s);
        QDBusConnection::disconnectFromBus(u"clavitor-test-agent"_s);
        m_agent.reset();
    }

    void knowsOurActionsAndThatSomebodyMustBeAsked()
    {
        PolkitPresence presence(place());
        QCOMPARE(probed(presence), (UserPresence::Probe{UserPresence::Means::SystemDialog, Reason::None}));
    }
    void saysThatThereIsNobodyToShowTheDialog()
    {
        PolkitPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Unavailable, Reason::NoAgent}));
    }
    void saysYesOnceThePersonHasProvedToBeOne()
    {
        QVERIFY(serve());
        PolkitPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
        QCOMPARE(m_agent->actions, QStringList{u"clavitor.vault.open"_s});
        QVERIFY(m_agent->messages.constFirst().contains("keychain"_L1));
    }
    void asksEachTimeAnew()
    {
        QVERIFY(serve());
        PolkitPresence presence(place());
        for (int i = 0; i < 2; ++i) {
            PresenceRun run(presence, Purpose::OpenPersonal);
            QCOMPARE(run.answer(), (Answer{Outcome::Present, Reason::None}));
        }
        QCOMPARE(m_agent->actions, (QStringList{u"clavitor.personal.open"_s, u"clavitor.personal.open"_s}));
    }
    void saysNoWhenThePasswordWasWrong()
    {
        QVERIFY(serve());
        m_agent->answers = Agent::Answers::Wrong;
        PolkitPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Refused, Reason::None}));
    }
    void isCancelledWhenThePersonClosesTheDialog()
    {
        QVERIFY(serve());
        m_agent->answers = Agent::Answers::Dismiss;
        PolkitPresence presence(place());
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::Cancelled, Reason::None}));
    }
    void closesTheDialogWhenItIsCancelled()
    {
        QVERIFY(serve());
        m_agent->answers = Agent::Answers::Nothing;
        PolkitPresence presence(place());
        PresenceRun run(presence);
        QVERIFY(run.waits());
        QTRY_COMPARE(m_agent->actions.size(), 1);
        presence.cancel();
        QCOMPARE(run.answer(), (Answer{Outcome::Cancelled, Reason::None}));
        QTRY_COMPARE(m_agent->cancelled, 1);
        m_agent->answers = Agent::Answers::Right;
        PresenceRun next(presence);
        QCOMPARE(next.answer(), (Answer{Outcome::Present, Reason::None}));
    }
    void endsWhenNobodyAnswersTheDialog()
    {
        QVERIFY(serve());
        m_agent->answers = Agent::Answers::Nothing;
        PolkitPresence presence(place());
        presence.setTimeout(1'000);
        PresenceRun run(presence);
        QCOMPARE(run.answer(), (Answer{Outcome::TimedOut, Reason::None}));
        QTRY_COMPARE(m_agent->cancelled, 1);
    }

private:
    [[nodiscard]] SystemBusPlace place() const { return {m_address, 0}; }
    [[nodiscard]] QDBusConnection bus() const { return QDBusConnection::connectToBus(m_address, u"clavitor-test-agent"_s); }
    /// Registers the agent for this process, as a desktop does for its session.
    bool serve()
    {
        QFile file(u"/proc/self/stat"_s);
        if (!file.open(QIODevice::ReadOnly) || !bus().registerObject(u"/agent"_s, m_agent.get(), QDBusConnection::ExportAllSlots))
            return false;
        const QByteArray line = file.readAll();
        const qulonglong start = line.mid(line.lastIndexOf(')') + 2).split(' ').value(19).toULongLong();
        const Named self{u"unix-process"_s, {{u"pid"_s, static_cast<uint>(::getpid())}, {u"start-time"_s, start}, {u"uid"_s, static_cast<int>(::getuid())}}};
        auto message = QDBusMessage::createMethodCall(Authority, AuthorityPath, u"org.freedesktop.PolicyKit1.Authority"_s, u"RegisterAuthenticationAgent"_s);
        message << QVariant::fromValue(self) << u"C"_s << u"/agent"_s;
        const QDBusMessage reply = bus().call(message);
        if (reply.type() != QDBusMessage::ReplyMessage)
            qWarning() << reply.errorMessage();
        return reply.type() == QDBusMessage::ReplyMessage;
    }

    QString m_address;
    std::unique_ptr<Agent> m_agent;
};

QTEST_GUILESS_MAIN(tst_PolkitPresence)
#include "tst_PolkitPresence.moc"
