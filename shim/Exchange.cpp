// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/Exchange.h"

#include "app/link/Wipe.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace clavitor::shim {

using namespace Qt::StringLiterals;

namespace {

constexpr int RetryMilliseconds = 50;
constexpr qsizetype MaxHead = 16 * 1024;
/// The keeper refuses an answer over 4 MiB; escaped once more it may double.
constexpr qsizetype MaxBody = 9 * 1024 * 1024;
constexpr qsizetype Portion = 64 * 1024;

#ifdef MSG_NOSIGNAL
constexpr int SendFlags = MSG_NOSIGNAL;
#else
constexpr int SendFlags = 0;
#endif

using Kind = link::DoorRefusal::Kind;

bool isLater(int error)
{
    return error == EAGAIN || error == EINTR;
}

} // namespace

Exchange::Exchange(QString door, QByteArray request, const Patience &patience, QObject *parent)
    : QObject(parent)
    , m_door(std::move(door))
    , m_request(std::move(request))
    , m_patience(patience)
{
    m_retry.setSingleShot(true);
    m_limit.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Exchange::enter);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        end(std::unexpected(link::DoorRefusal{Kind::Failed, u"The bridge did not answer in time."_s}));
    });
    m_age.start();
    m_retry.start(0);
    m_limit.start(m_patience.answer);
}

Exchange::~Exchange()
{
    m_readable.reset();
    m_writable.reset();
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    link::wipe(m_request);
    link::wipe(m_incoming);
}

void Exchange::enter()
{
    const std::expected<int, link::DoorRefusal> entered = link::enterDoor(m_door);
    if (!entered) {
        if (entered.error().kind == Kind::Absent && !m_age.hasExpired(m_patience.absent.count()))
            m_retry.start(RetryMilliseconds);
        else
            end(std::unexpected(entered.error()));
        return;
    }
    m_descriptor = *entered;
    m_readable = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Write);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &Exchange::receive);
    connect(m_writable.get(), &QSocketNotifier::activated, this, &Exchange::send);
}

void Exchange::send()
{
    while (m_sent < m_request.size()) {
        const ssize_t taken = ::send(m_descriptor, m_request.constData() + m_sent,
                                     static_cast<std::size_t>(m_request.size() - m_sent), SendFlags);
        if (taken > 0) {
            m_sent += taken;
            continue;
        }
        // It may have refused in the middle, and its reason is there to be read.
        if (!isLater(errno))
            m_writable->setEnabled(false);
        return;
    }
    m_writable->setEnabled(false);
    link::wipe(m_request);
    m_request = {};
    m_sent = 0;
}

void Exchange::receive()
{
    const qsizetype before = m_incoming.size();
    if (m_incoming.capacity() < before + Portion) {
        // By hand, so that no outgrown buffer keeps a part of the answer.
        QByteArray larger;
        larger.reserve(std::max(2 * m_incoming.capacity(), before + Portion));
        larger.append(m_incoming);
        link::wipe(m_incoming);
        m_incoming = std::move(larger);
    }
    m_incoming.resize(before + Portion);
    const ssize_t taken = ::recv(m_descriptor, m_incoming.data() + before, static_cast<std::size_t>(Portion), 0);
    const int error = errno;
    m_incoming.resize(before + std::max<ssize_t>(0, taken));
    if (taken < 0 && isLater(error))
        return;
    if (isWhole()) {
        QByteArray body;
        body.reserve(m_bodySize);
        body.append(QByteArrayView(m_incoming).sliced(m_bodyAt, m_bodySize));
        end(Answer{m_status, std::move(body)});
    } else if (taken <= 0) {
        end(std::unexpected(link::DoorRefusal{
            Kind::Failed, u"The bridge ended before it had answered. It is started again by itself; ask again."_s}));
    } else if (m_incoming.size() > MaxHead + MaxBody || (m_bodyAt < 0 && m_incoming.size() > MaxHead)) {
        end(std::unexpected(link::DoorRefusal{Kind::Failed, u"The bridge's answer is too large."_s}));
    }
}

/// The bridge always says its length (HttpMessage::serialise).
bool Exchange::isWhole()
{
    if (m_bodyAt < 0) {
        const qsizetype end = m_incoming.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        const QByteArray head = m_incoming.first(end).toLower();
        const bool isInterim = head.startsWith("http/1.1 1");
        if (isInterim) {
            m_incoming.remove(0, end + 4);
            return isWhole();
        }
        m_status = head.mid(9, 3).toInt();
        constexpr QByteArrayView name = "\r\ncontent-length:";
        if (const qsizetype at = head.indexOf(name); at >= 0) {
            const qsizetype from = at + name.size();
            const qsizetype until = head.indexOf("\r\n", from);
            m_bodySize = head.sliced(from, (until < 0 ? head.size() : until) - from).trimmed().toLongLong();
        }
        m_bodyAt = end + 4;
    }
    return m_bodySize >= 0 && m_bodySize <= MaxBody && m_incoming.size() - m_bodyAt >= m_bodySize;
}

void Exchange::end(std::expected<Answer, link::DoorRefusal> answer)
{
    m_retry.stop();
    m_limit.stop();
    if (m_readable)
        m_readable->setEnabled(false);
    if (m_writable)
        m_writable->setEnabled(false);
    if (const auto tell = std::exchange(ended, {}))
        tell(std::move(answer));
}

} // namespace clavitor::shim
