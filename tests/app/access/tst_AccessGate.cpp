// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "app/access/AuditTransaction.h"
#include "app/base/Monotonic.h"
#include "app/model/EntryLimits.h"
#include "crypto/Totp.h"
#include "tests/support/TemporaryVault.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

constexpr char kSeed[] = "otpauth://totp/github.com:octo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=github.com";
const QList<Action> kAllActions{Action::List, Action::Search, Action::Read, Action::Totp, Action::Generate};

QByteArray bytesOf(const crypto::SecretText &text)
{
    return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
}

QJsonObject jsonOf(const link::Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QJsonObject fieldOfKind(const QJsonObject &entry, const QString &kind)
{
    for (const QJsonValue &field : entry["fields"_L1].toArray())
        if (field["kind"_L1] == kind)
            return field.toObject();
    return {};
}

} // namespace

class tst_AccessGate : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;
    EntryId m_github;
    EntryId m_staging;

    QByteArray key(const QString &name, Scope scope, QList<Action> actions = kAllActions, qint64 expiresAt = 0)
    {
        auto made = m_vault->open().createKey({name, {}, std::move(scope), std::move(actions), expiresAt});
        Q_ASSERT(made);
        m_keyId = made->agent.keyId;
        return bytesOf(made->token);
    }
    QString m_keyId;

    link::Answer ask(const QByteArray &token, link::Query query, link::Door door = link::Door::Mcp, const QString &prefix = {})
    {
        link::Question question;
        question.id = 7;
        question.door = door;
        question.token = token;
        question.vaultPrefix = prefix;
        question.reason = u"deploy"_s;
        question.requestId = u"req-1"_s;
        question.query = std::move(query);
        auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
        Q_ASSERT(transaction);
        link::Answer answer = m_vault->open().gate().answer(question, steadyMicroseconds());
        const Result<> committed = transaction->commit();
        Q_ASSERT(committed);
        return answer;
    }

    QList<AuditEvent> rows(int count) { return m_vault->open().rows().page({}, 0, count)->events; }

    static Scope everything() { return {true, {}, {}, {}}; }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void init()
    {
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_github = m_vault->open().save(draft(u"github.com"_s,
                                              {{"username", FieldKind::Username, "octo"},
                                               {"password", FieldKind::Password, "hunter2-canary"},
                                               {"one-time code", FieldKind::Totp, kSeed},
                                               {"recovery codes", FieldKind::RecoveryCodes, "recovery-canary"}},
                                              {u"dev"_s}))->id;
        m_staging = m_vault->open().save(draft(u"staging.example"_s, {{"password", FieldKind::Password, "staging-canary"}},
                                               {u"work"_s}, EntryType::Database))->id;
    }
    void cleanup() { m_vault.reset(); }

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

    void aKeyWithoutAnActionIsRefusedWithTheReasonInTheLog()
    {
        const QByteArray token = key(u"reader"_s, everything(), {Action::Read});
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::ActionNotAllowed);
        QCOMPARE(ask(token, link::SearchQuery{u"github"_s, 5}).status, link::Status::ActionNotAllowed);
        QCOMPARE(ask(token, link::ListQuery{}).status, link::Status::ActionNotAllowed);
        QCOMPARE(ask(token, link::GenerateQuery{}).status, link::Status::ActionNotAllowed);
        for (const AuditEvent &row : rows(4))
            QCOMPARE(row.outcome, Outcome::Denied);
        const QJsonObject entry = jsonOf(ask(token, link::ReadQuery{m_github.toString()}));
        QCOMPARE(fieldOfKind(entry, u"totp"_s)["delivery"_L1].toString(), u"never"_s);
    }

    void aSearchWithoutTheRightToReadBringsSummariesOnly()
    {
        const QByteArray token = key(u"finder"_s, everything(), {Action::Search});
        const link::Answer answer = ask(token, link::SearchQuery{u"github"_s, 5});
        QCOMPARE(jsonOf(answer)["entries"_L1].toArray().size(), 0);
        QCOMPARE(jsonOf(answer)["more"_L1][0]["title"_L1].toString(), u"github.com"_s);
        QVERIFY(!answer.body.contains("canary"));
    }

    void revokedPausedAndExpiredKeysAreRefusedOnTheNextCall()
    {
        const QByteArray revoked = key(u"revoked"_s, everything());
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        QCOMPARE(ask(revoked, link::ReadQuery{m_github.toString()}).status, link::Status::Unauthorized);
        const QByteArray paused = key(u"paused"_s, everything());
        QVERIFY(m_vault->open().setKeyPaused(m_keyId, true));
        QCOMPARE(ask(paused, link::ReadQuery{m_github.toString()}).status, link::Status::KeyPaused);
        QVERIFY(m_vault->open().setKeyPaused(m_keyId, false));
        QCOMPARE(ask(paused, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        const QByteArray expiring = key(u"expiring"_s, everything(), kAllActions, m_vault->now + 1000);
        QCOMPARE(ask(expiring, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        m_vault->now += 1000;
        QCOMPARE(ask(expiring, link::ReadQuery{m_github.toString()}).status, link::Status::Unauthorized);
        QCOMPARE(rows(1).first().why, u"key expired"_s);
    }

    void aClockSetBackDoesNotBringAnExpiredKeyBack()
    {
        const QByteArray token = key(u"expiring"_s, everything(), kAllActions, m_vault->now + 20'000);
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);
        m_vault->now += 20'000;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        m_vault->now -= 24 * 3'600'000;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Unauthorized);
        QCOMPARE(rows(1).first().why, u"key expired"_s);
        // Nor does locking the vault, or starting the program again.
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
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

    void pausingAllIsBesideTheSwitchOfEachKey()
    {
        const QByteArray paused = key(u"paused"_s, everything());
        QVERIFY(m_vault->open().setKeyPaused(m_keyId, true));
        const QByteArray working = key(u"working"_s, everything());
        QVERIFY(m_vault->open().pauseAllKeys(true));
        QCOMPARE(ask(working, link::ReadQuery{m_github.toString()}).status, link::Status::KeyPaused);
        QCOMPARE(rows(1).first().why, u"all keys paused"_s);
        QVERIFY(m_vault->open().pauseAllKeys(false));
        QCOMPARE(ask(working, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QCOMPARE(ask(paused, link::ReadQuery{m_github.toString()}).status, link::Status::KeyPaused);
    }

    void aKeyThatIsRefusedOverAndOverDoesNotFloodTheLog()
    {
        const QByteArray token = key(u"revoked"_s, everything());
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        const qint64 before = rows(1).first().sequence;
        for (int i = 0; i < RefusalCount::perMinute + 5; ++i)
            QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Unauthorized);
        QCOMPARE(rows(1).first().sequence, before + RefusalCount::perMinute);
        QVERIFY(m_vault->open().recordLock());
        const AuditEvent told = rows(2).at(1);
        QCOMPARE(told.keyId, m_keyId);
        QCOMPARE(told.outcome, Outcome::Denied);
        QCOMPARE(told.why, u"5 calls without a row of their own"_s);
    }

    void whatCannotBeAskedIsABadRequestWithItsRow()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        link::GenerateQuery impossible;
        impossible.symbols = impossible.digits = impossible.upper = impossible.lower = false;
        const QString words = u"what is the password for my github account that I use at work for the dev team"_s;
        const struct {
            link::Query query;
            QString action;
            QString why;
        } cases[] = {
            {link::ListQuery{u"nonsense"_s, {}, {}, 50}, u"list"_s, u"unknown entry type"_s},
            {link::ListQuery{{}, {}, u"nonsense"_s, 50}, u"list"_s, u"bad cursor"_s},
            {link::SearchQuery{words, 5}, u"search"_s, u"too many words"_s},
            {impossible, u"generate"_s, u"no such password"_s},
        };
        for (const auto &one : cases) {
            const link::Answer answer = ask(token, one.query);
            QCOMPARE(answer.status, link::Status::BadRequest);
            QVERIFY(!answer.detail.isEmpty());
            const AuditEvent row = rows(1).first();
            QCOMPARE(row.action, one.action);
            QCOMPARE(row.outcome, Outcome::Denied);
            QCOMPARE(row.why, one.why);
        }
        const QByteArray reader = key(u"reader"_s, everything(), {Action::Read});
        QCOMPARE(ask(reader, link::ListQuery{u"nonsense"_s, {}, {}, 50}).status, link::Status::ActionNotAllowed);
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

    void aRotatedKeyAnswersToItsNewTokenOnly()
    {
        const QByteArray before = key(u"codex-agent"_s, everything());
        const auto rotated = m_vault->open().rotateKey(m_keyId);
        QVERIFY(rotated);
        QCOMPARE(ask(before, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(ask(bytesOf(rotated->token), link::StatusQuery{}).status, link::Status::Ok);
    }

    void wrongTokensAreRefusedLimitedAndWritten()
    {
        QByteArray other = key(u"codex-agent"_s, everything());
        const QByteArray good = other;
        other[30] = other[30] == 'a' ? 'b' : 'a';
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            QCOMPARE(ask(other, link::StatusQuery{}).status, link::Status::Unauthorized);
        const link::Answer limited = ask("nonsense", link::StatusQuery{});
        QCOMPARE(limited.status, link::Status::RateLimited);
        QVERIFY(limited.retryAfterSeconds > 0);
        QCOMPARE(rows(1).first().actor, u"mcp:unknown key"_s);
        QCOMPARE(ask(good, link::StatusQuery{}).status, link::Status::Ok);
    }

    void anotherVaultsPrefixIsNoPathOfOurs()
    {
        const QByteArray token = key(u"codex-agent"_s, everything());
        QCOMPARE(ask(token, link::StatusQuery{}, link::Door::Rest, u"000000000000"_s).status, link::Status::WrongVault);
        QCOMPARE(rows(1).first().outcome, Outcome::Denied);
        QCOMPARE(rows(1).first().why, u"wrong vault"_s);
        const QString own = m_vault->vault().initialFacts().vaultId;
        QCOMPARE(ask(token, link::StatusQuery{}, link::Door::Rest, own).status, link::Status::Ok);
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
