// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// How much a key gets before the person is asked, and before it is stopped.
class tst_Budgets : public GateTest {
    Q_OBJECT

private slots:
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

    void aSearchThatReachesThirtyFreezesTheKey()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.budget = {0, 0, 30};
        const QByteArray token = keyWith(policy);
        for (int i = 0; i < 40; ++i)
            (void)another(u"%1 %2"_s.arg(i < 20 ? u"shop"_s : u"bank"_s).arg(i));
        QCOMPARE(jsonOf(ask(token, link::SearchQuery{u"shop"_s, 20}))["entries"_L1].toArray().size(), 20);
        QVERIFY(gate().takeNews().alerts.isEmpty());
        const link::Answer last = ask(token, link::SearchQuery{u"bank"_s, 20});
        QCOMPARE(last.status, link::Status::Ok);
        QCOMPARE(jsonOf(last)["entries"_L1].toArray().size(), 9);
        QCOMPARE(jsonOf(last)["more"_L1].toArray().size(), 11);
        const AccessGate::News news = gate().takeNews();
        QCOMPARE(news.alerts.size(), 1);
        QCOMPARE(news.alerts.first().kind, KeyAlert::Kind::TooMany);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::KeyFrozen);
        QCOMPARE(m_vault->open().agents().find(m_keyId)->agent.frozenWhy, u"30 credentials within an hour"_s);
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
};

QTEST_GUILESS_MAIN(tst_Budgets)
#include "tst_Budgets.moc"
