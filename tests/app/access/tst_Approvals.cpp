// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/app/access/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// When the person is asked, what is asked, and what an answer is good for.
class tst_Approvals : public GateTest {
    Q_OBJECT

    [[nodiscard]] AccessGate &gate() { return m_vault->open().gate(); }
    [[nodiscard]] QList<ApprovalRequest> waiting() { return gate().questions().waiting(); }
    void answerTheQuestion(ApprovalAnswer answer)
    {
        QCOMPARE(waiting().size(), 1);
        const auto answered = m_vault->open().answerApproval(waiting().first().id, answer);
        QVERIFY(answered);
    }
    [[nodiscard]] EntryId another(const QString &title)
    {
        return m_vault->open().save(draft(title, {{"password", FieldKind::Password, "pw"}}))->id;
    }
    [[nodiscard]] std::optional<link::Status> status(const QByteArray &token, link::Query query)
    {
        const auto answer = tryToAsk(token, std::move(query));
        return answer ? std::optional(answer->status) : std::nullopt;
    }

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

    void anHourEndsAfterAnHourAndAlwaysNeverAlsoOverALock()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery github{m_github.toString()};
        const link::ReadQuery staging{m_staging.toString()};
        QVERIFY(!tryToAsk(token, github));
        answerTheQuestion(ApprovalAnswer::OneHour);
        QVERIFY(!tryToAsk(token, staging));
        answerTheQuestion(ApprovalAnswer::Always);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        m_vault->now += ms::hour - 1;
        QCOMPARE(ask(token, github).status, link::Status::Ok);
        m_vault->now += 1;
        QVERIFY(!tryToAsk(token, github));
        m_vault->now += 300 * ms::day;
        QCOMPARE(ask(token, staging).status, link::Status::Ok);
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

    void aKeyThatMayHaveBothIsNotAsked()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        const QJsonObject entry = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(fieldOfKind(entry, u"totp"_s).contains("code"_L1));
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void useWithoutSeeingGivesReferencesAndCodesOnly()
    {
        const QByteArray token = keyWith(policyOf(Preset::UseWithoutSeeing));
        const link::Answer answer = ask(token, link::ReadQuery{m_github.toString()});
        QVERIFY(!answer.body.contains("canary"));
        const QJsonObject password = fieldOfKind(jsonOf(answer), u"password"_s);
        QCOMPARE(password["delivery"_L1].toString(), u"use-only"_s);
        QCOMPARE(password["ref"_L1].toString(), u"clavitor://github.com/password"_s);
        QVERIFY(!password.contains("value"_L1));
        QVERIFY(fieldOfKind(jsonOf(answer), u"totp"_s).contains("code"_L1));
        QVERIFY(!ask(token, link::SearchQuery{u"example"_s, 5}).body.contains("canary"));
    }

    void anOverrideOfAnEntryReplacesTheRuleOfItsKinds()
    {
        KeyPolicy policy = policyOf(Preset::UseWithoutSeeing);
        policy.entries.insert(m_staging, Delivery::Show);
        policy.entries.insert(m_github, Delivery::Never);
        const QByteArray token = keyWith(policy);
        QVERIFY(ask(token, link::ReadQuery{m_staging.toString()}).body.contains("staging-canary"));
        const QJsonObject github = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(fieldOfKind(github, u"password"_s)["delivery"_L1].toString(), u"never"_s);
        QCOMPARE(fieldOfKind(github, u"totp"_s)["delivery"_L1].toString(), u"never"_s);
        QCOMPARE(fieldOfKind(github, u"username"_s)["value"_L1].toString(), u"octo"_s);
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::ActionNotAllowed);
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

    void theFourthCredentialWithinAMinuteAsksAlsoATrustedKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        QList<EntryId> entries;
        for (int i = 0; i < 12; ++i)
            entries.append(another(u"entry %1"_s.arg(i)));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(ask(token, link::ReadQuery{entries[i].toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{entries[3].toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::MinuteBudget);
        QCOMPARE(waiting().first().distinctInTime, 4);
        // What it had costs nothing.
        QCOMPARE(ask(token, link::ReadQuery{entries[0].toString()}).status, link::Status::Ok);
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, link::ReadQuery{entries[3].toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{entries[4].toString()}));
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        for (int i = 4; i < 10; ++i) {
            m_vault->now += ms::minute;
            QCOMPARE(ask(token, link::ReadQuery{entries[i].toString()}).status, link::Status::Ok);
        }
        m_vault->now += ms::minute;
        QVERIFY(!tryToAsk(token, link::ReadQuery{entries[10].toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::HourBudget);
        QCOMPARE(waiting().first().distinctInTime, 11);
    }

    void aSearchCannotGoAroundTheBudget()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        for (int i = 0; i < 12; ++i)
            (void)another(u"shop %1"_s.arg(i));
        const QJsonObject found = jsonOf(ask(token, link::SearchQuery{u"shop"_s, 20}));
        QCOMPARE(found["entries"_L1].toArray().size(), 3);
        QCOMPARE(found["more"_L1].toArray().size(), 9);
    }

    void theBudgetIsKeptOverALockAndARestart()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        QList<EntryId> entries;
        for (int i = 0; i < 4; ++i)
            entries.append(another(u"entry %1"_s.arg(i)));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(ask(token, link::ReadQuery{entries[i].toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(!tryToAsk(token, link::ReadQuery{entries[3].toString()}));
    }

    void thirtyCredentialsFreezeTheKeyUntilThePersonReleasesIt()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.budget = {0, 0, 30};
        const QByteArray token = keyWith(policy);
        QList<EntryId> entries;
        for (int i = 0; i < 30; ++i)
            entries.append(another(u"entry %1"_s.arg(i)));
        for (int i = 0; i < 29; ++i)
            QCOMPARE(ask(token, link::ReadQuery{entries[i].toString()}).status, link::Status::Ok);
        QCOMPARE(ask(token, link::ReadQuery{entries[29].toString()}).status, link::Status::KeyFrozen);
        const AccessGate::News news = gate().takeNews();
        QCOMPARE(news.alerts.size(), 1);
        QCOMPARE(news.alerts.first().kind, KeyAlert::Kind::TooMany);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
        QCOMPARE(m_vault->open().agents().find(m_keyId)->agent.frozenWhy, u"30 credentials within an hour"_s);
        QVERIFY(m_vault->open().releaseKey(m_keyId));
        QCOMPARE(ask(token, link::ReadQuery{entries[29].toString()}).status, link::Status::Ok);
    }

    void aDecoyIsGivenLikeAnyEntryAndStopsTheKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().setDecoy(m_staging, true));
        QVERIFY(m_vault->open().catalog().find(m_staging)->decoy);
        QVERIFY(!ask(token, link::ListQuery{}).body.contains("decoy"));
        // To a key that asks first it looks like every other entry.
        QCOMPARE(jsonOf(ask(token, link::SearchQuery{u"staging"_s, 5}))["more"_L1].toArray().size(), 1);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);

        const link::Answer taken = ask(token, link::ReadQuery{m_staging.toString()});
        QCOMPARE(taken.status, link::Status::Ok);
        QVERIFY(taken.body.contains("staging-canary"));
        QVERIFY(!taken.body.contains("decoy"));
        const AccessGate::News news = gate().takeNews();
        QCOMPARE(news.alerts.size(), 1);
        QCOMPARE(news.alerts.first().kind, KeyAlert::Kind::DecoyRead);
        QCOMPARE(news.alerts.first().subject, u"staging.example"_s);
        QVERIFY(news.agentsChanged);
        QCOMPARE(news.stopped, QStringList{m_keyId});
        const AuditEvent frozen = rows(1).first();
        QCOMPARE(frozen.action, u"key.freeze"_s);
        QCOMPARE(frozen.why, u"read a decoy: staging.example"_s);
        QCOMPARE(ask(token, link::ListQuery{}).status, link::Status::KeyFrozen);
        // An edit keeps it bait.
        EntryDraft edit = draft(u"staging.example"_s, {{"password", FieldKind::Password, "new"}}, {}, EntryType::Database);
        edit.id = m_staging;
        edit.baseVersion = m_vault->open().catalog().find(m_staging)->version;
        QVERIFY(m_vault->open().save(std::move(edit)));
        QVERIFY(m_vault->open().catalog().find(m_staging)->decoy);
    }

    void aSearchFindsBaitAsItFindsAnythingElse()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        QVERIFY(m_vault->open().setDecoy(m_staging, true));
        const QJsonObject found = jsonOf(ask(token, link::SearchQuery{u"example"_s, 5}));
        QCOMPARE(found["entries"_L1].toArray().size(), 1);
        QVERIFY(!found.contains("more"_L1));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
    }

    void aValueThatIsKeptBackIsNotFoundBySearching()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        const QByteArray open = keyWith(policy, u"open"_s);
        policy.kinds.insert(FieldKind::Username, Delivery::Never);
        const QByteArray kept = keyWith(policy, u"kept"_s);
        for (const QString &part : {u"octo"_s, u"oc"_s}) {
            QCOMPARE(jsonOf(ask(open, link::SearchQuery{part, 5}))["total"_L1].toInt(), 1);
            QCOMPARE(jsonOf(ask(kept, link::SearchQuery{part, 5}))["total"_L1].toInt(), 0);
            QCOMPARE(jsonOf(ask(kept, link::CompleteQuery{part, false}))["total"_L1].toInt(), 0);
        }
        QCOMPARE(jsonOf(ask(kept, link::SearchQuery{u"github"_s, 5}))["total"_L1].toInt(), 1);
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

    void aCodeAllowedOnceIsUsedUpByTheReadThatHoldsIt()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        (void)ask(token, link::ReadQuery{m_github.toString()});
        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::Once);
        QVERIFY(fieldOfKind(jsonOf(ask(token, link::ReadQuery{m_github.toString()})), u"totp"_s).contains("code"_L1));
        QCOMPARE(rows(1).first().why, u"with its code"_s);
        QVERIFY(!fieldOfKind(jsonOf(ask(token, link::ReadQuery{m_github.toString()})), u"totp"_s).contains("code"_L1));
    }

    void aSearchUsesUpTheLeaseThatAllowsIt()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QList<EntryId> entries;
        for (int i = 0; i < 8; ++i) {
            entries.append(another(u"shop %1"_s.arg(i)));
            QVERIFY(m_vault->open().allowAlways(m_keyId, entries.last(), Action::Read));
        }
        QVERIFY(m_vault->open().addLease({m_keyId, entries, false, 2, m_vault->now + ms::hour}));
        QCOMPARE(jsonOf(ask(token, link::SearchQuery{u"shop"_s, 20}))["entries"_L1].toArray().size(), 5);
    }

    void whatALeaseOrAReferenceGaveIsNotCountedAfterAnUnlockEither()
    {
        KeyPolicy policy = policyOf(Preset::UseWithoutSeeing);
        policy.budget = {1, 1, 2};
        const QByteArray token = keyWith(policy);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(ask(token, link::ReadQuery{another(u"shop %1"_s.arg(i)).toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
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

    void aPinnedKeyIsRefusedElsewhereAndThePersonTold()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.pin = {u"/usr/bin/codex"_s, u"/home/me/src/shop"_s};
        const QByteArray token = keyWith(policy);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QCOMPARE(rows(1).first().why, u"pinned to a program, and the caller is unknown"_s);
        m_vault->caller.programs = {u"/usr/bin/codex"_s, u"/usr/bin/zsh"_s};
        m_vault->caller.caller = {u"/usr/bin/codex"_s, 4711, u"zsh ← kitty"_s, u"/home/me/src/shop/api"_s, {}};
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        const AuditEvent row = rows(1).first();
        QCOMPARE(row.caller.program, u"/usr/bin/codex"_s);
        QCOMPARE(row.caller.pid, 4711);
        QCOMPARE(row.caller.parents, u"zsh ← kitty"_s);
        QCOMPARE(row.caller.folder, u"/home/me/src/shop/api"_s);
        m_vault->caller.caller.folder = u"/tmp"_s;
        (void)gate().takeNews();
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::CallerRefused);
        QCOMPARE(gate().takeNews().alerts.first().kind, KeyAlert::Kind::Elsewhere);
    }

    void theDoctorThatTriesAPinnedKeyRaisesNoAlarm()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.pin = {u"/usr/bin/codex"_s, {}};
        const QByteArray token = keyWith(policy);
        m_vault->caller.programs = {u"/usr/bin/clavitor"_s, u"/usr/bin/zsh"_s};
        m_vault->caller.caller = {u"/usr/bin/clavitor"_s, 4711, u"zsh"_s, u"/home/me"_s, {}};
        m_vault->caller.isOwnProgram = true;
        (void)gate().takeNews();
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QVERIFY(gate().takeNews().alerts.isEmpty());
        // On record it is all the same.
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"pinned to another program"_s);
        QCOMPARE(rows(1).first().caller.program, u"/usr/bin/clavitor"_s);
        // Whoever runs another program of that path's name is another.
        m_vault->caller.isOwnProgram = false;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::CallerRefused);
        QCOMPARE(gate().takeNews().alerts.size(), 1);
    }

    void aRepeatedMissCostsNothing()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const qint64 before = rows(1).first().sequence;
        for (int i = 0; i < 200; ++i)
            QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::NotFound);
        QCOMPARE(rows(1).first().sequence, before + 1);
        m_vault->now += 61'000;
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::NotFound);
        QCOMPARE(rows(1).first().why, u"out of scope; 199 more before it"_s);
    }

    /// T24: told to dump the vault, and nobody at the desk.
    void anAgentThatTakesAllItCanGetsTenAnHourAndTheLogIsComplete()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        for (int i = 0; i < 40; ++i)
            (void)m_vault->open().save(draft(u"dump %1"_s.arg(i), {{"password", FieldKind::Password, "dump-canary"}}));
        const QJsonArray all = jsonOf(ask(token, link::ListQuery{{}, {}, {}, 100}))["entries"_L1].toArray();
        QSet<QString> out;
        QSet<QString> logged;
        // An hour of trying: by id, by search, by code, a call every five seconds.
        for (int second = 0; second < 3'595; second += 5) {
            const QString id = all[(second / 5) % all.size()]["id"_L1].toString();
            m_call = static_cast<quint64>(second + 10);
            const link::Query query = second % 15 == 0 ? link::Query(link::SearchQuery{u"dump"_s, 20})
                : second % 15 == 5                     ? link::Query(link::TotpQuery{id})
                                                       : link::Query(link::ReadQuery{id});
            const auto answer = tryToAsk(token, query);
            if (!answer)
                QVERIFY(gate().questions().leave(m_call, 0) || !waiting().isEmpty());
            for (const QJsonValue &entry : answer ? jsonOf(*answer)["entries"_L1].toArray() : QJsonArray())
                out.insert(entry["id"_L1].toString());
            if (answer && answer->status == link::Status::Ok && !std::holds_alternative<link::SearchQuery>(query))
                out.insert(id);
            m_vault->now += 5'000;
        }
        QCOMPARE(out.size(), 10);
        for (const AuditEvent &row : rows(1000))
            if (row.outcome == Outcome::Allowed && (row.action == "read"_L1 || row.action == "totp"_L1))
                logged.insert(row.entry.toString());
        QCOMPARE(logged, out);
    }

    /// T33: a yes lasts by the vault's time, whatever the clock says.
    void aClockSetBackNeitherProlongsAGrantNorMakesAYesVoid()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::OneHour);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        m_vault->now += ms::hour;
        QVERIFY(!tryToAsk(token, read));
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        (void)ask(token, link::StatusQuery{});
        for (const qint64 back : {ms::day, 3650 * ms::day}) {
            m_vault->now -= back;
            QVERIFY(!tryToAsk(token, read));
            answerTheQuestion(ApprovalAnswer::Once);
            QCOMPARE(ask(token, read).status, link::Status::Ok);
            QVERIFY(!tryToAsk(token, read));
            QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        }
    }

    void aLeaseGivesItsEntriesSoManyTimesUntilItsTime()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QCOMPARE(m_vault->open().addLease({m_keyId, {}, false, 10, m_vault->now + 1}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 0, m_vault->now + 1}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 1, m_vault->now}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 1, m_vault->now + 25 * ms::hour}).error().code, ErrorCode::InvalidValue);
        QVERIFY(m_vault->open().addLease({m_keyId, {m_github, m_staging}, false, 3, m_vault->now + 8 * ms::hour}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(m_vault->open().grants().first().readsLeft, 2);
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(m_vault->open().grants().isEmpty());
        QVERIFY(m_vault->open().addLease({m_keyId, {m_github}, true, 3, m_vault->now + ms::hour}));
        m_vault->now += ms::hour;
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
    }

    void endingAGrantAsksAgainAndRevokingAKeyEndsAllOfIts()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_staging, Action::Read));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        const QList<Grant> grants = m_vault->open().grants();
        QCOMPARE(grants.size(), 2);
        QVERIFY(m_vault->open().endGrant(grants.last().id));
        QCOMPARE(m_vault->open().endGrant(grants.last().id).error().code, ErrorCode::NotFound);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        QVERIFY(m_vault->open().grants().isEmpty());
    }

    void aRotatedKeyKeepsWhatItWasAllowed()
    {
        (void)keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        const auto rotated = m_vault->open().rotateKey(m_keyId);
        QVERIFY(rotated);
        QCOMPARE(ask(bytesOf(rotated->token), link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void aReplacedTokenKeepsThePastOfItsKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QString keyId = m_keyId;
        QByteArray next;
        for (int i = 0; i < 2; ++i) {
            const auto rotated = m_vault->open().rotateKey(keyId);
            QVERIFY(rotated);
            keyId = rotated->agent.keyId;
            next = bytesOf(rotated->token);
        }
        QVERIFY(!tryToAsk(next, link::TotpQuery{m_github.toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
        QCOMPARE(waiting().first().readsOfEntry, 1);
        QCOMPARE(m_vault->open().history().seen(keyId)->size(), 1);
        QCOMPARE(m_vault->open().receipt(keyId, 0, m_vault->now + 1)->lines.size(), 1);
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

    void aMissingEntryIsAskedForOnceAndToldWhenItIsThere()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const link::RequestQuery wanted{u"Staging database"_s, u"to run the migration"_s, {u"user"_s, u"password"_s}};
        QVERIFY(!tryToAsk(token, wanted));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"STAGING database"_s, u"again"_s, {}}));
        const auto requests = m_vault->open().requests().list();
        QCOMPARE(requests->size(), 1);
        const EntryRequest request = requests->first();
        QCOMPARE(request.keyName, u"dev"_s);
        QCOMPARE(request.fields, (QStringList{u"user"_s, u"password"_s}));
        QCOMPARE(gate().takeNews().requested.size(), 1);
        QCOMPARE(jsonOf(ask(token, link::ApprovalQuery{request.id.toString()}))["request"_L1]["status"_L1].toString(), u"pending"_s);

        const EntryId made = another(u"db.staging.example"_s);
        QCOMPARE(ask(token, link::ReadQuery{made.toString()}).status, link::Status::NotFound);
        QVERIFY(m_vault->open().fulfilRequest(request.id, made, true));
        QCOMPARE(m_vault->open().fulfilRequest(request.id, made, true).error().code, ErrorCode::Conflict);
        const QJsonObject told = jsonOf(ask(token, wanted))["request"_L1].toObject();
        QCOMPARE(told["status"_L1].toString(), u"added"_s);
        QCOMPARE(told["entry_id"_L1].toString(), made.toString());
        // One that is gone is not named, and may be asked for again a day later.
        QVERIFY(m_vault->open().moveToTrash({made}));
        QVERIFY(!jsonOf(ask(token, wanted))["request"_L1].toObject().contains("entry_id"_L1));
        QVERIFY(m_vault->open().restoreFromTrash({made}));
        QCOMPARE(ask(token, link::ReadQuery{made.toString()}).status, link::Status::Ok);
        // Nothing else came into its scope.
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::NotFound);
    }

    void aDeclinedRequestSaysSoAndAFourthOpenOneIsRefused()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"one"_s, u"why"_s, {}}));
        QVERIFY(m_vault->open().declineRequest(m_vault->open().requests().list()->first().id));
        QCOMPARE(jsonOf(ask(token, link::RequestQuery{u"one"_s, u"why"_s, {}}))["request"_L1]["status"_L1].toString(), u"declined"_s);
        for (const QString &title : {u"two"_s, u"three"_s, u"four"_s})
            QVERIFY(!tryToAsk(token, link::RequestQuery{title, u"why"_s, {}}));
        QCOMPARE(ask(token, link::RequestQuery{u"five"_s, u"why"_s, {}}).status, link::Status::RateLimited);
        m_vault->now += ms::day + 1;
        QVERIFY(m_vault->open().declineRequest(m_vault->open().requests().list()->first().id));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"one"_s, u"why"_s, {}}));
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

    void completionGivesTitlesOrIdsWithinScope()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const QJsonObject titles = jsonOf(ask(token, link::CompleteQuery{u"git"_s, false}));
        QCOMPARE(titles["values"_L1].toArray(), QJsonArray{u"github.com"_s});
        QCOMPARE(jsonOf(ask(token, link::CompleteQuery{u"github"_s, true}))["values"_L1].toArray(), QJsonArray{m_github.toString()});
        QCOMPARE(jsonOf(ask(token, link::CompleteQuery{u"staging"_s, false}))["total"_L1].toInt(), 0);
        const QByteArray reader = key(u"reader"_s, everything(), {Action::Read});
        QCOMPARE(ask(reader, link::CompleteQuery{u"git"_s, false}).status, link::Status::ActionNotAllowed);
    }
};

QTEST_GUILESS_MAIN(tst_Approvals)
#include "tst_Approvals.moc"
