// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/FrameChannel.h"
#include "app/link/Messages.h"

#include <QObject>

#include <array>
#include <functional>
#include <optional>

namespace clavitor::tests {

/// Both ends of a connected socket pair; -1 when it could not be made. Whoever takes an end closes it.
[[nodiscard]] std::array<int, 2> socketPair();

/// The keeper's end of the pipe, without a vault: answers what the contract promises for one token, or what a
/// test scripts.
class ScriptedKeeper : public QObject
{
    Q_OBJECT
public:
    /// The one key it knows, with a valid shape and checksum of nothing.
    static constexpr char Token[] = "clavitor_testkey0Zx81kQmWc02LrTnVy7uBe5gHjPsAdF39oKiXqRtMzN4vCw6Yb0OpQ";
    static constexpr char VaultId[] = "0123456789ab";
    static constexpr char EntryId[] = "0192f0c1-8a00-7000-8000-000000000001";

    explicit ScriptedKeeper(int descriptor);

    void start(std::uint16_t port);
    void sendStart(const link::Start &start);
    /// Whatever `payload` is, as a frame.
    void sendFrame(const QByteArray &payload);
    void answer(const link::Answer &answer);
    void leave() { m_channel.close(); }

    /// What to answer, or nullopt to keep the call waiting. Default: plausible().
    std::function<std::optional<link::Answer>(const link::Question &)> script;
    /// An answer in the shape CONTRACT gives it.
    [[nodiscard]] static link::Answer plausible(const link::Question &question);

    /// The process at the other end of a connection. Default: nobody knows.
    std::function<std::uint64_t(const link::Peer &)> processAt;
    /// Who calls is told by tellCallers() alone.
    bool holdsCallers = false;
    QList<link::WhoCalls> whoCalls;
    /// Of the one that was asked first.
    void tellCallers();

    std::optional<link::BridgeUp> bridgeUp;
    QList<link::Question> questions;
    QList<std::uint64_t> clientsGone;
    bool keepsQuestions = true; ///< off for load
    bool isBridgeGone = false;

private:
    void received(QByteArrayView payload);

    link::FrameChannel m_channel;
};

} // namespace clavitor::tests
