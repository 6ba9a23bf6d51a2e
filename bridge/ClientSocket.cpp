// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/ClientSocket.h"

#include "app/link/PeerSocket.h"
#include "app/link/Wipe.h"

#include <QtEndian>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::bridge {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int SendFlags = MSG_NOSIGNAL;
#else
constexpr int SendFlags = 0;
#endif

/// With what an optimiser cannot leave out.
void overwrite(char *bytes, qsizetype size)
{
    std::fill_n(static_cast<volatile char *>(bytes), size, '\0');
}

bool isLater(int error)
{
    return error == EAGAIN || error == EINTR;
}

} // namespace

ClientSocket::ClientSocket(int descriptor, QObject *parent)
    : QObject(parent)
    , m_descriptor(descriptor)
    , m_readNotifier(descriptor, QSocketNotifier::Read)
    , m_writeNotifier(descriptor, QSocketNotifier::Write)
{
    ::fcntl(m_descriptor, F_SETFL, ::fcntl(m_descriptor, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    if (const auto ends = link::ConnectionEnds::ofAccepted(m_descriptor)) {
        m_peerPort = qFromBigEndian(ends->clientPort);
        m_isIPv6 = ends->isIPv6;
    }
    m_writeNotifier.setEnabled(false);
    connect(&m_readNotifier, &QSocketNotifier::activated, this, &ClientSocket::receive);
    connect(&m_writeNotifier, &QSocketNotifier::activated, this, &ClientSocket::send);
}

ClientSocket::~ClientSocket()
{
    close();
}

void ClientSocket::receive()
{
    const qsizetype room = MaxUnread - unread();
    if (m_descriptor < 0 || room <= 0) {
        m_readNotifier.setEnabled(false);
        return;
    }
    // As much as there is and no more, and one byte to see an end by.
    int waiting = 0;
    ::ioctl(m_descriptor, FIONREAD, &waiting);
    const qsizetype wanted = std::clamp<qsizetype>(waiting, 1, room);
    // What was read is gone: a client that always stays ahead must not make the buffer grow.
    if (m_read > 0) {
        const qsizetype left = unread();
        std::memmove(m_incoming.data(), m_incoming.constData() + m_read, static_cast<std::size_t>(left));
        overwrite(m_incoming.data() + left, m_incoming.size() - left);
        m_incoming.resize(left);
        m_read = 0;
    }
    const qsizetype before = m_incoming.size();
    m_incoming.resize(before + wanted);
    const ssize_t taken = ::recv(m_descriptor, m_incoming.data() + before, static_cast<std::size_t>(wanted), 0);
    const int error = errno;
    m_incoming.resize(before + std::max<ssize_t>(0, taken));
    if (taken > 0) {
        if (unread() >= MaxUnread)
            m_readNotifier.setEnabled(false);
        if (readable)
            readable();
    } else if (taken == 0 || !isLater(error)) {
        end();
    }
}

qsizetype ClientSocket::read(char *into, qsizetype size)
{
    const qsizetype count = std::min(size, unread());
    if (count <= 0)
        return 0;
    std::memcpy(into, m_incoming.constData() + m_read, static_cast<std::size_t>(count));
    overwrite(m_incoming.data() + m_read, count);
    m_read += count;
    if (unread() == 0)
        discard();
    else if (m_descriptor >= 0)
        m_readNotifier.setEnabled(true);
    return count;
}

qsizetype ClientSocket::discard()
{
    const qsizetype count = unread();
    link::wipe(m_incoming);
    m_incoming = {};
    m_read = 0;
    if (m_descriptor >= 0)
        m_readNotifier.setEnabled(true);
    return count;
}

void ClientSocket::write(QByteArray &bytes)
{
    if (m_descriptor >= 0 && !bytes.isEmpty()) {
        const bool isFirst = unsent() == 0;
        if (isFirst) {
            std::swap(m_outgoing, bytes);
            m_sent = 0;
        } else {
            m_outgoing.append(bytes);
        }
        m_writeNotifier.setEnabled(true);
        if (isFirst)
            send();
    }
    link::wipe(bytes);
}

void ClientSocket::send()
{
    while (m_descriptor >= 0 && unsent() > 0) {
        const ssize_t taken =
            ::send(m_descriptor, m_outgoing.constData() + m_sent, static_cast<std::size_t>(unsent()), SendFlags);
        if (taken > 0) {
            m_sent += taken;
        } else if (isLater(errno)) {
            return;
        } else {
            // The reading side ends it: who writes does not expect to be deleted meanwhile.
            m_writeNotifier.setEnabled(false);
            m_readNotifier.setEnabled(true);
            return;
        }
    }
    m_writeNotifier.setEnabled(false);
    link::wipe(m_outgoing);
    m_outgoing = {};
    m_sent = 0;
    if (written)
        written();
}

void ClientSocket::shutdown()
{
    if (m_descriptor >= 0)
        ::shutdown(m_descriptor, SHUT_WR);
}

void ClientSocket::close()
{
    if (m_descriptor < 0)
        return;
    m_readNotifier.setEnabled(false);
    m_writeNotifier.setEnabled(false);
    ::close(std::exchange(m_descriptor, -1));
    link::wipe(m_incoming);
    link::wipe(m_outgoing);
    m_read = m_sent = 0;
}

void ClientSocket::end()
{
    close();
    if (ended)
        ended();
}

bool ClientSocket::hasClientLeft() const
{
#ifdef POLLRDHUP
    pollfd socket{m_descriptor, POLLRDHUP, 0};
#else
    pollfd socket{m_descriptor, 0, 0};
#endif
    return m_descriptor < 0 || (::poll(&socket, 1, 0) > 0 && socket.revents != 0);
}

} // namespace clavitor::bridge
