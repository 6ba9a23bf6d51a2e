// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AccessGate.h"
#include "app/link/FrameChannel.h"
#include "app/link/Messages.h"

#include <QHash>
#include <QObject>

#include <vector>

namespace clavitor {

class OpenVault;
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

    /// Calls that wait for the person, once there is an answer: asked again as they were.
    void askAgain(const QList<quint64> &calls);
    /// The same for all of them: the vault was locked.
    void askAllAgain();
    /// Ends them without a yes.
    void conclude(const QList<quint64> &calls, AccessGate::Conclusion conclusion, QUuid waitedFor);

private:
    struct Waiting {
        link::Question question;
        qint64 arrived = 0;         ///< steady, in microseconds
    };

    void receive(QByteArrayView payload);
    void answerWaiting();
    /// By the vault that is open, or by what is left of it under a lease.
    void answerBy(OpenVault &vault, std::vector<Waiting> batch);
    /// One durable step for all of them. `work` answers one call, or nothing: it waits for the person.
    template<typename Work>
    void answerInOneStep(OpenVault &vault, std::vector<Waiting> batch, Work work);
    void clientGone(std::uint64_t id);
    /// Nobody is there to be answered any more.
    void forget();
    void send(link::Answer answer);

    Vault &m_vault;
    link::FrameChannel m_channel;
    std::vector<Waiting> m_waiting;
    QHash<quint64, Waiting> m_held;     ///< by the question's id: they wait for the person
};

} // namespace clavitor
