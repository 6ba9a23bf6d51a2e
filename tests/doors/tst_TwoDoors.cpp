// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/doors/Doors.h"
#include "tests/support/GateTest.h"
#include "tests/support/RandomSamples.h"

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// One authoriser for both doors: whatever the key, the entry, the call and where it comes from, what the bridge's REST and MCP
/// parsers ask is decided and worded alike, and "View as agent" foretells it. Random keys against random entries, decoys among
/// them; a failing case prints its seed.
class tst_TwoDoors : public GateTest {
    Q_OBJECT

    static constexpr int kCases = 10'000;
    static constexpr int kCasesOfAKey = 50;

    struct RandomKey {
        QByteArray token;
        QString id;
        Pin pin;
    };
    enum class Wanted { Read, Code, Outline };

    [[nodiscard]] RandomKey randomKey(QRandomGenerator &random, const QList<EntryId> &entries, int number)
    {
        AgentDraft made;
        made.name = u"key %1"_s.arg(number);
        made.scope.everything = random.bounded(3) == 0;
        for (int i = random.bounded(8); i > 0; --i)
            made.scope.entries.append(oneOf(random, entries));
        if (random.bounded(2) == 0)
            made.scope.tags.append(oneOf(random, QStringList{u"dev"_s, u"work"_s, u"none"_s}));
        if (random.bounded(3) == 0)
            made.scope.types.append(oneOf(random, QList{EntryType::Login, EntryType::Card}));
        for (const Action action : allActions())
            if (random.bounded(4) != 0)
                made.actions.append(action);
        made.policy = policyOf(oneOf(random, QList{Preset::AskFirst, Preset::Trusted, Preset::Trusted, Preset::UseWithoutSeeing}));
        made.policy.codeNeedsTap = random.bounded(2) == 0;
        made.policy.budget = {random.bounded(6), random.bounded(12), random.bounded(2) * random.bounded(5, 40)};
        const QList<Delivery> deliveries{Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never};
        for (int i = random.bounded(4); i > 0; --i)
            made.policy.entries.insert(oneOf(random, entries), oneOf(random, deliveries));
        made.policy.pin = {oneOf(random, QStringList{{}, {}, {}, u"/usr/bin/codex"_s}), oneOf(random, QStringList{{}, {}, {}, u"/home/me/shop"_s})};
        made.expiresAt = random.bounded(12) == 0 ? m_vault->now : 0;
        auto key = m_vault->open().createKey(made);
        Q_ASSERT(key);
        if (random.bounded(12) == 0)
            (void)m_vault->open().setKeyPaused(key->agent.keyId, true);
        for (int i = random.bounded(3); i > 0; --i)
            (void)m_vault->open().allowAlways(key->agent.keyId, oneOf(random, entries), oneOf(random, QList{Action::Read, Action::Totp}));
        return {bytesOf(key->token), key->agent.keyId, made.policy.pin};
    }

    /// What a call would come to, as the view tells it.
    [[nodiscard]] static Access foretold(const KeyView &view, EntryId id, Wanted wanted)
    {
        if (!view.stopped.isEmpty())
            return Access::Refused;
        for (const EntryView &entry : view.entries) {
            if (entry.entry.id != id)
                continue;
            if (wanted == Wanted::Outline)
                return entry.isInScope && view.agent.actions.contains(Action::List) ? Access::Given : Access::Refused;
            return wanted == Wanted::Read ? entry.read : entry.code;
        }
        return Access::Refused;
    }

    /// The same call by two of the ways there are for it. What has no values is no path of REST, so both are of MCP then.
    [[nodiscard]] static std::pair<DoorCall, DoorCall> twoWays(QRandomGenerator &random, Wanted wanted, EntryId entry, const QByteArray &token)
    {
        const Era era = random.bounded(2) == 0 ? Era::Legacy : Era::Modern;
        if (wanted == Wanted::Outline) {
            const QString uri = u"clavitor://entries/"_s + entry.toString();
            return {byMcp(u"resources/read"_s, {{"uri"_L1, uri}}, uri, token, Era::Legacy),
                    byMcp(u"resources/read"_s, {{"uri"_L1, uri}}, uri, token, Era::Modern)};
        }
        const QString tool = wanted == Wanted::Read ? u"get_entry"_s : u"get_totp"_s;
        QJsonObject arguments{{"id"_L1, entry.toString()}};
        if (random.bounded(2) == 0)
            arguments.insert("reason"_L1, u"deploy → staging"_s);
        std::pair ways{byRest(tool, arguments, token), byTool(tool, arguments, token, era)};
        if (random.bounded(2) == 0)
            std::swap(ways.first, ways.second);
        return ways;
    }

    /// What a door tells of an answer, with what is each door's own taken off: the values, or the error without its number.
    [[nodiscard]] static QJsonObject told(const DoorCall &call, link::Answer answer)
    {
        const bridge::HttpResponse response = call.respond(answer);
        const QJsonObject body = bodyOf(response);
        QJsonObject said = body;
        if (call.question.door == link::Door::Mcp && body.contains("result"_L1)) {
            const QJsonObject result = body["result"_L1].toObject();
            said = result.contains("structuredContent"_L1) ? result["structuredContent"_L1].toObject() : toolText(response);
        }
        QJsonObject error = said["error"_L1].toObject();
        if (error.isEmpty())
            return said;
        error.remove("request_id"_L1);
        return error;
    }

    /// From one of the programs and folders that keys are pinned to, or another.
    void callFromSomewhere(QRandomGenerator &random)
    {
        m_vault->caller.programs = oneOf(random, QList<QStringList>{{}, {u"/usr/bin/codex"_s}, {u"/bin/zsh"_s, u"/usr/bin/codex"_s}, {u"/usr/bin/other"_s}});
        m_vault->caller.caller.folder = oneOf(random, QStringList{{}, u"/home/me/shop"_s, u"/home/me/shop/api"_s, u"/home/me/shopping"_s});
    }

private slots:
    void restAndMcpAndTheViewDecideAndSayAlike()
    {
        const quint32 seed = newSeed();
        QRandomGenerator random(seed);
        QList<EntryId> entries{EntryId{newUuid(1)}};
        for (int i = 0; i < 16; ++i) {
            const auto saved = m_vault->open().save(randomEntry(random, i));
            QVERIFY(saved);
            entries.append(saved->id);
        }
        QVERIFY(m_vault->open().moveToTrash({entries.last()}));
        const QList<EntryId> decoys{entries.at(3), entries.at(9)};
        for (const EntryId decoy : decoys)
            QVERIFY(m_vault->open().setDecoy(decoy, true));
        AccessGate &gate = m_vault->open().gate();
        int given = 0;
        int asked = 0;
        int refused = 0;
        int elsewhere = 0;
        int baited = 0;
        int outlined = 0;
        for (int done = 0; done < kCases; done += kCasesOfAKey) {
            const RandomKey key = randomKey(random, entries, done);
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            for (int i = 0; i < kCasesOfAKey; ++i) {
                // Refusals are limited to so many a minute, which is not what is looked at here.
                m_vault->now += 13'000;
                const EntryId entry = oneOf(random, entries);
                const Wanted wanted = oneOf(random, QList{Wanted::Read, Wanted::Read, Wanted::Code, Wanted::Code, Wanted::Outline});
                callFromSomewhere(random);
                const auto view = gate.view(key.id);
                QVERIFY(view);
                Access expected = foretold(*view, entry, wanted);
                // Where a call comes from is no matter of the view.
                const bool isHere = decideWhere(key.pin, {}, m_vault->caller.programs, m_vault->caller.caller.folder).allowed;
                if (!isHere)
                    expected = Access::Refused;
                const auto [one, other] = twoWays(random, wanted, entry, key.token);
                const QString about = u"seed %1, case %2"_s.arg(seed).arg(done + i);
                QVERIFY2(one.question.query == other.question.query && one.question.reason == other.question.reason, qPrintable(about));
                const auto first = gate.answer(one.question, 0);
                // Bait stops the key behind the call; it is let go, so that the other door meets the same.
                const bool isBait = decoys.contains(entry) && wanted != Wanted::Outline && first && first->status == link::Status::Ok;
                QVERIFY2(!isBait || gate.isFrozen(key.id), qPrintable(about));
                const auto letGo = [&] { return !isBait || (AgentStore(m_vault->open().database()).release(key.id, m_vault->now) && (gate.release(key.id), true)); };
                QVERIFY(letGo());
                const auto second = gate.answer(other.question, 0);
                QVERIFY2(!isBait || gate.isFrozen(key.id), qPrintable(about));
                QVERIFY(letGo());
                (void)gate.takeNews();
                QVERIFY2(first.has_value() == second.has_value(), qPrintable(about));
                if (!first) {
                    ++asked;
                    QVERIFY2(expected == Access::Asks, qPrintable(about));
                    for (const ApprovalQueue::Ended &ended : gate.questions().drop(key.id, 0))
                        QCOMPARE(ended.request.keyId, key.id);
                    continue;
                }
                QVERIFY2(first->status == second->status && first->body == second->body && first->detail == second->detail, qPrintable(about));
                if (wanted != Wanted::Outline || first->status == link::Status::Ok) {
                    const QJsonObject said = told(one, *first);
                    QVERIFY2(!said.isEmpty() && said == told(other, *second), qPrintable(about));
                }
                elsewhere += first->status == link::Status::CallerRefused ? 1 : 0;
                baited += isBait ? 1 : 0;
                outlined += wanted == Wanted::Outline && first->status == link::Status::Ok ? 1 : 0;
                const bool isGiven = first->status == link::Status::Ok;
                isGiven ? ++given : ++refused;
                QVERIFY2((expected == Access::Given) == isGiven || isUnreadable(*first), qPrintable(about));
            }
            QVERIFY(transaction->commit());
            gate.settled(true);
        }
        const QString counts = u"%1 given, %2 asked, %3 refused; %4 of them elsewhere, %5 baited, %6 outlined"_s.arg(given).arg(asked).arg(refused)
                                   .arg(elsewhere).arg(baited).arg(outlined);
        QVERIFY2(given > kCases / 100 && asked > kCases / 100 && refused > kCases / 100 && elsewhere > kCases / 100 && baited > kCases / 500
                     && outlined > kCases / 100,
                 qPrintable(counts));
    }

private:
    /// A seed that makes no codes is only found out by reading it.
    [[nodiscard]] static bool isUnreadable(const link::Answer &answer)
    {
        return answer.status == link::Status::NotFound && answer.detail.contains("cannot be read"_L1);
    }
};

QTEST_GUILESS_MAIN(tst_TwoDoors)
#include "tst_TwoDoors.moc"
