// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/LastCall.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;
using ui::LastCall;

class tst_LastCall : public QObject {
    Q_OBJECT
private slots:
    void saysThatAClientIsConnected();
    void saysWhyItIsNot_data();
    void saysWhyItIsNot();
    void takesTheNewestCall();
    void countsOnlyCallsWithItsKey();
    void countsOnlyCallsOfTheClient();
    void takesARefusedEntryForAConnection();
    void showsAHostileClientForWhatItIs();

private:
    static AuditEvent call(Outcome outcome = Outcome::Allowed, const QString &why = {}, const QString &keyId = u"Kq7ZrT2k"_s)
    {
        AuditEvent event;
        event.time = kNow - 240'000;
        event.action = u"read"_s;
        event.actor = u"mcp:codex-agent"_s;
        event.keyId = keyId;
        event.outcome = outcome;
        event.why = why;
        event.caller.client = u"codex-mcp-client/0.169.0"_s;
        return event;
    }
    static constexpr qint64 kNow = 1'773'000'000'000;
};

void tst_LastCall::saysThatAClientIsConnected()
{
    const auto last = LastCall::of(AgentClient::Codex, u"Kq7ZrT2k"_s, {call()}, kNow);
    QVERIFY(last);
    QCOMPARE(last->kind, LastCall::Kind::Connected);
    QCOMPARE(last->words, u"Codex 0.169.0, 4 minutes ago"_s);
}

void tst_LastCall::saysWhyItIsNot_data()
{
    QTest::addColumn<int>("outcome");
    QTest::addColumn<QString>("why");
    QTest::addColumn<QString>("keyId");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    const QString key = u"Kq7ZrT2k"_s;
    const int refused = int(LastCall::Kind::Refused);
    QTest::newRow("no token") << int(Outcome::Denied) << u"no usable token"_s << QString() << refused << u"it came without a usable token"_s;
    QTest::newRow("wrong token") << int(Outcome::Denied) << u"unknown or malformed token"_s << QString() << refused << u"the file has another token"_s;
    QTest::newRow("revoked") << int(Outcome::Denied) << u"key revoked"_s << key << refused << u"its key was revoked"_s;
    QTest::newRow("expired") << int(Outcome::Denied) << u"key expired"_s << key << refused << u"its key has expired"_s;
    QTest::newRow("paused") << int(Outcome::Denied) << u"key paused"_s << key << refused << u"its key is paused"_s;
    QTest::newRow("all paused") << int(Outcome::Denied) << u"all keys paused"_s << key << refused << u"its key is paused"_s;
    QTest::newRow("frozen") << int(Outcome::Denied) << u"key frozen"_s << key << refused << u"its key is frozen"_s;
    QTest::newRow("rests") << int(Outcome::Denied) << u"rests after denials"_s << key << refused << u"its key rests"_s;
    QTest::newRow("another vault") << int(Outcome::Denied) << u"wrong vault"_s << key << refused << u"names another vault"_s;
    QTest::newRow("pinned") << int(Outcome::Denied) << u"pinned to another program"_s << key << refused << u"another program or folder only"_s;
    QTest::newRow("pinned, caller unknown") << int(Outcome::Denied) << u"pinned to a folder, and the caller's is unknown"_s << key << refused << u"another program or folder only"_s;
    QTest::newRow("paused, after calls without a row") << int(Outcome::Denied) << u"key paused; 12 more before it"_s << key << refused << u"its key is paused"_s;
    QTest::newRow("revoked, after calls without a row") << int(Outcome::Denied) << u"key revoked; 3 more before it"_s << key << refused << u"its key was revoked"_s;
    QTest::newRow("locked") << int(Outcome::Locked) << QString() << key << int(LastCall::Kind::Waits) << u"found the vault locked"_s;
    QTest::newRow("failed") << int(Outcome::Error) << u"disk full"_s << key << refused << u"failed: disk full"_s;
}

void tst_LastCall::saysWhyItIsNot()
{
    QFETCH(int, outcome);
    QFETCH(QString, why);
    QFETCH(QString, keyId);
    QFETCH(int, kind);
    QFETCH(QString, words);
    const auto last = LastCall::of(AgentClient::Codex, u"Kq7ZrT2k"_s, {call(static_cast<Outcome>(outcome), why, keyId)}, kNow);
    QVERIFY(last);
    QCOMPARE(int(last->kind), kind);
    QVERIFY2(last->words.contains(words), qPrintable(last->words));
}

void tst_LastCall::takesTheNewestCall()
{
    QCOMPARE(LastCall::of(AgentClient::Codex, {}, {call(), call(Outcome::Denied, u"key paused"_s)}, kNow)->kind, LastCall::Kind::Connected);
    QCOMPARE(LastCall::of(AgentClient::Codex, {}, {call(Outcome::Denied, u"key paused"_s), call()}, kNow)->kind, LastCall::Kind::Refused);
}

void tst_LastCall::countsOnlyCallsWithItsKey()
{
    QVERIFY(!LastCall::of(AgentClient::Codex, u"another8"_s, {call()}, kNow));
    QVERIFY(LastCall::of(AgentClient::Codex, QString(), {call()}, kNow));
}

void tst_LastCall::countsOnlyCallsOfTheClient()
{
    QVERIFY(!LastCall::of(AgentClient::ClaudeCode, {}, {call()}, kNow));
    AuditEvent owner = call();
    owner.actor = u"app:owner"_s;
    QVERIFY(!LastCall::of(AgentClient::Codex, {}, {owner}, kNow));
}

void tst_LastCall::takesARefusedEntryForAConnection()
{
    QCOMPARE(LastCall::of(AgentClient::Codex, {}, {call(Outcome::Denied, u"out of scope"_s)}, kNow)->kind, LastCall::Kind::Connected);
}

void tst_LastCall::showsAHostileClientForWhatItIs()
{
    AuditEvent event = call();
    event.caller.client = u"codex/1.0\u202e evil"_s;
    QVERIFY(!LastCall::of(AgentClient::Codex, {}, {event}, kNow)->words.contains(QChar(0x202e)));
}

QTEST_MAIN(tst_LastCall)
#include "tst_LastCall.moc"
