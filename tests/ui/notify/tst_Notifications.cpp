// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notify/Notifications.h"

#include "tests/support/ScriptedVault.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::ScriptedVault;

namespace {

struct Told {
    NotificationSink::Tone tone;
    QString title;
    QString text;
};

class Journal : public NotificationSink {
public:
    void notify(Tone tone, const QString &title, const QString &text) override { told << Told{tone, title, text}; }
    QList<Told> told;
};

} // namespace

class tst_Notifications : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void saysWhoKnockedOnALockedVault();
    void tellsTheSameCallerOnceAMinuteAndCounts();
    void limitsAllMessagesTogether();
    void tellsTroubleInPlainWords();
    void tellsAboutTheBridge();
    void tellsWhatAKeyDidThatThePersonHasToKnow();
    void tellsThatALeaseIsOver();
    void showsHostileNamesHonestly();
    void saysThatAnAgentMissesACredential();

private:
    LockedCall call(const QString &actor) const
    {
        return {actor, u"read"_s, {u"/usr/local/bin/codex"_s, 4711, u"zsh ← kitty"_s, u"/srv/shop"_s, {}}};
    }
    qint64 m_now = 1'773'000'000'000;
    std::unique_ptr<ScriptedVault> m_vault;
    std::unique_ptr<VaultClient> m_client;
    Journal m_journal;
    std::unique_ptr<Notifications> m_notifications;
};

void tst_Notifications::init()
{
    m_journal.told.clear();
    m_vault = std::make_unique<ScriptedVault>();
    m_client = ScriptedVault::makeClient();
    m_notifications = std::make_unique<Notifications>(m_client.get(), &m_journal, [this] { return m_now; });
}

void tst_Notifications::cleanup()
{
    m_notifications.reset();
    m_client.reset();
    m_vault.reset();
}

void tst_Notifications::saysWhoKnockedOnALockedVault()
{
    emit m_client->lockedCall(call(u"mcp:codex-agent"_s));
    QCOMPARE(m_journal.told.size(), 1);
    QCOMPARE(m_journal.told.first().tone, NotificationSink::Tone::Asks);
    QCOMPARE(m_journal.told.first().title, u"codex-agent asked to read an entry"_s);
    QVERIFY(m_journal.told.first().text.contains(u"codex ← zsh ← kitty, in /srv/shop"_s));
    emit m_client->lockedCall({u"mcp:unknown key"_s, u"search"_s, {}});
    QCOMPARE(m_journal.told.last().title, u"An unknown key asked to search the vault"_s);
}

void tst_Notifications::tellsTheSameCallerOnceAMinuteAndCounts()
{
    for (int i = 0; i < 5; ++i)
        emit m_client->lockedCall(call(u"mcp:codex-agent"_s));
    QCOMPARE(m_journal.told.size(), 1);
    m_now += 59'999;
    emit m_client->lockedCall(call(u"mcp:codex-agent"_s));
    QCOMPARE(m_journal.told.size(), 1);
    m_now += 1;
    emit m_client->lockedCall(call(u"mcp:codex-agent"_s));
    QCOMPARE(m_journal.told.size(), 2);
    QVERIFY(m_journal.told.last().text.contains(u"5 more times"_s));
}

void tst_Notifications::limitsAllMessagesTogether()
{
    for (int i = 0; i < 1000; ++i)
        emit m_client->lockedCall(call(u"mcp:agent-%1"_s.arg(i)));
    QCOMPARE(m_journal.told.size(), Notifications::PerMinute);
    m_now += 60'000;
    emit m_client->lockedCall(call(u"mcp:another"_s));
    QCOMPARE(m_journal.told.size(), Notifications::PerMinute + 1);
}

void tst_Notifications::tellsTroubleInPlainWords()
{
    emit m_client->trouble({ErrorCode::DiskFull, u"SQLITE_FULL (13)"_s});
    QCOMPARE(m_journal.told.first().tone, NotificationSink::Tone::Trouble);
    QCOMPARE(m_journal.told.first().title, u"The disk is full."_s);
    QVERIFY(!m_journal.told.first().text.contains(u"SQLITE"_s));
}

void tst_Notifications::tellsAboutTheBridge()
{
    m_notifications->bridgeRestarted();
    QCOMPARE(m_journal.told.first().tone, NotificationSink::Tone::Calm);
    m_notifications->bridgeOff(u"127.0.0.1:1984 is held by nginx (pid 812)."_s);
    QCOMPARE(m_journal.told.last().tone, NotificationSink::Tone::Trouble);
    QVERIFY(m_journal.told.last().text.contains(u"nginx (pid 812)"_s));
}

void tst_Notifications::tellsWhatAKeyDidThatThePersonHasToKnow()
{
    const KeyAlert decoy{KeyAlert::Kind::DecoyRead, u"k1"_s, u"codex-agent"_s, u"Bank"_s, call(u"mcp:codex-agent"_s).caller, m_now};
    emit m_client->keyAlert(decoy);
    emit m_client->keyAlert(decoy);
    QCOMPARE(m_journal.told.size(), 1);
    QCOMPARE(m_journal.told.first().tone, NotificationSink::Tone::Trouble);
    QVERIFY(m_journal.told.first().title.contains(u"was stopped: it read a decoy"_s));
    QVERIFY(m_journal.told.first().text.contains(u"Bank"_s));
    KeyAlert other = decoy;
    other.keyId = u"k2"_s;
    emit m_client->keyAlert(other);
    other.kind = KeyAlert::Kind::Elsewhere;
    emit m_client->keyAlert(other);
    QCOMPARE(m_journal.told.size(), 3);
}

void tst_Notifications::tellsThatALeaseIsOver()
{
    KeyAlert over{KeyAlert::Kind::LeaseOver, u"k1"_s, u"nightly-build"_s, {}, {}, m_now};
    over.reads = 12;
    over.readsAllowed = 100;
    emit m_client->keyAlert(over);
    QCOMPARE(m_journal.told.first().tone, NotificationSink::Tone::Calm);
    QVERIFY(m_journal.told.first().title.contains(u"nightly-build"_s));
    QVERIFY(m_journal.told.first().text.contains(u"12 of 100 reads"_s));
    over.reads = 30; // another lease of the same key, right after
    over.readsAllowed = 30;
    emit m_client->keyAlert(over);
    QCOMPARE(m_journal.told.size(), 2);
}

void tst_Notifications::showsHostileNamesHonestly()
{
    emit m_client->lockedCall({u"mcp:co\u202edex\n"_s, u"read"_s, {u"/tmp/\x1b[31m"_s, 1, {}, {}, {}}});
    QCOMPARE(m_journal.told.first().title, u"co[U+202E]dex[U+000A] asked to read an entry"_s);
    QVERIFY(m_journal.told.first().text.contains(u"[U+001B][31m"_s));
}

void tst_Notifications::saysThatAnAgentMissesACredential()
{
    EntryRequest request;
    request.keyId = u"Kq7ZrT2k"_s;
    request.keyName = u"codex-agent"_s;
    request.title = u"Staging\ndatabase"_s;
    request.why = u"to run the migration"_s;
    emit m_client->entryRequested(request);
    QCOMPARE(m_journal.told.size(), 1);
    QCOMPARE(m_journal.told.first().title, u"codex-agent asks for a credential"_s);
    QVERIFY(m_journal.told.first().text.startsWith(u"“Staging[U+000A]database”, in its own words. It says: “to run the migration”"_s));
    emit m_client->entryRequested(request);
    QCOMPARE(m_journal.told.size(), 1);
    m_now += 61'000;
    emit m_client->entryRequested(request);
    QVERIFY(m_journal.told.last().text.endsWith(u"It asked for one more before."_s));
}

QTEST_GUILESS_MAIN(tst_Notifications)
#include "tst_Notifications.moc"
