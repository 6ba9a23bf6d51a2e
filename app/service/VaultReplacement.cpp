// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Vault that replaces all of its keys.
#include "app/service/VaultDerive.h"

#include "app/service/BridgeChannel.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kAction = "keys.replace"_L1;

int tokensLost(const QList<Agent> &agents)
{
    return static_cast<int>(std::ranges::count_if(agents, [](const Agent &agent) { return agent.needsToken && !agent.isRevoked(); }));
}

} // namespace

void Vault::replaceKeys(const crypto::SecretText &password, Replaced done)
{
    if (!m_open)
        return done(fail(ErrorCode::Locked));
    if (isDistrusted())
        return done(fail(ErrorCode::ChangedOutside));
    // What is still being compared, the log or all of it with what is remembered outside, would be sealed as it is.
    if (m_deriving != Deriving::Nothing || m_replaced || m_sweep || isMirrorOwed())
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginReplacement(password);
    if (!work)
        return done(std::unexpected(work.error()));
    m_replaced = std::move(done);
    emit replacementProgress(0, 0);
    derive(Deriving::Other, std::move(*work), [this, turn = m_turns](Result<NextKeys> keys) {
        if (!m_replaced || turn != m_turns)
            return; // cancelled or locked meanwhile, and answered
        if (!keys) {
            recordWrongSecret(kAction, keys.error());
            return endReplacement(std::unexpected(keys.error()));
        }
        tell(m_open->recordUnwritten()); // the counts go with the gate
        if (const Result<> started = m_session.startReplacement(std::move(*keys)); !started)
            return endReplacement(std::unexpected(started.error()));
        endVerify(fail(ErrorCode::Busy, u"the keys are being replaced"_s));
        replaceMore();
    });
}

void Vault::replaceMore()
{
    if (!m_session.isReplacing())
        return;
    const Result<bool> isReady = m_session.replaceMore();
    if (!isReady)
        return endReplacement(std::unexpected(isReady.error()));
    if (*isReady)
        return switchKeys();
    const auto progress = m_session.replacementProgress();
    emit replacementProgress(progress.done, progress.total);
    QTimer::singleShot(0, this, &Vault::replaceMore);
}

void Vault::switchKeys()
{
    QList<UnlockWay> gone = m_session.ways();
    gone.removeIf([](const UnlockWay &way) { return way.name.kind == crypto::SlotKind::Password; });
    std::unique_ptr<OpenVault> open;
    QList<AuditEvent> rows;
    std::optional<AuditCheckpoint> checkpoint;
    const Result<> switched = m_session.switchKeys([&]() -> Result<> {
        auto made = makeOpen();
        if (!made)
            return std::unexpected(made.error());
        open = std::move(*made);
        // Told when it counts. The first checkpoint of the new key is made at once.
        AuditLog &log = open->audit();
        auto committed = std::exchange(log.committed, [&](const QList<AuditEvent> &events) { rows = events; });
        auto checkpointed = std::exchange(log.checkpointed, [&](const AuditCheckpoint &one) { checkpoint = one; });
        log.wantCheckpoint();
        AuditEvent row = open->owner().row(kAction, m_session.name());
        QStringList ways;
        for (const UnlockWay &way : std::as_const(gone))
            ways.append(way.label.isEmpty() ? QString(wayWord(way.name.kind)) : wayWord(way.name.kind) + u' ' + way.label);
        row.why = ways.isEmpty() ? QString() : u"no longer opens it: "_s + ways.join(u", "_s);
        const Result<> recorded = open->owner().record({std::move(row)});
        log.committed = std::move(committed);
        log.checkpointed = std::move(checkpointed);
        return recorded ? recorded : fail(ErrorCode::AuditUnavailable, recorded.error().detail);
    });
    if (!switched) {
        open.reset(); // what it refers to goes first else
        return endReplacement(std::unexpected(switched.error()));
    }

    shutPersonal();
    // The brake may hold where the disk did not take it.
    if (m_open->areKeysPaused())
        open->gate().setPaused(true);
    const QList<ApprovalQueue::Ended> ended = m_open->gate().questions().drop({}, m_steady());
    m_open = std::move(open);
    m_session.finishReplacement();
    for (const ApprovalQueue::Ended &question : ended)
        emit approvalEnded(question.request.id, question.how);
    m_open->audit().committed(rows);
    if (checkpoint)
        m_open->audit().checkpointed(*checkpoint);
    if (const auto trouble = m_session.takeTrouble())
        tell(std::unexpected(*trouble));
    tellMirror();
    const auto agents = m_open->agents().list();
    announceAgents();
    emit grantsChanged();
    emit entriesChanged();
    endReplacement(KeysReplaced{agents ? tokensLost(*agents) : 0, std::move(gone), {}});
    if (m_bridge)
        m_bridge->askAllAgain();
}

void Vault::endReplacement(Result<KeysReplaced> result)
{
    if (!m_replaced)
        return;
    Replaced done = std::exchange(m_replaced, {});
    const bool wasWriting = m_session.isReplacing();
    m_session.cancelReplacement();
    if (const auto trouble = m_session.takeTrouble())
        tell(std::unexpected(*trouble));
    if (!result && result.error().code == ErrorCode::ChangedOutside)
        distrust({Distrust::Kind::ChangedOutside, m_session.replacementFindings(), 0, 0});
    else if (!result && wasWriting) {
        AuditEvent row = m_open->owner().row(kAction, m_session.name());
        row.outcome = Outcome::Error;
        row.why = QString(errorName(result.error().code));
        tell(m_open->owner().record({std::move(row)}));
    }
    // Said while it ran. The file can be written again.
    if (m_open && !isDistrusted())
        applyPauseWish();
    showState();
    done(std::move(result));
    if (m_bridge)
        m_bridge->flush();
    tendQuestions();
}

void Vault::cancelReplacement()
{
    endReplacement(fail(ErrorCode::Cancelled));
}

} // namespace clavitor
