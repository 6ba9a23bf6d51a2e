// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/KeyText.h"

#include "tests/support/ScriptedVault.h"

#include <QLocale>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using clavitor::test::ScriptedVault;

class tst_KeyText : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void saysTheScopeInWords_data();
    void saysTheScopeInWords();
    void saysWhatAKeyMayDo();
    void tellsTheStrongestStateFirst();
    void saysWhatStoppedAKey();
    void saysWhenAKeyEnds();
    void coversWhatTheScopeNames();
};

void tst_KeyText::saysWhatStoppedAKey()
{
    constexpr qint64 now = 1'773'000'000'000;
    Agent agent;
    QCOMPARE(KeyText::stopped(agent, now), QString());
    agent.frozenAt = now;
    agent.frozenWhy = u"read a decoy"_s;
    QCOMPARE(KeyText::stopped(agent, now),
             u"Frozen just now. It read a decoy. Every call is refused until you release it; then it works as before."_s);
    QCOMPARE(KeyText::frozenBecause(u"30 credentials within an hour"_s), u"It wanted 30 different credentials within an hour."_s);
    QCOMPARE(KeyText::frozenBecause(u"a rule of later\u202E"_s), u"a rule of later[U+202E]."_s);
    QCOMPARE(KeyText::frozenBecause({}), u"The vault stopped it."_s);
    agent.frozenAt = 0;
    agent.restsUntil = now + 60'000;
    QCOMPARE(KeyText::state(agent, now), KeyState::Resting);
    agent.paused = true;
    QCOMPARE(KeyText::state(agent, now), KeyState::Paused);
    agent.frozenAt = now;
    QCOMPARE(KeyText::state(agent, now), KeyState::Frozen);
    // Whatever else holds: nothing could call as it.
    agent.needsToken = true;
    QCOMPARE(KeyText::state(agent, now), KeyState::NeedsToken);
    agent.revokedAt = now;
    QCOMPARE(KeyText::state(agent, now), KeyState::Revoked);
}

void tst_KeyText::saysTheScopeInWords_data()
{
    QTest::addColumn<Scope>("scope");
    QTest::addColumn<QString>("words");
    const EntryId one = ScriptedVault::entry(EntryType::Login, u"a"_s, {}, {}).id;
    const EntryId two = ScriptedVault::entry(EntryType::Login, u"b"_s, {}, {}).id;
    QTest::newRow("everything") << Scope{true, {}, {}, {}} << u"all entries"_s;
    QTest::newRow("nothing") << Scope{} << u"no entries"_s;
    QTest::newRow("a tag") << Scope{false, {}, {u"dev"_s}, {}} << u"entries tagged dev"_s;
    QTest::newRow("tags") << Scope{false, {}, {u"dev"_s, u"work"_s, u"ops"_s}, {}} << u"entries tagged dev, work or ops"_s;
    QTest::newRow("types") << Scope{false, {}, {}, {EntryType::Server, EntryType::Database}} << u"all servers and databases"_s;
    QTest::newRow("one entry") << Scope{false, {one}, {}, {}} << u"1 chosen entry"_s;
    QTest::newRow("mixed") << Scope{false, {one, two}, {u"dev"_s}, {}} << u"entries tagged dev and 2 chosen entries"_s;
    QTest::newRow("a hostile tag") << Scope{false, {}, {u"a\nb"_s}, {}} << u"entries tagged a[U+000A]b"_s;
}

void tst_KeyText::saysTheScopeInWords()
{
    QFETCH(Scope, scope);
    QTEST(KeyText::scope(scope), "words");
}

void tst_KeyText::saysWhatAKeyMayDo()
{
    QCOMPARE(KeyText::actions({}), u"nothing"_s);
    QCOMPARE(KeyText::actions({Action::Read}), u"read values"_s);
    QCOMPARE(KeyText::actions({Action::Totp, Action::List}), u"list and get codes"_s);
    for (Action action : allActions()) {
        QVERIFY(!KeyText::word(action).isEmpty());
        QVERIFY(KeyText::explanation(action).endsWith(u'.'));
    }
}

void tst_KeyText::tellsTheStrongestStateFirst()
{
    Agent agent;
    agent.expiresAt = 1000;
    QCOMPARE(KeyText::state(agent, 999), KeyState::Active);
    agent.paused = true;
    QCOMPARE(KeyText::state(agent, 999), KeyState::Paused);
    QCOMPARE(KeyText::state(agent, 1000), KeyState::Expired);
    agent.revokedAt = 5;
    QCOMPARE(KeyText::state(agent, 1000), KeyState::Revoked);
}

void tst_KeyText::saysWhenAKeyEnds()
{
    const qint64 now = 1'773'000'000'000;
    Agent agent;
    QCOMPARE(KeyText::expiry(agent, now), u"never expires"_s);
    agent.expiresAt = now + qint64(83) * 86'400'000;
    QCOMPARE(KeyText::expiry(agent, now), u"expires in 83 days"_s);
    agent.expiresAt = now - 20 * 60'000;
    QCOMPARE(KeyText::expiry(agent, now), u"expired 20 minutes ago"_s);
}

void tst_KeyText::coversWhatTheScopeNames()
{
    EntrySummary entry = ScriptedVault::entry(EntryType::Login, u"github.com"_s, {}, {}, {u"dev"_s});
    QVERIFY(KeyText::covers({true, {}, {}, {}}, entry));
    QVERIFY(KeyText::covers({false, {entry.id}, {}, {}}, entry));
    QVERIFY(KeyText::covers({false, {}, {u"dev"_s}, {}}, entry));
    QVERIFY(KeyText::covers({false, {}, {}, {EntryType::Login}}, entry));
    QVERIFY(!KeyText::covers({false, {}, {u"Dev"_s}, {EntryType::Card}}, entry));
    QVERIFY(!KeyText::covers({}, entry));
    entry.trashed = true;
    QVERIFY(!KeyText::covers({true, {}, {}, {}}, entry));
}

QTEST_GUILESS_MAIN(tst_KeyText)
#include "tst_KeyText.moc"
