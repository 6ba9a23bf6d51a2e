// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/OpenDoors.h"
#include "tests/support/Widgets.h"
#include "ui/entries/EntryDetail.h"
#include "ui/widgets/Badge.h"
#include "ui/widgets/SecretField.h"
#include "ui/widgets/SecretView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

class tst_EntryDetail : public QObject {
    Q_OBJECT

    struct Bench : test::OpenDoors {
        explicit Bench(int revealMilliseconds = 20'000)
            : OpenDoors(revealMilliseconds)
            , detail(doors, vault.clock())
        {
            entry = vault.store(test::draft(u"github.com"_s, {{"user name", FieldKind::Username, "octo"},
                                                              {"password", FieldKind::Password, "hunter2!"},
                                                              {"code", FieldKind::Totp, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
                                                              {"recovery", FieldKind::RecoveryCodes, "11111 22222"}}));
            detail.setEntry(entry);
            detail.resize(420, 600);
            detail.show();
        }
        SecretFieldRow *secret(FieldKind kind)
        {
            for (FieldRow *row : detail.rows())
                if (row->field().kind == kind)
                    return qobject_cast<SecretFieldRow *>(row);
            return nullptr;
        }
        PasswordSheet *sheet() const { return sheetOn(&detail); }

        EntryDetail detail;
        EntrySummary entry;
    };

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void showsSecretsOnlyWhenAskedAndLeavesARow()
    {
        Bench bench;
        SecretFieldRow *password = bench.secret(FieldKind::Password);
        QVERIFY(!password->isRevealed());
        password->toggle();
        QTRY_VERIFY(password->isRevealed());
        QCOMPARE(password->findChild<SecretView *>()->secret().view(), std::string_view("hunter2!"));
        QCOMPARE(bench.vault.actions(1), QStringList{u"reveal"_s});
        password->toggle();
        QVERIFY(!password->isRevealed());
        QVERIFY(password->findChild<SecretView *>()->secret().isEmpty());
    }

    void masksAgainAfterAWhile()
    {
        Bench bench(80);
        SecretFieldRow *password = bench.secret(FieldKind::Password);
        password->toggle();
        QTRY_VERIFY(password->isRevealed());
        QTRY_VERIFY(!password->isRevealed());
    }

    void masksAgainWhenTheWindowLosesTheFocus()
    {
        Bench bench;
        SecretFieldRow *password = bench.secret(FieldKind::Password);
        password->toggle();
        QTRY_VERIFY(password->isRevealed());
        QEvent away(QEvent::WindowDeactivate);
        QCoreApplication::sendEvent(&bench.detail, &away);
        QVERIFY(!password->isRevealed());
    }

    void copiesWithARowOfItsOwn()
    {
        Bench bench;
        QVERIFY(bench.detail.copyFirst({FieldKind::Password}));
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"hunter2!"_s);
        QCOMPARE(bench.vault.actions(1), QStringList{u"copy"_s});
        QCOMPARE(QGuiApplication::clipboard()->mimeData()->data(u"x-kde-passwordManagerHint"_s), QByteArray("secret"));
    }

    void asksForTheMasterPasswordBeforePersonal()
    {
        Bench bench;
        SecretFieldRow *recovery = bench.secret(FieldKind::RecoveryCodes);
        recovery->toggle();
        QTRY_VERIFY(bench.sheet());
        QVERIFY(!recovery->isRevealed());
        bench.answer(bench.sheet(), "wrong password, long enough");
        QTest::qWait(50);
        QVERIFY(!recovery->isRevealed());
        QVERIFY(!bench.personal.isOpen());
        QVERIFY(bench.sheet());
        QTRY_VERIFY(bench.sheet()->findChild<QLineEdit *>()->isEnabled());
        bench.answer(bench.sheet());
        QTRY_VERIFY(recovery->isRevealed());
        QVERIFY(bench.personal.isOpen());
        QCOMPARE(bench.personal.secondsLeft(), 60);
    }

    void asksOnceAMinute()
    {
        Bench bench;
        SecretFieldRow *recovery = bench.secret(FieldKind::RecoveryCodes);
        recovery->toggle();
        QTRY_VERIFY(bench.sheet());
        bench.answer(bench.sheet());
        QTRY_VERIFY(recovery->isRevealed());
        recovery->toggle();
        recovery->toggle();
        QTRY_VERIFY(recovery->isRevealed()); // no second question
        bench.personal.shut();
        QVERIFY(!recovery->isRevealed());
        QVERIFY(!bench.personal.isOpen());
    }

    void shutsPersonalWhenAnotherEntryIsLookedAt()
    {
        Bench bench;
        SecretFieldRow *recovery = bench.secret(FieldKind::RecoveryCodes);
        recovery->toggle();
        QTRY_VERIFY(bench.sheet());
        bench.answer(bench.sheet());
        QTRY_VERIFY(recovery->isRevealed());
        EntrySummary other = bench.entry;
        other.id = EntryId{newUuid(1)};
        bench.detail.setEntry(other);
        QVERIFY(!bench.personal.isOpen());
    }

    void hidesPersonalWhenTheMinuteIsOver()
    {
        Bench bench;
        SecretFieldRow *recovery = bench.secret(FieldKind::RecoveryCodes);
        recovery->toggle();
        QTRY_VERIFY(bench.sheet());
        bench.answer(bench.sheet());
        QTRY_VERIFY(recovery->isRevealed());
        bench.vault.advance(61'000);
        QTRY_VERIFY_WITH_TIMEOUT(!recovery->isRevealed(), 3000);
    }

    void neverPutsASecretIntoAccessibleText()
    {
        Bench bench;
        SecretFieldRow *password = bench.secret(FieldKind::Password);
        password->toggle();
        QTRY_VERIFY(password->isRevealed());
        for (const QWidget *widget : bench.detail.findChildren<QWidget *>()) {
            QVERIFY(!widget->accessibleName().contains(u"hunter2"_s));
            QVERIFY(!widget->toolTip().contains(u"hunter2"_s));
        }
    }

    void saysWhichAgentsReachTheEntry()
    {
        Bench bench;
        QVERIFY(test::willSay(&bench.detail, u"No agent has a key yet."_s));
        AgentDraft key;
        key.name = u"codex-agent"_s;
        key.scope.everything = true;
        key.actions = {Action::Read};
        key.expiresAt = bench.vault.clock()() + 86'400'000;
        bench.vault.client()->createKey(key, Reply<Result<NewKey>>(this, [](Result<NewKey>) {}));
        QVERIFY(test::willSay(&bench.detail, u"codex-agent"_s));
        QVERIFY(test::says(&bench.detail, u"not yet"_s));
        QVERIFY(!test::says(&bench.detail, u"No key sees"_s));
        QVERIFY(!test::says(&bench.detail, u"No agent has"_s));
    }

    void offersToMakeAnEntryADecoyAndMarksIt()
    {
        Bench bench;
        QVERIFY(test::says(&bench.detail, u"A key that reads it is frozen, and you are told."_s));
        const auto badges = [&bench] {
            QStringList words;
            for (const auto *badge : bench.detail.findChildren<Badge *>())
                words << badge->word();
            return words;
        };
        QVERIFY(!badges().contains(u"Decoy"_s));
        QSignalSpy wanted(&bench.detail, &EntryDetail::decoyRequested);
        auto *toggle = test::button(&bench.detail, u"Decoy for agents"_s);
        QVERIFY(toggle && !toggle->isChecked());
        toggle->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().first().toBool(), true);
        bench.entry.decoy = true;
        bench.detail.setEntry(bench.entry);
        QVERIFY(badges().contains(u"Decoy"_s));
        QVERIFY(test::button(&bench.detail, u"Decoy for agents"_s)->isChecked());
    }

    void showsALiveCode()
    {
        Bench bench;
        for (FieldRow *row : bench.detail.rows()) {
            if (row->field().kind != FieldKind::Totp)
                continue;
            auto *view = row->findChild<SecretView *>();
            QTRY_COMPARE(view->secret().size(), std::size_t(6));
            QSignalSpy period(qobject_cast<CodeFieldRow *>(row), &CodeFieldRow::periodKnown);
            row->hide();
            QVERIFY(view->secret().isEmpty());
            row->show();
            QTRY_COMPARE(period.size(), 1);
            QCOMPARE(period.at(0).at(0).toInt(), 30);
        }
    }

    void countsACodeDownByTheClock()
    {
        Bench bench;
        const qint64 start = bench.vault.clock()() / 30'000 * 30'000 + 30'000;
        bench.vault.advance(start - bench.vault.clock()());
        bench.vault.advance(13'900);
        bench.detail.hide();
        bench.detail.show();
        QVERIFY(test::willSay(&bench.detail, u"17 s"_s));
        bench.vault.advance(200); // not a whole second later, as seen from the answer
        QVERIFY(test::willSay(&bench.detail, u"16 s"_s));
        bench.vault.advance(16'000);
        QVERIFY(test::willSay(&bench.detail, u"30 s"_s));
    }
};

QTEST_MAIN(tst_EntryDetail)
#include "tst_EntryDetail.moc"
