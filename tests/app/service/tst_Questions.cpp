// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/BridgeChannel.h"

#include "tests/support/BridgeSide.h"
#include "tests/support/OpenVaultTest.h"

#include <QDir>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Calls that wait for the person, from the bridge's question to its answer, in real time that runs a hundred times faster.
class tst_Questions : public OpenVaultTest {
    Q_OBJECT

    std::unique_ptr<BridgeSide> m_bridge;
    QByteArray m_token;
    QString m_keyId;
    EntryId m_entry;

    /// A fresh vault whose questions wait that long, with a key that asks first.
    void begin(ApprovalQueue::Times times)
    {
        m_vault->approvalTimes = times;
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        m_entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}))->id;
        const QList<Action> actions{Action::Read, Action::Search, Action::List};
        auto key = m_vault->open().createKey({u"codex-agent"_s, {}, {true, {}, {}, {}}, actions, 0, policyOf(Preset::AskFirst)});
        m_token = QByteArray(key->token.view().data(), static_cast<qsizetype>(key->token.size()));
        m_keyId = key->agent.keyId;
        m_bridge = std::make_unique<BridgeSide>();
        vault().attachBridge(m_bridge->keeperEnd, 1984);
    }
    void askForIt(std::uint64_t call) { m_bridge->ask(call, m_token, link::ReadQuery{m_entry.toString()}); }
    [[nodiscard]] ApprovalId onlyQuestion() { return m_vault->open().gate().questions().waiting().first().id; }
    [[nodiscard]] AuditEvent lastRow() { return m_vault->open().rows().page({}, 0, 1)->events.first(); }

    static constexpr ApprovalQueue::Times patient{};
    static constexpr ApprovalQueue::Times quick{250, 600, 600'000, 600'000};

private slots:
    void aHeldCallIsAnsweredOnceThePersonSaysYes()
    {
        begin(patient);
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_COMPARE(asked.size(), 1);
        QVERIFY(m_bridge->answers.isEmpty());
        // Others are served meanwhile: nothing waits but the call itself.
        m_bridge->ask(2, m_token, link::StatusQuery{});
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().id, 2U);
        QVERIFY(vault().answerApproval(onlyQuestion(), ApprovalAnswer::Once));
        QTRY_COMPARE(m_bridge->answers.size(), 2);
        QCOMPARE(m_bridge->answers.last().status, link::Status::Ok);
        QVERIFY(m_bridge->answers.last().body.contains("canary"));
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended.first().at(1).value<ApprovalEnd>(), ApprovalEnd::Answered);
        QCOMPARE(lastRow().action, u"read"_s);
        QCOMPARE(lastRow().outcome, Outcome::Allowed);
    }

    void aNoAndANoThatPausesAreToldAtOnce()
    {
        begin(patient);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        QVERIFY(vault().answerApproval(onlyQuestion(), ApprovalAnswer::Deny));
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::ApprovalDenied);
        QVERIFY(m_bridge->answers.first().body.isEmpty());
        askForIt(2);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        QSignalSpy agents(&vault(), &Vault::agentsChanged);
        QVERIFY(vault().answerApproval(onlyQuestion(), ApprovalAnswer::DenyAndPause));
        QTRY_COMPARE(m_bridge->answers.size(), 2);
        QCOMPARE(m_bridge->answers.last().status, link::Status::KeyPaused);
        QVERIFY(!agents.isEmpty());
    }

    void withoutAnAnswerTheCallIsToldToComeBackAndTheRetryIsGranted()
    {
        begin({250, 60'000, 600'000, 600'000});
        askForIt(1);
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        const link::Answer pending = m_bridge->answers.first();
        QCOMPARE(pending.status, link::Status::Pending);
        QCOMPARE(pending.retryAfterSeconds, 2);
        QVERIFY(pending.body.contains(QString(u"/api/approvals/"_s + onlyQuestion().toString()).toUtf8()));
        QVERIFY(!pending.body.contains("canary"));
        QCOMPARE(lastRow().outcome, Outcome::Pending);
        QVERIFY(vault().answerApproval(onlyQuestion(), ApprovalAnswer::Once));
        askForIt(2);
        QTRY_COMPARE(m_bridge->answers.size(), 2);
        QCOMPARE(m_bridge->answers.last().status, link::Status::Ok);
    }

    void nobodyAnsweringIsANo()
    {
        begin({60'000, 250, 600'000, 600'000});
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::ApprovalDenied);
        QCOMPARE(lastRow().why, u"nobody answered"_s);
        QCOMPARE(ended.first().at(1).value<ApprovalEnd>(), ApprovalEnd::TimedOut);
    }

    void aQuestionWhoseCallsWereToldToComeBackLeavesItsEndOnRecord()
    {
        begin({50, 300, 600'000, 600'000});
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::Pending);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(lastRow().why, u"nobody answered"_s);
        QCOMPARE(lastRow().outcome, Outcome::Denied);
        QCOMPARE(lastRow().action, u"read"_s);
        QCOMPARE(lastRow().entry, m_entry);
        QCOMPARE(lastRow().keyId, m_keyId);
        QVERIFY(lastRow().isByAgent());
    }

    void theNextQuestionHasItsWholeTimeWhenItIsItsTurn()
    {
        begin({60'000, 400, 600'000, 600'000});
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        const EntryId other = m_vault->open().save(draft(u"staging"_s, {{"password", FieldKind::Password, "pw"}}))->id;
        askForIt(1);
        m_bridge->ask(2, m_token, link::ReadQuery{other.toString()});
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(m_vault->open().gate().questions().waiting().size(), 1);
        const qint64 first = asked.first().first().value<ApprovalRequest>().until;
        QVERIFY(asked.last().first().value<ApprovalRequest>().until >= first + 350);
        QTRY_COMPARE(ended.size(), 2);
    }

    void theQuestionGoesWithItsCaller()
    {
        begin(patient);
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_COMPARE(asked.size(), 1);
        m_bridge->channel->send(link::encode(link::ToKeeper(link::ClientGone{1})));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended.first().at(1).value<ApprovalEnd>(), ApprovalEnd::AgentLeft);
        QVERIFY(m_vault->open().gate().questions().waiting().isEmpty());
        QVERIFY(m_bridge->answers.isEmpty());
    }

    void aCallerThatLeftBeforeItWasLookedAtLeavesNothing()
    {
        begin(patient);
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        const QByteArray gone = link::encode(link::ToKeeper(link::ClientGone{1}));
        askForIt(1);
        m_bridge->channel->send(gone);
        m_bridge->ask(2, m_token, link::StatusQuery{});
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QVERIFY(m_vault->open().gate().questions().waiting().isEmpty());
    }

    void aBridgeThatDiesTakesItsQuestionsAlong()
    {
        begin(patient);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        BridgeSide next;
        vault().attachBridge(next.keeperEnd, 1984);
        QCOMPARE(ended.size(), 1);
        QVERIFY(m_vault->open().gate().questions().waiting().isEmpty());
    }

    void aBridgeThatHangsUpEndsItsQuestions()
    {
        begin(patient);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        m_bridge->channel->close();
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(m_vault->open().gate().questions().waiting().isEmpty());
    }

    void aKeyChangedMeanwhileIsAskedAboutAnewAndHeldNoLonger()
    {
        begin(patient);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        const ApprovalId before = onlyQuestion();
        const auto due = m_vault->open().gate().questions().nextDue();
        QTest::qWait(20);
        vault().dropQuestions(m_keyId);
        QVERIFY(onlyQuestion() != before);
        // Its client waits no longer than it would have.
        QCOMPARE(m_vault->open().gate().questions().nextDue(), due);
    }

    void lockingEndsTheQuestionAndTellsTheCallerSo()
    {
        begin(patient);
        QSignalSpy ended(&vault(), &Vault::approvalEnded);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        QVERIFY(vault().lock());
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::Locked);
        QCOMPARE(ended.first().at(1).value<ApprovalEnd>(), ApprovalEnd::Locked);
        QCOMPARE(vault().answerApproval({}, ApprovalAnswer::Always).error().code, ErrorCode::Locked);
    }

    void aKeyThatIsStoppedMeanwhileIsRefused()
    {
        begin(patient);
        askForIt(1);
        QTRY_VERIFY(!m_vault->open().gate().questions().waiting().isEmpty());
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        vault().dropQuestions(m_keyId);
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::Unauthorized);
    }

    void aThousandCallsAreOneQuestionAndOneAnswerServesThem()
    {
        begin(patient);
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        // Said again as more calls wait for the one answer.
        const auto questions = [&asked] {
            QSet<QString> ids;
            for (const QList<QVariant> &said : asked)
                ids.insert(said.first().value<ApprovalRequest>().id.toString());
            return ids.size();
        };
        const qsizetype threads = QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size();
        for (std::uint64_t call = 1; call <= 1000; ++call)
            askForIt(call);
        QTRY_COMPARE(questions(), 1);
        // Sixteen are held; the others are told to come back, so that one key cannot take every place.
        QTRY_COMPARE(m_bridge->answers.size(), 1000 - ApprovalQueue::heldPerKey);
        for (const link::Answer &answer : m_bridge->answers)
            QCOMPARE(answer.status, link::Status::Pending);
        QCOMPARE(m_vault->open().gate().questions().callsOf(onlyQuestion().value), ApprovalQueue::heldPerKey);
        QCOMPARE(asked.last().first().value<ApprovalRequest>().calls, ApprovalQueue::heldPerKey);
        // None of them has a thread of its own.
        QCOMPARE(QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), threads);
        QCOMPARE(questions(), 1);
        QVERIFY(vault().answerApproval(onlyQuestion(), ApprovalAnswer::Once));
        QTRY_COMPARE_WITH_TIMEOUT(m_bridge->answers.size(), 1000, 20'000);
        for (const link::Answer &answer : m_bridge->answers.last(ApprovalQueue::heldPerKey))
            QCOMPARE(answer.status, link::Status::Ok);
        QCOMPARE(questions(), 1);
    }

    void aRequestForAMissingEntryIsHeldAndAnsweredWhenItIsThere()
    {
        begin(patient);
        QSignalSpy requested(&vault(), &Vault::entryRequested);
        m_bridge->ask(1, m_token, link::RequestQuery{u"Staging"_s, u"to deploy"_s, {u"password"_s}});
        QTRY_COMPARE(requested.size(), 1);
        QVERIFY(m_bridge->answers.isEmpty());
        const EntryRequest request = m_vault->open().requests().list()->first();
        QVERIFY(m_vault->open().fulfilRequest(request.id, m_entry, true));
        vault().releaseCalls(request.id.value);
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::Ok);
        QVERIFY(m_bridge->answers.first().body.contains(R"("status":"added")"));
        QVERIFY(m_bridge->answers.first().body.contains(m_entry.toString().toUtf8()));
    }

    void aRequestNobodyHasTimeForIsPending()
    {
        begin(quick);
        m_bridge->ask(1, m_token, link::RequestQuery{u"Staging"_s, u"to deploy"_s, {}});
        QTRY_COMPARE(m_bridge->answers.size(), 1);
        QCOMPARE(m_bridge->answers.first().status, link::Status::Pending);
        QVERIFY(m_bridge->answers.first().body.contains(R"("request")"));
    }

    void fiveTimesNobodyRestsTheKeyAndAlarms()
    {
        begin({60'000, 60, 600'000, 600'000});
        QSignalSpy alerts(&vault(), &Vault::keyAlert);
        for (std::uint64_t call = 1; call <= 5; ++call) {
            askForIt(call);
            QTRY_COMPARE(m_bridge->answers.size(), static_cast<qsizetype>(call));
        }
        QTRY_COMPARE(alerts.size(), 1);
        QCOMPARE(alerts.first().first().value<KeyAlert>().kind, KeyAlert::Kind::Resting);
        askForIt(6);
        QTRY_COMPARE(m_bridge->answers.size(), 6);
        QCOMPARE(m_bridge->answers.last().status, link::Status::KeyPaused);
    }
};

QTEST_GUILESS_MAIN(tst_Questions)
#include "tst_Questions.moc"
