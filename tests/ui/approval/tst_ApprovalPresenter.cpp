// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalPresenter.h"
#include "tests/ui/approval/PresentedQuestions.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::ApprovalPresenter;

class tst_ApprovalPresenter : public PresentedQuestions {
    Q_OBJECT
private slots:
    void showsOneQuestionAndGivesItsAnswer();
    void saysTheRepositoryOfTheCallersFolder();
    void showsOneAtATimeAndCountsTheOthers();
    void makesOneWindowOfAThousandQuestions();
    void saysCalmlyHowAQuestionEnded_data();
    void saysCalmlyHowAQuestionEnded();
    void dropsAQuestionThatEndsBehindAnother();
    void takesAnAnswerThatCameTooLateCalmly();
    void keepsAQuestionWhoseAnswerCouldNotBeKept();
    void endsAllWithTheLock();
    void findsWhatWaitsWhenItUnlocks();
    void hangsOnNoFolder();
    void suggestsARuleWhenNoQuestionWaits();
    void aRuleIsDeadAtFirstAndGoesByItself();
    void aQuestionGoesBeforeARule();
    void saysHowManyCallsTheAnswerIsFor();
};

void tst_ApprovalPresenter::showsOneQuestionAndGivesItsAnswer()
{
    QSignalSpy changed(m_presenter.get(), &ApprovalPresenter::changed);
    const ApprovalRequest request = ask();
    QVERIFY(m_presenter->isWaiting());
    QVERIFY(!changed.isEmpty());
    QVERIFY(m_presenter->line().contains(u"asks for"_s));
    QVERIFY(isAsking(u"AWS production"_s));
    QVERIFY(dialog()->isVisible());
    wake();
    press(allow());
    QTRY_COMPARE(m_vault->answers.size(), 1);
    QCOMPARE(m_vault->answers.first(), std::pair(request.id, ApprovalAnswer::WhileUnlocked));
    QTRY_VERIFY(!dialog()->isVisible());
    QVERIFY(!m_presenter->isWaiting());
    QVERIFY(m_presenter->line().isEmpty());
}

void tst_ApprovalPresenter::saysTheRepositoryOfTheCallersFolder()
{
    ask();
    QVERIFY(willSay(dialog(), u"repository"_s));
}

void tst_ApprovalPresenter::saysHowManyCallsTheAnswerIsFor()
{
    ApprovalRequest request = ask();
    QVERIFY(isAsking(u"AWS production"_s));
    wake();
    QVERIFY(!says(dialog(), u"wait for this answer"_s));
    const int lower = dialog()->height();
    for (int calls : {2, 16, 3}) {
        request.calls = calls;
        emit m_client->approvalAsked(request);
        QVERIFY(willSay(dialog(), u"%1 wait for this answer"_s.arg(calls)));
        QVERIFY(dialog()->accessibleDescription().contains(u"%1 wait"_s.arg(calls)));
        if (calls == 2)
            wake(); // it grew, so that what was aimed at moved
        QVERIFY2(allow()->isEnabled(), "it is the same question");
        QCOMPARE(questionsOnTheScreen(), 1);
    }
    QVERIFY(dialog()->height() > lower);
    request.calls = 1;
    emit m_client->approvalAsked(request);
    QTRY_VERIFY(!says(dialog(), u"wait for this answer"_s));
    press(allow());
    QTRY_COMPARE(m_vault->answers.size(), 1);
    // One behind it has its number when its turn comes.
    const ApprovalRequest first = ask(u"one"_s);
    ApprovalRequest second = ask(u"two"_s, 1);
    second.calls = 5;
    emit m_client->approvalAsked(second);
    QVERIFY(isAsking(u"one"_s));
    QVERIFY(!says(dialog(), u"wait for this answer"_s));
    wake();
    press(allow());
    QVERIFY(isAsking(u"two"_s));
    QVERIFY(willSay(dialog(), u"5 wait for this answer"_s));
}

void tst_ApprovalPresenter::showsOneAtATimeAndCountsTheOthers()
{
    ask(u"one"_s);
    ask(u"two"_s, 1);
    ask(u"three"_s, 2);
    QVERIFY(isAsking(u"one"_s));
    QVERIFY(willSay(dialog(), u"2 more wait"_s));
    wake();
    press(allow());
    QVERIFY(isAsking(u"two"_s));
    QVERIFY(willSay(dialog(), u"1 more question waits"_s));
    press(allow()); // dead again: it is another question
    QCOMPARE(m_vault->answers.size(), 1);
    wake();
    dialog()->reject();
    QVERIFY(isAsking(u"three"_s));
    QVERIFY(!says(dialog(), u"wait"_s));
    QTRY_COMPARE(m_vault->answers.last().second, ApprovalAnswer::Deny);
    QCOMPARE(questionsOnTheScreen(), 1);
}

void tst_ApprovalPresenter::makesOneWindowOfAThousandQuestions()
{
    for (int i = 0; i < 1000; ++i)
        ask(u"entry %1"_s.arg(i), i);
    QVERIFY(isAsking(u"entry 0"_s));
    QCOMPARE(questionsOnTheScreen(), 1);
    QVERIFY(willSay(dialog(), u"999 more wait"_s));
    for (int i = 1; i < 1000; ++i)
        m_vault->end(m_client.get(), m_vault->questions.last().id, ApprovalEnd::TimedOut);
    QCOMPARE(questionsOnTheScreen(), 1);
    QVERIFY(isAsking(u"entry 0"_s));
    QVERIFY(!says(dialog(), u"more wait"_s));
    QTest::qWait(50);
    QCOMPARE(m_service->notified, 1);
}

void tst_ApprovalPresenter::saysCalmlyHowAQuestionEnded_data()
{
    QTest::addColumn<int>("how");
    QTest::addColumn<QString>("line");
    QTest::newRow("the agent left") << static_cast<int>(ApprovalEnd::AgentLeft) << u"does not wait any more"_s;
    QTest::newRow("nobody answered") << static_cast<int>(ApprovalEnd::TimedOut) << u"in time. It was denied."_s;
}

void tst_ApprovalPresenter::saysCalmlyHowAQuestionEnded()
{
    QFETCH(int, how);
    QFETCH(QString, line);
    const ApprovalRequest request = ask();
    QVERIFY(isAsking(u"AWS production"_s));
    m_vault->end(m_client.get(), request.id, static_cast<ApprovalEnd>(how));
    QVERIFY(says(dialog(), line));
    QVERIFY(!dialog()->isOpen());
    QVERIFY(!m_presenter->isWaiting());
    QVERIFY(QTest::qWaitFor([&] { return !dialog()->isVisible(); }, 5000));
    QVERIFY(m_vault->answers.isEmpty());
}

void tst_ApprovalPresenter::dropsAQuestionThatEndsBehindAnother()
{
    ask(u"one"_s);
    const ApprovalRequest two = ask(u"two"_s, 1);
    ask(u"three"_s, 2);
    QVERIFY(isAsking(u"one"_s));
    m_vault->end(m_client.get(), two.id, ApprovalEnd::AgentLeft);
    QVERIFY(says(dialog(), u"1 more question waits"_s));
    QVERIFY(dialog()->isOpen());
    wake();
    dialog()->reject();
    QVERIFY(isAsking(u"three"_s));
}

void tst_ApprovalPresenter::takesAnAnswerThatCameTooLateCalmly()
{
    ask();
    QVERIFY(isAsking(u"AWS production"_s));
    m_vault->questions.clear(); // it ended on the other thread, and nobody here knows yet
    wake();
    press(allow());
    QVERIFY(willSay(dialog(), u"had already ended. Nothing was given."_s));
    QVERIFY(QTest::qWaitFor([&] { return !dialog()->isVisible(); }, 5000));
}

void tst_ApprovalPresenter::keepsAQuestionWhoseAnswerCouldNotBeKept()
{
    const ApprovalRequest request = ask();
    QVERIFY(isAsking(u"AWS production"_s));
    m_vault->failures.insert(u"answerApproval"_s, {ErrorCode::DiskFull, {}});
    wake();
    press(allow());
    QVERIFY(willSay(dialog(), u"The disk is full."_s));
    m_vault->failures.clear();
    dialog()->close();
    QTRY_COMPARE(m_vault->answers, (QList{std::pair(request.id, ApprovalAnswer::Deny)}));
}

void tst_ApprovalPresenter::endsAllWithTheLock()
{
    ask(u"one"_s);
    ask(u"two"_s, 1);
    QVERIFY(isAsking(u"one"_s));
    QTRY_COMPARE(m_service->shown.size(), 1);
    m_client->lock();
    QVERIFY(!dialog()->isVisible());
    QVERIFY(!m_presenter->isWaiting());
    QTRY_VERIFY(m_service->shown.isEmpty());
    QVERIFY(m_vault->answers.isEmpty());
    emit m_client->approvalEnded(m_vault->questions.first().id, ApprovalEnd::Locked);
    emit m_client->approvalAsked(m_vault->questions.first()); // of before the lock, and late
    QTest::qWait(50);
    QVERIFY(!dialog()->isVisible());
}

void tst_ApprovalPresenter::findsWhatWaitsWhenItUnlocks()
{
    m_client->lock();
    m_vault->questions = {ScriptedVault::question(m_now)};
    bool done = false;
    m_client->unlock(crypto::SecretText::copyOf(m_vault->password.toStdString()), {this, [&](const Result<> &) { done = true; }});
    QTRY_VERIFY(done);
    QVERIFY(isAsking(u"AWS production"_s));
    m_client->lock();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    make();
    QVERIFY(isAsking(u"AWS production"_s));
}

void tst_ApprovalPresenter::hangsOnNoFolder()
{
    m_look = [](const QString &) -> std::optional<GitWorkplace> {
        QThread::msleep(1'500);
        return GitWorkplace{u"late"_s, {}, {}};
    };
    m_patience = GitLook::Patience;
    make();
    QElapsedTimer time;
    time.start();
    ask();
    QVERIFY(isAsking(u"AWS production"_s));
    QVERIFY(!says(dialog(), u"repository"_s));
    QVERIFY2(time.elapsed() >= GitLook::Patience, "it had its patience");
    QTest::qWait(1'600);
    QVERIFY(!says(dialog(), u"late"_s));
}

void tst_ApprovalPresenter::suggestsARuleWhenNoQuestionWaits()
{
    const EntryId entry{newUuid(m_now)};
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, entry, u"GitHub"_s, Action::Read});
    QVERIFY(m_presenter->card()->isVisible());
    QVERIFY(says(m_presenter->card(), u"You allowed this three times. Always allow"_s));
    wake();
    press(button(m_presenter->card(), u"&Always allow"_s));
    QTRY_VERIFY(m_vault->calls.contains(u"allowAlways Kq7ZrT2k %1 read"_s.arg(entry.toString())));
    QTRY_VERIFY(!m_presenter->card()->isVisible());
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, entry, u"GitHub"_s, Action::Totp});
    m_vault->calls.clear();
    wake();
    press(button(m_presenter->card(), u"&Not now"_s));
    QVERIFY(!m_presenter->card()->isVisible());
    QVERIFY(m_vault->calls.isEmpty());
    m_vault->failures.insert(u"allowAlways"_s, {ErrorCode::DiskFull, {}});
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, entry, u"GitHub"_s, Action::Totp});
    wake();
    press(button(m_presenter->card(), u"&Always allow"_s));
    QVERIFY(willSay(m_presenter->card(), u"The disk is full."_s));
    m_client->lock();
    QVERIFY(!m_presenter->card()->isVisible());
}

void tst_ApprovalPresenter::aRuleIsDeadAtFirstAndGoesByItself()
{
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, EntryId{newUuid(m_now)}, u"GitHub"_s, Action::Read});
    QAbstractButton *always = button(m_presenter->card(), u"&Always allow"_s);
    for (int after = 0; after < 800; after += 100) {
        press(always);
        QTest::keyClick(m_presenter->card(), Qt::Key_Return);
        always->click();
        m_steady += 100;
    }
    QVERIFY(!m_vault->calls.join(u' ').contains(u"allowAlways"_s));
    QVERIFY(m_presenter->card()->isVisible());
    m_presenter->card()->setPatience(50);
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, EntryId{newUuid(m_now)}, u"GitHub"_s, Action::Read});
    QTRY_VERIFY(!m_presenter->card()->isVisible());
}

void tst_ApprovalPresenter::aQuestionGoesBeforeARule()
{
    ask();
    QVERIFY(isAsking(u"AWS production"_s));
    emit m_client->ruleSuggested({u"Kq7ZrT2k"_s, u"codex-agent"_s, EntryId{newUuid(m_now)}, u"GitHub"_s, Action::Read});
    QVERIFY(!m_presenter->card()->isVisible());
    wake();
    press(allow());
    QTRY_VERIFY(m_presenter->card()->isVisible());
    ask(u"two"_s);
    QVERIFY(!m_presenter->card()->isVisible());
}

QTEST_MAIN(tst_ApprovalPresenter)
#include "tst_ApprovalPresenter.moc"
