// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

#include <cstdint>
#include <functional>

namespace clavitor::bridge {

/// A connected TCP or Unix socket whose buffers hold no more than what is under way, and are wiped with it: those of QTcpSocket
/// stay with a connection, 64 KiB of them, and keep the last token and answer.
///
/// Lives on one thread; owns the descriptor. What arrives is taken from the kernel up to MaxUnread bytes, so that the end
/// of the stream is seen behind what nobody has read yet. The functions are called from the event loop, `ended` once and
/// as the last.
class ClientSocket : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxUnread = 64 * 1024;

    /// `descriptor` as accept() gave it.
    explicit ClientSocket(int descriptor, QObject *parent = nullptr);
    ~ClientSocket() override;

    std::function<void()> readable; ///< unread() has grown
    std::function<void()> written;  ///< unsent() has become 0
    std::function<void()> ended;    ///< the client has closed, or the connection is broken; not after close()

    [[nodiscard]] qsizetype unread() const { return m_incoming.size() - m_read; }
    /// Bytes of memory the incoming ones take, what was read and not let go of among them.
    [[nodiscard]] qsizetype held() const { return m_incoming.size(); }
    /// At most `size` bytes of what is unread; how many there were. They are overwritten here.
    qsizetype read(char *into, qsizetype size);
    /// Throws away what is unread; how much that was.
    qsizetype discard();

    /// Sends it, what the kernel does not take at once a little later. Wipes `bytes`.
    void write(QByteArray &bytes);
    [[nodiscard]] qsizetype unsent() const { return m_outgoing.size() - m_sent; }

    /// Says that nothing more will be sent.
    void shutdown();
    /// Ends it. What was not sent is lost.
    void close();

    /// The kernel knows before the event loop does, and sees the end behind bytes that nobody has read.
    [[nodiscard]] bool hasClientLeft() const;
    [[nodiscard]] std::uint16_t peerPort() const { return m_peerPort; }
    [[nodiscard]] bool isIPv6() const { return m_isIPv6; }

private:
    void receive();
    void send();
    void end();

    int m_descriptor;
    std::uint16_t m_peerPort = 0;
    bool m_isIPv6 = false;
    QByteArray m_incoming;
    qsizetype m_read = 0; ///< of m_incoming
    QByteArray m_outgoing;
    qsizetype m_sent = 0; ///< of m_outgoing
    QSocketNotifier m_readNotifier;
    QSocketNotifier m_writeNotifier;
};

} // namespace clavitor::bridge
