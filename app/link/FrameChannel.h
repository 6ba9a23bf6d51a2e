// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>

#include <deque>
#include <functional>

class QSocketNotifier;

namespace clavitor::link {

/// One end of the socket pair between bridge and keeper: whole frames in and out, without blocking.
///
/// Lives on the thread that made it. Owns the descriptor (a stream socket) and closes it. A frame longer than
/// MaxFrame, the end of the stream or an error ends the channel: `closed` is called once, from the event
/// loop, and nothing after it. Outgoing bytes are wiped once written; incoming frames are wiped after
/// `received` returns. While more than MaxUnwritten bytes wait because the other side does not read, nothing
/// is read from it either. A callback may close or delete the channel.
class FrameChannel : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxUnwritten = 16 * 1024 * 1024;

    explicit FrameChannel(int descriptor, QObject *parent = nullptr);
    ~FrameChannel() override;

    /// A frame with its length prefix, as encode() makes it. Dropped when the channel is closed.
    void send(QByteArray frame);
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }
    /// From this side: `closed` is not called. Frames not yet written are dropped.
    void close();

    /// The payload of each frame, without the prefix.
    std::function<void(QByteArrayView payload)> received;
    /// After every frame of one wake-up was passed to `received`: the moment for work done in batches.
    std::function<void()> drained;
    /// The other side ended it, or something failed.
    std::function<void()> closed;

private:
    enum class Flow { Open, Ended };

    void readAvailable();
    Flow deliverFrames();
    void makeRoom(qsizetype wanted);
    void writePending();
    void fail();

    int m_descriptor = -1;
    bool m_failed = false;
    QSocketNotifier *m_readable = nullptr;
    QSocketNotifier *m_writable = nullptr;
    QByteArray m_incoming; ///< a buffer of fixed use: bytes [m_begin, m_end) wait to become frames
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
    std::deque<QByteArray> m_outgoing;
    qsizetype m_written = 0;   ///< of the first frame of m_outgoing
    qsizetype m_unwritten = 0; ///< over all of m_outgoing
};

} // namespace clavitor::link
