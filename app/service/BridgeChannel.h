// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/FrameChannel.h"
#include "app/link/Messages.h"

#include <QObject>

#include <vector>

namespace clavitor {

class Vault;

/// The keeper's end of the channel to the bridge. Questions that arrived together are answered inside one transaction:
/// one durable commit serves all of them, and no answer leaves before it.
///
/// Vault thread. Owned by the Vault, which outlives it.
class BridgeChannel {
public:
    BridgeChannel(Vault &vault, int descriptor, std::uint16_t port);
    ~BridgeChannel();

    /// Answers what was read so far.
    void flush();

private:
    struct Waiting {
        link::Question question;
        qint64 arrived = 0;         ///< steady, in microseconds
    };

    void receive(QByteArrayView payload);
    void answerWaiting();
    void answerUnlocked(std::vector<Waiting> batch);
    void send(link::Answer answer);

    Vault &m_vault;
    link::FrameChannel m_channel;
    std::vector<Waiting> m_waiting;
};

} // namespace clavitor
