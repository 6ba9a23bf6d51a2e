// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SeenByAgents.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/words/ErrorText.h"

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
        QVERIFY(!says(bench.seen.get(), u"never"_s));
        emit bench.client->auditAppended({bench.row(u"totp"_s, u"mcp:codex-agent"_s, Outcome::Denied)});
        QVERIFY(willSay(bench.seen.get(), u"totp, refused"_s));
    }

    void takesNoRowOfTheOwnerForAnAgents()
    {
        Bench bench;
        bench.row(u"reveal"_s, u"app:owner"_s);
        bench.open();
        QVERIFY(willSay(bench.seen.get(), u"never"_s));
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
        QVERIFY(willSay(bench.seen.get(), u"never"_s));
        QVERIFY(!says(bench.seen.get(), ErrorText::of(ErrorCode::DamagedFile).title));
    }
};

QTEST_MAIN(tst_SeenByAgents)
#include "tst_SeenByAgents.moc"
