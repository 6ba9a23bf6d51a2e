// SPDX-License-Identifier: GPL-3.0-or-later
// The part of VaultClient about what agents may: questions, grants, requests, reports.
#include "app/service/VaultClientAsk.h"

namespace clavitor {

void VaultClient::setDecoy(EntryId id, bool decoy, Reply<Result<>> reply)
{
    ask(std::move(reply), [id, decoy](Vault &vault, OpenVault &open) {
        auto result = open.setDecoy(id, decoy);
        announceEntries(vault, result);
        return result;
    });
}

void VaultClient::releaseKey(QString keyId, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId)](Vault &vault, OpenVault &open) {
        auto result = open.releaseKey(keyId);
        announceAgents(vault, result);
        return result;
    });
}

void VaultClient::viewAs(QString keyId, Reply<Result<KeyView>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId)](Vault &, OpenVault &open) { return open.gate().view(keyId); });
}

void VaultClient::receipt(QString keyId, qint64 from, qint64 to, Reply<Result<KeyReceipt>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), from, to](Vault &, OpenVault &open) { return open.receipt(keyId, from, to); });
}

void VaultClient::blastRadius(QString keyId, Reply<Result<QList<SeenCredential>>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId)](Vault &, OpenVault &open) { return open.history().seen(keyId); });
}

void VaultClient::tickRotated(QString keyId, EntryId entry, bool ticked, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), entry, ticked](Vault &, OpenVault &open) {
        return open.tickRotated(keyId, entry, ticked);
    });
}

void VaultClient::approvals(Reply<Result<QList<ApprovalRequest>>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) -> Result<QList<ApprovalRequest>> { return open.gate().questions().waiting(); });
}

void VaultClient::answerApproval(ApprovalId id, ApprovalAnswer answer, Reply<Result<>> reply)
{
    ask(std::move(reply), [id, answer](Vault &vault, OpenVault &) { return vault.answerApproval(id, answer); });
}

void VaultClient::grants(Reply<Result<QList<Grant>>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) -> Result<QList<Grant>> { return open.grants(); });
}

void VaultClient::endGrant(GrantId id, Reply<Result<>> reply)
{
    ask(std::move(reply), [id](Vault &vault, OpenVault &open) {
        auto result = open.endGrant(id);
        if (result)
            vault.announceGrants();
        return result;
    });
}

void VaultClient::keptCheckpoints(Reply<Result<KeptCheckpoints>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) { return open.keptCheckpoints(); });
}

void VaultClient::keepCheckpoints(QString path, Reply<Result<>> reply)
{
    ask(std::move(reply), [path = std::move(path)](Vault &, OpenVault &open) { return open.keepCheckpoints(path); });
}

void VaultClient::addLease(LeaseDraft lease, Reply<Result<GrantId>> reply)
{
    ask(std::move(reply), [lease = std::move(lease)](Vault &vault, OpenVault &open) {
        auto result = open.addLease(lease);
        if (result)
            vault.announceGrants();
        return result;
    });
}

void VaultClient::allowAlways(QString keyId, EntryId entry, Action action, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), entry, action](Vault &vault, OpenVault &open) {
        auto result = open.allowAlways(keyId, entry, action);
        if (result)
            vault.announceGrants();
        return result;
    });
}

void VaultClient::entryRequests(Reply<Result<QList<EntryRequest>>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) { return open.requests().list(); });
}

void VaultClient::fulfilRequest(EntryRequestId id, EntryId entry, bool letIn, Reply<Result<>> reply)
{
    ask(std::move(reply), [id, entry, letIn](Vault &vault, OpenVault &open) {
        auto result = open.fulfilRequest(id, entry, letIn);
        announceAgents(vault, result);
        if (result)
            vault.releaseCalls(id.value);
        return result;
    });
}

void VaultClient::declineRequest(EntryRequestId id, Reply<Result<>> reply)
{
    ask(std::move(reply), [id](Vault &vault, OpenVault &open) {
        auto result = open.declineRequest(id);
        if (result)
            vault.releaseCalls(id.value);
        return result;
    });
}

} // namespace clavitor
