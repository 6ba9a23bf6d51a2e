// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>

#include <deque>
#include <functional>
#include <memory>

class QSocketNotifier;

namespace clavitor::link {

/// One end of the socket pair between bridge and keeper: whole frames in and out, without blocking.
///
/// Lives on the thread that made it. Owns the descriptor and closes it. Frames longer than MaxFrame, an end of file
/// or a read error close the channel: `closed` is called once and nothing after it. Outgoing bytes are wiped once
/// written; incoming frames are wiped after `received` returns.
class FrameChannel : public QObject {
    Q_OBJECT
public:
    explicit FrameChannel(int descriptor, QObject *parent = nullptr);
    ~FrameChannel() override;

    /// A frame with its length prefix, as encode() makes it.
    void send(QByteArray frame);
    [[nodiscard]] bool isOpen() const;
    void close();

    /// The payload of each frame, without the prefix.
    std::function<void(QByteArrayView payload)> received;
    /// After every frame of one wake-up was passed to `received`: the moment for work done in batches.
    std::function<void()> drained;
    std::function<void()> closed;

private:
    void readAvailable();
    void writePending();

    int m_descriptor = -1;
    QSocketNotifier *m_readable = nullptr;
    QSocketNotifier *m_writable = nullptr;
    QByteArray m_incoming;
    std::deque<QByteArray> m_outgoing;
    qsizetype m_written = 0;
};

} // namespace clavitor::link
