// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// Credentials an agent asks the person for.
class tst_EntryRequests : public GateTest {
    Q_OBJECT

private slots:
    void aMissingEntryIsAskedForOnceAndToldWhenItIsThere()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const link::RequestQuery wanted{u"Staging database"_s, u"to run the migration"_s, {u"user"_s, u"password"_s}};
        QVERIFY(!tryToAsk(token, wanted));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"STAGING database"_s, u"again"_s, {}}));
        const auto requests = m_vault->open().requests().list();
        QCOMPARE(requests->size(), 1);
        const EntryRequest request = requests->first();
        QCOMPARE(request.keyName, u"dev"_s);
        QCOMPARE(request.fields, (QStringList{u"user"_s, u"password"_s}));
        QCOMPARE(gate().takeNews().requested.size(), 1);
        QCOMPARE(jsonOf(ask(token, link::ApprovalQuery{request.id.toString()}))["request"_L1]["status"_L1].toString(), u"pending"_s);

        const EntryId made = another(u"db.staging.example"_s);
        QCOMPARE(ask(token, link::ReadQuery{made.toString()}).status, link::Status::NotFound);
        QVERIFY(m_vault->open().fulfilRequest(request.id, made, true));
        QCOMPARE(m_vault->open().fulfilRequest(request.id, made, true).error().code, ErrorCode::Conflict);
        const QJsonObject told = jsonOf(ask(token, wanted))["request"_L1].toObject();
        QCOMPARE(told["status"_L1].toString(), u"added"_s);
        QCOMPARE(told["entry_id"_L1].toString(), made.toString());
        // One that is gone is not named, and may be asked for again a day later.
        QVERIFY(m_vault->open().moveToTrash({made}));
        QVERIFY(!jsonOf(ask(token, wanted))["request"_L1].toObject().contains("entry_id"_L1));
        QVERIFY(m_vault->open().restoreFromTrash({made}));
        QCOMPARE(ask(token, link::ReadQuery{made.toString()}).status, link::Status::Ok);
        // Nothing else came into its scope.
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::NotFound);
    }

    void aDeclinedRequestSaysSoAndAFourthOpenOneIsRefused()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"one"_s, u"why"_s, {}}));
        QVERIFY(m_vault->open().declineRequest(m_vault->open().requests().list()->first().id));
        QCOMPARE(jsonOf(ask(token, link::RequestQuery{u"one"_s, u"why"_s, {}}))["request"_L1]["status"_L1].toString(), u"declined"_s);
        for (const QString &title : {u"two"_s, u"three"_s, u"four"_s})
            QVERIFY(!tryToAsk(token, link::RequestQuery{title, u"why"_s, {}}));
        QCOMPARE(ask(token, link::RequestQuery{u"five"_s, u"why"_s, {}}).status, link::Status::RateLimited);
        m_vault->now += ms::day + 1;
        QVERIFY(m_vault->open().declineRequest(m_vault->open().requests().list()->first().id));
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"one"_s, u"why"_s, {}}));
    }
};

QTEST_GUILESS_MAIN(tst_EntryRequests)
#include "tst_EntryRequests.moc"
