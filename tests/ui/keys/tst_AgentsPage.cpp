// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/AgentsPage.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/keys/KeyCard.h"
#include "ui/keys/KeyDialog.h"
#include "ui/keys/LeaseDialog.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/keys/SnippetView.h"
#include "ui/keys/ReceiptDialog.h"
#include "ui/keys/SeenDialog.h"
#include "ui/keys/ViewAsDialog.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/widgets/SecretView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLayout>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::AgentsPage;

class tst_AgentsPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void showsWorkingKeysInWords();
    void showsEndedKeysWhenAsked();
    void pausesAndTakesItBack();
    void pausesAllKeysAtOnce();
    void revokesOnlyAfterTheNameWasTyped();
    void revokesAKeyOfAnyName_data();
    void revokesAKeyOfAnyName();
    void showsANewTokenOnce();
    void saysWhichKeysTokenWorksNoMore();
    void leavesTheSheetOnceAConfigurationWasCopied();
    void followsTheUseOfAKey();
    void takesNeitherRefusalsNorTheOwnersRowsForUse_data();
    void takesNeitherRefusalsNorTheOwnersRowsForUse();
    void showsNothingWhileLocked();
    void teachesTheFirstStep();
    void opensTheLogOfAKey();
    void saysWhatStoppedAKeyAndReleasesIt_data();
    void saysWhatStoppedAKeyAndReleasesIt();
    void saysWhichKeyNeedsANewTokenAndMakesIt();
    void saysThePolicyOnTheCard();
    void looksAtAKeyFromItsMenu();
    void countsRequestsAndAsksForTheirEditor();
    void offersNewKeysWhereTheyAreListedOnly();
    void leadsFromAnEmptyListOfRequestsToTheSetUp();
    void fitsTheSmallestWindow();

private:
    ui::KeyCard *card(const QString &name) const;
    void choose(const QString &name, const QString &entry);
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<AgentsPage> m_page;
    const qint64 m_now = 1'773'000'000'000;
};

void tst_AgentsPage::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_clipboard = std::make_unique<ui::ClipboardGuard>(QGuiApplication::clipboard());
    m_page = std::make_unique<AgentsPage>(m_client.get(), m_clipboard.get(), [this] { return m_now; });
    m_page->resize(800, 600);
    m_page->show();
    QTRY_VERIFY(card(u"codex-agent"_s));
}

void tst_AgentsPage::cleanup()
{
    m_page.reset();
    m_clipboard.reset();
    m_client.reset();
    m_vault.reset();
}

ui::KeyCard *tst_AgentsPage::card(const QString &name) const
{
    for (auto *found : m_page->findChildren<ui::KeyCard *>())
        if (found->agent().name == name && found->isVisibleTo(m_page.get()))
            return found;
    return nullptr;
}

void tst_AgentsPage::choose(const QString &name, const QString &entry)
{
    for (QAction *action : card(name)->findChild<QMenu *>()->actions())
        if (QString(action->text()).remove(u'&') == entry)
            action->trigger();
}

void tst_AgentsPage::showsWorkingKeysInWords()
{
    ui::KeyCard *codex = card(u"codex-agent"_s);
    QVERIFY(says(codex, u"entries tagged dev or staging"_s));
    QVERIFY(says(codex, u"list, search, read values and get codes"_s));
    QVERIFY(says(codex, u"Expires in 83 days · last used 4 minutes ago"_s));
    QVERIFY(codex->accessibleName().contains(u"active"_s));
    QVERIFY(card(u"deploy-agent"_s)->accessibleName().contains(u"paused"_s));
    QVERIFY(!card(u"summer-intern"_s));
    QVERIFY(!card(u"laptop-2024"_s));
}

void tst_AgentsPage::showsEndedKeysWhenAsked()
{
    press(button(m_page.get(), u"Show ended keys"_s));
    QVERIFY(card(u"summer-intern"_s)->accessibleName().contains(u"expired"_s));
    QVERIFY(card(u"laptop-2024"_s)->accessibleName().contains(u"revoked"_s));
    QVERIFY2(!button(card(u"laptop-2024"_s), u"Change laptop-2024"_s), "a revoked key cannot be changed");
}

void tst_AgentsPage::pausesAndTakesItBack()
{
    press(button(m_page.get(), u"Pause codex-agent"_s));
    QTRY_VERIFY(m_vault->agents.first().paused);
    QVERIFY(willSay(m_page.get(), u"codex-agent is paused"_s));
    QTRY_VERIFY(button(m_page.get(), u"Resume codex-agent"_s));
    press(button(m_page.get(), u"Undo"_s));
    QTRY_VERIFY(!m_vault->agents.first().paused);
}

void tst_AgentsPage::pausesAllKeysAtOnce()
{
    press(button(m_page.get(), u"Pause all"_s));
    QTRY_VERIFY(button(m_page.get(), u"Resume all"_s));
    QCOMPARE(m_vault->calls.count(u"pauseAllKeys on"_s), 1);
    QVERIFY(willSay(m_page.get(), u"All keys are paused"_s));
    QVERIFY2(!m_vault->agents.first().paused, "its own switch is left alone");
    press(button(m_page.get(), u"Resume all"_s));
    QTRY_VERIFY(!m_vault->facts.agentsPaused);
    QTRY_VERIFY(button(m_page.get(), u"Pause all"_s));
}

void tst_AgentsPage::revokesOnlyAfterTheNameWasTyped()
{
    choose(u"codex-agent"_s, u"Revoke…"_s);
    auto *sheet = m_page->findChild<ui::ConfirmSheet *>();
    QVERIFY(sheet && sheet->isVisible());
    QVERIFY(says(sheet, u"cannot be brought back"_s));
    QCOMPARE(sheet->height(), sheet->layout()->totalHeightForWidth(sheet->width()));
    QVERIFY(!button(sheet, u"Revoke key"_s)->isEnabled());
    QTest::keyClicks(sheet->findChild<QLineEdit *>(), u"codex-agent"_s);
    press(button(sheet, u"Revoke key"_s));
    QTRY_VERIFY(m_vault->agents.first().isRevoked());
    QTRY_VERIFY(!card(u"codex-agent"_s));
}

void tst_AgentsPage::revokesAKeyOfAnyName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("typed");
    QTest::newRow("right to left") << u"\u05e1\u05d5\u05db\u05df"_s << u"\u05e1\u05d5\u05db\u05df"_s;
    QTest::newRow("right to left inside") << u"agent \u0627\u0644\u0639\u0645\u0644"_s << u"agent \u0627\u0644\u0639\u0645\u0644"_s;
    QTest::newRow("a bracket that looks like an escape") << u"build [U+202E]"_s << u"build [U+005B]U+202E]"_s;
    QTest::newRow("a blank letter") << u"ci\u3164bot"_s << u"ci[U+3164]bot"_s;
}

void tst_AgentsPage::revokesAKeyOfAnyName()
{
    QFETCH(QString, name);
    QFETCH(QString, typed);
    m_vault->agents.first().name = name;
    emit m_client->agentsChanged();
    QTRY_VERIFY(card(name));
    choose(name, u"Revoke…"_s);
    auto *sheet = m_page->findChild<ui::ConfirmSheet *>();
    QVERIFY(sheet && says(sheet, typed));
    auto *word = sheet->findChild<QLineEdit *>();
    QVERIFY(!word->accessibleName().contains(QChar(0x2068)));
    word->setText(typed);
    QVERIFY(button(sheet, u"Revoke key"_s)->isEnabled());
    press(button(sheet, u"Revoke key"_s));
    QTRY_VERIFY(m_vault->agents.first().isRevoked());
}

void tst_AgentsPage::showsANewTokenOnce()
{
    choose(u"codex-agent"_s, u"Replace the token…"_s);
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_VERIFY(m_page->findChild<ui::NewKeySheet *>());
    auto *sheet = m_page->findChild<ui::NewKeySheet *>();
    QVERIFY(says(sheet, u"only time the token is shown"_s));
    const QString token = QString::fromStdString(std::string(sheet->findChild<ui::SecretView *>()->secret().view()));
    QVERIFY(m_vault->agents.first().keyId != u"Kq7ZrT2k"_s);
    QVERIFY(token.startsWith(u"clavitor_"_s + m_vault->agents.first().keyId));

    // What stands on screen besides holds no more than the public part.
    for (auto *widget : sheet->findChildren<QWidget *>()) {
        const QString text = widget->property("plainText").toString() + widget->property("text").toString();
        QVERIFY(!text.contains(token.mid(17)));
    }
    for (const QString &leave : {u"Esc"_s, u"Done"_s}) {
        if (leave == u"Esc"_s)
            QTest::keyClick(sheet, Qt::Key_Escape);
        else
            press(button(sheet, leave));
        QVERIFY2(sheet->isVisible(), "the token was not copied yet, so closing asks");
        QVERIFY(sheet->findChild<ui::ConfirmSheet *>());
        QVERIFY2(!qobject_cast<QPushButton *>(button(sheet, u"Copy the configuration of Codex"_s))->isDefault(), "it would look like the main one");
        press(button(sheet->findChild<ui::ConfirmSheet *>(), u"Cancel"_s));
        QTRY_VERIFY(!sheet->findChild<ui::ConfirmSheet *>());
    }
    auto *snippets = sheet->findChild<ui::SnippetView *>();
    snippets->setClient(ui::ClientSnippet::Client::Codex);
    press(button(sheet, u"Copy the configuration of Codex"_s));
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"args = [\""_s + m_vault->agents.first().keyId));
    QVERIFY(!QGuiApplication::clipboard()->text().contains(token));
    QVERIFY(says(sheet, u"Run \"clavitor keep\" in a terminal first and give it the token"_s));
    press(button(sheet, u"Done"_s));
    QVERIFY2(sheet->findChild<ui::ConfirmSheet *>(), "these lines have no token, so it would be lost");
    press(button(sheet->findChild<ui::ConfirmSheet *>(), u"Cancel"_s));
    QTRY_VERIFY(!sheet->findChild<ui::ConfirmSheet *>());
    snippets->setClient(ui::ClientSnippet::Client::Curl);
    press(button(sheet, u"Copy the configuration of curl"_s));
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"Authorization: Bearer "_s + token));
    m_clipboard->clear();
    QVERIFY(!QGuiApplication::clipboard()->text().contains(token));

    press(button(sheet, u"Copy token"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), token);
    press(button(sheet, u"Done"_s));
    QTRY_VERIFY(!m_page->findChild<ui::NewKeySheet *>());
}

void tst_AgentsPage::saysWhichKeysTokenWorksNoMore()
{
    const QSignalSpy ended(m_page.get(), &ui::AgentsPage::tokenEnded);
    choose(u"codex-agent"_s, u"Replace the token…"_s);
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_COMPARE(ended.size(), 1);
    QCOMPARE(ended.first().first().toString(), u"Kq7ZrT2k"_s);
}

void tst_AgentsPage::leavesTheSheetOnceAConfigurationWasCopied()
{
    choose(u"codex-agent"_s, u"Replace the token…"_s);
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_VERIFY(m_page->findChild<ui::NewKeySheet *>());
    auto *sheet = m_page->findChild<ui::NewKeySheet *>();
    sheet->findChild<ui::SnippetView *>()->setClient(ui::ClientSnippet::Client::Curl);
    press(button(sheet, u"Copy the configuration of curl"_s));
    QTest::keyClick(sheet, Qt::Key_Escape);
    QTRY_VERIFY(!m_page->findChild<ui::NewKeySheet *>());
}

void tst_AgentsPage::followsTheUseOfAKey()
{
    QVERIFY(says(card(u"codex-agent"_s), u"last used 4 minutes ago"_s));
    AuditEvent event = m_vault->audit.last();
    event.keyId = card(u"codex-agent"_s)->agent().keyId;
    event.time = m_now;
    emit m_client->auditAppended({event});
    QTRY_VERIFY(says(card(u"codex-agent"_s), u"last used just now"_s));
}

void tst_AgentsPage::takesNeitherRefusalsNorTheOwnersRowsForUse_data()
{
    QTest::addColumn<QString>("actor");
    QTest::addColumn<Outcome>("outcome");
    QTest::newRow("a call that was refused") << u"mcp:codex-agent"_s << Outcome::Denied;
    QTest::newRow("a call that went wrong") << u"mcp:codex-agent"_s << Outcome::Error;
    QTest::newRow("the owner pausing it") << u"app:owner"_s << Outcome::Allowed;
}

void tst_AgentsPage::takesNeitherRefusalsNorTheOwnersRowsForUse()
{
    QFETCH(QString, actor);
    QFETCH(Outcome, outcome);
    AuditEvent event = m_vault->audit.last();
    event.keyId = card(u"codex-agent"_s)->agent().keyId;
    event.time = m_now;
    event.actor = actor;
    event.outcome = outcome;
    emit m_client->auditAppended({event});
    QTest::qWait(1'200); // uses are gathered for a second
    QVERIFY(says(card(u"codex-agent"_s), u"last used 4 minutes ago"_s));
}

void tst_AgentsPage::showsNothingWhileLocked()
{
    m_client->lock();
    QTRY_VERIFY(!card(u"codex-agent"_s));
}

void tst_AgentsPage::teachesTheFirstStep()
{
    m_vault->agents.clear();
    emit m_client->agentsChanged();
    QVERIFY(willSay(m_page.get(), u"No keys yet"_s));
    press(button(m_page.get(), u"Create a key"_s));
    QVERIFY(m_page->findChild<ui::KeyDialog *>());
}

void tst_AgentsPage::opensTheLogOfAKey()
{
    QSignalSpy history(m_page.get(), &AgentsPage::historyRequested);
    choose(u"codex-agent"_s, u"Show what it did"_s);
    QCOMPARE(history.size(), 1);
    QCOMPARE(history.first().first().toString(), u"Kq7ZrT2k"_s);
}

void tst_AgentsPage::saysWhatStoppedAKeyAndReleasesIt_data()
{
    QTest::addColumn<bool>("frozen");
    QTest::addColumn<QString>("words");
    QTest::newRow("frozen") << true << u"It read a decoy. Every call is refused until you release it; then it works as before."_s;
    QTest::newRow("resting") << false << u"its calls are refused. Released, it may ask again now."_s;
}

void tst_AgentsPage::saysWhatStoppedAKeyAndReleasesIt()
{
    QFETCH(bool, frozen);
    QFETCH(QString, words);
    Agent &codex = m_vault->agents.first();
    if (frozen) {
        codex.frozenAt = m_now - 60'000;
        codex.frozenWhy = u"read a decoy"_s;
    } else {
        codex.restsUntil = m_now + 600'000;
    }
    emit m_client->agentsChanged();
    QTRY_VERIFY(card(u"codex-agent"_s) && says(card(u"codex-agent"_s), words));
    QVERIFY(card(u"codex-agent"_s)->accessibleName().contains(frozen ? u"frozen"_s : u"resting"_s));
    press(button(card(u"codex-agent"_s), u"Release"_s));
    QTRY_VERIFY(!m_vault->agents.first().isFrozen() && m_vault->agents.first().restsUntil == 0);
    QVERIFY(willSay(m_page.get(), u"codex-agent works again."_s));
    press(button(m_page.get(), u"Undo"_s));
    QTRY_VERIFY2(m_vault->agents.first().paused, "as little as frozen, and in the person's hand");
}

void tst_AgentsPage::saysWhichKeyNeedsANewTokenAndMakesIt()
{
    Agent &agent = *std::ranges::find(m_vault->agents, u"deploy-agent"_s, &Agent::name);
    agent.needsToken = true;
    agent.lastUsedAt = 1;
    emit m_client->agentsChanged();
    QTRY_VERIFY(button(m_page.get(), u"New token for deploy-agent"_s));
    QVERIFY(says(card(u"deploy-agent"_s), u"Its token ended when all keys of the vault were replaced."_s));
    QTRY_VERIFY2(card(u"deploy-agent"_s)->y() < card(u"codex-agent"_s)->y(), "what waits for the person comes first");
    QVERIFY(!button(m_page.get(), u"New token for codex-agent"_s));
    const QString former = agent.keyId;
    press(button(m_page.get(), u"New token for deploy-agent"_s));
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_COMPARE(m_vault->calls.filter(u"rotateKey"_s), QStringList{u"rotateKey "_s + former});
    QTRY_VERIFY(m_page->findChild<ui::NewKeySheet *>());
}

void tst_AgentsPage::saysThePolicyOnTheCard()
{
    QVERIFY(says(card(u"codex-agent"_s), u"Asks once per entry · 3 a minute, 10 an hour"_s));
}

void tst_AgentsPage::looksAtAKeyFromItsMenu()
{
    choose(u"codex-agent"_s, u"View the vault as this key…"_s);
    QVERIFY(m_page->findChild<ui::ViewAsDialog *>());
    choose(u"codex-agent"_s, u"Session receipt…"_s);
    QVERIFY(m_page->findChild<ui::ReceiptDialog *>());
    choose(u"codex-agent"_s, u"Night lease…"_s);
    QVERIFY(m_page->findChild<ui::LeaseDialog *>());
    m_vault->seen.insert(u"Kq7ZrT2k"_s, {SeenCredential{m_vault->entries.first().id, u"github.com"_s, {}, true, 1, 0, 5, 5, 0, false}});
    choose(u"codex-agent"_s, u"What it has seen…"_s);
    auto *seen = m_page->findChild<ui::SeenDialog *>();
    QVERIFY(seen);
    QSignalSpy wanted(m_page.get(), &AgentsPage::entryRequested);
    QTRY_VERIFY(button(seen, u"Open entry"_s)->isEnabled());
    press(button(seen, u"Open entry"_s));
    QCOMPARE(wanted.size(), 1);
}

void tst_AgentsPage::countsRequestsAndAsksForTheirEditor()
{
    QSignalSpy counted(m_page.get(), &AgentsPage::requestCountChanged);
    EntryRequest request;
    request.id = EntryRequestId{QUuid::createUuid()};
    request.keyName = u"codex-agent"_s;
    request.title = u"Staging database"_s;
    m_vault->entryRequests = {request};
    emit m_client->entryRequestsChanged();
    QTRY_COMPARE(counted.size(), 1);
    QCOMPARE(counted.first().first().toInt(), 1);
    m_page->showRequests();
    QSignalSpy wanted(m_page.get(), &AgentsPage::addRequested);
    QVERIFY(willSay(m_page.get(), u"Staging database"_s));
    press(button(m_page.get(), u"Add…"_s));
    QCOMPARE(wanted.size(), 1);
}

/// Beside the one primary button of the part on show.
void tst_AgentsPage::offersNewKeysWhereTheyAreListedOnly()
{
    QVERIFY(button(m_page.get(), u"Create key"_s));
    m_page->showAllowed();
    QVERIFY(!button(m_page.get(), u"Create key"_s));
    m_page->showRequests();
    QVERIFY(!button(m_page.get(), u"Create key"_s));
    m_page->findChild<QTabBar *>()->setCurrentIndex(0);
    QVERIFY(button(m_page.get(), u"Create key"_s));
    m_vault->agents.clear();
    emit m_client->agentsChanged();
    QVERIFY(willSay(m_page.get(), u"No keys yet"_s));
    QVERIFY(!button(m_page.get(), u"Create key"_s));
    QVERIFY(button(m_page.get(), u"Create a key"_s));
}

void tst_AgentsPage::leadsFromAnEmptyListOfRequestsToTheSetUp()
{
    QSignalSpy wanted(m_page.get(), &AgentsPage::connectionRequested);
    m_page->showRequests();
    press(button(m_page.get(), u"Set up an agent"_s));
    QCOMPARE(wanted.size(), 1);
}

void tst_AgentsPage::fitsTheSmallestWindow()
{
    QVERIFY2(m_page->minimumSizeHint().width() <= 560 - 216, qPrintable(QString::number(m_page->minimumSizeHint().width())));
}

QTEST_MAIN(tst_AgentsPage)
#include "tst_AgentsPage.moc"
