// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/BridgeChannel.h"

#include "tests/support/BridgeSide.h"
#include "tests/support/FaultyVaultTest.h"

#include <QSignalSpy>
#include <QTimer>
#include <QTest>

#include <algorithm>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(clavitor::test::FaultyVfs::Fault)

/// No row, no secret: whatever the disk does, and wherever in a commit it does it.
class tst_BridgeChannel : public FaultyVaultTest {
    Q_OBJECT

    // Places in a commit at which the disk fails; a commit has fewer, and then succeeds.
    static constexpr int kPlaces = 100;

    [[nodiscard]] qint64 lastRow() { return m_vault->open().rows().lastSequence().value_or(-1); }

private slots:
    void noSecretLeavesWithoutItsRow_data()
    {
        QTest::addColumn<FaultyVfs::Fault>("fault");
        QTest::newRow("full disk") << FaultyVfs::Fault::Full;
        QTest::newRow("failing write") << FaultyVfs::Fault::WriteError;
        QTest::newRow("failing sync") << FaultyVfs::Fault::SyncError;
    }
    void noSecretLeavesWithoutItsRow()
    {
        QFETCH(FaultyVfs::Fault, fault);
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        QVERIFY(entry);
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        QSignalSpy trouble(&vault(), &Vault::trouble);
        int refused = 0;
        int answered = 0;
        for (int place = 0; place < kPlaces; ++place) {
            const qint64 before = lastRow();
            bridge.answers.clear();
            {
                const FaultScope fails(fault, place);
                bridge.ask(1, token, link::ReadQuery{entry->id.toString()});
                bridge.ask(2, token, link::SearchQuery{u"github"_s, 5});
                QTRY_COMPARE(bridge.answers.size(), 2);
            }
            for (const link::Answer &answer : bridge.answers) {
                if (answer.status == link::Status::Ok) {
                    ++answered;
                    continue;
                }
                ++refused;
                QCOMPARE(answer.status, link::Status::AuditUnavailable);
                QVERIFY(answer.body.isEmpty());
                QVERIFY(!answer.detail.contains(u"canary"_s));
            }
            // The rows there are tell of the answers there were: read, search, and the read a search brings.
            const bool both = bridge.answers[0].status == link::Status::Ok && bridge.answers[1].status == link::Status::Ok;
            if (both)
                QCOMPARE(lastRow(), before + 3);
            else if (bridge.answers[0].status != link::Status::Ok && bridge.answers[1].status != link::Status::Ok)
                QCOMPARE(lastRow(), before);
        }
        QVERIFY(refused > 0);
        QVERIFY(answered > 0);
        QVERIFY(!trouble.isEmpty());

        // And once the disk is well again, so is the vault.
        bridge.answers.clear();
        bridge.ask(3, token, link::ReadQuery{entry->id.toString()});
        QTRY_COMPARE(bridge.answers.size(), 1);
        QCOMPARE(bridge.answers.first().status, link::Status::Ok);
        QVERIFY(vault().lock());
        QVERIFY(m_vault->unlock());
    }

    void theCountOfCallsWithoutARowOutlivesARowThatWasNotStored()
    {
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        const link::ReadQuery missing{u"01a20e8f-7553-743c-add4-9f919c271b86"_s};
        for (std::uint64_t id = 1; id <= 12; ++id)
            bridge.ask(id, token, link::ReadQuery{EntryId{newUuid(static_cast<qint64>(id))}.toString()});
        QTRY_COMPARE(bridge.answers.size(), 12);
        QCOMPARE(bridge.answers.last().status, link::Status::RateLimited);
        m_vault->now += 61'000;
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            bridge.ask(13, token, missing);
            QTRY_COMPARE(bridge.answers.size(), 13);
            QCOMPARE(bridge.answers.last().status, link::Status::AuditUnavailable);
        }
        bridge.ask(14, token, missing);
        QTRY_COMPARE(bridge.answers.size(), 14);
        QCOMPARE(bridge.answers.last().status, link::Status::NotFound);
        QCOMPARE(m_vault->open().rows().page({}, 0, 1)->events.first().why, u"no such entry; 2 more before it"_s);
    }

    void theBridgeIsToldWhichProcessIsBehindACall()
    {
        m_vault->caller.caller.pid = 4711;
        m_vault->caller.process = 77;
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        QVERIFY(entry);
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::ReadQuery{entry->id.toString()});
        bridge.ask(2, "nonsense", link::StatusQuery{});
        QTRY_COMPARE(bridge.answers.size(), 2);
        QCOMPARE(bridge.answers.at(0).process, std::uint64_t(77));
        QCOMPARE(bridge.answers.at(1).process, std::uint64_t(0)); // of nobody we know
        const auto askWho = [&bridge](std::uint64_t id) {
            bridge.channel->send(link::encode(link::ToKeeper(link::WhoCalls{id, {{1, false, 5}, {2, true, 6}}})));
        };
        askWho(3);
        QTRY_COMPARE(bridge.callers.size(), 1);
        QCOMPARE(bridge.callers.first(), (link::Callers{3, {77, 77}}));
        // Who waits for an unlock can be cancelled as well.
        QVERIFY(vault().lock());
        askWho(4);
        QTRY_COMPARE(bridge.callers.size(), 2);
        QCOMPARE(bridge.callers.last(), (link::Callers{4, {77, 77}}));
        QVERIFY(m_vault->unlock());
    }

    void callsWithoutARowAreWrittenDownAMinuteLater()
    {
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        for (std::uint64_t id = 1; id <= 13; ++id)
            bridge.ask(id, "nonsense", link::StatusQuery{});
        QTRY_COMPARE(bridge.answers.size(), 13);
        const qint64 before = lastRow();
        // A coarse timer is right to a twentieth.
        const auto timers = vault().findChildren<QTimer *>();
        const auto due = std::ranges::find_if(timers, [](const QTimer *timer) {
            return timer->isActive() && timer->remainingTime() > 50'000 && timer->remainingTime() <= 63'000;
        });
        QVERIFY(due != timers.end());
        m_vault->steadyAhead += 61'000;
        const auto told = [this] {
            AuditFilter filter;
            filter.actions = {u"refused"_s};
            return m_vault->open().rows().page(filter, 0, 10)->events;
        };
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            bridge.ask(20, token, link::StatusQuery{});
            QTRY_COMPARE(bridge.answers.size(), 14);
            QTest::qWait(50);
            QVERIFY(told().isEmpty());
        }
        // Also when nobody calls any more.
        m_vault->steadyAhead += 61'000;
        (*due)->start(0);
        QTRY_COMPARE(told().size(), 1);
        QCOMPARE(told().first().why, u"3 calls without a row of their own"_s);
        QCOMPARE(told().first().actor, u"api:unknown key"_s);
        QVERIFY(lastRow() > before);
        QVERIFY(!m_vault->open().gate().unwrittenDue());
    }

    void aYesThatCouldNotBeWrittenDownIsNone()
    {
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        auto key = m_vault->open().createKey({u"asks"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::AskFirst)});
        const QByteArray token(key->token.view().data(), static_cast<qsizetype>(key->token.size()));
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        const auto waiting = [&] { return m_vault->open().gate().questions().waiting(); };
        for (const ApprovalAnswer answer : {ApprovalAnswer::Once, ApprovalAnswer::WhileUnlocked, ApprovalAnswer::Always}) {
            bridge.ask(1, token, link::ReadQuery{entry->id.toString()});
            QTRY_COMPARE(waiting().size(), 1);
            {
                const FaultScope full(FaultyVfs::Fault::Full);
                QVERIFY(!vault().answerApproval(waiting().first().id, answer));
                QVERIFY(!m_vault->open().allowAlways(key->agent.keyId, entry->id, Action::Read));
                QVERIFY(!m_vault->open().addLease({key->agent.keyId, {entry->id}, false, 5, m_vault->now + 1'000'000}));
            }
            QVERIFY(m_vault->open().grants().isEmpty());
            // Still the person's to answer.
            QVERIFY(vault().answerApproval(waiting().first().id, ApprovalAnswer::Deny));
            QTRY_COMPARE(bridge.answers.size(), 1);
            QCOMPARE(bridge.answers.first().status, link::Status::ApprovalDenied);
            bridge.answers.clear();
        }
    }

    void aQuestionWhoseRowCouldNotBeWrittenIsNotAsked()
    {
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        auto key = m_vault->open().createKey({u"asks"_s, {}, {true, {}, {}, {}}, {Action::Read}, 0, policyOf(Preset::AskFirst)});
        const QByteArray token(key->token.view().data(), static_cast<qsizetype>(key->token.size()));
        BridgeSide bridge;
        vault().attachBridge(bridge.keeperEnd, 1984);
        QSignalSpy asked(&vault(), &Vault::approvalAsked);
        QSignalSpy requested(&vault(), &Vault::entryRequested);
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            bridge.ask(1, token, link::ReadQuery{entry->id.toString()});
            bridge.ask(2, token, link::RequestQuery{u"Staging"_s, u"to deploy"_s, {}});
            QTRY_COMPARE(bridge.answers.size(), 2);
        }
        QCOMPARE(bridge.answers.first().status, link::Status::AuditUnavailable);
        QCOMPARE(bridge.answers.last().status, link::Status::AuditUnavailable);
        QVERIFY(m_vault->open().gate().questions().waiting().isEmpty());
        QVERIFY(asked.isEmpty());
        QVERIFY(requested.isEmpty());
    }

    void theOwnerSeesNoSecretWithoutItsRowEither()
    {
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        const qint64 before = lastRow();
        {
            const FaultScope full(FaultyVfs::Fault::Full);
            QCOMPARE(m_vault->open().reveal(entry->id, 1, Purpose::Show, nullptr).error().code, ErrorCode::AuditUnavailable);
            QCOMPARE(m_vault->open().revealVersion(entry->id, 1, 1, nullptr).has_value(), false);
        }
        QCOMPARE(lastRow(), before);
        QVERIFY(m_vault->open().reveal(entry->id, 1, Purpose::Show, nullptr));
    }
};

QTEST_GUILESS_MAIN(tst_BridgeChannel)
#include "tst_BridgeChannel.moc"
