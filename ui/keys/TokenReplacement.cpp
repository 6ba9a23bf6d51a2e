// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/TokenReplacement.h"

#include "app/service/VaultClient.h"
#include "ui/keys/NewKeySheet.h"
#include "ui/widgets/ConfirmSheet.h"
#include "ui/words/DisplayText.h"

#include <QCoreApplication>

namespace clavitor::ui {

namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(TokenReplacement)
};

} // namespace

void replaceToken(VaultClient *client, ClipboardGuard *clipboard, const OurSide &ours, const Agent &agent, QWidget *over, TokenReplaced replaced)
{
    auto *ask = new ConfirmSheet(Words::tr("Replace the token of %1?").arg(displayText(agent.name, 64)),
                                 Words::tr("The old token stops at once, wherever it is written down. Name, scope and history of the key stay."),
                                 Words::tr("Replace token"), {}, over);
    QObject::connect(ask, &QDialog::accepted, over, [=] {
        client->rotateKey(agent.keyId, {over, [=](Result<NewKey> key) {
            if (!key) {
                replaced.failed(key.error());
                return;
            }
            replaced.done(agent.keyId, key->agent.keyId);
            (new NewKeySheet(std::move(*key), clipboard, ours, over))->open();
        }});
    });
    ask->open();
}

} // namespace clavitor::ui
