// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/RequestsPane.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/widgets/Toast.h"
#include "ui/words/ErrorText.h"

#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_RequestsPane : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void teachesWhatComesHere();
    void showsWhatIsAskedForInTheAgentsWords();
    void boundsAndShowsOddText();
    void asksForTheEditor();
    void declines();
    void keepsAnsweredOnesBelow();
    void saysWhatCouldNotBeRead();
    void showsNothingWhileLocked();

private:
    EntryRequest request(const QString &title) const
    {
        return {EntryRequestId{QUuid::createUuid()}, u"Kq7ZrT2k"_s, u"codex-agent"_s, title, u"to run the migration"_s,
                {u"user"_s, u"password"_s}, m_now - 120'000, EntryRequest::State::Open, {}};
    }
    void open();
    QList<RequestCard *> cards() const { return m_pane->findChildren<RequestCard *>(); }
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<QWidget> m_window;
    RequestsPane *m_pane = nullptr;
    const qint64 m_now = 1'773'000'000'000;
};

void tst_RequestsPane::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
}

void tst_RequestsPane::cleanup()
{
    m_window.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_RequestsPane::open()
{
    m_window = std::make_unique<QWidget>();
    m_window->resize(800, 600);
    auto *toast = new Toast(m_window.get());
    m_pane = new RequestsPane(m_client.get(), [this] { return m_now; }, toast, m_window.get());
    m_pane->setGeometry(m_window->rect());
    toast->raise();
    m_window->show();
    QTest::qWait(20);
}

void tst_RequestsPane::teachesWhatComesHere()
{
    open();
    QVERIFY(says(m_pane, u"No agent asks for anything"_s));
    QCOMPARE(m_pane->openCount(), 0);
}

void tst_RequestsPane::showsWhatIsAskedForInTheAgentsWords()
{
    m_vault->entryRequests = {request(u"Staging database"_s)};
    open();
    QCOMPARE(cards().size(), 1);
    QVERIFY(says(cards().first(), u"codex-agent asks for"_s));
    QVERIFY(says(cards().first(), u"Staging database"_s));
    QVERIFY(says(cards().first(), u"It says: “to run the migration”"_s));
    QVERIFY(says(cards().first(), u"Title and fields are the agent's words."_s));
    QVERIFY(says(cards().first(), u"2 minutes ago"_s));
    QCOMPARE(m_pane->openCount(), 1);
}

void tst_RequestsPane::boundsAndShowsOddText()
{
    EntryRequest odd = request(QString(100'000, u'W'));
    odd.why = u"<b>x</b>\n\u202E"_s + QString(100'000, u'y');
    odd.fields = QStringList(500, QString(10'000, u'z'));
    m_vault->entryRequests = {odd};
    open();
    QVERIFY(says(cards().first(), u"<b>x</b>[U+000A][U+202E]yyy"_s));
    for (auto *label : cards().first()->findChildren<QWidget *>())
        QVERIFY(label->property("text").toString().size() < 500);
    QVERIFY(cards().first()->height() < 600);
}

void tst_RequestsPane::asksForTheEditor()
{
    m_vault->entryRequests = {request(u"Staging database"_s)};
    open();
    QSignalSpy wanted(m_pane, &RequestsPane::addRequested);
    press(button(cards().first(), u"Add…"_s));
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().value<EntryRequest>(), m_vault->entryRequests.first());
}

void tst_RequestsPane::declines()
{
    m_vault->entryRequests = {request(u"Staging database"_s), request(u"Mail"_s)};
    open();
    QSignalSpy counted(m_pane, &RequestsPane::countChanged);
    press(button(cards().first(), u"Decline"_s));
    QTRY_COMPARE(m_pane->openCount(), 1);
    QCOMPARE(m_vault->entryRequests.first().state, EntryRequest::State::Declined);
    QVERIFY(willSay(m_window.get(), u"Declined. codex-agent is told so."_s));
    QCOMPARE(counted.last().first().toInt(), 1);
    m_vault->failures.insert(u"declineRequest"_s, {ErrorCode::DiskFull, {}});
    QTRY_COMPARE(cards().size(), 1);
    press(button(cards().first(), u"Decline"_s));
    QVERIFY(willSay(m_pane, ErrorText::of(ErrorCode::DiskFull).title));
}

void tst_RequestsPane::keepsAnsweredOnesBelow()
{
    m_vault->entryRequests = {request(u"Staging database"_s), request(u"Mail"_s)};
    m_vault->entryRequests.last().state = EntryRequest::State::Added;
    open();
    QCOMPARE(cards().size(), 1);
    QVERIFY(says(m_pane, u"for codex-agent"_s));
}

void tst_RequestsPane::saysWhatCouldNotBeRead()
{
    m_vault->failures.insert(u"entryRequests"_s, {ErrorCode::DamagedFile, {}});
    open();
    QVERIFY(says(m_pane, ErrorText::of(ErrorCode::DamagedFile).title));
}

void tst_RequestsPane::showsNothingWhileLocked()
{
    m_vault->entryRequests = {request(u"Staging database"_s)};
    open();
    m_client->lock();
    QTRY_COMPARE(m_pane->openCount(), 0);
    QTRY_VERIFY(cards().isEmpty());
}

QTEST_MAIN(tst_RequestsPane)
#include "tst_RequestsPane.moc"
