// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "tests/support/GateTest.h"
#include "tests/support/RandomSamples.h"

#include <algorithm>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

/// "View as agent" beside what a list and a read through the gate hold: random scopes and policies against random entries. A
/// failing case prints its seed.
class tst_KeyViews : public GateTest {
    Q_OBJECT

    static constexpr int kListedKeys = 120;

    [[nodiscard]] QByteArray randomKey(QRandomGenerator &random, const QList<EntryId> &entries, int number)
    {
        Scope scope;
        scope.everything = random.bounded(4) == 0;
        for (int i = random.bounded(8); i > 0; --i)
            scope.entries.append(oneOf(random, entries));
        if (random.bounded(2) == 0)
            scope.tags.append(oneOf(random, QStringList{u"dev"_s, u"work"_s, u"none"_s}));
        if (random.bounded(3) == 0)
            scope.types.append(oneOf(random, QList{EntryType::Login, EntryType::Card}));
        QList<Action> actions;
        for (const Action action : allActions())
            if (random.bounded(6) != 0)
                actions.append(action);
        const QByteArray token = key(u"key %1"_s.arg(number), scope, actions, random.bounded(12) == 0 ? m_vault->now : 0);
        if (random.bounded(12) == 0)
            (void)m_vault->open().setKeyPaused(m_keyId, true);
        return token;
    }

private slots:
    void theViewListsWhatAListGives()
    {
        const quint32 seed = newSeed();
        QRandomGenerator random(seed);
        QList<EntryId> entries;
        for (int i = 0; i < 40; ++i)
            entries.append(m_vault->open().save(randomEntry(random, i))->id);
        QVERIFY(m_vault->open().moveToTrash({entries[3], entries[17]}));
        int listed = 0;
        int hidden = 0;
        for (int number = 0; number < kListedKeys; ++number) {
            m_vault->now += 13'000;
            const QByteArray token = randomKey(random, entries, number);
            const auto view = gate().view(m_keyId);
            QVERIFY(view);
            QSet<QString> foretold;
            if (view->stopped.isEmpty() && view->agent.actions.contains(Action::List))
                for (const EntryView &entry : view->entries)
                    if (entry.isInScope)
                        foretold.insert(entry.entry.id.toString());
            QSet<QString> given;
            link::ListQuery query;
            query.limit = random.bounded(1, 20);
            do {
                const link::Answer answer = ask(token, query);
                const QJsonObject page = jsonOf(answer);
                for (const QJsonValue &entry : page["entries"_L1].toArray())
                    given.insert(entry["id"_L1].toString());
                query.cursor = page["next_cursor"_L1].toString();
            } while (!query.cursor.isEmpty());
            QVERIFY2(given == foretold, qPrintable(u"seed %1, key %2: %3 given, %4 foretold"_s.arg(seed).arg(number).arg(given.size()).arg(foretold.size())));
            listed += static_cast<int>(given.size());
            hidden += static_cast<int>(view->entries.size() - given.size());
        }
        QVERIFY2(listed > kListedKeys && hidden > kListedKeys, qPrintable(u"%1 listed, %2 hidden"_s.arg(listed).arg(hidden)));
    }

    void theViewTellsWhatACommandGets_data()
    {
        QTest::addColumn<Preset>("preset");
        QTest::addColumn<bool>("mayUse");
        QTest::addColumn<bool>("isNamesOnly");
        QTest::addColumn<Access>("use");
        QTest::addColumn<QString>("why");
        QTest::newRow("without the right") << Preset::UseWithoutSeeing << false << true << Access::Refused << u"action not allowed for this key"_s;
        QTest::newRow("unseen") << Preset::UseWithoutSeeing << true << true << Access::Asks << u"asks for each command"_s;
        QTest::newRow("asking first") << Preset::AskFirst << true << false << Access::Asks << u"asks for each command"_s;
        QTest::newRow("what it may see anyhow") << Preset::Trusted << true << false << Access::Given << QString();
    }

    void theViewTellsWhatACommandGets()
    {
        QFETCH(Preset, preset);
        QFETCH(bool, mayUse);
        (void)keyWith(policyOf(preset), u"codex-agent"_s, mayUse ? kAllActions + QList{Action::Use} : kAllActions);
        const EntryId plain = another(u"plain"_s);
        EntryDraft personal = draft(u"own"_s, {{"pin", FieldKind::Password, "1234"}});
        personal.fields.front().tier = Tier::Personal;
        const EntryId own = m_vault->open().save(std::move(personal))->id;
        const auto view = gate().view(m_keyId);
        QVERIFY(view);
        const auto of = [&](EntryId id) {
            return *std::ranges::find(view->entries, id, [](const EntryView &entry) { return entry.entry.id; });
        };
        QTEST(of(plain).isNamesOnly, "isNamesOnly");
        QTEST(of(plain).use, "use");
        QTEST(of(plain).useWhy, "why");
        QVERIFY(!of(own).isNamesOnly);
        QCOMPARE(of(own).use, Access::Refused);
        if (mayUse)
            QCOMPARE(of(own).useWhy, u"no field for a command of this key"_s);
    }

    void theViewTellsWhichFieldsOfAReadHaveNothing()
    {
        const quint32 seed = newSeed();
        QRandomGenerator random(seed);
        QList<EntryId> entries;
        // Enough of them, and none of the bounds below so near what is usual, that a seed could miss them.
        for (int i = 0; i < 40; ++i) {
            EntryDraft made = draft(u"entry %1"_s.arg(i), {{"password", FieldKind::Password, "value"}, {"code", FieldKind::Totp, kSeed},
                                                           {"user", FieldKind::Username, "value"}, {"notes", FieldKind::Notes, "value"}});
            std::erase_if(made.fields, [&](const FieldDraft &field) { return field.kind != FieldKind::Username && random.bounded(4) == 0; });
            for (FieldDraft &field : made.fields)
                field.tier = random.bounded(5) == 0 ? Tier::Personal : Tier::Shared;
            entries.append(m_vault->open().save(std::move(made))->id);
        }
        int withheld = 0;
        int shown = 0;
        for (int number = 0; number < kListedKeys; ++number) {
            m_vault->now += 2 * ms::hour;
            const EntryId id = oneOf(random, entries);
            KeyPolicy policy = policyOf(oneOf(random, QList{Preset::Trusted, Preset::Trusted, Preset::UseWithoutSeeing}));
            policy.codeNeedsTap = random.bounded(3) != 0;
            if (random.bounded(3) == 0)
                policy.entries.insert(id, oneOf(random, QList{Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never}));
            const QByteArray token = keyWith(policy, u"key %1"_s.arg(number));
            if (random.bounded(4) == 0)
                QVERIFY(m_vault->open().allowAlways(m_keyId, id, Action::Totp));
            const auto view = gate().view(m_keyId);
            QVERIFY(view);
            const auto seen = std::ranges::find(view->entries, id, [](const EntryView &entry) { return entry.entry.id; });
            QVERIFY(seen != view->entries.end());
            const auto answer = tryToAsk(token, link::ReadQuery{id.toString()});
            if (!answer || answer->status != link::Status::Ok) {
                (void)gate().questions().drop(m_keyId, 0);
                continue;
            }
            const QJsonArray fields = jsonOf(*answer)["fields"_L1].toArray();
            QCOMPARE(fields.size(), seen->fields.size());
            for (qsizetype i = 0; i < fields.size(); ++i) {
                const FieldView &field = seen->fields[i];
                const QJsonObject got = fields[i].toObject();
                const QString about = u"seed %1, key %2, field %3"_s.arg(seed).arg(number).arg(i);
                if (field.isWithheld)
                    QVERIFY2(!got.contains("code"_L1), qPrintable(about));
                else if (field.delivery == Delivery::CodeOnly)
                    QVERIFY2(got.contains("code"_L1) || got["delivery"_L1] == "never"_L1, qPrintable(about));
                else if (field.delivery == Delivery::Show)
                    QVERIFY2(got.contains("value"_L1), qPrintable(about));
                if (field.outline.tier == Tier::Personal)
                    QVERIFY2(got["value"_L1] == "[REDACTED]"_L1, qPrintable(about));
                else if (field.delivery != Delivery::Show)
                    QVERIFY2(!got.contains("value"_L1), qPrintable(about));
                withheld += field.isWithheld ? 1 : 0;
                shown += got.contains("code"_L1) ? 1 : 0;
            }
        }
        QVERIFY2(withheld > 0 && shown > 0, qPrintable(u"%1 withheld, %2 shown"_s.arg(withheld).arg(shown)));
    }
};

QTEST_GUILESS_MAIN(tst_KeyViews)
#include "tst_KeyViews.moc"
