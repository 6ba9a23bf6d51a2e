// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"
#include "app/model/Command.h"

#include "tests/support/GateTest.h"

#include <QRegularExpression>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// A value for a command that `clavitor run` starts: who is told it, and for what.
class tst_UseInCommand : public GateTest {
    Q_OBJECT

    const QString kList = u"/usr/bin/gh pr list"_s;
    const QString kShell = u"/bin/sh -c 'echo $VALUE'"_s;

    static link::UseQuery use(const QString &command, const QString &reference = u"clavitor://github.com/password"_s)
    {
        return {reference, u"VALUE="_s + shellWord(reference) + u' ' + command};
    }
    /// A key that sees nothing, used by our own program.
    QByteArray blindKey()
    {
        m_vault->caller.isOwnProgram = true;
        m_vault->caller.caller = {u"/usr/bin/clavitor"_s, 4711, u"codex"_s, u"/home/me/src/shop"_s, {}};
        return keyWith(policyOf(Preset::UseWithoutSeeing), u"codex-agent"_s, kAllActions + QList{Action::Use});
    }
    static QString valueOf(const link::Answer &answer) { return jsonOf(answer)["value"_L1].toString(); }

private slots:
    void asksForTheCommandAndGivesIt()
    {
        const QByteArray token = blindKey();
        QVERIFY(!tryToAsk(token, use(kList)));
        QCOMPARE(waiting().size(), 1);
        const ApprovalRequest request = waiting().first();
        QCOMPARE(request.action, Action::Use);
        QCOMPARE(request.command, use(kList).command);
        QCOMPARE(request.because, AskedBecause::Command);
        QCOMPARE(request.fields, QStringList{u"password"_s});
        QCOMPARE(request.entry, m_github);
        answerTheQuestion(ApprovalAnswer::Once);
        const link::Answer answer = ask(token, use(kList));
        QCOMPARE(answer.status, link::Status::Ok);
        QCOMPARE(valueOf(answer), u"hunter2-canary"_s);
        QCOMPARE(jsonOf(answer).size(), 1);
        const AuditEvent row = rows(1).first();
        QCOMPARE(row.action, u"use"_s);
        QCOMPARE(row.subject, u"github.com"_s);
        QCOMPARE(row.entry, m_github);
        QCOMPARE(row.outcome, Outcome::Allowed);
        QCOMPARE(row.reason, use(kList).command + u" – deploy"_s);
        QVERIFY(row.isGiven());
        // Once is once.
        QVERIFY(!tryToAsk(token, use(kList)));
    }

    void aYesWhileUnlockedIsForThatCommandAlone()
    {
        const QByteArray token = blindKey();
        QVERIFY(!tryToAsk(token, use(kList)));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        m_vault->now += ms::hour;
        QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, use(kShell)));
        QCOMPARE(waiting().first().command, use(kShell).command);
        answerTheQuestion(ApprovalAnswer::Deny);
        QVERIFY(!tryToAsk(token, use(kList + u" -"_s)));
        answerTheQuestion(ApprovalAnswer::Deny);
        // Nor for another place, where the same words may do something else.
        m_vault->caller.caller.folder = u"/tmp"_s;
        QVERIFY(!tryToAsk(token, use(kList)));
        answerTheQuestion(ApprovalAnswer::Deny);
        m_vault->caller.caller.folder = u"/home/me/src/shop"_s;
        // Nor does it let the key read.
        QVERIFY(!ask(token, link::ReadQuery{m_github.toString()}).body.contains("canary"));
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY(!tryToAsk(token, use(kList)));
    }

    void aYesToAReadIsNoneToACommand()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::AskFirst);
        policy.kinds.insert(FieldKind::Password, Delivery::UseOnly);
        const QByteArray token = keyWith(policy, u"codex-agent"_s, kAllActions + QList{Action::Use});
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::Always);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, use(kList)));
    }

    void aCommandIsNotAllowedBeyondTheLock()
    {
        const QByteArray token = blindKey();
        QVERIFY(!tryToAsk(token, use(kList)));
        for (const ApprovalAnswer answer : {ApprovalAnswer::OneHour, ApprovalAnswer::Always}) {
            const auto answered = m_vault->open().answerApproval(waiting().first().id, answer);
            QVERIFY(!answered);
            QCOMPARE(answered.error().code, ErrorCode::InvalidValue);
        }
        QCOMPARE(waiting().size(), 1);
        QVERIFY(m_vault->open().grants().isEmpty());
    }

    void nobodyElseIsTold()
    {
        const QByteArray token = blindKey();
        m_vault->caller.isOwnProgram = false;
        for (const link::Door door : {link::Door::Rest, link::Door::Mcp}) {
            const link::Answer answer = ask(token, use(kList), door);
            QCOMPARE(answer.status, link::Status::OwnProgramOnly);
            QVERIFY(answer.body.isEmpty());
        }
        QVERIFY(waiting().isEmpty());
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"asked by another program than clavitor run"_s);
        // A yes to our own program opens nothing to the agent behind it.
        m_vault->caller.isOwnProgram = true;
        QVERIFY(!tryToAsk(token, use(kList)));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        m_vault->caller.isOwnProgram = false;
        QCOMPARE(ask(token, use(kList)).status, link::Status::OwnProgramOnly);
    }

    void aKeyWithoutTheRightIsRefused()
    {
        m_vault->caller.isOwnProgram = true;
        const QByteArray token = keyWith(policyOf(Preset::UseWithoutSeeing));
        QCOMPARE(ask(token, use(kList)).status, link::Status::ActionNotAllowed);
        QVERIFY(waiting().isEmpty());
    }

    void whatIsShownToAKeyThatIsNotAskedIsPutInWithoutAQuestion()
    {
        m_vault->caller.isOwnProgram = true;
        const QByteArray token = keyWith(policyOf(Preset::Trusted), u"trusted"_s, kAllActions + QList{Action::Use});
        QCOMPARE(valueOf(ask(token, use(kList))), u"hunter2-canary"_s);
        QCOMPARE(valueOf(ask(token, use(kList, u"clavitor://github.com/username"_s))), u"octo"_s);
        const QString code = valueOf(ask(token, use(kList, u"clavitor://github.com/one-time code"_s)));
        QVERIFY2(QRegularExpression(u"^[0-9]{6}$"_s).match(code).hasMatch(), qPrintable(code));
    }

    void aKeyThatMayNotReadIsAskedForWhatItWouldBeShown()
    {
        m_vault->caller.isOwnProgram = true;
        const QByteArray token = keyWith(policyOf(Preset::Trusted), u"runner"_s, {Action::Use});
        QVERIFY(!tryToAsk(token, use(kList)));
        QCOMPARE(waiting().first().because, AskedBecause::Command);
        answerTheQuestion(ApprovalAnswer::Deny);
        QCOMPARE(ask(token, use(kList, u"clavitor://github.com/one-time code"_s)).status, link::Status::ActionNotAllowed);
    }

    void twoFactorsStayTwoWhicheverWayTheyAreHad()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = true;
        const QByteArray first = keyWith(policy, u"password first"_s, kAllActions + QList{Action::Use});
        QCOMPARE(valueOf(ask(first, use(kList))), u"hunter2-canary"_s);
        QVERIFY(!tryToAsk(first, link::TotpQuery{m_github.toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
        answerTheQuestion(ApprovalAnswer::Deny);
        const QByteArray second = keyWith(policy, u"code first"_s, kAllActions + QList{Action::Use});
        QCOMPARE(ask(second, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(second, use(kList)));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
    }

    void theLogHasTheWholeCommandAndTheYesToIt()
    {
        const QByteArray token = blindKey();
        const QString longest = kList + u' ' + QString(link::MaxCommand - use(kList).command.size() - 1, u'ä');
        QVERIFY(!tryToAsk(token, use(longest)));
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(rows(1).first().action, u"approve"_s);
        QCOMPARE(rows(1).first().reason, use(longest).command);
        QCOMPARE(ask(token, use(longest)).status, link::Status::Ok);
        QCOMPARE(rows(1).first().reason, use(longest).command + u" – deploy"_s);
        // An agent's own words stay short.
        QVERIFY(!tryToAsk(keyWith(policyOf(Preset::AskFirst), u"other"_s), link::ReadQuery{m_github.toString()}));
        QVERIFY(rows(1).first().reason.toUtf8().size() <= AuditLog::agentTextLimit);
    }

    void aCommandNobodyCanReadIsNotPutToAnybody_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("turned around") << u"/bin/sh -c 'a\u202eb'"_s;
        QTest::newRow("pushed out of sight") << u"/bin/true"_s + QString(40, u' ') + u"; /bin/sh"_s;
        QTest::newRow("a space that is none") << u"/bin/sh\u00a0-c"_s;
        QTest::newRow("of no width") << u"/bin/s\u200bh"_s;
        QTest::newRow("from right to left") << u"/bin/\u05d0"_s;
        QTest::newRow("a line end") << u"/bin/true\u2028rm"_s;
        QTest::newRow("a letter that shows nothing") << u"/bin/true\u3164rm"_s;
        QTest::newRow("a mark on another letter") << u"/bin/e\u0301"_s;
        QTest::newRow("an end nobody sees") << u"/bin/true "_s;
    }
    void aCommandNobodyCanReadIsNotPutToAnybody()
    {
        QFETCH(QString, command);
        QCOMPARE(ask(blindKey(), use(command)).status, link::Status::BadRequest);
        QVERIFY(waiting().isEmpty());
    }

    void aYesIsForWhatTheCommandNames()
    {
        const QByteArray token = blindKey();
        const link::UseQuery other{u"clavitor://staging.example/password"_s, use(kList).command};
        QCOMPARE(ask(token, other).status, link::Status::BadRequest);
        QVERIFY(!tryToAsk(token, use(kList)));
        answerTheQuestion(ApprovalAnswer::WhileUnlocked);
        QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        QCOMPARE(ask(token, link::UseQuery{u"clavitor://github.com/one-time code"_s, use(kList).command}).status, link::Status::BadRequest);
    }

    void usesOfAPasswordAskForNoSecondFactorOfThemselves()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = true;
        const QByteArray token = keyWith(policy, u"runner"_s, kAllActions + QList{Action::Use});
        for (int i = 0; i < 3; ++i)
            QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        QCOMPARE(ask(token, use(kList, u"clavitor://github.com/username"_s)).status, link::Status::Ok);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void aCodeForACommandIsOne()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = true;
        const QByteArray token = keyWith(policy, u"runner"_s, kAllActions + QList{Action::Use});
        const link::UseQuery code = use(kList, u"clavitor://github.com/one-time code"_s);
        QVERIFY(!tryToAsk(token, code));
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, code).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, use(kList)));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
    }

    void aCodeThatNeedsATapNeedsOneHereToo()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.codeNeedsTap = true;
        const QByteArray token = keyWith(policy, u"careful"_s, kAllActions + QList{Action::Use});
        QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, use(kList, u"clavitor://github.com/one-time code"_s)));
    }

    void refusesWhatIsNotForACommand_data()
    {
        QTest::addColumn<QString>("reference");
        QTest::addColumn<link::Status>("status");
        QTest::newRow("Personal") << u"clavitor://github.com/recovery codes"_s << link::Status::ActionNotAllowed;
        QTest::newRow("no such entry") << u"clavitor://gitlab.com/password"_s << link::Status::NotFound;
        QTest::newRow("another case of the title") << u"clavitor://GitHub.com/password"_s << link::Status::NotFound;
        QTest::newRow("no such field") << u"clavitor://github.com/token"_s << link::Status::BadRequest;
        QTest::newRow("no reference") << u"github.com/password"_s << link::Status::BadRequest;
        QTest::newRow("an id that is none") << u"clavitor://00000000-0000-7000-8000-000000000000/password"_s << link::Status::NotFound;
    }
    void refusesWhatIsNotForACommand()
    {
        QFETCH(QString, reference);
        QFETCH(link::Status, status);
        const link::Answer answer = ask(blindKey(), use(kList, reference));
        QCOMPARE(answer.status, status);
        QVERIFY(!answer.body.contains("canary"));
        QVERIFY(!answer.detail.contains(u"canary"_s));
        QVERIFY(waiting().isEmpty());
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().action, u"use"_s);
    }

    void whatIsOutOfScopeDoesNotExist()
    {
        m_vault->caller.isOwnProgram = true;
        const QByteArray token = key(u"work"_s, {false, {}, {u"work"_s}, {}}, {Action::Read, Action::Use});
        for (const QString &entry : {u"github.com"_s, m_github.toString()}) {
            const link::Answer hidden = ask(token, use(kList, u"clavitor://%1/password"_s.arg(entry)));
            QCOMPARE(hidden.status, link::Status::NotFound);
            QVERIFY(hidden.detail.isEmpty());
        }
        QCOMPARE(valueOf(ask(token, use(kList, u"clavitor://staging.example/password"_s))), u"staging-canary"_s);
    }

    void namesThatRepeatAreToldApartByIds()
    {
        const QByteArray token = blindKey();
        const EntryId second = another(u"github.com"_s);
        const link::Answer which = ask(token, use(kList));
        QCOMPARE(which.status, link::Status::BadRequest);
        QVERIFY(which.detail.contains(u"id"_s));
        QVERIFY(!tryToAsk(token, use(kList, u"clavitor://%1/password"_s.arg(second.toString()))));
        QCOMPARE(waiting().first().entry, second);
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(valueOf(ask(token, use(kList, u"clavitor://%1/password"_s.arg(second.toString())))), u"pw"_s);

        const EntryId twins = m_vault->open().save(draft(u"twins"_s, {{"password", FieldKind::Password, "one"}, {"password", FieldKind::Password, "two"}}))->id;
        QCOMPARE(ask(token, use(kList, u"clavitor://twins/password"_s)).status, link::Status::BadRequest);
        const QString field = m_vault->open().catalog().find(twins)->fields.last().wireId();
        QVERIFY(!tryToAsk(token, use(kList, u"clavitor://twins/"_s + field)));
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(valueOf(ask(token, use(kList, u"clavitor://twins/"_s + field))), u"two"_s);
    }

    void aDecoyStopsTheKeyHereToo()
    {
        const QByteArray token = blindKey();
        QVERIFY(m_vault->open().setDecoy(m_staging, true));
        QCOMPARE(ask(token, use(kList, u"clavitor://staging.example/password"_s)).status, link::Status::Ok);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
    }

    void countsForTheBudgetWhateverTheCommandSays()
    {
        m_vault->caller.isOwnProgram = true;
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.budget = {1, 0, 0};
        const QByteArray token = keyWith(policy, u"thrifty"_s, kAllActions + QList{Action::Use});
        // The words a row's "why" has for what uses up nothing.
        const QString sly = u"/bin/true 'by lease, no secret'"_s;
        QCOMPARE(ask(token, use(sly)).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, use(kList, u"clavitor://staging.example/password"_s)));
        QCOMPARE(waiting().first().because, AskedBecause::MinuteBudget);
        // Also after the vault was opened anew.
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        QVERIFY(!tryToAsk(token, use(kList, u"clavitor://staging.example/password"_s)));
        QCOMPARE(waiting().first().because, AskedBecause::MinuteBudget);
    }

    void isCountedInWhatAKeyHasHad()
    {
        const QByteArray token = blindKey();
        QVERIFY(!tryToAsk(token, use(kList)));
        answerTheQuestion(ApprovalAnswer::Once);
        QCOMPARE(ask(token, use(kList)).status, link::Status::Ok);
        const auto seen = m_vault->open().history().seen(m_keyId);
        QVERIFY(seen);
        QCOMPARE(seen->size(), 1);
        QCOMPARE(seen->first().uses, 1);
        QCOMPARE(seen->first().reads, 0);
    }
};

QTEST_GUILESS_MAIN(tst_UseInCommand)
#include "tst_UseInCommand.moc"
