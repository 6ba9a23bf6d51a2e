// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What was allowed beforehand, how long it lasts and what uses it up.
class tst_Grants : public GateTest {
    Q_OBJECT

private slots:
    void anHourEndsAfterAnHourAndAlwaysNeverAlsoOverALock()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery github{m_github.toString()};
        const link::ReadQuery staging{m_staging.toString()};
        QVERIFY(!tryToAsk(token, github));
        answerTheQuestion(ApprovalAnswer::OneHour);
        QVERIFY(!tryToAsk(token, staging));
        answerTheQuestion(ApprovalAnswer::Always);
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        m_vault->now += ms::hour - 1;
        QCOMPARE(ask(token, github).status, link::Status::Ok);
        m_vault->now += 1;
        QVERIFY(!tryToAsk(token, github));
        m_vault->now += 300 * ms::day;
        QCOMPARE(ask(token, staging).status, link::Status::Ok);
    }

    void aCodeAllowedOnceIsUsedUpByTheReadThatHoldsIt()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        (void)ask(token, link::ReadQuery{m_github.toString()});
        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        answerTheQuestion(ApprovalAnswer::Once);
        QVERIFY(fieldOfKind(jsonOf(ask(token, link::ReadQuery{m_github.toString()})), u"totp"_s).contains("code"_L1));
        QCOMPARE(rows(1).first().why, u"with its code"_s);
        QVERIFY(!fieldOfKind(jsonOf(ask(token, link::ReadQuery{m_github.toString()})), u"totp"_s).contains("code"_L1));
    }

    void aSearchUsesUpTheLeaseThatAllowsIt()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QList<EntryId> entries;
        for (int i = 0; i < 8; ++i) {
            entries.append(another(u"shop %1"_s.arg(i)));
            QVERIFY(m_vault->open().allowAlways(m_keyId, entries.last(), Action::Read));
        }
        QVERIFY(m_vault->open().addLease({m_keyId, entries, false, 2, m_vault->now + ms::hour}));
        QCOMPARE(jsonOf(ask(token, link::SearchQuery{u"shop"_s, 20}))["entries"_L1].toArray().size(), 5);
    }

    /// T33: a yes lasts by the vault's time, whatever the clock says.
    void aClockSetBackNeitherProlongsAGrantNorMakesAYesVoid()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::ReadQuery read{m_github.toString()};
        QVERIFY(!tryToAsk(token, read));
        answerTheQuestion(ApprovalAnswer::OneHour);
        QCOMPARE(ask(token, read).status, link::Status::Ok);
        m_vault->now += ms::hour;
        QVERIFY(!tryToAsk(token, read));
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        (void)ask(token, link::StatusQuery{});
        for (const qint64 back : {ms::day, 3650 * ms::day}) {
            m_vault->now -= back;
            QVERIFY(!tryToAsk(token, read));
            answerTheQuestion(ApprovalAnswer::Once);
            QCOMPARE(ask(token, read).status, link::Status::Ok);
            QVERIFY(!tryToAsk(token, read));
            QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        }
    }

    void aLeaseThatIsOverStaysSoWhenAKeyIsMadeUnderAClockThatWasSetBack()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().addLease({m_keyId, {m_github}, false, 3, m_vault->now + ms::hour}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        m_vault->now += ms::hour;
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        (void)ask(token, link::StatusQuery{});
        m_vault->now -= ms::hour / 2;
        const QString agent = m_keyId;
        (void)key(u"other"_s, everything());
        m_keyId = agent;
        QVERIFY(m_vault->open().grants().isEmpty());
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(gate().questions().leave(7, steadyMicroseconds() / 1000));
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QVERIFY(m_vault->open().grants().isEmpty());
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
    }

    void aLeaseGivesItsEntriesSoManyTimesUntilItsTime()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QCOMPARE(m_vault->open().addLease({m_keyId, {}, false, 10, m_vault->now + 1}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 0, m_vault->now + 1}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 1, m_vault->now}).error().code, ErrorCode::InvalidValue);
        QCOMPARE(m_vault->open().addLease({m_keyId, {m_github}, false, 1, m_vault->now + 25 * ms::hour}).error().code, ErrorCode::InvalidValue);
        QVERIFY(m_vault->open().addLease({m_keyId, {m_github, m_staging}, false, 3, m_vault->now + 8 * ms::hour}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(m_vault->open().grants().first().readsLeft, 2);
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::TotpQuery{m_github.toString()}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QVERIFY(m_vault->open().grants().isEmpty());
        QVERIFY(m_vault->open().addLease({m_keyId, {m_github}, true, 3, m_vault->now + ms::hour}));
        m_vault->now += ms::hour;
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
    }

    void endingAGrantAsksAgainAndRevokingAKeyEndsAllOfIts()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_staging, Action::Read));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        const QList<Grant> grants = m_vault->open().grants();
        QCOMPARE(grants.size(), 2);
        QVERIFY(m_vault->open().endGrant(grants.last().id));
        QCOMPARE(m_vault->open().endGrant(grants.last().id).error().code, ErrorCode::NotFound);
        QVERIFY(!tryToAsk(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::Ok);
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        QVERIFY(m_vault->open().grants().isEmpty());
    }

    void aRotatedKeyKeepsWhatItWasAllowed()
    {
        (void)keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        const auto rotated = m_vault->open().rotateKey(m_keyId);
        QVERIFY(rotated);
        QCOMPARE(ask(bytesOf(rotated->token), link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
    }

    void aReplacedTokenKeepsThePastOfItsKey()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(m_vault->open().allowAlways(m_keyId, m_github, Action::Read));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QString keyId = m_keyId;
        QByteArray next;
        for (int i = 0; i < 2; ++i) {
            const auto rotated = m_vault->open().rotateKey(keyId);
            QVERIFY(rotated);
            keyId = rotated->agent.keyId;
            next = bytesOf(rotated->token);
        }
        QVERIFY(!tryToAsk(next, link::TotpQuery{m_github.toString()}));
        QCOMPARE(waiting().first().because, AskedBecause::SecondFactor);
        QCOMPARE(waiting().first().readsOfEntry, 1);
        QCOMPARE(m_vault->open().history().seen(keyId)->size(), 1);
        QCOMPARE(m_vault->open().receipt(keyId, 0, m_vault->now + 1)->lines.size(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Grants)
#include "tst_Grants.moc"
