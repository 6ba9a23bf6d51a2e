// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedPlay.h"

namespace clavitor {

using namespace Qt::StringLiterals;
using test::play;
using test::ScriptedVault;

namespace {

bool takeOut(ApprovalId id)
{
    return ScriptedVault::current().questions.removeIf([id](const ApprovalRequest &one) { return one.id == id; }) > 0;
}

} // namespace

ApprovalRequest test::ScriptedVault::question(qint64 now)
{
    ApprovalRequest request;
    request.id = ApprovalId{newUuid(now)};
    request.keyId = u"Kq7ZrT2k"_s;
    request.keyName = u"codex-agent"_s;
    request.actor = u"mcp:codex-agent"_s;
    request.entry = EntryId{newUuid(now)};
    request.title = u"AWS production"_s;
    request.type = EntryType::ApiKey;
    request.urls = {u"https://console.aws.example"_s};
    request.fields = {u"Password"_s};
    request.reason = u"deploy the staging stack"_s;
    request.caller = {u"/usr/local/bin/codex"_s, 48213, u"zsh ← kitty"_s, {}, u"codex-mcp-client/0.169.0"_s};
    request.readsInDay = 3;
    request.askedAt = now;
    request.until = now + 60'000;
    return request;
}

void test::ScriptedVault::ask(VaultClient *client, const ApprovalRequest &request)
{
    questions << request;
    emit client->approvalAsked(request);
}

void test::ScriptedVault::end(VaultClient *client, ApprovalId id, ApprovalEnd how)
{
    if (takeOut(id))
        emit client->approvalEnded(id, how);
}

void VaultClient::approvals(Reply<Result<QList<ApprovalRequest>>> reply)
{
    play<QList<ApprovalRequest>>(u"approvals"_s, {}, std::move(reply),
                                 []() -> Result<QList<ApprovalRequest>> { return ScriptedVault::current().questions; });
}

void VaultClient::answerApproval(ApprovalId id, ApprovalAnswer answer, Reply<Result<>> reply)
{
    play<void>(u"answerApproval"_s, {}, std::move(reply), [&]() -> Result<> {
        if (!takeOut(id))
            return fail(ErrorCode::NotFound);
        ScriptedVault::current().answers << std::pair(id, answer);
        emit approvalEnded(id, ApprovalEnd::Answered);
        return {};
    });
}

void VaultClient::allowAlways(QString keyId, EntryId entry, Action action, Reply<Result<>> reply)
{
    play(u"allowAlways"_s, keyId + u' ' + entry.toString() + (action == Action::Totp ? u" code"_s : u" read"_s), std::move(reply), [] {});
}

} // namespace clavitor
