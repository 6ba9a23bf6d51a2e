// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/ClipboardGuard.h"
#include "ui/MainWindow.h"
#include "ui/PersonalAccess.h"
#include "ui/StatusLine.h"
#include "ui/words/ErrorText.h"

#include <QGuiApplication>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

/// The foot of the window, in the window that tells it what is stored.
class tst_StatusLine : public QObject {
    Q_OBJECT

    struct Bench {
        Bench()
        {
            vault.fillWithSamples(now);
            vault.facts.state = LockState::Unlocked;
        }
        void open()
        {
            client = ScriptedVault::makeClient();
            const Clock clock = [this] { return now; };
            settings = std::make_unique<Settings>(folder.filePath(u"settings.ini"_s));
            clipboard = std::make_unique<ClipboardGuard>(QGuiApplication::clipboard());
            personal = std::make_unique<PersonalAccess>(client.get(), clock);
            window = std::make_unique<MainWindow>(MainWindow::Parts{client.get(), clipboard.get(), personal.get(), settings.get(), clock},
                                                  MainWindow::Pages{new QWidget, new QWidget, new QWidget, new QWidget, new QWidget, {}, {}});
            window->show();
        }
        [[nodiscard]] QString text() const { return window->findChild<StatusLine *>()->text(); }
        AuditEvent row(const QString &keyId, const QString &actor) const
        {
            AuditEvent event = vault.audit.last();
            event.time = now;
            event.keyId = keyId;
            event.actor = actor;
            return event;
        }

        const qint64 now = QDateTime(QDate(2026, 3, 11), QTime(15, 40)).toMSecsSinceEpoch();
        QTemporaryDir folder;
        ScriptedVault vault;
        std::unique_ptr<VaultClient> client;
        std::unique_ptr<Settings> settings;
        std::unique_ptr<ClipboardGuard> clipboard;
        std::unique_ptr<PersonalAccess> personal;
        std::unique_ptr<MainWindow> window;
    };

private slots:
    void countsTheAgentsOfTodayOnce()
    {
        Bench bench;
        for (Agent &agent : bench.vault.agents)
            agent.lastUsedAt = bench.now - 3 * 86'400'000;
        bench.vault.agents.first().lastUsedAt = bench.now - 60'000;
        bench.open();
        QTRY_VERIFY(bench.text().contains(u"1 agent today"_s));
        emit bench.client->auditAppended({bench.row(bench.vault.agents.first().keyId, u"mcp:codex-agent"_s)});
        QVERIFY(bench.text().contains(u"1 agent today"_s));
        emit bench.client->auditAppended({bench.row(u"another0"_s, u"api:another"_s)});
        QVERIFY(bench.text().contains(u"2 agents today"_s));
        bench.client->lock();
        QTRY_VERIFY(!bench.text().contains(u"today"_s));
    }

    void saysWhyTheVaultWasNotComparedWithTheKeychain_data()
    {
        QTest::addColumn<ErrorCode>("why");
        QTest::addColumn<QString>("words");
        QTest::newRow("locked") << ErrorCode::KeychainLocked << u"it is locked"_s;
        QTest::newRow("silent") << ErrorCode::KeychainTimeout << u"it does not answer"_s;
        QTest::newRow("refused") << ErrorCode::KeychainDenied << u"it was refused"_s;
        QTest::newRow("broken") << ErrorCode::KeychainFailed << u"it cannot be read"_s;
    }
    void saysWhyTheVaultWasNotComparedWithTheKeychain()
    {
        QFETCH(ErrorCode, why);
        QFETCH(QString, words);
        Bench bench;
        bench.vault.facts.uncompared = why;
        bench.open();
        QVERIFY2(bench.text().contains(u"not compared with the keychain: "_s + words), qPrintable(bench.text()));
        const auto *foot = bench.window->findChild<StatusLine *>();
        QVERIFY2(foot->accessibleDescription().contains(u"would not be noticed"_s), "what it means and what to do");
        VaultFacts facts = bench.client->facts();
        facts.uncompared.reset();
        bench.vault.facts = facts;
        emit bench.client->factsChanged(facts);
        bench.client->lock();
        QTRY_VERIFY(!bench.text().contains(u"not compared"_s));
    }

    void offersToKeepALeaseWhileOneIsInForce()
    {
        Bench bench;
        bench.vault.facts.leases = {{GrantId{newUuid(bench.now)}, u"nightly-build"_s, 2, 14, bench.now + ms::hour}};
        bench.open();
        const QString name = u"Lock, keep the lease of nightly-build until 16:40 (14 reads left)"_s;
        QAbstractButton *keep = button(bench.window.get(), name);
        QVERIFY(keep);
        press(keep);
        QTRY_COMPARE(bench.vault.calls.last(), u"lockKeepingLeases"_s);
        QTRY_VERIFY(bench.text().startsWith(u"Locked for people · nightly-build reads 2 entries until 16:40, 14 reads left"_s));
        QVERIFY(!button(bench.window.get(), name));
        bench.client->endKeptLeases({this, [](const Result<> &) {}});
        QTRY_VERIFY(bench.text().startsWith(u"Locked · "_s));
    }

    void warnsWhileThereIsOneWayIn()
    {
        Bench bench;
        bench.open();
        QAbstractButton *oneWay = button(bench.window.get(), u"Only one way into Personal"_s);
        QVERIFY(oneWay && oneWay->isVisible());
        QVERIFY(oneWay->toolTip().contains(u"Only the master password opens Personal."_s));
        press(oneWay);
        QCOMPARE(bench.window->place().kind, Place::Kind::Settings);
        bench.client->addWay({crypto::SlotKind::Recovery, {}, {}}, crypto::SecretBytes(32), crypto::SecretText::copyOf(bench.vault.password.toStdString()), {this, [](const Result<> &added) { QVERIFY(added); }});
        QTRY_VERIFY(!oneWay->isVisible());
    }

    void warnsOfNothingInAVaultThatNobodyCanLose()
    {
        Bench bench;
        bench.open();
        bench.window->setWarnsOfOneWay(false);
        QVERIFY(!button(bench.window.get(), u"Only one way into Personal"_s));
    }

    void offersNothingToKeepWithoutALease()
    {
        Bench bench;
        bench.open();
        QVERIFY(!button(bench.window.get(), u"Lock, keep the lease"_s));
    }

    void saysWhenNoLeaseCouldBeKept()
    {
        Bench bench;
        bench.vault.facts.leases = {{GrantId{newUuid(bench.now)}, u"nightly-build"_s, 2, 14, bench.now + ms::hour}};
        bench.vault.failures.insert(u"lockKeepingLeases"_s, {ErrorCode::NotFound, {}});
        bench.open();
        press(button(bench.window.get(), u"Lock, keep the lease"_s));
        QVERIFY(willSay(bench.window.get(), u"The vault is locked, and no lease could be kept going."_s));
    }

    void takesNoRowOfTheOwnerForAnAgent()
    {
        Bench bench;
        bench.vault.agents.clear();
        bench.open();
        QTest::qWait(50);
        emit bench.client->auditAppended({bench.row(u"Kq7ZrT2k"_s, u"app:owner"_s), bench.row({}, u"mcp:unknown"_s)});
        QVERIFY(!bench.text().contains(u"today"_s));
        // Nor who only was refused: of a call to a locked vault nobody checked the key.
        for (const Outcome outcome : {Outcome::Locked, Outcome::Denied}) {
            AuditEvent refused = bench.row(u"invented"_s, u"api:invented"_s);
            refused.outcome = outcome;
            emit bench.client->auditAppended({refused});
        }
        QVERIFY(!bench.text().contains(u"today"_s));
    }

    void saysWhatCouldNotBeRead_data()
    {
        QTest::addColumn<QString>("call");
        QTest::newRow("keys") << u"agents"_s;
        QTest::newRow("counts") << u"counts"_s;
    }
    void saysWhatCouldNotBeRead()
    {
        QFETCH(QString, call);
        Bench bench;
        bench.vault.failures.insert(call, {ErrorCode::DamagedFile, {}});
        bench.open();
        QVERIFY(willSay(bench.window.get(), ErrorText::of(ErrorCode::DamagedFile).title));
    }

    void saysNothingOfAnAnswerThatOnlyCameTooLate()
    {
        Bench bench;
        bench.vault.failures.insert(u"agents"_s, {ErrorCode::Locked, {}});
        bench.open();
        QTest::qWait(50);
        QVERIFY(!says(bench.window.get(), ErrorText::of(ErrorCode::Locked).title));
    }
};

QTEST_MAIN(tst_StatusLine)
#include "tst_StatusLine.moc"
