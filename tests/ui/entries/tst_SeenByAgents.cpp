// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SeenByAgents.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/words/ErrorText.h"
#include "ui/words/TimeText.h"

#include <QMenu>
#include <QPointer>
#include <QTest>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_SeenByAgents : public QObject {
    Q_OBJECT

    struct Bench {
        Bench()
        {
            vault.facts.state = LockState::Unlocked;
            Agent agent;
            agent.keyId = u"Kq7ZrT2k"_s;
            agent.name = u"codex-agent"_s;
            agent.scope.everything = true;
            vault.agents = {agent};
            entry = ScriptedVault::entry(EntryType::Login, u"github.com"_s, {}, {});
        }
        AuditEvent row(const QString &action, const QString &actor, Outcome outcome = Outcome::Allowed)
        {
            vault.addRow(now - 60'000, action, entry.title, actor, outcome);
            vault.audit.last().entry = entry.id;
            vault.audit.last().keyId = u"Kq7ZrT2k"_s;
            return vault.audit.last();
        }
        void open()
        {
            client = ScriptedVault::makeClient();
            seen = std::make_unique<SeenByAgents>(client.get(), [this] { return now; }, entry);
            seen->show();
        }

        const qint64 now = 1'773'000'000'000;
        ScriptedVault vault;
        EntrySummary entry;
        std::unique_ptr<VaultClient> client;
        std::unique_ptr<SeenByAgents> seen;
    };

private slots:
    void saysWhatEachAgentDidLast()
    {
        Bench bench;
        bench.row(u"read"_s, u"mcp:codex-agent"_s);
        bench.open();
        QVERIFY(willSay(bench.seen.get(), u"read"_s));
        QVERIFY(says(bench.seen.get(), u"codex-agent"_s));
        QVERIFY(!says(bench.seen.get(), u"not yet"_s));
        emit bench.client->auditAppended({bench.row(u"totp"_s, u"mcp:codex-agent"_s, Outcome::Denied)});
        QVERIFY(willSay(bench.seen.get(), u"totp, refused, 1 minute ago"_s));
    }

    void saysWhatAKeyHadBeforeItsTokenWasReplaced()
    {
        Bench bench;
        bench.row(u"read"_s, u"mcp:codex-agent"_s);
        bench.client = ScriptedVault::makeClient();
        QPointer<VaultClient> client = bench.client.get();
        client->rotateKey(u"Kq7ZrT2k"_s, Reply<Result<NewKey>>(client, [](const Result<NewKey> &) {}));
        QTRY_VERIFY(bench.vault.agents.first().keyId != u"Kq7ZrT2k"_s);
        bench.seen = std::make_unique<SeenByAgents>(client, [&bench] { return bench.now; }, bench.entry);
        bench.seen->show();
        QVERIFY(willSay(bench.seen.get(), u"read, 1 minute ago"_s));
        QVERIFY(!says(bench.seen.get(), u"not yet"_s));
        QVERIFY(!says(bench.seen.get(), u"may no longer"_s));
    }

    void showsAReadThatWasLongAgo_data()
    {
        QTest::addColumn<int>("refusals");
        QTest::addColumn<int>("others");
        QTest::newRow("before refusals") << 3 << 0;
        QTest::newRow("before many refusals") << 50 << 0;
        QTest::newRow("before much of another key") << 0 << 400;
    }
    void showsAReadThatWasLongAgo()
    {
        QFETCH(int, refusals);
        QFETCH(int, others);
        Bench bench;
        Agent busy = bench.vault.agents.first();
        busy.keyId = u"Vb8sJ5mX"_s;
        busy.name = u"busy-agent"_s;
        bench.vault.agents << busy;
        bench.row(u"totp"_s, u"mcp:codex-agent"_s);
        bench.vault.audit.last().time = bench.now - 3 * 86'400'000LL;
        for (int row = 0; row < refusals; ++row)
            bench.row(u"read"_s, u"mcp:codex-agent"_s, Outcome::Denied);
        for (int row = 0; row < others; ++row) {
            bench.row(u"read"_s, u"mcp:busy-agent"_s);
            bench.vault.audit.last().keyId = busy.keyId;
        }
        bench.open();
        QVERIFY(willSay(bench.seen.get(), QString(u"totp, "_s + TimeText(bench.now).past(bench.now - 3 * 86'400'000LL))));
        QCOMPARE(says(bench.seen.get(), u"read, refused, 1 minute ago"_s), refusals > 0);
        QCOMPARE(says(bench.seen.get(), u"not yet"_s), others == 0); // of the busy one
    }

    void saysThatNoKeySeesItOnlyWhenNoneDoes()
    {
        Bench bench;
        bench.open();
        QVERIFY(willSay(bench.seen.get(), u"not yet"_s));
        QVERIFY(!says(bench.seen.get(), u"No key sees this entry now."_s));
        bench.row(u"read"_s, u"mcp:codex-agent"_s);
        bench.vault.agents.first().scope = {};
        emit bench.client->agentsChanged();
        QVERIFY(willSay(bench.seen.get(), u"No key sees this entry now."_s));
        QVERIFY(says(bench.seen.get(), u"may no longer"_s));
        bench.vault.agents.first().scope.everything = true;
        bench.vault.agents.first().expiresAt = bench.now - 1;
        emit bench.client->agentsChanged();
        QVERIFY(willSay(bench.seen.get(), u"may no longer"_s));
    }

    void setsWhatAKeyGetsOfThisEntryAlone()
    {
        Bench bench;
        bench.entry.fields = {{1, u"password"_s, FieldKind::Password, Tier::Shared}, {2, u"code"_s, FieldKind::Totp, Tier::Shared},
                              {3, u"recovery"_s, FieldKind::RecoveryCodes, Tier::Personal}};
        bench.vault.agents.first().policy.pin.folder = u"/srv"_s;
        bench.open();
        QTRY_VERIFY(button(bench.seen.get(), u"What codex-agent gets: Shown, codes"_s));
        const auto choose = [&](const QString &word) {
            for (QAction *action : bench.seen->findChildren<QMenu *>().last()->actions())
                if (action->text() == word)
                    action->trigger();
        };
        choose(u"Codes only"_s);
        QTRY_COMPARE(bench.vault.agents.first().policy.entries.value(bench.entry.id), Delivery::CodeOnly);
        QCOMPARE(bench.vault.agents.first().policy.pin.folder, u"/srv"_s);
        QVERIFY(bench.vault.agents.first().scope.everything);
        QTRY_VERIFY(button(bench.seen.get(), u"What codex-agent gets: Codes only"_s));
        QTest::qWait(10); // the old menu goes
        choose(u"By the rules of the key"_s);
        QTRY_VERIFY(bench.vault.agents.first().policy.entries.isEmpty());
    }

    void offersNoDeliveryWhereThereIsNoSecret()
    {
        Bench bench;
        bench.entry.fields = {{1, u"user"_s, FieldKind::Username, Tier::Shared}, {2, u"CVV"_s, FieldKind::CardVerification, Tier::Personal}};
        bench.open();
        QVERIFY(willSay(bench.seen.get(), u"not yet"_s));
        QVERIFY(bench.seen->findChildren<QMenu *>().isEmpty());
    }

    void takesNoRowOfTheOwnerForAnAgents()
    {
        Bench bench;
        bench.row(u"reveal"_s, u"app:owner"_s);
        bench.open();
        QVERIFY(willSay(bench.seen.get(), u"not yet"_s));
        QVERIFY(!says(bench.seen.get(), u"reveal"_s));
    }

    void saysWhatCouldNotBeRead_data()
    {
        QTest::addColumn<QString>("call");
        QTest::newRow("keys") << u"agents"_s;
        QTest::newRow("rows") << u"auditPage"_s;
    }
    void saysWhatCouldNotBeRead()
    {
        QFETCH(QString, call);
        Bench bench;
        bench.vault.failures.insert(call, {ErrorCode::DamagedFile, {}});
        bench.open();
        QVERIFY(willSay(bench.seen.get(), ErrorText::of(ErrorCode::DamagedFile).title));
        bench.vault.failures.clear();
        emit bench.client->agentsChanged();
        QVERIFY(willSay(bench.seen.get(), u"not yet"_s));
        QVERIFY(!says(bench.seen.get(), ErrorText::of(ErrorCode::DamagedFile).title));
    }
};

QTEST_MAIN(tst_SeenByAgents)
#include "tst_SeenByAgents.moc"
