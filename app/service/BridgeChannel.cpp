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
    m_channel.closed = [this] { forget(); };
    m_channel.send(link::encode(link::ToBridge(link::Start{link::buildStamp(), port})));
}

BridgeChannel::~BridgeChannel()
{
    forget();
}

void BridgeChannel::forget()
{
    for (Waiting &waiting : std::exchange(m_waiting, {}))
        link::wipe(waiting.question.token);
    QHash<quint64, Waiting> held = std::exchange(m_held, {});
    for (Waiting &waiting : held)
        link::wipe(waiting.question.token);
    // The bridge has gone with the clients that waited.
    for (auto call = held.keyBegin(); call != held.keyEnd(); ++call)
        m_vault.callerLeft(*call);
}

void BridgeChannel::flush()
{
    answerWaiting();
}

void BridgeChannel::askAgain(const QList<quint64> &calls)
{
    for (const quint64 call : calls)
        if (const auto held = m_held.find(call); held != m_held.end()) {
            m_waiting.push_back(std::move(*held));
            m_held.erase(held);
        }
    answerWaiting();
}

void BridgeChannel::askAllAgain()
{
    askAgain(m_held.keys());
}

void BridgeChannel::conclude(const QList<quint64> &calls, AccessGate::Conclusion conclusion, QUuid waitedFor)
{
    // A vault that was locked meanwhile has asked them all again.
    if (!m_vault.open())
        return;
    std::vector<Waiting> batch;
    for (const quint64 call : calls)
        if (const auto held = m_held.find(call); held != m_held.end()) {
            batch.push_back(std::move(*held));
            m_held.erase(held);
        }
    if (batch.empty())
        return;
    answerInOneStep(*m_vault.open(), std::move(batch), [&](const Waiting &waiting) {
        return std::optional(m_vault.open()->gate().conclude(waiting.question, waiting.arrived, conclusion, waitedFor));
    });
}

void BridgeChannel::clientGone(std::uint64_t id)
{
    // One that was not looked at yet: nothing was given, and nobody is there to be given it.
    std::erase_if(m_waiting, [id](Waiting &waiting) {
        if (waiting.question.id != id)
            return false;
        link::wipe(waiting.question.token);
        return true;
    });
    const auto held = m_held.find(id);
    if (held == m_held.end())
        return;
    link::wipe(held->question.token);
    m_held.erase(held);
    m_vault.callerLeft(id);
}

void BridgeChannel::receive(QByteArrayView payload)
{
    std::optional<link::ToKeeper> message = link::decodeToKeeper(payload);
    if (!message) {
        // Our own bridge never writes such a frame: it was taken over or is not ours. Its process ends with the channel.
        m_channel.close();
        forget();
        return;
    }
    if (auto *question = std::get_if<link::Question>(&*message))
        m_waiting.push_back({std::move(*question), steadyMicroseconds()});
    else if (const auto *up = std::get_if<link::BridgeUp>(&*message))
        m_vault.bridgeSaid(*up);
    else if (const auto *gone = std::get_if<link::ClientGone>(&*message))
        clientGone(gone->id);
    else if (const auto *who = std::get_if<link::WhoCalls>(&*message))
        m_channel.send(link::encode(link::ToBridge(m_vault.callersAt(*who))));
}

void BridgeChannel::answerWaiting()
{
    if (m_waiting.empty())
        return;
    std::vector<Waiting> batch = std::exchange(m_waiting, {});
    std::vector<Waiting> forOpenVault;
    std::vector<Waiting> underLease;
    bool isLeaseOver = false;
    for (Waiting &waiting : batch) {
        if (std::holds_alternative<link::HealthQuery>(waiting.question.query)) {
            send(health(waiting.question, m_vault.open() != nullptr));
        } else if (OpenVault *leased = m_vault.leased(); leased && leased->gate().isUnderLease(waiting.question)) {
            underLease.push_back(std::move(waiting));
            continue;
        } else if (!m_vault.open()) {
            const std::optional<QString> keyId = claimedKeyId(waiting.question.token);
            // A client that starts up and asks what there is gets its answer from the bridge: no reason to call the person.
            if (keyId && !std::holds_alternative<link::AuthenticateQuery>(waiting.question.query))
                m_vault.noteLockedCall(waiting.question, *keyId);
            isLeaseOver = isLeaseOver || m_vault.leased() != nullptr;
            send(refusal(waiting.question, keyId ? link::Status::Locked : link::Status::Unauthorized));
        } else if (m_vault.holdsAgents() && !waiting.question.token.isEmpty()) {
            m_waiting.push_back(std::move(waiting));
            continue;
        } else if (m_vault.isDistrusted() || m_vault.holdsAgents()) {
            // Whether the key is one of the vault's is among what cannot be trusted.
            const bool isToken = claimedKeyId(waiting.question.token).has_value();
            send(refusal(waiting.question, isToken ? link::Status::VaultChanged : link::Status::Unauthorized));
        } else {
            forOpenVault.push_back(std::move(waiting));
            continue;
        }
        link::wipe(waiting.question.token);
    }
    if (!forOpenVault.empty())
        answerBy(*m_vault.open(), std::move(forOpenVault));
    if (!underLease.empty())
        answerBy(*m_vault.leased(), std::move(underLease));
    else if (isLeaseOver)
        m_vault.tendQuestions(); // what was refused may have been under a lease that is over: then nothing more is kept for it
}

void BridgeChannel::answerBy(OpenVault &vault, std::vector<Waiting> batch)
{
    answerInOneStep(vault, std::move(batch), [&vault](const Waiting &waiting) {
        return vault.gate().answer(waiting.question, waiting.arrived);
    });
}

template<typename Work>
void BridgeChannel::answerInOneStep(OpenVault &vault, std::vector<Waiting> batch, Work work)
{
    std::vector<std::optional<link::Answer>> answers;
    answers.reserve(batch.size());
    Result<> committed = fail(ErrorCode::AuditUnavailable);
    {
        auto transaction = AuditTransaction::begin(vault.database(), vault.audit());
        if (transaction) {
            for (const Waiting &waiting : batch)
                answers.push_back(work(waiting));
            committed = transaction->commit();
        } else {
            committed = std::unexpected(transaction.error());
        }
    }
    vault.gate().settled(committed.has_value());
    if (!committed) {
        // No row, no secret: whatever was prepared is wiped, also refusals, since their rows are gone too.
        for (std::optional<link::Answer> &answer : answers)
            if (answer)
                link::wipe(answer->body);
        answers.clear();
        for (const Waiting &waiting : batch) {
            m_vault.callerLeft(waiting.question.id);
            answers.emplace_back(refusal(waiting.question, link::Status::AuditUnavailable));
        }
        m_vault.announce(committed.error());
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!answers[i]) {
            m_held.insert(batch[i].question.id, std::move(batch[i]));
            continue;
        }
        send(std::move(*answers[i]));
        link::wipe(batch[i].question.token);
    }
    m_vault.tendQuestions();
}

void BridgeChannel::send(link::Answer answer)
{
    link::ToBridge message(std::move(answer));
    m_channel.send(link::encode(message));
    link::wipe(std::get<link::Answer>(message).body);
}

} // namespace clavitor
