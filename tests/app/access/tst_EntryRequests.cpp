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

    void aRequestThatSaysNothingIsRefused_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("why");
        QTest::addColumn<QString>("named");
        QTest::newRow("blanks") << u"   "_s << u"why"_s << u"title"_s;
        QTest::newRow("no width") << QString(QChar(0x200B)) << u"why"_s << u"title"_s;
        QTest::newRow("fillers") << QString(QChar(0x3164)) << u"why"_s << u"title"_s;
        QTest::newRow("marks") << u"!?"_s << u"why"_s << u"title"_s;
        QTest::newRow("no why") << u"Stripe"_s << u" \n"_s << u"why"_s;
    }

    void aRequestThatSaysNothingIsRefused()
    {
        QFETCH(QString, title);
        QFETCH(QString, why);
        QFETCH(QString, named);
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const link::Answer refused = ask(token, link::RequestQuery{title, why, {}});
        QCOMPARE(refused.status, link::Status::BadRequest);
        QVERIFY(refused.detail.contains(named));
        QVERIFY(m_vault->open().requests().list()->isEmpty());
        // In any script.
        QVERIFY(!tryToAsk(token, link::RequestQuery{u"数据库"_s, u"für die Prüfung"_s, {}}));
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

    void fiveDeclinesStopTheRequestsOfTheKeyForTenMinutes()
    {
        const QByteArray token = keyWith(policyOf(Preset::AskFirst));
        const QByteArray other = keyWith(policyOf(Preset::AskFirst), u"other"_s);
        const auto want = [](int number) { return link::RequestQuery{u"wanted %1"_s.arg(number), u"why"_s, {}}; };
        const auto decline = [this] { return m_vault->open().declineRequest(m_vault->open().requests().list()->first().id).has_value(); };
        for (int number = 1; number <= 5; ++number) {
            QVERIFY2(!tryToAsk(token, want(number)), qPrintable(QString::number(number)));
            QVERIFY(decline());
        }
        const link::Answer refused = ask(token, want(6));
        QCOMPARE(refused.status, link::Status::RateLimited);
        QVERIFY(refused.detail.contains(u"declined five requests"_s));
        QVERIFY(refused.detail.contains(u"10 minutes"_s));
        QVERIFY(refused.retryAfterSeconds > 590 && refused.retryAfterSeconds <= 600);
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QVERIFY(rows(1).first().why.startsWith(u"five requests declined"_s));
        QCOMPARE(m_vault->open().requests().list()->size(), 5);
        // What it may otherwise do is as before, and so is how a request stands; another key asks on.
        QCOMPARE(ask(token, link::ListQuery{}).status, link::Status::Ok);
        QCOMPARE(jsonOf(ask(token, want(1)))["request"_L1]["status"_L1].toString(), u"declined"_s);
        QVERIFY(!tryToAsk(other, want(6)));
        QVERIFY(m_vault->open().releaseKey(m_vault->open().agents().list()->first().keyId));
        QVERIFY(!tryToAsk(token, want(6)));
    }
};

QTEST_GUILESS_MAIN(tst_EntryRequests)
#include "tst_EntryRequests.moc"
