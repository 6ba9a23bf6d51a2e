// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/PresencePictures.h"

#include "app/service/PresenceGate.h"
#include "tests/support/ScriptedPresence.h"
#include "tests/support/ScriptedVault.h"
#include "ui/PasswordSheet.h"
#include "ui/PersonalAccess.h"
#include "ui/settings/PresenceRows.h"
#include "ui/setup/UnlockPanel.h"

#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

using Means = UserPresence::Means;
using Ending = UserPresence::Outcome;
using Reason = UserPresence::Reason;
using Stage = UserPresence::Progress::Stage;

const Clock clockOfPictures = [] { return qint64(1'773'240'000'000); };

void press(QWidget *owner, const QString &text)
{
    for (QPushButton *button : owner->findChildren<QPushButton *>())
        if (button->text() == text && button->isVisibleTo(owner)) {
            button->click();
            break;
        }
    QTest::qWait(60);
}

} // namespace

void shootPresence(const std::function<void(const QString &, QWidget *, QSize)> &take)
{
    ScriptedVault vault;
    ScriptedPresence presence;
    PresenceGate gate(presence);
    const auto client = ScriptedVault::makeClient();
    client->setPresence(&gate);
    const QSize size(820, 620);
    UnlockPanel panel(client.get(), clockOfPictures);
    take(u"presence-before"_s, &panel, size);
    press(&panel, u"Unlock with the keychain"_s);
    take(u"presence-waiting"_s, &panel, size);
    presence.tellProgress({Stage::Waiting, Means::Fingerprint, 2});
    take(u"presence-nomatch"_s, &panel, size);
    presence.answer({Ending::Refused, Reason::None});
    QTest::qWait(60);
    take(u"presence-refused"_s, &panel, size);
    press(&panel, u"Unlock with the keychain"_s);
    presence.answer({Ending::Unavailable, Reason::ReaderGone});
    QTest::qWait(60);
    take(u"presence-gone"_s, &panel, size);
    press(&panel, u"Unlock with the keychain"_s);
    presence.answer({Ending::TimedOut, Reason::None});
    QTest::qWait(60);
    take(u"presence-timeout"_s, &panel, size);
    presence.found = {Means::SystemDialog, Reason::None};
    press(&panel, u"Unlock with the keychain"_s);
    take(u"presence-dialog"_s, &panel, size);
    panel.hide();
    presence.found = {Means::None, Reason::NoFinger};
    take(u"presence-none"_s, &panel, size);
    panel.hide();

    for (const ErrorCode code : {ErrorCode::KeychainLocked, ErrorCode::KeychainAbsent, ErrorCode::KeychainTimeout, ErrorCode::KeychainWrongItem, ErrorCode::KeychainBrokenItem,
                                 ErrorCode::KeychainDenied, ErrorCode::KeychainNoItem, ErrorCode::KeychainElsewhere, ErrorCode::KeychainFailed}) {
        gate.setKeychainCheck(PresenceGate::Check::Never);
        vault.failures.insert(u"unlockWithKeychain"_s, {code, {}});
        UnlockPanel fault(client.get(), clockOfPictures);
        fault.show();
        press(&fault, u"Unlock with the keychain"_s);
        take(QString(u"keychain-"_s + errorName(code)).toLower(), &fault, size);
    }

    presence.found = {Means::Fingerprint, Reason::None};
    ScriptedVault &open = vault;
    open.facts.state = LockState::Unlocked;
    open.facts.keepsPersonal = true;
    const auto opened = ScriptedVault::makeClient();
    opened->setPresence(&gate);
    QWidget window;
    window.resize(700, 500);
    PersonalAccess access(opened.get(), clockOfPictures);
    access.request(&window, &window, [] {});
    auto *sheet = window.findChild<PasswordSheet *>();
    QTest::qWait(60);
    take(u"presence-personal"_s, sheet, {});
    presence.answer({Ending::Refused, Reason::None});
    QTest::qWait(60);
    take(u"presence-personal-refused"_s, sheet, {});

    QTemporaryDir folder;
    Settings settings(folder.filePath(u"settings.ini"_s));
    PresenceRows rows(opened.get(), &settings);
    rows.setAutoFillBackground(true);
    rows.show();
    QTest::qWait(60);
    take(u"presence-settings"_s, &rows, {640, 160});
}
