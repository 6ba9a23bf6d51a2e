// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/FrameChannel.h"
#include "app/link/Messages.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>

namespace clavitor::bridge {

/// The bridge's end of the pipe to the keeper: asks, and finds whose answer came.
///
/// Lives on one thread; owns the channel. A question that is not answered within the limit, and every
/// question when the keeper is gone, is answered KeeperUnavailable.
class KeeperLink : public QObject
{
    Q_OBJECT
public:
    using Reply = std::function<void(link::Answer &answer)>;

    /// The keeper may hold a call that long while it asks the person, so the limit is beyond that.
    explicit KeeperLink(int descriptor, std::chrono::milliseconds answerLimit = std::chrono::seconds(link::HoldSeconds + 10),
                        QObject *parent = nullptr);

    /// The keeper's first message. Of one of another build nothing but its stamp may be known.
    std::function<void(const link::Start &start)> started;
    /// The keeper has left; every open question was answered before.
    std::function<void()> gone;

    void announce(const link::BridgeUp &message);
    /// Sets the question's id and sends it; the token is wiped. `reply` is called once, from the event loop,
    /// unless cancel() comes first; the body it leaves behind is wiped.
    std::uint64_t ask(link::Question question, Reply reply);
    /// Asks which processes are at the other ends of `peers`, at most link::WhoCalls::Most. `reply` is called once, with as many
    /// names in the same order, 0 for an unknown one; not when the keeper is gone. Before the answer to any question asked later.
    using Callers = std::function<void(const QList<std::uint64_t> &processes)>;
    void askWhoCalls(const QList<link::Peer> &peers, Callers reply);
    /// The client has left: the keeper is told and the answer, if it still comes, is dropped.
    void cancel(std::uint64_t id);

    [[nodiscard]] qsizetype openQuestions() const { return static_cast<qsizetype>(m_open.size()); }

private:
    struct Open
    {
        Reply reply;
        qint64 askedAt;
    };

    void received(QByteArrayView payload);
    void settle(link::Answer answer);
    void giveUpOnOldest();
    void closed();

    link::FrameChannel m_channel;
    std::chrono::milliseconds m_answerLimit;
    std::map<std::uint64_t, Open> m_open; ///< by id, which is by age
    std::map<std::uint64_t, Callers> m_whoCalls; ///< likewise
    std::uint64_t m_lastId = 0;
    bool m_isStarted = false;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

} // namespace clavitor::bridge
