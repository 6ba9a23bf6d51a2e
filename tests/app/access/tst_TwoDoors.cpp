// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/app/access/GateTest.h"

#include <QRandomGenerator>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// One authoriser for both doors: whatever the key, the entry and the call, REST and MCP are decided alike, and "View as
/// agent" foretells it. Random keys against random entries; a failing case prints its seed.
class tst_TwoDoors : public GateTest {
    Q_OBJECT

    static constexpr int kCases = 10'000;
    static constexpr int kCasesOfAKey = 50;

    struct RandomKey {
        QByteArray token;
        QString id;
    };

    template<typename T>
    [[nodiscard]] static T oneOf(QRandomGenerator &random, const QList<T> &list)
    {
        return list.at(random.bounded(list.size()));
    }

    [[nodiscard]] static EntryDraft randomEntry(QRandomGenerator &random, int number)
    {
        static const QList<FieldKind> kinds(allFieldKinds().begin(), allFieldKinds().end());
        EntryDraft made = draft(u"entry %1"_s.arg(number), {}, {}, oneOf(random, QList{EntryType::Login, EntryType::Database, EntryType::Card}));
        for (const QString &tag : {u"dev"_s, u"work"_s})
            if (random.bounded(2) == 0)
                made.tags.append(tag);
        for (int i = random.bounded(1, 6); i > 0; --i) {
            FieldDraft field;
            field.kind = oneOf(random, kinds);
            field.label = QString::fromLatin1(wireName(field.kind));
            field.tier = random.bounded(4) == 0 ? Tier::Personal : defaultTier(field.kind);
            field.value = crypto::SecretText::copyOf(field.kind == FieldKind::Totp && random.bounded(8) != 0 ? kSeed : "value");
            made.fields.push_back(std::move(field));
        }
        return made;
    }

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
        made.expiresAt = random.bounded(12) == 0 ? m_vault->now : 0;
        auto key = m_vault->open().createKey(made);
        Q_ASSERT(key);
        if (random.bounded(12) == 0)
            (void)m_vault->open().setKeyPaused(key->agent.keyId, true);
        for (int i = random.bounded(3); i > 0; --i)
            (void)m_vault->open().allowAlways(key->agent.keyId, oneOf(random, entries), oneOf(random, QList{Action::Read, Action::Totp}));
        return {bytesOf(key->token), key->agent.keyId};
    }

    /// What a call would come to, as the view tells it.
    [[nodiscard]] static Access foretold(const KeyView &view, EntryId id, Action action)
    {
        if (!view.stopped.isEmpty())
            return Access::Refused;
        for (const EntryView &entry : view.entries)
            if (entry.entry.id == id)
                return action == Action::Read ? entry.read : entry.code;
        return Access::Refused;
    }

private slots:
    void restAndMcpAndTheViewDecideAlike()
    {
        const quint32 seed = qEnvironmentVariableIsSet("CLAVITOR_TEST_SEED") ? qEnvironmentVariableIntValue("CLAVITOR_TEST_SEED")
                                                                           : QRandomGenerator::global()->generate();
        QRandomGenerator random(seed);
        qInfo("seed %u", seed);
        QList<EntryId> entries{EntryId{newUuid(1)}};
        for (int i = 0; i < 16; ++i) {
            const auto saved = m_vault->open().save(randomEntry(random, i));
            QVERIFY(saved);
            entries.append(saved->id);
        }
        QVERIFY(m_vault->open().moveToTrash({entries.last()}));
        AccessGate &gate = m_vault->open().gate();
        int given = 0;
        int asked = 0;
        int refused = 0;
        for (int done = 0; done < kCases; done += kCasesOfAKey) {
            const RandomKey key = randomKey(random, entries, done);
            auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
            QVERIFY(transaction);
            for (int i = 0; i < kCasesOfAKey; ++i) {
                // Refusals are limited to so many a minute, which is not what is looked at here.
                m_vault->now += 13'000;
                const EntryId entry = oneOf(random, entries);
                const Action action = oneOf(random, QList{Action::Read, Action::Totp});
                const auto view = gate.view(key.id);
                QVERIFY(view);
                const Access expected = foretold(*view, entry, action);
                link::Question question;
                question.id = 7;
                question.token = key.token;
                question.query = action == Action::Read ? link::Query(link::ReadQuery{entry.toString()})
                                                        : link::Query(link::TotpQuery{entry.toString()});
                question.door = random.bounded(2) == 0 ? link::Door::Rest : link::Door::Mcp;
                const auto first = gate.answer(question, 0);
                question.door = question.door == link::Door::Rest ? link::Door::Mcp : link::Door::Rest;
                const auto second = gate.answer(question, 0);
                const QString about = u"seed %1, case %2"_s.arg(seed).arg(done + i);
                QVERIFY2(first.has_value() == second.has_value(), qPrintable(about));
                if (!first) {
                    ++asked;
                    QVERIFY2(expected == Access::Asks, qPrintable(about));
                    for (const ApprovalQueue::Ended &ended : gate.questions().drop(key.id, 0))
                        QCOMPARE(ended.request.keyId, key.id);
                    continue;
                }
                QVERIFY2(first->status == second->status && first->body == second->body && first->detail == second->detail, qPrintable(about));
                const bool isGiven = first->status == link::Status::Ok;
                isGiven ? ++given : ++refused;
                QVERIFY2((expected == Access::Given) == isGiven || isUnreadable(*first), qPrintable(about));
            }
            QVERIFY(transaction->commit());
            gate.settled(true);
        }
        QVERIFY2(given > kCases / 100 && asked > kCases / 100 && refused > kCases / 100,
                 qPrintable(u"%1 given, %2 asked, %3 refused"_s.arg(given).arg(asked).arg(refused)));
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
