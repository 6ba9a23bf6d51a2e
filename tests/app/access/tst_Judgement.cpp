// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Policy.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

/// judge() and decideWhere(), as tables.
class tst_Judgement : public QObject {
    Q_OBJECT

private slots:
    void givesAsksOrStops_data()
    {
        QTest::addColumn<Preset>("preset");
        QTest::addColumn<Action>("action");
        QTest::addColumn<bool>("credential");
        QTest::addColumn<Standing>("standing");
        QTest::addColumn<Access>("access");
        QTest::addColumn<AskedBecause>("because");
        QTest::addColumn<bool>("freezes");
        const auto row = [](const char *name, Preset preset, Action action, bool credential, Standing standing, Access access,
                            AskedBecause because = AskedBecause::FirstTime, bool freezes = false) {
            QTest::newRow(name) << preset << action << credential << standing << access << because << freezes;
        };
        const auto counted = [](int inMinute, int inHour, bool hasHad = false) {
            Standing standing;
            standing.inMinute = inMinute;
            standing.inHour = inHour;
            standing.hasHad = hasHad;
            return standing;
        };
        Standing granted;
        granted.isGranted = true;
        Standing hasPassword;
        hasPassword.hasPassword = true;
        using enum Preset;
        using enum Access;
        row("ask first: the first read asks", AskFirst, Action::Read, true, {}, Asks);
        row("ask first: the first code asks", AskFirst, Action::Totp, true, {}, Asks);
        row("ask first: also without a secret", AskFirst, Action::Read, false, {}, Asks);
        row("ask first: granted", AskFirst, Action::Read, true, granted, Given);
        row("ask first: had it within the hour, but the grant has ended", AskFirst, Action::Read, true, counted(0, 0, true), Asks);
        row("ask first: the code after the password", AskFirst, Action::Totp, true, hasPassword, Asks, AskedBecause::SecondFactor);
        row("trusted: a read", Trusted, Action::Read, true, {}, Given);
        row("trusted: a code after the password", Trusted, Action::Totp, true, hasPassword, Given);
        row("trusted: the third in a minute", Trusted, Action::Read, true, counted(2, 2), Given);
        row("trusted: the fourth in a minute asks", Trusted, Action::Read, true, counted(3, 3), Asks, AskedBecause::MinuteBudget);
        row("trusted: the fourth without a secret does not", Trusted, Action::Read, false, counted(3, 3), Given);
        row("trusted: one it had does not", Trusted, Action::Read, true, counted(3, 3, true), Given);
        row("trusted: the tenth in an hour", Trusted, Action::Read, true, counted(0, 9), Given);
        row("trusted: the eleventh in an hour asks", Trusted, Action::Read, true, counted(0, 10), Asks, AskedBecause::HourBudget);
        row("trusted: the twenty-ninth in an hour asks", Trusted, Action::Read, true, counted(0, 28), Asks, AskedBecause::HourBudget);
        row("trusted: the thirtieth freezes", Trusted, Action::Read, true, counted(0, 29), Refused, AskedBecause::HourBudget, true);
        row("ask first: the thirtieth freezes", AskFirst, Action::Totp, true, counted(0, 29), Refused, AskedBecause::HourBudget, true);
        row("use without seeing: a code", UseWithoutSeeing, Action::Totp, true, {}, Given);
        Standing keptBack;
        keptBack.isKeptBack = true;
        row("ask first: a command asks, whatever it gets", AskFirst, Action::Use, true, {}, Asks, AskedBecause::Command);
        row("trusted: a command gets what the key may see", Trusted, Action::Use, true, {}, Given);
        row("trusted: a command that gets what the key may not see", Trusted, Action::Use, true, keptBack, Asks, AskedBecause::Command);
        row("use without seeing: a command asks", UseWithoutSeeing, Action::Use, true, keptBack, Asks, AskedBecause::Command);
        keptBack.isGranted = true;
        row("use without seeing: the command was allowed", UseWithoutSeeing, Action::Use, true, keptBack, Given);
        Standing always = counted(3, 3);
        always.isGranted = true;
        row("an entry always allowed still counts", AskFirst, Action::Read, true, always, Asks, AskedBecause::MinuteBudget);
        always.isOverBudget = true;
        row("a yes to the budget's question is one", AskFirst, Action::Read, true, always, Given);
        always.inHour = 29;
        row("and a lease does not freeze", AskFirst, Action::Read, true, always, Given);
    }
    void givesAsksOrStops()
    {
        QFETCH(Preset, preset);
        QFETCH(Action, action);
        QFETCH(bool, credential);
        QFETCH(Standing, standing);
        const Verdict verdict = judge(policyOf(preset), action, credential, standing);
        QTEST(verdict.access, "access");
        QTEST(verdict.freezes, "freezes");
        QFETCH(AskedBecause, because);
        if (verdict.access != Access::Given)
            QCOMPARE(verdict.because, because);
        QCOMPARE(verdict.why.isEmpty(), verdict.access == Access::Given);
    }

    void aBudgetOfNothingIsNoBudget()
    {
        KeyPolicy policy = policyOf(Preset::Trusted);
        policy.budget = {0, 0, 0};
        Standing standing;
        standing.inMinute = 1000;
        standing.inHour = 1000;
        QCOMPARE(judge(policy, Action::Read, true, standing).access, Access::Given);
    }

    void aBudgetSaysWhichCredentialItWouldBe()
    {
        Standing standing;
        standing.inMinute = 3;
        standing.inHour = 7;
        QCOMPARE(judge(policyOf(Preset::Trusted), Action::Read, true, standing).distinct, 4);
        standing.inMinute = 0;
        standing.inHour = 12;
        QCOMPARE(judge(policyOf(Preset::Trusted), Action::Read, true, standing).distinct, 13);
    }

    void aPinHoldsForTheProgramItsChildrenAndFoldersBelow_data()
    {
        QTest::addColumn<Pin>("pin");
        QTest::addColumn<QStringList>("leadsTo");
        QTest::addColumn<QStringList>("programs");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<bool>("allowed");
        const QStringList codex{u"/usr/bin/codex"_s, u"/usr/bin/zsh"_s, u"/usr/bin/kitty"_s};
        const QString shop = u"/home/me/src/shop"_s;
        const QStringList none;
        QTest::newRow("no pin, unknown caller") << Pin{} << none << QStringList{} << QString{} << true;
        QTest::newRow("the program itself") << Pin{u"/usr/bin/codex"_s, {}} << none << codex << shop << true;
        QTest::newRow("a parent") << Pin{u"/usr/bin/kitty"_s, {}} << none << codex << shop << true;
        QTest::newRow("another program") << Pin{u"/usr/bin/claude"_s, {}} << none << codex << shop << false;
        QTest::newRow("the same name elsewhere") << Pin{u"/usr/bin/codex"_s, {}} << none << QStringList{u"/tmp/codex"_s} << shop << false;
        QTest::newRow("unknown program") << Pin{u"/usr/bin/codex"_s, {}} << none << QStringList{} << shop << false;
        QTest::newRow("the folder itself") << Pin{{}, shop} << none << codex << shop << true;
        QTest::newRow("a folder below") << Pin{{}, shop} << none << codex << shop + u"/api"_s << true;
        QTest::newRow("written with a slash") << Pin{{}, shop + u'/'} << none << codex << shop + u"/api"_s << true;
        QTest::newRow("a folder that begins alike") << Pin{{}, shop} << none << codex << shop + u"-copy"_s << false;
        QTest::newRow("the folder above") << Pin{{}, shop} << none << codex << u"/home/me/src"_s << false;
        QTest::newRow("unknown folder") << Pin{{}, shop} << none << codex << QString{} << false;
        QTest::newRow("right program, wrong folder") << Pin{u"/usr/bin/codex"_s, shop} << none << codex << u"/tmp"_s << false;
        const Pin link{u"/home/me/.local/bin/claude"_s, {}};
        const QStringList versions{u"/home/me/.local/share/claude/versions/2"_s, u"/home/me/.local/share/claude/versions/1"_s};
        const QString zsh = u"/usr/bin/zsh"_s;
        QTest::newRow("what a link leads to") << link << versions << QStringList{versions[0], zsh} << shop << true;
        QTest::newRow("what it led to") << link << versions << QStringList{versions[1], zsh} << shop << true;
        QTest::newRow("a parent it leads to") << link << versions << QStringList{zsh, versions[0]} << shop << true;
        QTest::newRow("beside what it leads to") << link << versions << QStringList{u"/home/me/.local/share/claude/versions/3"_s, zsh} << shop << false;
        QTest::newRow("a link, and nothing known") << link << versions << QStringList{} << shop << false;
        QTest::newRow("a link, in the wrong folder") << Pin{link.program, shop} << versions << versions << u"/tmp"_s << false;
        QTest::newRow("no program is what a folder's link leads to") << Pin{{}, shop} << versions << versions << u"/tmp"_s << false;
    }
    void aPinHoldsForTheProgramItsChildrenAndFoldersBelow()
    {
        QFETCH(Pin, pin);
        QFETCH(QStringList, leadsTo);
        QFETCH(QStringList, programs);
        QFETCH(QString, folder);
        QFETCH(bool, allowed);
        const Decision decision = decideWhere(pin, leadsTo, programs, folder);
        QCOMPARE(decision.allowed, allowed);
        QCOMPARE(decision.status, allowed ? link::Status::Ok : link::Status::CallerRefused);
        QCOMPARE(decision.why.isEmpty(), allowed);
    }
};

QTEST_APPLESS_MAIN(tst_Judgement)
#include "tst_Judgement.moc"
