// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approval/ApprovalPresenter.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "tests/support/NoticeService.h"
#include "ui/notify/DesktopNotice.h"
#include "ui/notify/Notifications.h"

#include <QApplication>
#include <QPushButton>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ApprovalDialog;
using ui::ApprovalPresenter;

namespace {

class Journal : public ui::NotificationSink {
public:
    void notify(Tone, const QString &title, const QString &text) override { told << title + u'\n' + text; }
    QStringList told;
};

} // namespace

class tst_ApprovalPresenter : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_bus.stop(); }
    void init();
    void cleanup();
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
    void answersFromTheNotification();
    void takesNothingFromANotificationJustShown();
    void givesNothingThatLastsFromANotification();
    void closesTheNotificationWithTheQuestion();
    void usesTheTrayWhereNotificationsHaveNoButtons();
    void floodsNoDesktopWithNotifications();
    void staysDownWhileAnotherProgramFillsTheScreen();
    void comesUpOverAFullScreenWhenAskedTo();
    void hangsOnNoFolder();
    void suggestsARuleWhenNoQuestionWaits();
    void aRuleIsDeadAtFirstAndGoesByItself();
    void aQuestionGoesBeforeARule();

private:
    void make();
    ApprovalRequest ask(const QString &title = u"AWS production"_s, qint64 later = 0);
    void wake()
    {
        m_steady += ui::DeadTime::Milliseconds;
        const auto isAwake = [](QWidget *window, QAbstractButton *one) { return !window->isVisible() || (one && one->isEnabled()); };
        QVERIFY(QTest::qWaitFor([&] {
            return isAwake(dialog(), allow()) && isAwake(m_presenter->card(), button(m_presenter->card(), u"&Not now"_s));
        }, 10'000));
    }
    ApprovalDialog *dialog() { return m_presenter->dialog(); }
    bool isAsking(const QString &title) { return QTest::qWaitFor([&] { return dialog()->isOpen() && says(dialog(), title); }, 3000); }
    QAbstractButton *allow()
    {
        for (auto *one : dialog()->findChildren<QPushButton *>())
            if (one->text().startsWith("Allow"_L1) || one->text().startsWith("&Allow"_L1))
                return one;
        return nullptr;
    }
    static int questionsOnTheScreen()
    {
        int count = 0;
        for (QWidget *window : QApplication::topLevelWidgets())
            count += window->isVisible() && qobject_cast<ApprovalDialog *>(window) ? 1 : 0;
        return count;
    }

    PrivateBus m_bus;
    qint64 m_now = 1'773'000'000'000;
    qint64 m_steady = 1'000;
    bool m_fullScreen = false;
    int m_patience = 20'000;    ///< a busy machine takes its time
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<NoticeService> m_service;
    std::unique_ptr<ui::DesktopNotice> m_notice;
    Journal m_journal;
    GitLook::Look m_look;
    std::unique_ptr<ApprovalPresenter> m_presenter;
};

void tst_ApprovalPresenter::initTestCase()
{
    if (QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty())
        QSKIP("dbus-daemon is not installed");
    QVERIFY(m_bus.start());
}

void tst_ApprovalPresenter::init()
{
    m_fullScreen = false;
    m_patience = 20'000;
    m_journal.told.clear();
    m_look = [](const QString &) { return std::optional(GitWorkplace{u"shop"_s, u"main"_s, {}}); };
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_service = std::make_unique<NoticeService>();
    QVERIFY(m_bus.serve(m_service.get()));
    make();
}

void tst_ApprovalPresenter::make()
{
    m_presenter.reset();
    m_notice = std::make_unique<ui::DesktopNotice>(m_bus.asks);
    QTRY_VERIFY(m_notice->hasButtons() == m_service->abilities.contains(u"actions"_s));
    m_presenter = std::make_unique<ApprovalPresenter>(ApprovalPresenter::Parts{
        m_client.get(), [this] { return m_now; }, &m_journal, m_notice.get(), [this] { return m_fullScreen; }, [this] { return m_steady; }, m_look, m_patience});
}

void tst_ApprovalPresenter::cleanup()
{
    m_presenter.reset();
    m_notice.reset();
    QTest::qWait(20);
    m_bus.retire();
    m_service.reset();
    m_client.reset();
    m_vault.reset();
}

ApprovalRequest tst_ApprovalPresenter::ask(const QString &title, qint64 later)
{
    ApprovalRequest request = ScriptedVault::question(m_now + later);
    request.title = title;
    request.caller.folder = u"/srv/shop"_s;
    m_vault->ask(m_client.get(), request);
    return request;
}

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

void tst_ApprovalPresenter::answersFromTheNotification()
{
    for (const auto &[key, answer] : {std::pair(u"once"_s, ApprovalAnswer::Once), std::pair(u"deny"_s, ApprovalAnswer::Deny)}) {
        m_vault->answers.clear();
        const ApprovalRequest request = ask();
        QTRY_COMPARE(m_service->shown.size(), 1);
        QVERIFY(m_service->shown.first().title.contains(u"wants the"_s));
        QVERIFY(m_service->shown.first().text.contains(u"deploy the staging stack"_s));
        QVERIFY(isAsking(u"AWS production"_s));
        QTest::qWait(50);
        wake();
        m_service->press(key);
        QTRY_COMPARE(m_vault->answers, (QList{std::pair(request.id, answer)}));
        QTRY_VERIFY(!dialog()->isVisible());
        QTRY_VERIFY(m_service->shown.isEmpty());
    }
}

void tst_ApprovalPresenter::takesNothingFromANotificationJustShown()
{
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(isAsking(u"AWS production"_s));
    QTest::qWait(50);
    for (int after = 0; after < 800; after += 100) {
        m_service->press(u"once"_s);
        m_service->press(u"deny"_s);
        QTest::qWait(20);
        m_steady += 100;
    }
    QVERIFY(m_vault->answers.isEmpty());
    QVERIFY(dialog()->isOpen());
    m_service->press(u"once"_s);
    QTRY_COMPARE(m_vault->answers.size(), 1);
}

void tst_ApprovalPresenter::givesNothingThatLastsFromANotification()
{
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    const QStringList actions = m_service->shown.first().actions;
    QCOMPARE(actions.size(), 6);
    QVERIFY(actions.contains(u"once"_s) && actions.contains(u"deny"_s) && actions.contains(u"default"_s));
    QTest::qWait(50);
    wake();
    for (const QString &key : {u"always"_s, u"unlocked"_s, u"hour"_s, u""_s})
        m_service->press(key);
    QTest::qWait(50);
    QVERIFY(m_vault->answers.isEmpty());
    m_now += 60'000; // its time is up, and the vault has not told yet
    m_service->press(u"once"_s);
    QTest::qWait(50);
    QVERIFY(m_vault->answers.isEmpty());
}

void tst_ApprovalPresenter::closesTheNotificationWithTheQuestion()
{
    const ApprovalRequest request = ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    m_vault->end(m_client.get(), request.id, ApprovalEnd::AgentLeft);
    QTRY_VERIFY(m_service->shown.isEmpty());
    ask(u"two"_s);
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(isAsking(u"two"_s));
    wake();
    press(allow());
    QTRY_VERIFY(m_service->shown.isEmpty());
}

void tst_ApprovalPresenter::usesTheTrayWhereNotificationsHaveNoButtons()
{
    m_service->abilities = {u"body"_s};
    make();
    ask();
    QVERIFY(isAsking(u"AWS production"_s));
    QCOMPARE(m_journal.told.size(), 1);
    QVERIFY(m_journal.told.first().contains(u"wants the"_s));
    QVERIFY(m_service->shown.isEmpty());
}

void tst_ApprovalPresenter::floodsNoDesktopWithNotifications()
{
    for (int i = 0; i < 20; ++i) {
        const ApprovalRequest request = ask(u"entry %1"_s.arg(i), i);
        QVERIFY(isAsking(u"entry %1"_s.arg(i)));
        wake();
        dialog()->reject();
        QTRY_VERIFY(!dialog()->isVisible());
    }
    QTest::qWait(50);
    QCOMPARE(m_service->notified, ApprovalPresenter::NoticesAMinute);
    m_steady += 60'000;
    ask(u"later"_s);
    QTRY_COMPARE(m_service->notified, ApprovalPresenter::NoticesAMinute + 1);
}

void tst_ApprovalPresenter::staysDownWhileAnotherProgramFillsTheScreen()
{
    m_fullScreen = true;
    const ApprovalRequest request = ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QTest::qWait(1200);
    QVERIFY(!dialog()->isVisible());
    QVERIFY(m_presenter->isWaiting());
    m_fullScreen = false;
    QTRY_VERIFY(dialog()->isVisible());
    press(allow()); // it has just come up
    QVERIFY(m_vault->answers.isEmpty());
    wake();
    press(allow());
    QTRY_COMPARE(m_vault->answers.size(), 1);
    m_fullScreen = true;
    const ApprovalRequest other = ask(u"two"_s);
    QTRY_COMPARE(m_service->shown.size(), 1);
    m_vault->end(m_client.get(), other.id, ApprovalEnd::TimedOut);
    QTest::qWait(50);
    QVERIFY2(!dialog()->isVisible(), "an end that nobody saw coming is not told");
}

void tst_ApprovalPresenter::comesUpOverAFullScreenWhenAskedTo()
{
    m_fullScreen = true;
    ask();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QTest::qWait(50);
    m_service->press(u"default"_s);
    QTRY_VERIFY(dialog()->isVisible());
    QVERIFY(m_vault->answers.isEmpty());
    dialog()->hide();
    m_presenter->present();
    QVERIFY(dialog()->isVisible());
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
