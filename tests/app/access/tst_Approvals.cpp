// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// When the person is asked, what is asked, and what an answer is good for.
class tst_Approvals : public GateTest {
    Q_OBJECT

private slots:
    void askFirstAsksOnceAnEntryAndRemembersWhileUnlocked()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        QVERIFY(!tryToAsk(token, read));
        QCOMPARE(waiting().size(), 1);
        const ApprovalRequest request = waiting().first();
        QCOMPARE(request.keyName, u"codex-agent"_s);
        QCOMPARE(request.actor, u"mcp:codex-agent"_s);
        QCOMPARE(request.title, u"github.com"_s);
        QCOMPARE(request.action, Action::Read);
        QCOMPARE(request.because, AskedBecause::FirstTime);
        QCOMPARE(request.reason, u"deploy"_s);
        QCOMPARE(request.fields, QStringList{u"password"_s});
        QCOMPARE(request.readsOfEntry, 0);
        QCOMPARE(request.until, request.askedAt + 60'000);

        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        m_vault->now += 3 * ms::hour;
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_staging.toString()}));

        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY(!tryToAsk(token, read));
        QCOMPARE(waiting().first().readsOfEntry, 2);
    }

    void onceIsForThisCallAndOnlyForAMinute()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::Once);
        m_vault->now += 59'999;
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::Once);
        m_vault->now += 60'000;
        QVERIFY(!tryToAsk(token, read));
    }

    void aYesLeavesARowThatSaysForWhatAndHowLong()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::OneHour);
        const AuditEvent row = rows(1).first();
        QCOMPARE(row.action, u"approve"_s);
        QCOMPARE(row.actor, u"app:owner"_s);
        QCOMPARE(row.keyId, m_keyId);
        QCOMPARE(row.entry, m_github);
        QCOMPARE(row.why, u"read, for an hour"_s);
    }

    void aNoIsToldAndWrittenAndDoesNotLast()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        link::Question question;
        question.id = 7;
        question.token = token;
        question.query = link::ReadQuery{m_github.toString()};
        QVERIFY(!tryToAsk(token, question.query));
        const QUuid id = waiting().first().id.value;
        answerTheQuestion(ApprovalAnswer::Deny);
        QCOMPARE(rows(1).first().action, u"deny"_s);
        auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
        const link::Answer answer = gate().conclude(question, 0, AccessGate::Conclusion::Denied, id);
        QVERIFY(transaction->commit());
        QCOMPARE(answer.status, link::Status::ApprovalDenied);
        QVERIFY(answer.body.isEmpty());
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"the person said no"_s);
        QVERIFY(!tryToAsk(token, question.query));
    }

    void denyAndPauseStopsTheKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::DenyAndPause);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::KeyPaused);
    }

    void fiveDenialsInARowStopTheKeyForTenMinutes()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
            const auto answered = m_vault->open().answerApproval(waiting().first().id, ApprovalAnswer::Deny);
            QVERIFY(answered);
            QCOMPARE(answered->resting.has_value(), i == 4);
        }
        const link::Answer refused = ask(token, link::ReadQuery{m_github.toString()});
        QCOMPARE(refused.status, link::Status::KeyPaused);
        QVERIFY(refused.retryAfterSeconds > 590);
        QCOMPARE(rows(1).first().why, u"rests after denials"_s);
        QVERIFY(m_vault->open().keys()->first().restsUntil > m_vault->now);
        QVERIFY(m_vault->open().releaseKey(m_keyId));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
    }

    void aQuestionThatHasEndedCannotBeAnswered()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        const ApprovalId id = waiting().first().id;
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        const auto late = m_vault->open().answerApproval(id, ApprovalAnswer::Always);
        QVERIFY(!late);
        QCOMPARE(late.error().code, ErrorCode::NotFound);
        QVERIFY(m_vault->open().grants().isEmpty());
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
    }

    void aFourthQuestionOfAKeyIsRefusedAndAnotherKeyIsNot()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        for (int i = 0; i < 3; ++i)
            QVERIFY(!tryToAsk(token, link::ReadQuery{another(u"entry %1"_s.arg(i)).toString()}));
        const link::Answer refused = ask(token, link::ReadQuery{m_github.toString()});
        QCOMPARE(refused.status, link::Status::RateLimited);
        QVERIFY(refused.retryAfterSeconds > 0);
        const QByteArray other = keyWith(policyOf(Preset::AskFirst), u"other"_s);
        QVERIFY(!tryToAsk(other, link::ReadQuery{m_github.toString()}));
    }

    void readingThePasswordAndTheCodeAreTwoQuestions()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::Always);
        const QJsonObject entry = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(fieldOfKind(entry, u"password"_s)["value"_L1].toString(), u"hunter2-canary"_s);
        const QJsonObject code = fieldOfKind(entry, u"totp"_s);
        QVERIFY(!code.contains("code"_L1));
        QCOMPARE(code["delivery"_L1].toString(), u"code-only"_s);

        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
        QCOMPARE(waiting().first().fields, QStringList{u"one-time code"_s});
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        QVERIFY(fieldOfKind(jsonOf(ask(token, link::ReadQuery{m_github.toString()})), u"totp"_s).contains("code"_L1));
    }

    void aSearchNamesWhatItWouldHaveToAskFor()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const QJsonObject before = jsonOf(ask(token, link::SearchQuery{u"github"_s, 5}));
        QVERIFY(before["entries"_L1].toArray().isEmpty());
        QCOMPARE(before["more"_L1].toArray().size(), 1);
        QCOMPARE(before["more"_L1][0]["ask"_L1].toBool(), true);
        QVERIFY(waiting().isEmpty());
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        const QJsonObject after = jsonOf(ask(token, link::SearchQuery{u"github"_s, 5}));
        QCOMPARE(after["entries"_L1].toArray().size(), 1);
        QVERIFY(!after.contains("more"_L1));
    }

    void theCodeFirstAndThenThePasswordIsASecondFactorToo()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = true;
        const QByteArray token = keyWith(policy);
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
        QVERIFY(gate().questions().leave(7, 0));
        m_vault->now += 2 * ms::minute + 1;
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void walkingAwayFromQuestionsIsOnRecord()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(gate().questions().leave(7, 0));
        QCOMPARE(rows(1).first().outcome, Outcome::Pending);
        QCOMPARE(rows(1).first().subject, u"github.com"_s);
    }

    void aSeventeenthCallIsToldToComeBackAtOnce()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        for (m_call = 1; m_call <= 16; ++m_call)
            QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        const link::Answer answer = ask(token, link::ReadQuery{m_github.toString()});
        QCOMPARE(answer.status, link::Status::Pending);
        QVERIFY(answer.body.contains(waiting().first().id.toString().toUtf8()));
        QCOMPARE(waiting().size(), 1);
    }

    void threeYesesInARowSuggestARule()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const auto approve = [&](ApprovalAnswer answer) {
            if (tryToAsk(token, link::ReadQuery{m_github.toString()}))
                return std::optional<RuleSuggestion>();
            const auto answered = m_vault->open().answerApproval(waiting().first().id, answer);
            m_vault->now += 61'000;
            return answered ? answered->suggestion : std::nullopt;
        };
        QVERIFY(!approve(ApprovalAnswer::Once));
        QVERIFY(!approve(ApprovalAnswer::Once));
        QVERIFY(!approve(ApprovalAnswer::Deny));
        QVERIFY(!approve(ApprovalAnswer::Once));
        QVERIFY(!approve(ApprovalAnswer::Once));
        const auto suggestion = approve(ApprovalAnswer::Once);
        QVERIFY(suggestion);
        QCOMPARE(suggestion->title, u"github.com"_s);
        QVERIFY(m_vault->open().allowAlways(suggestion->keyId, suggestion->entry, suggestion->action));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void threeYesesToACodeSuggestARuleToo()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::Always);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        std::optional<RuleSuggestion> suggested;
        for (int yes = 1; yes <= 3; ++yes) {
            QVERIFY(!suggested);
            QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
            QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
            const auto answered = m_vault->open().answerApproval(waiting().first().id, ApprovalAnswer::Once);
            QVERIFY(answered);
            suggested = answered->suggestion;
            m_vault->now += 61'000;
        }
        QVERIFY(suggested);
        QCOMPARE(suggested->action, Action::Totp);
        QVERIFY(m_vault->open().allowAlways(suggested->keyId, suggested->entry, suggested->action));
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void aRuleThatWasSaidNoToComesAgainAfterThreeMore()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QList<int> suggested;
        for (int yes = 1; yes <= 9; ++yes) {
            QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
            const auto answered = m_vault->open().answerApproval(waiting().first().id, ApprovalAnswer::Once);
            QVERIFY(answered);
            if (answered->suggestion)
                suggested.append(yes);
            m_vault->now += 61'000;
        }
        QCOMPARE(suggested, (QList{3, 6, 9}));
    }

    void aQuestionSaysHowManyCallsItIsFor()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        for (m_call = 1; m_call <= 3; ++m_call) {
            QVERIFY(!tryToAsk(token, read));
            const AccessGate::News news = gate().takeNews();
            QCOMPARE(news.asked.size(), 1);
            QCOMPARE(news.asked.first().calls, static_cast<int>(m_call));
            QCOMPARE(waiting().first().calls, static_cast<int>(m_call));
        }
        (void)gate().questions().leave(1, 0);
        QCOMPARE(waiting().first().calls, 2);
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, read));
    }

    void onceIsForTheProgramThatAsked()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        const auto from = [this](const QString &program, qint64 pid) {
            m_vault->caller = {};
            m_vault->caller.caller.program = program;
            m_vault->caller.caller.pid = pid;
            m_vault->caller.programs = {program};
        };
        from(u"/usr/bin/codex"_s, 10);
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::Once);
        from(u"/usr/bin/curl"_s, 11);
        QVERIFY2(!tryToAsk(token, read), "another program with the same key was not asked about");
        (void)gate().questions().drop({}, 0);
        from({}, 0);
        QVERIFY2(!tryToAsk(token, read), "nor one that cannot be told");
        (void)gate().questions().drop({}, 0);
        from(u"/usr/bin/codex"_s, 12); // told to come back, it does so from a process of its own
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        // What lasts is the key's, whatever it calls from.
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        from(u"/usr/bin/curl"_s, 13);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
    }

    void onceOfACallerThatIsNotKnownIsForWhoeverCallsWithTheKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::Once);
        m_vault->caller.caller.program = u"/usr/bin/curl"_s;
        QCOMPARE(ask(token, read).status, link::Status::Ok);
    }

    void onlyTheKeyThatAskedMayAskHowItStands()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        const QString id = waiting().first().id.toString();
        const QJsonObject standing = jsonOf(ask(token, link::ApprovalQuery{id}))["approval"_L1].toObject();
        QCOMPARE(standing["status"_L1].toString(), u"pending"_s);
        QCOMPARE(standing["poll"_L1].toString(), u"/api/approvals/"_s + id);
        const QByteArray other = keyWith(policyOf(Preset::AskFirst), u"other"_s);
        QCOMPARE(ask(other, link::ApprovalQuery{id}).status, link::Status::NotFound);
        QCOMPARE(ask(other, link::ApprovalQuery{u"nonsense"_s}).status, link::Status::NotFound);
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(jsonOf(ask(token, link::ApprovalQuery{id}))["approval"_L1]["status"_L1].toString(), u"allowed"_s);
    }
};

QTEST_GUILESS_MAIN(tst_Approvals)
#include "tst_Approvals.moc"
