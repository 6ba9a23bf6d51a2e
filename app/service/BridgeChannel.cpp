// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/BridgeChannel.h"

#include "app/access/AuditTransaction.h"
#include "app/access/Refusal.h"
#include "app/base/Monotonic.h"
#include "app/link/Wipe.h"
#include "app/service/Vault.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

link::Answer health(const link::Question &question, bool unlocked)
{
    link::Answer answer = refusal(question, link::Status::Ok);
    answer.body = QByteArray(R"({"name":"clavitor","api_version":")") + link::ApiVersion + R"(","status":")"
        + (unlocked ? "unlocked" : "locked") + "\"}";
    return answer;
}

} // namespace

BridgeChannel::BridgeChannel(Vault &vault, int descriptor, std::uint16_t port)
    : m_vault(vault)
    , m_channel(descriptor)
{
    m_channel.received = [this](QByteArrayView payload) { receive(payload); };
    m_channel.drained = [this] { answerWaiting(); };
    m_channel.send(link::encode(link::ToBridge(link::Start{link::buildStamp(), port})));
}

BridgeChannel::~BridgeChannel()
{
    for (Waiting &waiting : m_waiting)
        link::wipe(waiting.question.token);
}

void BridgeChannel::flush()
{
    answerWaiting();
}

void BridgeChannel::receive(QByteArrayView payload)
{
    std::optional<link::ToKeeper> message = link::decodeToKeeper(payload);
    if (!message) {
        // Our own bridge never writes such a frame: it was taken over or is not ours. Its process ends with the channel.
        m_channel.close();
        return;
    }
    if (auto *question = std::get_if<link::Question>(&*message))
        m_waiting.push_back({std::move(*question), steadyMicroseconds()});
    else if (const auto *up = std::get_if<link::BridgeUp>(&*message))
        emit m_vault.bridgeUp(*up);
    // ClientGone and Delivered matter to questions that wait for a person; none does yet, every answer is immediate.
}

void BridgeChannel::answerWaiting()
{
    if (m_waiting.empty())
        return;
    std::vector<Waiting> batch = std::exchange(m_waiting, {});
    std::vector<Waiting> forOpenVault;
    for (Waiting &waiting : batch) {
        if (std::holds_alternative<link::HealthQuery>(waiting.question.query)) {
            send(health(waiting.question, m_vault.open() != nullptr));
        } else if (!m_vault.open()) {
            const std::optional<QString> keyId = claimedKeyId(waiting.question.token);
            // A client that starts up and asks what there is gets its answer from the bridge: no reason to call the person.
            if (keyId && !std::holds_alternative<link::AuthenticateQuery>(waiting.question.query))
                m_vault.noteLockedCall(waiting.question, *keyId);
            send(refusal(waiting.question, keyId ? link::Status::Locked : link::Status::Unauthorized));
        } else {
            forOpenVault.push_back(std::move(waiting));
            continue;
        }
        link::wipe(waiting.question.token);
    }
    if (!forOpenVault.empty())
        answerUnlocked(std::move(forOpenVault));
}

void BridgeChannel::answerUnlocked(std::vector<Waiting> batch)
{
    OpenVault &vault = *m_vault.open();
    std::vector<link::Answer> answers;
    answers.reserve(batch.size());
    Result<> committed = fail(ErrorCode::AuditUnavailable);
    {
        auto transaction = AuditTransaction::begin(vault.database(), vault.audit());
        if (transaction) {
            for (const Waiting &waiting : batch)
                answers.push_back(vault.gate().answer(waiting.question, waiting.arrived));
            committed = transaction->commit();
        } else {
            committed = std::unexpected(transaction.error());
        }
    }
    vault.gate().settled(committed.has_value());
    if (!committed) {
        // No row, no secret: whatever was prepared is wiped, also refusals, since their rows are gone too.
        for (link::Answer &answer : answers)
            link::wipe(answer.body);
        answers.clear();
        for (const Waiting &waiting : batch)
            answers.push_back(refusal(waiting.question, link::Status::AuditUnavailable));
        m_vault.announce(committed.error());
    }
    for (link::Answer &answer : answers)
        send(std::move(answer));
    for (Waiting &waiting : batch)
        link::wipe(waiting.question.token);
}

void BridgeChannel::send(link::Answer answer)
{
    link::ToBridge message(std::move(answer));
    m_channel.send(link::encode(message));
    link::wipe(std::get<link::Answer>(message).body);
}

} // namespace clavitor
