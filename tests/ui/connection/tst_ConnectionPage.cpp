// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/ConnectionPage.h"

#include "app/connect/Examination.h"
#include "tests/support/ScriptedKeychain.h"
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/connection/ClientList.h"
#include "ui/connection/ClientRow.h"
#include "ui/connection/DoctorSheet.h"
#include "ui/connection/KeysAtRisk.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/keys/SnippetView.h"
#include "ui/words/ErrorText.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QDir>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;
using ui::ConnectionPage;

class tst_ConnectionPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void saysThatItServesAndWhere();
    void saysWhoHoldsThePortAndOffersAnotherTry();
    void offersToReplaceTheTokensOfKeysThatWereInUse();
    void namesOnlyKeysOfTheLastGoodRun();
    void leavesOutAKeyThatIsUsedOnceThePortIsOursAgain();
    void namesAtTheUnlockTheKeysOfAPortThatWasTakenMeanwhile();
    void leavesOutANewTokenOfAKeyThatWasNotInUse();
    void knowsOfATokenThatWasReplacedElsewhere();
    void keepsTheKeyboardOnAKeyWhoseRowIsMadeAnew();
    void offersNoTokensWhenNobodyHasThePort();
    void copiesTheAddresses();
    void putsTheChosenKeyIntoTheLinesAndNoToken();
    void offersWorkingKeysOnly();
    void showsTheLastCallOfEachClient();
    void saysWhatCouldNotBeRead_data();
    void saysWhatCouldNotBeRead();
    void standsWithoutAVault();
    void saysAtOnceThatACallFoundTheVaultLocked();
    void opensTheDoctor();

private:
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    std::unique_ptr<ui::ClipboardGuard> m_clipboard;
    std::unique_ptr<ConnectionPage> m_page;
    [[nodiscard]] bool offers(const QString &name) const { return button(m_page.get(), u"Replace the token of "_s + name) != nullptr; }
    void used(const QString &name, qint64 at)
    {
        std::ranges::find(m_vault->agents, name, &Agent::name)->lastUsedAt = at;
    }
    /// All of them work; the page knows it.
    void allUsed(qint64 at)
    {
        for (Agent &agent : m_vault->agents) {
            agent.revokedAt = agent.expiresAt = 0;
            agent.lastUsedAt = at;
        }
        emit m_client->agentsChanged();
        QTest::qWait(50);
    }
    void bridge(BridgeState::Kind kind, bool isTaken = false) { m_page->setBridge({kind, 1984, isTaken ? u"127.0.0.1:1984 is taken."_s : QString(), isTaken}); }
    qint64 m_now = 1'773'000'000'000;
};

void tst_ConnectionPage::init()
{
    m_vault = std::make_unique<ScriptedVault>();
    m_vault->fillWithSamples(m_now);
    m_vault->facts.state = LockState::Unlocked;
    m_client = ScriptedVault::makeClient();
    m_clipboard = std::make_unique<ui::ClipboardGuard>(QGuiApplication::clipboard());
    m_page = std::make_unique<ConnectionPage>(m_client.get(), m_clipboard.get(), [this] { return m_now; });
    m_page->resize(820, 760);
    m_page->show();
}

void tst_ConnectionPage::cleanup()
{
    m_page.reset();
    m_clipboard.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_ConnectionPage::saysThatItServesAndWhere()
{
    m_page->setBridge({BridgeState::Kind::Serving, 2984, {}});
    QVERIFY(says(m_page.get(), u"127.0.0.1:2984 and [::1]:2984"_s));
    QVERIFY(says(m_page.get(), u"http://localhost:2984/mcp"_s));
    QVERIFY(says(m_page.get(), u"http://localhost:2984/8k3v0q7m2x5d/mcp"_s));
    QVERIFY(!button(m_page.get(), u"Start again"_s));
}

void tst_ConnectionPage::saysWhoHoldsThePortAndOffersAnotherTry()
{
    QSignalSpy restart(m_page.get(), &ConnectionPage::restartRequested);
    m_page->setBridge({BridgeState::Kind::Failed, 1984, u"127.0.0.1:1984 is held by ng\u202einx (pid 812)."_s});
    QVERIFY(says(m_page.get(), u"is held by ng[U+202E]inx (pid 812)."_s));
    press(button(m_page.get(), u"Start again"_s));
    QCOMPARE(restart.size(), 1);
}

void tst_ConnectionPage::offersToReplaceTheTokensOfKeysThatWereInUse()
{
    used(u"codex-agent"_s, m_now - 60'000);
    QSignalSpy ended(m_page.get(), &ConnectionPage::tokenEnded);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    QVERIFY(says(m_page.get(), u"Agents that call meanwhile may give that program their tokens."_s));
    QVERIFY(!button(m_page.get(), u"Hide the keys that were in use"_s));
    const QString former = std::ranges::find(m_vault->agents, u"codex-agent"_s, &Agent::name)->keyId;
    press(button(m_page.get(), u"Replace the token of codex-agent"_s));
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_VERIFY(m_page->findChild<ui::NewKeySheet *>());
    QCOMPARE(ended.size(), 1);
    QCOMPARE(ended.first().first().toString(), former);
    delete m_page->findChild<ui::NewKeySheet *>();
    QTRY_VERIFY(!offers(u"codex-agent"_s));
    const auto *badge = m_page->findChild<ui::KeysAtRisk *>()->findChild<ui::Badge *>();
    QVERIFY(badge && badge->word() == u"Token replaced"_s);
    // It stays when the port is free again, until it is closed.
    bridge(BridgeState::Kind::Serving);
    QVERIFY(says(m_page.get(), u"Another program had the port"_s));
    press(button(m_page.get(), u"Hide the keys that were in use"_s));
    QVERIFY(!says(m_page.get(), u"Another program had the port"_s));
    // Another time the new token is at risk as well, also when the card was left open.
    used(u"codex-agent"_s, m_now);
    emit m_client->agentsChanged();
    QTest::qWait(50);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    press(button(m_page.get(), u"Replace the token of codex-agent"_s));
    press(button(m_page->findChild<ui::ConfirmSheet *>(), u"Replace token"_s));
    QTRY_VERIFY(m_page->findChild<ui::NewKeySheet *>());
    delete m_page->findChild<ui::NewKeySheet *>();
    QTRY_VERIFY(!offers(u"codex-agent"_s));
    m_now += 60'000;
    bridge(BridgeState::Kind::Serving);
    used(u"codex-agent"_s, m_now);
    emit m_client->agentsChanged();
    QTest::qWait(50);
    QVERIFY(!offers(u"codex-agent"_s));
    m_now += 60'000;
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    bridge(BridgeState::Kind::Serving);
    press(button(m_page.get(), u"Hide the keys that were in use"_s));
    // Locked, no key is named.
    used(u"codex-agent"_s, m_now);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(says(m_page.get(), u"These keys were in use"_s));
    m_client->lock();
    QTRY_VERIFY(!says(m_page.get(), u"These keys were in use"_s));
}

void tst_ConnectionPage::namesOnlyKeysOfTheLastGoodRun()
{
    allUsed(0);
    const QString other = std::ranges::find_if(m_vault->agents, [](const Agent &agent) { return agent.name != u"codex-agent"_s; })->name;
    used(other, m_now - 10'000);
    bridge(BridgeState::Kind::Serving);
    m_now += 60'000;
    used(u"codex-agent"_s, m_now);
    m_now += 60'000;
    bridge(BridgeState::Kind::Starting); // it crashed, and something took its place
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    QVERIFY2(!offers(other), "its token was used before the run only");
    bridge(BridgeState::Kind::Serving);
    press(button(m_page.get(), u"Hide the keys that were in use"_s));
    m_now += 60'000;
    used(other, m_now);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(other));
    QVERIFY(!offers(u"codex-agent"_s));
}

void tst_ConnectionPage::leavesOutAKeyThatIsUsedOnceThePortIsOursAgain()
{
    allUsed(0);
    const QString other = std::ranges::find_if(m_vault->agents, [](const Agent &agent) { return agent.name != u"codex-agent"_s; })->name;
    used(u"codex-agent"_s, m_now);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    bridge(BridgeState::Kind::Serving);
    m_now += 60'000;
    used(other, m_now);
    emit m_client->agentsChanged();
    QTest::qWait(50);
    QVERIFY(offers(u"codex-agent"_s));
    QVERIFY(!offers(other));
}

void tst_ConnectionPage::namesAtTheUnlockTheKeysOfAPortThatWasTakenMeanwhile()
{
    used(u"codex-agent"_s, m_now);
    m_client->lock();
    QTRY_VERIFY(!m_client->isUnlocked());
    bridge(BridgeState::Kind::Failed, true);
    bridge(BridgeState::Kind::Serving);
    QVERIFY(!offers(u"codex-agent"_s));
    m_client->unlock(crypto::SecretText::copyOf(m_vault->password.toStdString()), {});
    QTRY_VERIFY(offers(u"codex-agent"_s));
    QVERIFY(says(m_page.get(), u"Another program had the port"_s));
}

void tst_ConnectionPage::leavesOutANewTokenOfAKeyThatWasNotInUse()
{
    allUsed(0);
    const Agent other = *std::ranges::find_if(m_vault->agents, [](const Agent &agent) { return agent.name != u"codex-agent"_s; });
    used(u"codex-agent"_s, m_now);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    m_client->rotateKey(other.keyId, {this, [](const Result<NewKey> &key) { QVERIFY(key); }});
    QTRY_VERIFY(std::ranges::find(m_vault->agents, other.name, &Agent::name)->keyId != other.keyId);
    QTest::qWait(50);
    QVERIFY(!m_page->findChild<ui::KeysAtRisk *>()->findChild<ui::Badge *>());
}

void tst_ConnectionPage::knowsOfATokenThatWasReplacedElsewhere()
{
    used(u"codex-agent"_s, m_now - 60'000);
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(u"codex-agent"_s));
    m_client->rotateKey(std::ranges::find(m_vault->agents, u"codex-agent"_s, &Agent::name)->keyId, {this, [](const Result<NewKey> &key) { QVERIFY(key); }});
    QTRY_VERIFY(!offers(u"codex-agent"_s));
    const auto *badge = m_page->findChild<ui::KeysAtRisk *>()->findChild<ui::Badge *>();
    QVERIFY(badge && badge->word() == u"Token replaced"_s);
}

void tst_ConnectionPage::keepsTheKeyboardOnAKeyWhoseRowIsMadeAnew()
{
    allUsed(m_now - 60'000);
    const QString other = std::ranges::find_if(m_vault->agents, [](const Agent &agent) { return agent.name != u"codex-agent"_s; })->name;
    bridge(BridgeState::Kind::Failed, true);
    QTRY_VERIFY(offers(other) && offers(u"codex-agent"_s));
    const QPointer<QAbstractButton> former = button(m_page.get(), u"Replace the token of codex-agent"_s);
    former->setFocus();
    used(other, m_now);
    emit m_client->agentsChanged();
    QTRY_VERIFY(!former);
    QVERIFY(m_page->focusWidget() == button(m_page.get(), u"Replace the token of codex-agent"_s));
}

void tst_ConnectionPage::offersNoTokensWhenNobodyHasThePort()
{
    used(u"codex-agent"_s, m_now - 60'000);
    bridge(BridgeState::Kind::Failed);
    bridge(BridgeState::Kind::Off);
    QTest::qWait(20);
    QVERIFY(!offers(u"codex-agent"_s));
}

void tst_ConnectionPage::copiesTheAddresses()
{
    press(button(m_page.get(), u"Copy: MCP"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"http://localhost:1984/mcp"_s);
    press(button(m_page.get(), u"Copy: Vault id"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"8k3v0q7m2x5d"_s);
    auto *snippets = m_page->findChild<ui::SnippetView *>();
    snippets->setClient(ui::ClientSnippet::Client::Curl);
    press(button(m_page.get(), u"Copy the configuration of curl"_s));
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"Bearer clavitor_…"_s));
    QVERIFY(says(m_page.get(), u"Put the key's token in place of the dots."_s));
}

void tst_ConnectionPage::putsTheChosenKeyIntoTheLinesAndNoToken()
{
    auto *snippets = m_page->findChild<ui::SnippetView *>();
    snippets->setPrograms(u"/opt/clavitor"_s, u"/opt/clavitor-mcp"_s);
    QTRY_COMPARE(m_page->findChild<QComboBox *>()->count(), 1);
    for (const auto client : {ui::ClientSnippet::Client::Codex, ui::ClientSnippet::Client::ClaudeCode, ui::ClientSnippet::Client::GeminiCli,
                              ui::ClientSnippet::Client::VsCode, ui::ClientSnippet::Client::Cursor}) {
        snippets->setClient(client);
        press(button(m_page.get(), u"Copy the configuration of "_s + ui::ClientSnippet::nameOf(client)));
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY2(copied.contains(u"/opt/clavitor-mcp"_s) && copied.contains(u"Kq7ZrT2k"_s), qPrintable(copied));
        QVERIFY2(!copied.contains(u"clavitor_"_s) && !copied.contains(u"Authorization"_s), qPrintable(copied));
        QVERIFY(says(m_page.get(), u"has to be in the keychain: run \"/opt/clavitor keep\" in a terminal"_s));
    }
    m_client->lock();
    QTRY_VERIFY(says(m_page.get(), u"Put the key's id in place of KEY"_s));
}

void tst_ConnectionPage::offersWorkingKeysOnly()
{
    auto *keys = m_page->findChild<QComboBox *>();
    QTRY_COMPARE(keys->count(), 1);
    QCOMPARE(keys->itemText(0), u"codex-agent"_s);
}

void tst_ConnectionPage::showsTheLastCallOfEachClient()
{
    auto *snippets = m_page->findChild<ui::SnippetView *>();
    snippets->setClient(ui::ClientSnippet::Client::Codex);
    QVERIFY(willSay(m_page.get(), u"Last call of Codex: 4 minutes ago, totp github.com (codex-mcp-client/0.169.0)"_s));
    snippets->setClient(ui::ClientSnippet::Client::GeminiCli);
    QVERIFY(says(m_page.get(), u"No call of Gemini CLI"_s));
    AuditEvent event = m_vault->audit.last();
    event.caller.client = u"gemini-cli-mcp-client/0.61.0"_s;
    event.time = m_now;
    emit m_client->auditAppended({event});
    QVERIFY(says(m_page.get(), u"Last call of Gemini CLI: just now"_s));
}

void tst_ConnectionPage::saysWhatCouldNotBeRead_data()
{
    QTest::addColumn<QString>("call");
    QTest::newRow("keys") << u"agents"_s;
    QTest::newRow("calls") << u"auditPage"_s;
}

void tst_ConnectionPage::saysWhatCouldNotBeRead()
{
    QFETCH(QString, call);
    const QString words = ui::ErrorText::of(ErrorCode::DamagedFile).title;
    QTest::qWait(50);
    QVERIFY(!says(m_page.get(), words));
    m_client->lock();
    QTRY_VERIFY(!m_client->isUnlocked());
    m_vault->failures.insert(call, {ErrorCode::DamagedFile, {}});
    m_client->unlockWithKeychain({this, [](const Result<> &) {}});
    QVERIFY(willSay(m_page.get(), words));
    // What could be read meanwhile takes it away as little.
    m_vault->failures.remove(u"agents"_s);
    emit m_client->agentsChanged();
    QTest::qWait(50);
    QCOMPARE(says(m_page.get(), words), call != u"agents"_s);
    if (call == u"agents"_s)
        return;
    press(button(m_page.get(), u"Close this message"_s));
    QVERIFY(!says(m_page.get(), words));
}

void tst_ConnectionPage::standsWithoutAVault()
{
    m_page.reset();
    m_vault->facts = {};
    m_client = ScriptedVault::makeClient();
    m_page = std::make_unique<ConnectionPage>(m_client.get(), m_clipboard.get(), [this] { return m_now; });
    m_page->show();
    QVERIFY(says(m_page.get(), u"http://localhost:1984/mcp"_s));
}

void tst_ConnectionPage::saysAtOnceThatACallFoundTheVaultLocked()
{
    const QTemporaryDir home;
    QVERIFY(QDir(home.path()).mkpath(u".codex"_s));
    QFile file(home.filePath(u".codex/config.toml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[mcp_servers.clavitor]\nurl = \"http://localhost:1984/mcp\"\nhttp_headers_helper = \"clavitor headers Kq7ZrT2k\"\n");
    file.close();
    m_page->setComputer({ClientPlaces::of({}, home.path()), u"/usr/bin/clavitor"_s, nullptr, nullptr});
    auto *list = m_page->findChild<ui::ClientList *>();
    QTRY_COMPARE(list->rows().size(), 1);
    m_vault->facts.state = LockState::Locked;
    emit m_client->factsChanged(m_vault->facts);
    QVERIFY(!button(list->rows().first(), u"Set up Codex"_s)->isEnabled());
    emit m_client->lockedCall({u"mcp:codex-agent"_s, u"search"_s, {{}, 0, {}, {}, u"codex-mcp-client/0.169.0"_s}});
    QVERIFY(says(list, u"found the vault locked"_s));
}

void tst_ConnectionPage::opensTheDoctor()
{
    QVERIFY(!button(m_page.get(), u"Run the doctor"_s));
    const QTemporaryDir home;
    ScriptedKeychain keychain;
    Examiner::Parts parts;
    parts.places = ClientPlaces::of({}, home.path());
    parts.vaultFolder = home.filePath(u"vault"_s);
    parts.keychain = &keychain;
    parts.clock = [this] { return m_now; };
    Examiner examiner(parts);
    m_page->setComputer({parts.places, u"/usr/bin/clavitor"_s, &keychain, &examiner});
    m_page->setBridge({BridgeState::Kind::Serving, 1, {}});
    press(button(m_page.get(), u"Run the doctor"_s));
    auto *sheet = m_page->findChild<ui::DoctorSheet *>();
    QVERIFY(sheet);
    QTRY_VERIFY_WITH_TIMEOUT(!sheet->lines().isEmpty(), 20'000);
    QCOMPARE(sheet->lines().first().subject, u"127.0.0.1:1"_s); // the bridge's port, not the usual one
    delete sheet;
}

QTEST_MAIN(tst_ConnectionPage)
#include "tst_ConnectionPage.moc"
