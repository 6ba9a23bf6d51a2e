// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "app/model/EntryLimits.h"
#include "crypto/Totp.h"
#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What agents are given.
class tst_AccessGate : public GateTest {
    Q_OBJECT

private slots:
    void readsAnEntryWithItsCodeAndWithoutItsPersonalField()
    {
        const link::Answer answer = ask(key(u"codex-agent"_s, everything()), link::ReadQuery{m_github.toString()});
        QCOMPARE(answer.id, quint64{7});
        QCOMPARE(answer.status, link::Status::Ok);
        const QJsonObject entry = jsonOf(answer);
        QCOMPARE(entry["title"_L1].toString(), u"github.com"_s);
        QCOMPARE(fieldOfKind(entry, u"username"_s)["value"_L1].toString(), u"octo"_s);
        QCOMPARE(fieldOfKind(entry, u"password"_s)["value"_L1].toString(), u"hunter2-canary"_s);
        const QString expected = QString::fromLatin1(bytesOf(crypto::Totp::parse(kSeed)->codeAt(m_vault->now / 1000)));
        QCOMPARE(fieldOfKind(entry, u"totp"_s)["code"_L1].toString(), expected);
        QCOMPARE(fieldOfKind(entry, u"recovery_codes"_s)["value"_L1].toString(), u"[REDACTED]"_s);
        QVERIFY(!answer.body.contains("recovery-canary"));
        QVERIFY(!answer.body.contains("GEZDGNBV"));
    }

    void everyDecisionLeavesItsRowWithActorAndReason()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        (void)ask(token, link::ReadQuery{m_github.toString()});
        (void)ask(token, link::TotpQuery{m_github.toString()});
        (void)ask(token, link::SearchQuery{u"github"_s, 5}, link::Door::Rest);
        const QList<AuditEvent> log = rows(4);
        QCOMPARE(log[3].action, u"read"_s);
        QCOMPARE(log[3].subject, u"github.com"_s);
        QCOMPARE(log[3].actor, u"mcp:codex-agent"_s);
        QCOMPARE(log[3].reason, u"deploy"_s);
        QCOMPARE(log[3].requestId, u"req-1"_s);
        QCOMPARE(log[3].keyId, m_keyId);
        QCOMPARE(log[2].action, u"totp"_s);
        QCOMPARE(log[1].action, u"search"_s);
        QCOMPARE(log[1].subject, u"\"github\""_s);
        QCOMPARE(log[1].actor, u"api:codex-agent"_s);
        QCOMPARE(log[0].action, u"read"_s);
        QCOMPARE(log[0].why, u"found by search"_s);
    }

    void outOfScopeIsTheSameBytesAsNotExisting()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const link::Answer hidden = ask(token, link::ReadQuery{m_staging.toString()});
        const link::Answer missing = ask(token, link::ReadQuery{EntryId{newUuid(1)}.toString()});
        const link::Answer malformed = ask(token, link::ReadQuery{u"no-id"_s});
        QCOMPARE(hidden.status, link::Status::NotFound);
        QCOMPARE(hidden, missing);
        QCOMPARE(hidden, malformed);
        QCOMPARE(rows(3).at(2).why, u"out of scope"_s);
        QCOMPARE(rows(3).at(2).subject, u"staging.example"_s);
        QCOMPARE(rows(3).at(1).why, u"no such entry"_s);
    }

    void listsAndSearchesOnlyWhatIsInScope()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        const QJsonObject list = jsonOf(ask(token, link::ListQuery{}));
        QCOMPARE(list["total"_L1].toInt(), 1);
        QCOMPARE(list["entries"_L1][0]["title"_L1].toString(), u"github.com"_s);
        const QJsonObject search = jsonOf(ask(token, link::SearchQuery{u"staging"_s, 5}));
        QCOMPARE(search["total"_L1].toInt(), 0);
    }

    void aTrashedEntryIsGoneForAgents()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        QVERIFY(m_vault->open().moveToTrash({m_github}));
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::NotFound);
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::NotFound);
        QCOMPARE(jsonOf(ask(token, link::ListQuery{}))["total"_L1].toInt(), 1);
    }

    void aSearchWithoutTheRightToReadBringsSummariesOnly()
    {
        const QByteArray token = key(u"finder"_s, everything(), {Action::Search});
        const link::Answer answer = ask(token, link::SearchQuery{u"github"_s, 5});
        QCOMPARE(jsonOf(answer)["entries"_L1].toArray().size(), 0);
        QCOMPARE(jsonOf(answer)["more"_L1][0]["title"_L1].toString(), u"github.com"_s);
        QVERIFY(!answer.body.contains("canary"));
    }

    void aClockSetBackStillMakesTheCodesOfItsOwnTime()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        (void)ask(token, link::StatusQuery{});
        m_vault->now -= 24 * 3'600'000;
        const QString expected = QString::fromLatin1(bytesOf(crypto::Totp::parse(kSeed)->codeAt(m_vault->now / 1000)));
        QCOMPARE(jsonOf(ask(token, link::TotpQuery{m_github.toString()}))["code"_L1].toString(), expected);
        QCOMPARE(rows(1).first().time, m_vault->now);
    }

    void anAnswerThatWouldNotFitIsRefusedOrShortened()
    {
        const QByteArray value(static_cast<qsizetype>(entryLimits::valueBytes), 'x');
        EntryDraft large = draft(u"large.example"_s, {});
        for (int i = 0; i < 5; ++i) {
            FieldDraft field;
            field.label = u"part %1"_s.arg(i);
            field.kind = FieldKind::Hidden;
            field.tier = Tier::Shared;
            field.value = crypto::SecretText::copyOf({value.constData(), static_cast<std::size_t>(value.size())});
            large.fields.push_back(std::move(field));
        }
        const auto saved = m_vault->open().save(std::move(large));
        QVERIFY(saved);
        const QByteArray token = key(u"codex-agent"_s, everything());
        const link::Answer refused = ask(token, link::ReadQuery{saved->id.toString()});
        QCOMPARE(refused.status, link::Status::BadRequest);
        QVERIFY(refused.body.isEmpty());
        QVERIFY(refused.detail.contains(u"4 MiB"_s));
        QCOMPARE(rows(1).first().action, u"read"_s);
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"answer too large"_s);

        const link::Answer found = ask(token, link::SearchQuery{u"example"_s, 5});
        QCOMPARE(found.status, link::Status::Ok);
        QVERIFY(found.body.size() < 4096);
        QCOMPARE(jsonOf(found)["entries"_L1].toArray().size(), 1);
        QCOMPARE(jsonOf(found)["entries"_L1][0]["title"_L1].toString(), u"staging.example"_s);
        QCOMPARE(jsonOf(found)["more"_L1][0]["title"_L1].toString(), u"large.example"_s);
        QCOMPARE(rows(2).at(1).action, u"search"_s);
        QCOMPARE(rows(1).first().subject, u"staging.example"_s);
    }

    void aCodeThatCannotBeMadeIsNotOnRecordAsGiven()
    {
        const auto saved = m_vault->open().save(draft(u"broken.example"_s, {{"one-time code", FieldKind::Totp, "not a seed!"}}));
        QVERIFY(saved);
        const QByteArray token = key(u"codex-agent"_s, everything());
        QCOMPARE(ask(token, link::TotpQuery{saved->id.toString()}).status, link::Status::NotFound);
        QCOMPARE(rows(1).first().action, u"totp"_s);
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
    }

    void searchNeverMatchesAPersonalOrMaskedValue()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        for (const QString &text : {u"recovery-canary"_s, u"canary"_s, u"hunter2"_s, u"GEZDGNBV"_s})
            QCOMPARE(jsonOf(ask(token, link::SearchQuery{text, 5}))["total"_L1].toInt(), 0);
    }

    void generatesWhatWasAskedAndRefusesWhatCannotBe()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        link::GenerateQuery query;
        query.length = 40;
        const QJsonObject password = jsonOf(ask(token, query));
        QCOMPARE(password["password"_L1].toString().size(), 40);
        QVERIFY(password["entropy_bits"_L1].toDouble() > 200);
        query.words = 5;
        QCOMPARE(jsonOf(ask(token, query))["password"_L1].toString().count(u'-'), 4);
        query = {};
        query.symbols = query.digits = query.upper = query.lower = false;
        QCOMPARE(ask(token, query).status, link::Status::BadRequest);
    }

    void namesTheKeyAndItsLimitsInTheStatus()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {EntryType::Login}}, {Action::Read}, m_vault->now + 5000);
        const QJsonObject status = jsonOf(ask(token, link::StatusQuery{}));
        QCOMPARE(rows(1).first().action, u"status"_s);
        QCOMPARE(rows(1).first().outcome, Outcome::Allowed);
        QCOMPARE(status["locked"_L1].toBool(true), false);
        QCOMPARE(status["key"_L1]["name"_L1].toString(), u"dev"_s);
        QCOMPARE(status["key"_L1]["actions"_L1].toArray(), QJsonArray{u"read"_s});
        QCOMPARE(status["key"_L1]["scope"_L1].toString(), u"tags: dev; types: login"_s);
    }

    void hostileTextInTheReasonAndQueryStaysOneRowAndOneJsonValue()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        const QString hostile = u"a\r\n2026 read x\u202e\x1b[31m\"}"_s;
        (void)ask(token, link::SearchQuery{hostile, 5});
        const AuditEvent row = rows(1).first();
        QCOMPARE(row.subject, u'"' + hostile + u'"');
        QVERIFY(!canonicalJson(row).contains('\n'));
        QCOMPARE(QJsonDocument::fromJson(canonicalJson(row))["subject"_L1].toString(), row.subject);
    }
};

QTEST_GUILESS_MAIN(tst_AccessGate)
#include "tst_AccessGate.moc"
