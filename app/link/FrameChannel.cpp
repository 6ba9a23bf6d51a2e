// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/FrameChannel.h"

#include "app/link/Messages.h"
#include "app/link/Wipe.h"

#include <QPointer>
#include <QSocketNotifier>
#include <QtEndian>

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::link {

namespace {

constexpr qsizetype PrefixSize = sizeof(std::uint32_t);
constexpr qsizetype UsualBuffer = 64 * 1024;
/// Read per wake-up at most, so that a busy channel does not starve the other users of the event loop.
constexpr qsizetype ReadPerWakeUp = 4 * UsualBuffer;

/// The same number on every system this code runs on.
static_assert(EAGAIN == EWOULDBLOCK);
bool wouldBlock(int error)
{
    return error == EAGAIN || error == EINTR;
}

} // namespace

FrameChannel::FrameChannel(int descriptor, QObject *parent)
    : QObject(parent)
    , m_descriptor(descriptor)
{
    m_readable = new QSocketNotifier(descriptor, QSocketNotifier::Read, this);
    m_writable = new QSocketNotifier(descriptor, QSocketNotifier::Write, this);
    m_writable->setEnabled(false);
    connect(m_readable, &QSocketNotifier::activated, this, &FrameChannel::readAvailable);
    connect(m_writable, &QSocketNotifier::activated, this, &FrameChannel::writePending);
}

FrameChannel::~FrameChannel()
{
    close();
}

void FrameChannel::close()
{
    if (m_descriptor < 0)
        return;
    m_readable->setEnabled(false);
    m_writable->setEnabled(false);
    ::close(m_descriptor);
    m_descriptor = -1;
    for (QByteArray &frame : m_outgoing)
        wipe(frame);
    m_outgoing.clear();
    m_unwritten = 0;
    wipe(m_incoming);
    m_begin = m_end = 0;
}

void FrameChannel::fail()
{
    close();
    if (m_failed)
        return;
    m_failed = true;
    // From the event loop, so that a send() of the owner never calls back into the owner.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (closed)
                closed();
        },
        Qt::QueuedConnection);
}

void FrameChannel::send(QByteArray frame)
{
    if (m_descriptor < 0) {
        wipe(frame);
        return;
    }
    m_unwritten += frame.size();
    m_outgoing.push_back(std::move(frame));
    if (m_outgoing.size() == 1)
        writePending();
    else
        m_readable->setEnabled(m_unwritten <= MaxUnwritten);
}

void FrameChannel::writePending()
{
    while (!m_outgoing.empty()) {
        QByteArray &frame = m_outgoing.front();
        const ssize_t count =
            ::send(m_descriptor, frame.constData() + m_written,
                   static_cast<std::size_t>(frame.size() - m_written), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && wouldBlock(errno))
            break;
        if (count < 0)
            return fail();
        m_written += count;
        m_unwritten -= count;
        if (m_written == frame.size()) {
            wipe(frame);
            m_outgoing.pop_front();
            m_written = 0;
        }
    }
    m_writable->setEnabled(!m_outgoing.empty());
    m_readable->setEnabled(m_unwritten <= MaxUnwritten);
}

void FrameChannel::readAvailable()
{
    for (qsizetype total = 0; total < ReadPerWakeUp;) {
        makeRoom(UsualBuffer);
        const ssize_t count = ::recv(m_descriptor, m_incoming.data() + m_end,
                                     static_cast<std::size_t>(m_incoming.size() - m_end), MSG_DONTWAIT);
        if (count < 0 && wouldBlock(errno))
            break;
        if (count <= 0)
            return fail();
        m_end += count;
        total += count;
        const bool wasFull = m_end == m_incoming.size();
        if (deliverFrames() == Flow::Ended)
            return;
        if (!wasFull || !m_readable->isEnabled())
            break;
    }
    if (drained)
        drained();
}

FrameChannel::Flow FrameChannel::deliverFrames()
{
    const QPointer<FrameChannel> self = this;
    while (m_end - m_begin >= PrefixSize) {
        const std::uint32_t size = qFromBigEndian<std::uint32_t>(m_incoming.constData() + m_begin);
        if (size > MaxFrame) {
            fail();
            return Flow::Ended;
        }
        const qsizetype whole = PrefixSize + static_cast<qsizetype>(size);
        if (m_end - m_begin < whole) {
            makeRoom(whole);
            return Flow::Open;
        }
        char *const frame = m_incoming.data() + m_begin;
        if (received)
            received(QByteArrayView(frame + PrefixSize, static_cast<qsizetype>(size)));
        if (!self || m_descriptor < 0)
            return Flow::Ended;
        explicit_bzero(frame, static_cast<std::size_t>(whole));
        m_begin += whole;
    }
    return Flow::Open;
}

/// Sees to it that the buffer, counted from m_begin, holds `wanted` bytes and has room for at least one more
/// read.
void FrameChannel::makeRoom(qsizetype wanted)
{
    if (m_begin == m_end)
        m_begin = m_end = 0;
    const qsizetype waiting = m_end - m_begin;
    if (wanted > m_incoming.size() || m_incoming.isNull()) {
        QByteArray larger(wanted, Qt::Uninitialized);
        std::memcpy(larger.data(), m_incoming.constData() + m_begin, static_cast<std::size_t>(waiting));
        wipe(m_incoming);
        m_incoming = std::move(larger);
    } else if (m_begin > 0) {
        std::memmove(m_incoming.data(), m_incoming.constData() + m_begin, static_cast<std::size_t>(waiting));
        explicit_bzero(m_incoming.data() + waiting, static_cast<std::size_t>(m_end - waiting));
    }
    m_begin = 0;
    m_end = waiting;
    if (waiting == 0 && m_incoming.size() > UsualBuffer && wanted <= UsualBuffer)
        m_incoming = QByteArray(UsualBuffer, Qt::Uninitialized);
}

} // namespace clavitor::link
