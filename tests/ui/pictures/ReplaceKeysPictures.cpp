// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/ReplaceKeysPictures.h"

#include "tests/support/ScriptedVault.h"
#include "tests/support/Widgets.h"
#include "ui/keys/KeyCard.h"
#include "ui/settings/ReplaceKeysDialog.h"
#include "ui/settings/UnlockWaysCard.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;
using crypto::SlotKind;

namespace {

constexpr qint64 now = 1'773'240'000'000;

} // namespace

void shootReplaceKeys(const std::function<void(const QString &, QWidget *, QSize)> &take)
{
    ScriptedVault vault;
    vault.fillWithSamples(now);
    vault.facts.state = LockState::Unlocked;
    vault.facts.hasKeychainSlot = true;
    vault.facts.ways = {{{SlotKind::Password, 0}, {}, {}}, {{SlotKind::Keychain, 0}, {}, {}}, {{SlotKind::Recovery, 0}, {}, {}},
                        {{SlotKind::SecurityKey, 7}, u"Blue, on the key ring"_s, {}}};
    const auto client = ScriptedVault::makeClient();

    UnlockWaysCard card(client.get(), [] { return now; });
    card.setAutoFillBackground(true);
    take(u"ways-replace-keys"_s, &card, {560, 720});

    ReplaceKeysDialog dialog(client.get());
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    take(u"replace-keys-before"_s, &dialog, {});
    const auto typePassword = [&](const QString &password) {
        type(lineEdit(&dialog, u"Master password"_s), password);
        press(button(&dialog, u"Replace all keys"_s));
        QTest::qWait(60);
    };
    typePassword(u"not the password"_s);
    take(u"replace-keys-wrong"_s, &dialog, {});
    vault.held = {u"replaceKeys"_s};
    vault.keychainAfterReplacement = Error{ErrorCode::KeychainLocked, {}};
    typePassword(vault.password);
    emit client->replacementProgress(41'200, 126'500);
    take(u"replace-keys-working"_s, &dialog, {});
    vault.held.clear();
    vault.release();
    QTest::qWait(60);
    take(u"replace-keys-after"_s, &dialog, {});

    KeyCard key(vault.agents.first(), now);
    key.setAutoFillBackground(true);
    take(u"key-needs-token"_s, &key, {560, 260});
}
