// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "app/link/FrameChannel.h"
#include "tests/support/TemporaryVault.h"

#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

#include <sys/socket.h>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

/// The bridge's side of a channel, spoken by hand.
struct BridgeSide {
    int keeperEnd = -1;
    std::unique_ptr<link::FrameChannel> channel;
    QList<link::Answer> answers;
    bool started = false;

    BridgeSide()
    {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("no socket pair");
        keeperEnd = ends[0];
        channel = std::make_unique<link::FrameChannel>(ends[1]);
        channel->received = [this](QByteArrayView payload) {
            auto message = link::decodeToBridge(payload);
            if (message && std::holds_alternative<link::Start>(*message))
                started = true;
            else if (message && std::holds_alternative<link::Answer>(*message))
                answers.append(std::get<link::Answer>(*message));
        };
    }

    void ask(std::uint64_t id, const QByteArray &token, link::Query query)
    {
        link::Question question;
        question.id = id;
        question.token = token;
        question.query = std::move(query);
        channel->send(link::encode(link::ToKeeper(question)));
    }
};

QByteArray makeKey(OpenVault &open, const QString &name)
{
    auto made = open.createKey({name, {}, {true, {}, {}, {}}, {Action::Read, Action::Search, Action::List}, 0});
    return made ? QByteArray(made->token.view().data(), static_cast<qsizetype>(made->token.size())) : QByteArray();
}

} // namespace

class tst_Vault : public QObject {
    Q_OBJECT

    std::unique_ptr<TemporaryVault> m_vault;

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void init() { m_vault = std::make_unique<TemporaryVault>(); }
    void cleanup() { m_vault.reset(); }

    void aFreshFolderHasNoVaultAndAMadeOneIsUnlocked()
    {
        QCOMPARE(m_vault->vault().initialFacts().state, LockState::NoVault);
        QSignalSpy facts(&m_vault->vault(), &Vault::factsChanged);
        QVERIFY(m_vault->create());
        QCOMPARE(facts.last().first().value<VaultFacts>().state, LockState::Unlocked);
        QCOMPARE(facts.last().first().value<VaultFacts>().vaultId.size(), 12);
        QCOMPARE(facts.first().first().value<VaultFacts>().state, LockState::Unlocking);
    }

    void nothingConfirmedIsLostByARestart()
    {
        QVERIFY(m_vault->create());
        const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "x"}}));
        QVERIFY(saved);
        m_vault->restart();
        QCOMPARE(m_vault->vault().initialFacts().state, LockState::Locked);
        QVERIFY(m_vault->vault().open() == nullptr);
        QVERIFY(m_vault->vault().unlock(TemporaryVault::password()));
        QCOMPARE(m_vault->open().catalog().find(saved->id)->title, u"github.com"_s);
    }

    void aWrongPasswordLeavesTheVaultLocked()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        const Result<> unlocked = m_vault->vault().unlock(crypto::SecretText::copyOf("wrong horse battery staple"));
        QCOMPARE(unlocked.error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->vault().open() == nullptr);
    }

    void lockAndUnlockLeaveRows()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        QVERIFY(m_vault->vault().unlock(TemporaryVault::password()));
        const auto page = m_vault->open().rows().page({}, 0, 10);
        QVERIFY(page && page->events.size() >= 3);
        QCOMPARE(page->events[0].action, u"unlock"_s);
        QCOMPARE(page->events[0].actor, u"app:owner"_s);
        QCOMPARE(page->events[1].action, u"lock"_s);
    }

    void aDamagedVaultIsTheProblemFromTheStart()
    {
        QVERIFY(m_vault->create());
        QVERIFY(m_vault->vault().lock());
        for (const QString &name : {u"/vault.keys"_s, u"/vault.keys.copy"_s}) {
            QFile file(m_vault->folder() + name);
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.seek(file.size() / 2);
            file.write("XXXX");
        }
        m_vault->restart();
        QVERIFY(m_vault->vault().initialFacts().problem.has_value());
        QCOMPARE(m_vault->vault().initialFacts().problem->code, ErrorCode::DamagedFile);
    }

    void questionsThatArriveTogetherAreAnsweredEachWithItsRow()
    {
        QVERIFY(m_vault->create());
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        for (std::uint64_t id = 1; id <= 20; ++id)
            bridge.ask(id, token, link::ReadQuery{entry->id.toString()});
        QTRY_COMPARE(bridge.answers.size(), 20);
        QVERIFY(bridge.started);
        for (const link::Answer &answer : bridge.answers) {
            QCOMPARE(answer.status, link::Status::Ok);
            QVERIFY(answer.body.contains("canary"));
        }
        AuditFilter reads;
        reads.actions = {u"read"_s};
        QCOMPARE(m_vault->open().rows().page(reads, 0, 100)->events.size(), 20);
    }

    void aLockedVaultTellsWhoAskedAndWritesItAtTheNextUnlock()
    {
        QVERIFY(m_vault->create());
        const QByteArray token = makeKey(m_vault->open(), u"codex-agent"_s);
        m_vault->vault().announceAgents();
        QVERIFY(m_vault->vault().lock());
        QSignalSpy calls(&m_vault->vault(), &Vault::lockedCall);
        BridgeSide bridge;
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.ask(1, token, link::SearchQuery{u"github"_s, 5});
        bridge.ask(2, "clavitor_nonsense", link::SearchQuery{u"github"_s, 5});
        bridge.ask(3, {}, link::HealthQuery{});
        QTRY_COMPARE(bridge.answers.size(), 3);
        for (const link::Answer &answer : bridge.answers) {
            if (answer.id == 1)
                QCOMPARE(answer.status, link::Status::Locked);
            if (answer.id == 2)
                QCOMPARE(answer.status, link::Status::Unauthorized);
            if (answer.id == 3)
                QCOMPARE(QJsonDocument::fromJson(answer.body)["status"_L1].toString(), u"locked"_s);
        }
        QCOMPARE(calls.size(), 1);
        QCOMPARE(calls.first().first().value<LockedCall>().actor, u"api:codex-agent"_s);
        QVERIFY(m_vault->vault().unlock(TemporaryVault::password()));
        AuditFilter locked;
        locked.outcomes = {Outcome::Locked};
        const auto page = m_vault->open().rows().page(locked, 0, 10);
        QCOMPARE(page->events.size(), 1);
        QCOMPARE(page->events.first().action, u"search"_s);
    }

    void aHostileFrameEndsTheChannelAndNothingElse()
    {
        QVERIFY(m_vault->create());
        BridgeSide bridge;
        bool closed = false;
        bridge.channel->closed = [&] { closed = true; };
        m_vault->vault().attachBridge(bridge.keeperEnd, 1984);
        bridge.channel->send(QByteArray::fromHex("00000003ffffff"));
        QTRY_VERIFY(closed);
        QVERIFY(m_vault->vault().open() != nullptr);
    }

    void personalOpensWithThePasswordAndShutsByItself()
    {
        QVERIFY(m_vault->create());
        const auto card = m_vault->open().save(draft(u"card"_s, {{"number", FieldKind::CardNumber, "4242"}}, {}, EntryType::Card));
        const auto shut = m_vault->open().reveal(card->id, 1, Purpose::Show, m_vault->vault().personalKeys());
        QCOMPARE(shut.error().code, ErrorCode::PersonalShut);
        QCOMPARE(m_vault->vault().openPersonal(crypto::SecretText::copyOf("no")).error().code, ErrorCode::WrongPassword);
        QVERIFY(m_vault->vault().openPersonal(TemporaryVault::password()));
        const auto value = m_vault->open().reveal(card->id, 1, Purpose::Show, m_vault->vault().personalKeys());
        QVERIFY(value && value->equals("4242"));
        m_vault->now += PersonalWindow::length;
        QVERIFY(m_vault->vault().personalKeys() == nullptr);
    }

    void aRevealIsInTheLogBeforeItsValueIsHandedOut()
    {
        QVERIFY(m_vault->create());
        const auto entry = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "x"}}));
        QVERIFY(m_vault->open().reveal(entry->id, 1, Purpose::Copy, nullptr));
        const AuditEvent row = m_vault->open().rows().page({}, 0, 1)->events.first();
        QCOMPARE(row.action, u"copy"_s);
        QCOMPARE(row.subject, u"github.com"_s);
        QCOMPARE(row.why, u"password"_s);
    }

    void anImportIsOneStepAndCanBeTakenBackAsOne()
    {
        QVERIFY(m_vault->create());
        const auto makePlan = [] {
            ImportPlan plan;
            plan.format = u"Test"_s;
            plan.source = u"test.json"_s;
            for (const QString &title : {u"a.example"_s, u"b.example"_s, u"b.example"_s})
                plan.entries.push_back(draft(title, {{"password", FieldKind::Password, "x"}, {"pin", FieldKind::CardPin, "0042"}}));
            return plan;
        };
        const auto first = m_vault->open().applyImport(makePlan(), nullptr);
        QVERIFY(first);
        QCOMPARE(first->written, 3);
        QCOMPARE(first->personalFields, 3);
        QCOMPARE(m_vault->open().catalog().counts()->all, 3);
        QCOMPARE(*m_vault->open().undoImport(first->id), 0);
        QCOMPARE(m_vault->open().catalog().counts()->all, 0);
        QCOMPARE(m_vault->open().undoImport(first->id).error().code, ErrorCode::NotFound);
    }

    void importingTheSameFileTwiceDoublesNothing()
    {
        QVERIFY(m_vault->create());
        const auto makePlan = [] {
            ImportPlan plan;
            plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}));
            return plan;
        };
        QVERIFY(m_vault->open().applyImport(makePlan(), nullptr));
        const auto again = m_vault->open().applyImport(makePlan(), nullptr);
        QVERIFY(again);
        QCOMPARE(again->written, 0);
        QCOMPARE(again->alreadyThere, 1);
        QCOMPARE(again->completed, 0);
    }

    void importingPersonalFieldsTwiceDoublesNothingThatCanBeCompared()
    {
        QVERIFY(m_vault->create());
        const auto makePlan = [](qint64 updatedAt) {
            ImportPlan plan;
            plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}, {"pin", FieldKind::CardPin, "0042"}}));
            plan.entries.back().updatedAt = updatedAt;
            return plan;
        };
        // A file with dates is known again by them, with Personal shut, even after a change that an import itself made.
        QVERIFY(m_vault->open().applyImport(makePlan(1000), nullptr));
        auto tagged = makePlan(1000);
        tagged.entries.back().tags = {u"work"_s};
        QCOMPARE(m_vault->open().applyImport(std::move(tagged), nullptr)->completed, 1);
        QCOMPARE(m_vault->open().applyImport(makePlan(1000), nullptr)->alreadyThere, 1);
        // One without is compared when Personal is open; when it is shut, the doubling is told.
        QVERIFY(m_vault->vault().openPersonal(TemporaryVault::password()));
        const auto open = m_vault->open().applyImport(makePlan(0), m_vault->vault().personalKeys());
        QVERIFY(open);
        QCOMPARE(open->alreadyThere, 1);
        QCOMPARE(open->maybeTwice, 0);
        const auto shut = m_vault->open().applyImport(makePlan(0), nullptr);
        QVERIFY(shut);
        QCOMPARE(shut->written, 1);
        QCOMPARE(shut->maybeTwice, 1);
    }

    void anEntryThatIsAlreadyThereGetsTheTagsAndTheStarOfTheFile()
    {
        QVERIFY(m_vault->create());
        const auto stored = m_vault->open().save(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, {u"home"_s}));
        QVERIFY(stored);
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}, {u"work"_s}));
        plan.entries.back().favourite = true;
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(outcome);
        QCOMPARE(outcome->written, 0);
        QCOMPARE(outcome->alreadyThere, 1);
        QCOMPARE(outcome->completed, 1);
        const auto now = m_vault->open().catalog().find(stored->id);
        QCOMPARE(now->tags, (QStringList{u"home"_s, u"work"_s}));
        QVERIFY(now->favourite);
        QCOMPARE(m_vault->open().reveal(stored->id, 1, Purpose::Show, nullptr)->view(), std::string_view("x"));
    }

    void anImportThatCannotBeWrittenNamesTheEntryAndWritesNothing()
    {
        QVERIFY(m_vault->create());
        ImportPlan plan;
        plan.entries.push_back(draft(u"a.example"_s, {{"password", FieldKind::Password, "x"}}));
        plan.entries.push_back(draft(u"b.example"_s, {{"password", FieldKind::Password, "x"}}));
        plan.entries.back().fields[0].value = crypto::SecretText::copyOf(std::string((std::size_t{1} << 20) + 1, 'x'));
        const auto outcome = m_vault->open().applyImport(std::move(plan), nullptr);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::InvalidValue);
        QVERIFY2(outcome.error().detail.startsWith("entry 2 of 2"_L1), qPrintable(outcome.error().detail));
        QCOMPARE(m_vault->open().catalog().counts()->all, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Vault)
#include "tst_Vault.moc"
