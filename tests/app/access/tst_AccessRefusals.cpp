// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What AccessGate refuses, how it says so and what it writes down of it.
class tst_AccessRefusals : public GateTest {
    Q_OBJECT

private slots:
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

    void makingOrChangingAKeyDoesNotBringAnotherBack()
    {
        const qint64 day = 24 * 3'600'000;
        const QByteArray token = key(u"expiring"_s, everything(), kAllActions, m_vault->now + day);
        const QString expiring = m_keyId;
        const QByteArray lasting = key(u"lasting"_s, everything(), kAllActions, m_vault->now + 3 * day);
        m_vault->now += day;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        m_vault->now -= day / 2;
        const QByteArray other = key(u"other"_s, everything());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QVERIFY(m_vault->open().updateKey(m_keyId, {u"renamed"_s, {}, everything(), kAllActions, 0, policyOf(Preset::Trusted)}));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(ask(other, link::StatusQuery{}).status, link::Status::Ok);
        QCOMPARE(ask(lasting, link::StatusQuery{}).status, link::Status::Ok);
        // Given its time anew it works again.
        QVERIFY(m_vault->open().updateKey(expiring, {u"expiring"_s, {}, everything(), kAllActions, m_vault->now + day, policyOf(Preset::Trusted)}));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);
    }

    void norDoThousandsOfRowsUnderAClockThatWasSetBack()
    {
        const qint64 day = 24 * 3'600'000;
        const QByteArray token = key(u"expiring"_s, everything(), kAllActions, m_vault->now + day);
        m_vault->now += day;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        m_vault->now -= day / 2;
        QList<AuditEvent> rows;
        for (int i = 0; i < 2500; ++i)
            rows.append(m_vault->open().owner().row("reveal"_L1, u"entry"_s));
        QVERIFY(m_vault->open().owner().record(rows));
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        // Trusted again, the clock is the one that counts, and only what was over stays so.
        const QByteArray other = key(u"other"_s, everything(), kAllActions, m_vault->now + day / 4);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(ask(other, link::StatusQuery{}).status, link::Status::Ok);
    }

    void changingAnExpiredKeyButForItsEndDoesNotBringItBack()
    {
        const qint64 end = m_vault->now + 20'000;
        const QByteArray token = key(u"expiring"_s, everything(), kAllActions, end);
        m_vault->now += 20'000;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        m_vault->now -= 10'000;
        QVERIFY(m_vault->open().updateKey(m_keyId, {u"renamed"_s, {}, everything(), kAllActions, end, policyOf(Preset::Trusted)}));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(m_vault->open().agents().find(m_keyId)->agent.name, u"renamed"_s);
    }

    void aCallWithoutATokenIsOnRecordAsSuch()
    {
        QCOMPARE(ask({}, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(rows(1).first().why, u"no usable token"_s);
        QVERIFY(rows(1).first().keyId.isEmpty());
        QCOMPARE(ask("nonsense"_ba, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(rows(1).first().why, u"unknown or malformed token"_s);
    }

    void onlyWhatWasGivenIsAUseOfTheKey()
    {
        const QByteArray token = key(u"reader"_s, everything(), {Action::Read});
        const auto lastUse = [this] { return m_vault->open().agents().find(m_keyId)->agent.lastUsedAt; };
        m_vault->now += 60'000;
        QCOMPARE(ask(token, link::SearchQuery{u"github"_s, 5}).status, link::Status::ActionNotAllowed);
        QCOMPARE(lastUse(), 0);
        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QCOMPARE(lastUse(), m_vault->now);
    }

    void aKeyThatCouldNotBeMadeDoesNotSayThatTheClockIsRight()
    {
        const QByteArray token = key(u"expiring"_s, everything(), kAllActions, m_vault->now + 20'000);
        m_vault->now += 20'000;
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
        m_vault->now -= 24 * 3'600'000;
        // Its name is taken.
        QVERIFY(!m_vault->open().createKey({u"expiring"_s, {}, everything(), kAllActions, 0}));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Unauthorized);
    }

    void aClockThatOnceWasFarAheadEndsNoNewKey()
    {
        m_vault->now += qint64(20) * 365 * 24 * 3'600'000;
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->unlock());
        m_vault->now -= qint64(20) * 365 * 24 * 3'600'000;
        const QByteArray token = key(u"new"_s, everything(), kAllActions, m_vault->now + 90 * qint64(24 * 3'600'000));
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);
        QVERIFY(m_vault->vault().lock());
        m_vault->restart();
        QVERIFY(m_vault->unlock());
        QCOMPARE(ask(token, link::StatusQuery{}).status, link::Status::Ok);
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

    void aRotatedKeyAnswersToItsNewTokenOnly()
    {
        const QByteArray before = key(u"codex-agent"_s, everything());
        const auto rotated = m_vault->open().rotateKey(m_keyId);
        QVERIFY(rotated);
        QCOMPARE(ask(before, link::StatusQuery{}).status, link::Status::Unauthorized);
        QCOMPARE(ask(bytesOf(rotated->token), link::StatusQuery{}).status, link::Status::Ok);
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

    void wrongTokensAreRefusedLimitedAndWritten()
    {
        QByteArray other = key(u"codex-agent"_s, everything());
        const QByteArray good = other;
        other[30] = other[30] == 'a' ? 'b' : 'a';
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            QCOMPARE(ask(other, link::StatusQuery{}).status, link::Status::Unauthorized);
        const link::Answer limited = ask("nonsense", link::StatusQuery{});
        QCOMPARE(limited.status, link::Status::Unauthorized);
        QCOMPARE(limited.retryAfterSeconds, 60);
        QCOMPARE(rows(1).first().actor, u"mcp:unknown key"_s);
        QCOMPARE(ask(good, link::StatusQuery{}).status, link::Status::Ok);
    }

    void aKeyThatIsRefusedOverAndOverDoesNotFloodTheLog()
    {
        const QByteArray token = key(u"revoked"_s, everything());
        QVERIFY(m_vault->open().revokeKey(m_keyId));
        const qint64 before = rows(1).first().sequence;
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Unauthorized);
        for (int i = 0; i < 5; ++i) {
            const link::Answer limited = ask(token, link::ReadQuery{m_github.toString()});
            QCOMPARE(limited.status, link::Status::Unauthorized);
            QCOMPARE(limited.retryAfterSeconds, 60);
        }
        QCOMPARE(rows(1).first().sequence, before + RefusalCount::perMinute);
        QVERIFY(m_vault->open().recordLock());
        const AuditEvent told = rows(2).at(1);
        QCOMPARE(told.keyId, m_keyId);
        QCOMPARE(told.outcome, Outcome::Denied);
        QCOMPARE(told.why, u"5 calls without a row of their own"_s);
    }

    void whatHasNoRowIsWrittenDownWithinAMinute()
    {
        QVERIFY(!gate().unwrittenDue());
        const qint64 begun = steadyMicroseconds() / 1000;
        for (int i = 0; i < RefusalCount::perMinute + 3; ++i)
            (void)ask("nonsense", link::StatusQuery{});
        // The same miss twice has one row, too.
        const QByteArray token = key(u"codex-agent"_s, everything());
        const QString missing = EntryId{newUuid(1)}.toString();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(ask(token, link::ReadQuery{missing}).status, link::Status::NotFound);
        QVERIFY(gate().unwrittenDue());
        QVERIFY(*gate().unwrittenDue() >= begun + 60'000 && *gate().unwrittenDue() <= steadyMicroseconds() / 1000 + 60'000);
        QVERIFY(m_vault->open().recordUnwritten());
        QStringList told;
        for (const AuditEvent &row : rows(2)) {
            QCOMPARE(row.action, u"refused"_s);
            told.append(row.actor + u": "_s + row.why);
        }
        told.sort();
        QCOMPARE(told, QStringList({u"mcp:codex-agent: 2 calls without a row of their own"_s,
                                    u"mcp:unknown key: 3 calls without a row of their own"_s}));
        QVERIFY(!gate().unwrittenDue());
        const qint64 last = rows(1).first().sequence;
        QVERIFY(m_vault->open().recordUnwritten());
        QCOMPARE(rows(1).first().sequence, last);
    }

    void whatLeavesNoRowTellsNothingAndWhatMayBeReadIsStillAnswered()
    {
        const QByteArray token = key(u"dev"_s, {false, {}, {u"dev"_s}, {}});
        for (int i = 0; i < RefusalCount::perMinute; ++i)
            QCOMPARE(ask(token, link::ListQuery{{}, {}, u"nonsense"_s, 50}).status, link::Status::BadRequest);
        const link::Answer hidden = ask(token, link::ReadQuery{m_staging.toString()});
        QCOMPARE(hidden.status, link::Status::RateLimited);
        QCOMPARE(hidden.retryAfterSeconds, 60);
        QVERIFY(hidden.body.isEmpty());
        QCOMPARE(ask(token, link::TotpQuery{EntryId{newUuid(1)}.toString()}), hidden);
        QCOMPARE(ask(token, link::ListQuery{u"nonsense"_s, {}, {}, 50}), hidden);

        QCOMPARE(ask(token, link::ReadQuery{m_github.toString()}).status, link::Status::Ok);
        QCOMPARE(rows(1).first().action, u"read"_s);
        QCOMPARE(ask(token, link::SearchQuery{u"github"_s, 5}).status, link::Status::Ok);
        QCOMPARE(ask(token, link::ListQuery{}).status, link::Status::Ok);

        m_vault->now += 60'000;
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::NotFound);
        QCOMPARE(rows(1).first().subject, u"staging.example"_s);
        QCOMPARE(rows(1).first().why, u"out of scope; 3 more before it"_s);
    }
};

QTEST_GUILESS_MAIN(tst_AccessRefusals)
#include "tst_AccessRefusals.moc"
