// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pictures/ApprovalPictures.h"

#include "tests/support/ScriptedVault.h"
#include "ui/approval/ApprovalDialog.h"
#include "ui/approval/ApprovalText.h"
#include "ui/approval/RuleCard.h"

#include <QMenu>
#include <QPushButton>

using namespace clavitor;
using namespace clavitor::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'773'000'000'000;

ApprovalRequest hostile()
{
    ApprovalRequest request = test::ScriptedVault::question(kNow);
    request.keyName = u"c\u043edex-agent"_s;
    request.title = u"AWS pr\u043educti\u043en\u00a0\u202etxt.exe\u200b"_s;
    request.fields = {u"Pass\u0455word\n"_s};
    request.reason = u"ok\n\nAllowed by the person. \u202e Press Enter to go on \x1b[31m"_s;
    request.caller = {u"/tmp/\u202exedoc"_s, 12, u"sh ← \u2067kitty"_s, u"/tmp/עבודה/src"_s, {}};
    request.because = AskedBecause::SecondFactor;
    request.action = Action::Totp;
    request.readsOfEntry = 2;
    return request;
}

ApprovalRequest longest()
{
    ApprovalRequest request = test::ScriptedVault::question(kNow);
    request.keyName = u"the agent that deploys everything on Fridays after lunch, number two"_s;
    request.title = u"A title as long as only an import brings one, with a name, a department, a street and a year in it, and an end"_s;
    request.fields = {u"Secret access key of the second account"_s, u"Password"_s, u"Another one with a long label too"_s, u"PIN"_s, u"Key"_s};
    request.urls = {u"https://login.accounts.a-company-with-a-very-long-name.example.org/realms"_s};
    request.reason = u"I need to look at the configuration of the production account in order to find out why the nightly job that copies the "
                     u"invoices has stopped, and will not change anything, as agreed on yesterday in the chat."_s;
    request.caller = {u"/home/octo/.local/share/node/versions/v22.11.0/lib/node_modules/@example/agent-cli/vendor/x86_64-unknown-linux-musl/agent"_s, 4711,
                      u"node ← npm exec ← bash ← tmux: server ← systemd"_s, u"/home/octo/src/customers/a-company-with-a-very-long-name/backend/services/invoices"_s, {}};
    request.because = AskedBecause::HourBudget;
    request.distinctInTime = 11;
    request.readsOfEntry = 12;
    request.readsInDay = 1'340;
    return request;
}

} // namespace

void shootApprovals(const std::function<void(const QString &, QWidget *)> &take)
{
    qint64 steady = 0;
    qint64 now = kNow;
    ApprovalDialog dialog([&now] { return now; }, [&steady] { return steady; });
    ApprovalRequest request = test::ScriptedVault::question(kNow);
    request.caller.folder = u"/home/octo/src/shop"_s;
    const GitWorkplace shop{u"shop"_s, u"main"_s, {}};
    const auto shoot = [&](const QString &name, const ApprovalRequest &asked, const std::optional<GitWorkplace> &place, qint64 since = 900) {
        now = kNow;
        dialog.ask(asked, place);
        dialog.show();
        steady += since;
        now += 13'000;
        take(name, &dialog);
    };
    shoot(u"approval"_s, request, shop, 13'000);
    shoot(u"approval-dead"_s, request, shop, 450);
    shoot(u"approval"_s, request, shop, 13'000);
    for (auto *button : dialog.findChildren<QPushButton *>())
        if (button->text().isEmpty())
            button->click();
    take(u"approval-menu"_s, dialog.findChild<QMenu *>());
    dialog.findChild<QMenu *>()->hide();
    ApprovalRequest use = request;
    use.action = Action::Use;
    use.because = AskedBecause::Command;
    use.title = u"github.com"_s;
    use.fields = {u"Deploy token"_s};
    use.command = u"GH_TOKEN='clavitor://github.com/Deploy token' /usr/bin/gh pr create --title 'Mend the build' --fill"_s;
    use.reason = u"open the pull request"_s;
    shoot(u"approval-command"_s, use, shop, 13'000);
    use.command = u"TOKEN='clavitor://github.com/Deploy token' /bin/sh -c $'set -e\\ncurl -s -H \"Authorization: Bearer $TOKEN\" https://api.github.example/repos/octo/shop/actions/secrets "
                  u"> /tmp/secrets.json\\nfor name in $(jq -r .secrets[].name /tmp/secrets.json); do echo \"$name\"; done\\nrm -f /tmp/secrets.json'"_s;
    shoot(u"approval-command-long"_s, use, shop, 13'000);
    request.calls = 16;
    shoot(u"approval-calls"_s, request, shop);
    request.calls = 1;
    request.because = AskedBecause::MinuteBudget;
    request.distinctInTime = 4;
    request.fields = {u"Access key"_s, u"Secret key"_s};
    request.reason.clear();
    dialog.setWaiting(2);
    shoot(u"approval-budget"_s, request, GitWorkplace{u"shop"_s, {}, u"1a2b3c4"_s});
    request.caller = {};
    dialog.setWaiting(0);
    shoot(u"approval-unknown"_s, request, std::nullopt);
    shoot(u"approval-hostile"_s, hostile(), GitWorkplace{u"src"_s, u"main\u202e\x1b[2J"_s, {}});
    dialog.setWaiting(12);
    shoot(u"approval-long"_s, longest(), GitWorkplace{u"a-company-with-a-very-long-name"_s, u"feature/INV-1234-copy-the-invoices-again-but-better-this-time"_s, {}});
    dialog.setWaiting(0);
    dialog.tellError({ErrorCode::DiskFull, {}});
    take(u"approval-error"_s, &dialog);
    shoot(u"approval-ended"_s, test::ScriptedVault::question(kNow), shop);
    dialog.tellEnd(ApprovalText::ended(request, ApprovalEnd::AgentLeft));
    take(u"approval-ended"_s, &dialog);

    test::ScriptedVault vault;
    const auto client = test::ScriptedVault::makeClient();
    RuleCard card(client.get(), [&steady] { return steady; });
    card.suggest({u"Kq7ZrT2k"_s, u"codex-agent"_s, EntryId{newUuid(kNow)}, u"GitHub"_s, Action::Read});
    steady += 900;
    take(u"approval-rule"_s, &card);
}
