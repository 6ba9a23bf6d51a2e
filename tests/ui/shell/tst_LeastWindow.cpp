// SPDX-License-Identifier: GPL-3.0-or-later
// Everything there is to read in the window, at its least and at its first size.
#include "tests/support/Fits.h"
#include "tests/support/ScriptedWindow.h"
#include "ui/settings/UnlockWaysCard.h"
#include "ui/style/Theme.h"
#include "ui/words/ErrorText.h"

#include <QDialog>
#include <QScrollArea>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_LeastWindow : public QObject {
    Q_OBJECT
private slots:
    void showsAllOfTheLockScreen_data();
    void showsAllOfTheLockScreen();
    void keepsThePasswordInSightWhereItIsTyped();
    void showsAllOfAPage_data();
    void showsAllOfAPage();
    void showsAllOfEveryWayToUnlock_data();
    void showsAllOfEveryWayToUnlock();
    void showsAllOfADistrustedVault();

private:
    ui::Theme m_theme;
};

namespace {

/// All of it, without scrolling.
bool isInSight(const ui::UnlockPanel *panel, const QWidget *widget)
{
    const auto *view = panel->findChild<QScrollArea *>()->viewport();
    return view->rect().contains(QRect(widget->mapTo(view, QPoint()), widget->size()));
}

} // namespace

void tst_LeastWindow::showsAllOfTheLockScreen_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<QSize>("size");
    QStringList states{u"locked"_s, u"no vault"_s, u"wrong password"_s, u"busy"_s, u"lease"_s, u"lease, caller and wrong password"_s,
                       u"caller"_s, u"sheet"_s, u"check"_s, u"no check"_s, u"damaged"_s, u"newer"_s, u"tray missing"_s, u"everything"_s};
    for (int code = int(ErrorCode::KeychainAbsent); code <= int(ErrorCode::KeychainFailed); ++code)
        states << errorName(static_cast<ErrorCode>(code));
    for (const QString &state : std::as_const(states)) {
        QTest::addRow("%s in the least window", qPrintable(state)) << state << ScriptedWindow::least;
        QTest::addRow("%s in the first window", qPrintable(state)) << state << ScriptedWindow::first;
    }
}

void tst_LeastWindow::showsAllOfTheLockScreen()
{
    QFETCH(QString, state);
    QFETCH(QSize, size);
    ScriptedWindow bench;
    const bool all = state == u"everything"_s;
    if (state == u"no vault"_s)
        bench.vault.facts = {};
    if (state == u"damaged"_s || state == u"newer"_s)
        bench.vault.facts.problem = Error{state == u"newer"_s ? ErrorCode::NewerSchema : ErrorCode::DamagedFile, u"detail"_s};
    if (state == u"sheet"_s || all)
        ScriptedVault::setWay(bench.vault.facts, {{crypto::SlotKind::Recovery, 0}, {}, {}}, true);
    if (state.contains(u"lease"_s) || all)
        bench.addLease();
    if (state == u"check"_s)
        bench.gate.setKeychainCheck(PresenceGate::Check::Always);
    if (state == u"no check"_s || all) {
        bench.gate.setKeychainCheck(PresenceGate::Check::Always);
        bench.presence.found = {UserPresence::Means::None, UserPresence::Reason::NoReader};
    }
    if (state == u"busy"_s)
        bench.vault.held = {u"unlock"_s};
    bench.open(size);
    if (state.contains(u"caller"_s) || all)
        bench.addCalls();
    if (state == u"tray missing"_s || all)
        bench.window->setTrayMissing(true);
    if (state.contains(u"wrong password"_s) || all) {
        bench.unlockWith(u"wrong"_s);
        QVERIFY(willSay(bench.lock, ui::ErrorText::of(ErrorCode::WrongPassword).title));
    }
    if (state == u"busy"_s) {
        bench.unlockWith(u"wrong"_s);
        QVERIFY(bench.lock->isBusy());
    }
    if (state == u"check"_s) {
        button(bench.lock, u"Unlock with the keychain"_s)->click();
        QVERIFY(willSay(bench.lock, u"Touch the fingerprint reader."_s));
    }
    for (int code = int(ErrorCode::KeychainAbsent); code <= int(ErrorCode::KeychainFailed); ++code)
        if (state == errorName(static_cast<ErrorCode>(code))) {
            bench.unlockWithKeychain(static_cast<ErrorCode>(code));
            QVERIFY(willSay(bench.lock, ui::ErrorText::of(static_cast<ErrorCode>(code)).title));
        }
    QCOMPARE(faultOfFit(bench.window.get()), QString());
    QCOMPARE(bench.window->size(), size);
    if (const QLineEdit *field = lineEdit(bench.lock, u"Master password"_s))
        QTRY_VERIFY(isInSight(bench.lock, field));
    bench.vault.release();
}

void tst_LeastWindow::keepsThePasswordInSightWhereItIsTyped()
{
    ScriptedWindow bench;
    bench.addLease();
    bench.open(ScriptedWindow::least);
    const QLineEdit *field = lineEdit(bench.lock, u"Master password"_s);
    bench.addCalls(5);
    QTRY_VERIFY(isInSight(bench.lock, field));
    bench.unlockWith(u"wrong"_s);
    const QString title = ui::ErrorText::of(ErrorCode::WrongPassword).title;
    QVERIFY(willSay(bench.lock, title));
    QTRY_VERIFY(isInSight(bench.lock, field));
    for (const auto *label : bench.lock->findChildren<QLabel *>())
        if (label->text().startsWith(title))
            QTRY_VERIFY2(isInSight(bench.lock, label), "what went wrong is read without scrolling");
}

void tst_LeastWindow::showsAllOfAPage_data()
{
    using Kind = ui::Place::Kind;
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QSize>("size");
    for (const auto &[kind, name] : {std::pair(Kind::All, "entries"), std::pair(Kind::Keys, "keys"), std::pair(Kind::Audit, "audit"),
                                     std::pair(Kind::Connection, "connection"), std::pair(Kind::Settings, "settings")}) {
        QTest::addRow("%s in the least window", name) << kind << ScriptedWindow::least;
        QTest::addRow("%s in the first window", name) << kind << ScriptedWindow::first;
    }
}

void tst_LeastWindow::showsAllOfAPage()
{
    QFETCH(ui::Place::Kind, kind);
    QFETCH(QSize, size);
    ScriptedWindow bench;
    bench.vault.facts.state = LockState::Unlocked;
    bench.open(size);
    bench.window->setPlace({kind, {}, {}});
    QTest::qWait(50);
    QCOMPARE(faultOfFit(bench.window.get()), QString());
    QCOMPARE(bench.window->size(), size);
}

void tst_LeastWindow::showsAllOfEveryWayToUnlock_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("in the least window") << ScriptedWindow::least;
    QTest::newRow("in the first window") << ScriptedWindow::first;
}

void tst_LeastWindow::showsAllOfEveryWayToUnlock()
{
    QFETCH(QSize, size);
    ScriptedWindow bench;
    bench.vault.facts.state = LockState::Unlocked;
    for (const crypto::SlotKind kind : {crypto::SlotKind::Recovery, crypto::SlotKind::SecurityKey, crypto::SlotKind::Tpm})
        ScriptedVault::setWay(bench.vault.facts, {{kind, 0}, kind == crypto::SlotKind::SecurityKey ? u"the blue one"_s : QString(), {}}, true);
    bench.open(size);
    bench.window->setPlace({ui::Place::Kind::Settings, {}, {}});
    QTest::qWait(50);
    QCOMPARE(faultOfFit(bench.window.get()), QString());
    QCOMPARE(bench.window->size(), size);
    // Words that can be read: no column of single words.
    for (const auto *label : bench.window->findChildren<ui::UnlockWaysCard *>().constFirst()->findChildren<QLabel *>())
        if (label->isVisible() && label->wordWrap())
            QVERIFY2(label->width() >= 150, qPrintable(label->text()));
}

void tst_LeastWindow::showsAllOfADistrustedVault()
{
    ScriptedWindow bench;
    bench.vault.facts.state = LockState::Unlocked;
    bench.vault.facts.distrust = Distrust{Distrust::Kind::ChangedOutside, {VaultPart::Entries, VaultPart::Keys, VaultPart::Log}, 4711, 0};
    bench.open(ScriptedWindow::least);
    bench.window->setTrayMissing(true);
    QTRY_VERIFY2(bench.window->findChild<QDialog *>(), "the sheet to decide comes up by itself");
    QCOMPARE(faultOfFit(bench.window.get()), QString());
    QCOMPARE(bench.window->size(), ScriptedWindow::least);
}

QTEST_MAIN(tst_LeastWindow)
#include "tst_LeastWindow.moc"
