// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ClientVault.h"
#include "ui/TrayIcon.h"

#include <QImage>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(clavitor::ui::TrayState)

class tst_TrayIcon : public QObject {
    Q_OBJECT

    static AgentDraft keyDraft()
    {
        AgentDraft draft;
        draft.name = u"codex-agent"_s;
        draft.scope.everything = true;
        draft.actions = {Action::List};
        return draft;
    }
    static QAction *action(TrayIcon &tray, const QString &part)
    {
        for (QAction *one : tray.menu()->actions())
            if (one->text().contains(part))
                return one;
        return nullptr;
    }
    static constexpr TrayState kAll[]{TrayState::Locked, TrayState::Leased, TrayState::Open, TrayState::Active, TrayState::Off, TrayState::Attention};

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void showsWhatMattersMost_data()
    {
        QTest::addColumn<LockState>("lock");
        QTest::addColumn<BridgeState::Kind>("bridge");
        QTest::addColumn<bool>("attention");
        QTest::addColumn<qint64>("since");
        QTest::addColumn<TrayState>("state");
        using Kind = BridgeState::Kind;
        QTest::newRow("locked") << LockState::Locked << Kind::Serving << false << qint64(-1) << TrayState::Locked;
        QTest::newRow("no vault") << LockState::NoVault << Kind::Serving << false << qint64(-1) << TrayState::Locked;
        QTest::newRow("unlocking") << LockState::Unlocking << Kind::Serving << false << qint64(-1) << TrayState::Locked;
        QTest::newRow("open") << LockState::Unlocked << Kind::Serving << false << qint64(-1) << TrayState::Open;
        QTest::newRow("starting") << LockState::Unlocked << Kind::Starting << false << qint64(-1) << TrayState::Open;
        QTest::newRow("an agent just now") << LockState::Unlocked << Kind::Serving << false << qint64(0) << TrayState::Active;
        QTest::newRow("within the minute") << LockState::Unlocked << Kind::Serving << false << qint64(59'999) << TrayState::Active;
        QTest::newRow("a minute ago") << LockState::Unlocked << Kind::Serving << false << qint64(60'000) << TrayState::Open;
        QTest::newRow("locked after an agent") << LockState::Locked << Kind::Serving << false << qint64(10) << TrayState::Locked;
        QTest::newRow("bridge failed") << LockState::Unlocked << Kind::Failed << false << qint64(10) << TrayState::Off;
        QTest::newRow("bridge off, locked") << LockState::Locked << Kind::Off << false << qint64(-1) << TrayState::Off;
        QTest::newRow("needs you") << LockState::Locked << Kind::Failed << true << qint64(-1) << TrayState::Attention;
    }
    void showsWhatMattersMost()
    {
        QFETCH(LockState, lock);
        QFETCH(BridgeState::Kind, bridge);
        QFETCH(bool, attention);
        QFETCH(qint64, since);
        QFETCH(TrayState, state);
        VaultFacts facts;
        facts.state = lock;
        QCOMPARE(trayState(facts, {bridge, 1984, {}}, attention, since), state);
    }

    void tellsStatesApartByShapeAlone()
    {
        for (int size : {16, 22, 44}) {
            QSet<QByteArray> shapes;
            for (TrayState state : kAll) {
                const QImage alpha = trayIcon(state, true).pixmap(size, size).toImage().convertToFormat(QImage::Format_Alpha8);
                shapes.insert(QByteArray(reinterpret_cast<const char *>(alpha.constBits()), alpha.sizeInBytes()));
            }
            QCOMPARE(shapes.size(), 6);
        }
    }

    void isLightOnADarkPanelAndDarkOnALightOne()
    {
        const auto brightness = [](bool darkPanel) {
            const QImage image = trayIcon(TrayState::Locked, darkPanel).pixmap(22, 22).toImage();
            return image.pixelColor(11, 15).lightness();
        };
        QVERIFY(brightness(true) > 200);
        QVERIFY(brightness(false) < 60);
    }

    void offersEveryActionByKeyboard()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        QSet<QChar> mnemonics;
        int named = 0;
        for (const QAction *one : tray.menu()->actions()) {
            if (one->isSeparator() || !one->isEnabled() || !one->isVisible())
                continue;
            const qsizetype mark = one->text().indexOf(u'&');
            QVERIFY2(mark >= 0, qPrintable(one->text()));
            mnemonics.insert(one->text().at(mark + 1).toLower());
            ++named;
        }
        QCOMPARE(mnemonics.size(), named);
        QVERIFY(mnemonics.contains(u'l'));
    }

    void showsWhatIsSoWhenPausingFails()
    {
        test::ClientVault vault;
        vault.client()->createKey(keyDraft(), {this, [](const Result<NewKey> &) {}});
        TrayIcon tray(vault.client(), vault.clock());
        QAction *pause = action(tray, u"ause all"_s);
        QTRY_VERIFY(pause->isEnabled());
        QSignalSpy asked(&tray, &TrayIcon::pauseRequested);
        pause->trigger();
        QCOMPARE(asked.size(), 1);
        QVERIFY(pause->isChecked()); // by the click alone
        tray.pauseFailed(false, {ErrorCode::DiskFull, {}});
        QVERIFY(!pause->isChecked());
    }

    void keepsAPauseOfALockedVault()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        vault.client()->lock();
        QTRY_VERIFY(!vault.client()->isUnlocked());
        QAction *pause = action(tray, u"ause all"_s);
        QVERIFY(pause->isEnabled());
        vault.client()->pauseAllKeys(true, {this, [](const Result<> &) {}});
        QTRY_VERIFY(pause->isChecked());
    }

    void saysWhatALeaseGoesOnWithAndStopsIt()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        const auto keep = [&] { return action(tray, u"keep the lease"_s); };
        QVERIFY2(!keep(), "without a lease there is nothing to keep");
        QVERIFY(action(tray, u"&Lock"_s));
        AgentDraft draft = keyDraft();
        draft.name = u"nightly-build"_s;
        draft.actions = {Action::Read};
        QString keyId;
        vault.client()->createKey(draft, {this, [&](const Result<NewKey> &made) { keyId = made->agent.keyId; }});
        QTRY_VERIFY(!keyId.isEmpty());
        const EntryId entry = vault.store(test::draft(u"github.com"_s, {{"password", FieldKind::Password, "pw"}})).id;
        vault.client()->addLease({keyId, {entry}, false, 14, vault.clock()() + ms::hour}, {this, [](const Result<GrantId> &) {}});
        QTRY_VERIFY(keep() && keep()->isVisible());
        QVERIFY2(keep()->text().startsWith(u"&Lock, keep the lease of nightly-build until "_s), qPrintable(keep()->text()));
        QVERIFY(keep()->text().endsWith(u"(14 reads left)"_s));
        QVERIFY2(action(tray, u"Lock &now"_s), "the real lock stays beside it");
        QSet<QChar> mnemonics;
        for (const QAction *one : tray.menu()->actions()) {
            if (one->isSeparator() || !one->isEnabled() || !one->isVisible())
                continue;
            const QChar letter = one->text().at(one->text().indexOf(u'&') + 1).toLower();
            QVERIFY2(!mnemonics.contains(letter), qPrintable(one->text()));
            mnemonics.insert(letter);
        }
        QSignalSpy asked(&tray, &TrayIcon::lockKeepingRequested);
        keep()->trigger();
        QCOMPARE(asked.size(), 1);

        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        vault.client()->lockKeepingLeases(LockCause::Asked);
        QTRY_COMPARE(tray.state(), TrayState::Leased);
        const QString line = tray.menu()->actions().first()->text();
        QVERIFY2(line.startsWith(u"Locked for people · nightly-build reads 1 entry until "_s), qPrintable(line));
        QVERIFY(line.endsWith(u"14 reads left"_s));
        QVERIFY(action(tray, u"Un&lock"_s));
        QSignalSpy stopped(&tray, &TrayIcon::stopLeasesRequested);
        action(tray, u"S&top the lease now"_s)->trigger();
        QCOMPARE(stopped.size(), 1);
        vault.client()->endKeptLeases({this, [](const Result<> &) {}});
        QTRY_COMPARE(tray.state(), TrayState::Locked);
        QVERIFY(!action(tray, u"S&top the lease now"_s)->isVisible());
    }

    void locksOrUnlocks()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        QSignalSpy lock(&tray, &TrayIcon::lockRequested);
        QSignalSpy unlock(&tray, &TrayIcon::unlockRequested);
        action(tray, u"&Lock"_s)->trigger();
        QCOMPARE(lock.size(), 1);
        vault.client()->lock();
        QTRY_VERIFY(action(tray, u"Un&lock"_s));
        action(tray, u"Un&lock"_s)->trigger();
        QCOMPARE(unlock.size(), 1);
        QVERIFY(!action(tray, u"&search"_s)->isEnabled());
    }

    void showsTheLastReadsAndWhoIsConnected()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        AuditEvent read;
        read.time = vault.clock()();
        read.action = u"read"_s;
        read.actor = u"mcp:codex-agent"_s;
        read.keyId = u"abcdefgh"_s;
        QList<AuditEvent> events;
        for (const QString &subject : {u"one & only"_s, u"two"_s, u"three"_s, u"four\u202E"_s}) {
            read.subject = subject;
            events.append(read);
        }
        AuditEvent made;
        made.time = vault.clock()();
        made.action = u"create"_s;
        made.actor = u"app:owner"_s;
        made.keyId = u"abcdefgh"_s;
        events.append(made);
        emit vault.client()->auditAppended(events);
        QCOMPARE(tray.state(), TrayState::Active);
        QVERIFY(action(tray, u"Connected: codex-agent"_s));
        QVERIFY(!action(tray, u"You"_s));
        QVERIFY(!action(tray, u"one && only"_s));
        QVERIFY(action(tray, u"two"_s)->isVisible());
        QVERIFY(action(tray, u"four"_s)->isVisible());
        QVERIFY(!action(tray, QString(QChar(0x202E))));
        vault.advance(61'000);
        tray.setAttention(false);
        QCOMPARE(tray.state(), TrayState::Open);
    }

    void saysNoTagsToADesktopThatReadsThem()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        tray.notify(NotificationSink::Tone::Asks, u"<a href=\"https://example.org\">codex</a> asks"_s, u"<b>"_s);
        QVERIFY(!tray.lastNotice().contains(u'<'));
        QVERIFY(tray.lastNotice().contains(u"codex"_s));
    }

    void namesAQuestionThatWaitsAndOpensIt()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        QSignalSpy question(&tray, &TrayIcon::questionRequested);
        QSignalSpy alert(&tray, &TrayIcon::alertRequested);
        QVERIFY(!action(tray, u"Unlocked"_s)->isEnabled());
        tray.setQuestion(u"codex-agent asks for R&D"_s);
        QCOMPARE(tray.state(), TrayState::Attention);
        QAction *line = action(tray, u"codex-agent asks for R&&D"_s);
        QVERIFY(line && line->isEnabled());
        line->trigger();
        QCOMPARE(question.size(), 1);
        emit vault.client()->factsChanged(vault.client()->facts());
        QCOMPARE(tray.state(), TrayState::Attention);
        tray.setQuestion({});
        QCOMPARE(tray.state(), TrayState::Open);
        QVERIFY(!action(tray, u"Unlocked"_s)->isEnabled());
        QCOMPARE(alert.size(), 0);
    }

    void keepsAnAlertUntilItWasSeen()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        QSignalSpy alert(&tray, &TrayIcon::alertRequested);
        emit vault.client()->keyAlert({KeyAlert::Kind::DecoyRead, u"k"_s, u"codex-agent"_s, u"Bank"_s, {}, 0});
        QCOMPARE(tray.state(), TrayState::Attention);
        tray.setAttention(false);
        emit vault.client()->factsChanged(vault.client()->facts());
        QCOMPARE(tray.state(), TrayState::Attention);
        action(tray, u"it read a decoy"_s)->trigger();
        QCOMPARE(alert.size(), 1);
        tray.setQuestion(u"codex-agent asks for GitHub"_s);
        QVERIFY2(!action(tray, u"it read a decoy"_s), "a question comes first");
        tray.setQuestion({});
        QVERIFY(action(tray, u"it read a decoy"_s));
        tray.alertSeen();
        QCOMPARE(tray.state(), TrayState::Open);
    }

    void asksForThePersonUntilUnlocked()
    {
        test::ClientVault vault;
        TrayIcon tray(vault.client(), vault.clock());
        tray.setBridgeState({BridgeState::Kind::Serving, 1984, {}});
        emit vault.client()->lockedCall({});
        QCOMPARE(tray.state(), TrayState::Attention);
        emit vault.client()->factsChanged(vault.client()->facts());
        QCOMPARE(tray.state(), TrayState::Open);
    }
};

QTEST_MAIN(tst_TrayIcon)
#include "tst_TrayIcon.moc"
