// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/KeyHistory.h"

#include "tests/support/GateTest.h"

#include <QElapsedTimer>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// What the log tells of a key, from rows that real calls left.
class tst_KeyHistory : public GateTest {
    Q_OBJECT

    [[nodiscard]] const KeyHistory &history() { return m_vault->open().history(); }
    void changePassword(EntryId id, const char *password, const QString &title)
    {
        EntryDraft edit = draft(title, {{"password", FieldKind::Password, password}});
        const auto stored = m_vault->open().catalog().find(id);
        edit.id = id;
        edit.type = stored->type;
        edit.baseVersion = stored->version;
        edit.fields.front().number = stored->fields.front().number;
        m_vault->now += 1'000;
        QVERIFY(m_vault->open().save(std::move(edit)));
    }

private slots:
    void aReceiptCountsWhatWasDoneWithinItsTime()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        const QString keyId = m_keyId;
        (void)ask(token, link::StatusQuery{});
        m_vault->now += 1'000;
        const qint64 from = m_vault->now;
        m_vault->caller.caller.program = u"/usr/bin/codex"_s;
        (void)ask(token, link::ListQuery{});
        (void)ask(token, link::SearchQuery{u"github"_s, 5});
        (void)ask(token, link::ReadQuery{m_github.toString()});
        m_vault->now += 1'000;
        (void)ask(token, link::TotpQuery{m_github.toString()});
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        (void)ask(token, link::GenerateQuery{});
        (void)ask(token, link::ReadQuery{u"nonsense"_s});
        const qint64 to = m_vault->now + 1;
        const QByteArray other = keyWith(policyOf(Preset::Trusted), u"other"_s);
        (void)ask(other, link::ReadQuery{m_staging.toString()});

        const auto receipt = m_vault->open().receipt(keyId, from, to);
        QVERIFY(receipt);
        QCOMPARE(receipt->keyName, u"codex-agent"_s);
        QCOMPARE(receipt->calls, 7);
        QCOMPARE(receipt->searches, 1);
        QCOMPARE(receipt->lists, 1);
        QCOMPARE(receipt->generated, 1);
        QCOMPARE(receipt->denied, 1);
        QCOMPARE(receipt->programs, QStringList{u"/usr/bin/codex"_s});
        QCOMPARE(receipt->lines.size(), 2);
        QCOMPARE(receipt->lines[0].title, u"github.com"_s);
        QCOMPARE(receipt->lines[0].reads, 2);
        QCOMPARE(receipt->lines[0].codes, 1);
        QCOMPARE(receipt->lines[1].reads, 1);
        QCOMPARE(receipt->first, from);
        QCOMPARE(m_vault->open().receipt(keyId, to, to + 1)->calls, 0);
        QCOMPARE(m_vault->open().receipt(u"nobody"_s, from, to).error().code, ErrorCode::NotFound);
    }

    void theBlastRadiusIsEverythingSeenAndWhetherItWasChangedSince()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        m_vault->now += 1'000;
        (void)ask(token, link::TotpQuery{m_github.toString()});
        auto seen = history().seen(m_keyId);
        QVERIFY(seen);
        QCOMPARE(seen->size(), 2);
        QCOMPARE(seen->at(0).title, u"staging.example"_s);
        QCOMPARE(seen->at(0).reads, 1);
        QCOMPARE(seen->at(0).urls, QStringList{u"https://staging.example"_s});
        QCOMPARE(seen->at(0).rotatedAt, 0);
        QCOMPARE(seen->at(1).codes, 1);

        // A new title is no new password.
        changePassword(m_staging, "staging-canary", u"staging.renamed"_s);
        QCOMPARE(history().seen(m_keyId)->at(0).rotatedAt, 0);
        QCOMPARE(history().seen(m_keyId)->at(0).title, u"staging.renamed"_s);
        changePassword(m_staging, "another", u"staging.renamed"_s);
        const qint64 changed = m_vault->now;
        changePassword(m_staging, "a third", u"staging.renamed"_s);
        QCOMPARE(history().seen(m_keyId)->at(0).rotatedAt, changed);
        // Read again, it is known again.
        m_vault->now += 1'000;
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        QCOMPARE(history().seen(m_keyId)->at(0).rotatedAt, 0);
    }

    void whatAKeyWasToldTheNamesOfItHasNotSeen()
    {
        const QByteArray token = keyWith(policyOf(Preset::UseWithoutSeeing));
        QCOMPARE(ask(token, link::ReadQuery{m_staging.toString()}).status, link::Status::Ok);
        (void)ask(token, link::SearchQuery{u"staging"_s, 5});
        QVERIFY(history().seen(m_keyId)->isEmpty());
        QCOMPARE(ask(token, link::TotpQuery{m_github.toString()}).status, link::Status::Ok);
        QCOMPARE(history().seen(m_keyId)->size(), 1);
        QCOMPARE(history().seen(m_keyId)->first().title, u"github.com"_s);
    }

    void aTickHoldsUntilTheCredentialIsSeenAgain()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        QVERIFY(m_vault->open().tickRotated(m_keyId, m_staging, true));
        QVERIFY(history().seen(m_keyId)->first().ticked);
        m_vault->now += 1'000;
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        QVERIFY(!history().seen(m_keyId)->first().ticked);
        QVERIFY(m_vault->open().tickRotated(m_keyId, m_staging, true));
        QVERIFY(m_vault->open().tickRotated(m_keyId, m_staging, false));
        QVERIFY(!history().seen(m_keyId)->first().ticked);
    }

    void anEntryThatIsGoneIsStillOnTheList()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        QVERIFY(m_vault->open().moveToTrash({m_staging}));
        QVERIFY(!history().seen(m_keyId)->first().exists);
        QVERIFY(m_vault->open().deleteForever({m_staging}));
        const auto seen = history().seen(m_keyId);
        QCOMPARE(seen->size(), 1);
        QVERIFY(!seen->first().exists);
        QCOMPARE(seen->first().title, u"staging.example"_s);
    }

    void countsWhatAKeyWasGiven()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        QCOMPARE(history().hasRead(m_keyId, m_github), false);
        (void)ask(token, link::TotpQuery{m_github.toString()});
        QCOMPARE(history().hasRead(m_keyId, m_github), false);
        (void)ask(token, link::ReadQuery{m_github.toString()});
        QCOMPARE(history().hasRead(m_keyId, m_github), true);
        QCOMPARE(history().hasRead(m_keyId, m_staging), false);
        QCOMPARE(history().countGiven(m_keyId, m_github, 0), 2);
        QCOMPARE(history().countGiven(m_keyId, {}, m_vault->now + 1), 0);
        QCOMPARE(history().givenSince(0)->size(), 1);
        QCOMPARE(history().givenSince(0)->first().entry, m_github);
        QCOMPARE(history().hasCode(m_keyId, m_github, m_vault->now), true);
        QCOMPARE(history().hasCode(m_keyId, m_github, m_vault->now + 1), false);
    }

    void aReleaseStartsTheCountAnewAlsoAfterAnUnlock()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        (void)ask(token, link::ReadQuery{m_github.toString()});
        m_vault->now += 1'000;
        QVERIFY(m_vault->open().releaseKey(m_keyId));
        m_vault->now += 1'000;
        (void)ask(token, link::ReadQuery{m_staging.toString()});
        QCOMPARE(history().givenSince(0)->size(), 1);
        QCOMPARE(history().givenSince(0)->first().entry, m_staging);
    }

    /// An unlock asks for it, however busy the hour was.
    void thousandsOfReadsOfAnHourAreFewCredentials()
    {
        const QByteArray token = keyWith(policyOf(Preset::Trusted));
        {
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            link::Question question;
            question.token = token;
            for (int i = 0; i < 5'000; ++i) {
                question.query = link::ReadQuery{(i % 2 == 0 ? m_github : m_staging).toString()};
                QVERIFY(m_vault->open().gate().answer(question, 0));
            }
            QVERIFY(transaction->commit());
        }
        QElapsedTimer time;
        time.start();
        QCOMPARE(history().givenSince(0)->size(), 2);
        qInfo("%lld ms", static_cast<long long>(time.elapsed()));
    }
};

QTEST_GUILESS_MAIN(tst_KeyHistory)
#include "tst_KeyHistory.moc"
