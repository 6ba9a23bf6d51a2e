// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/KeeperLink.h"

#include "app/link/Wipe.h"

#include <utility>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

KeeperLink::KeeperLink(int descriptor, std::chrono::milliseconds answerLimit, QObject *parent)
    : QObject(parent)
    , m_channel(descriptor)
    , m_answerLimit(answerLimit)
{
    m_clock.start();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &KeeperLink::giveUpOnOldest);
    m_channel.received = [this](QByteArrayView payload) { received(payload); };
    m_channel.closed = [this] { closed(); };
}

void KeeperLink::announce(const link::BridgeUp &message)
{
    m_channel.send(link::encode(link::ToKeeper(message)));
}

std::uint64_t KeeperLink::ask(link::Question question, Reply reply)
{
    const std::uint64_t id = ++m_lastId;
    question.id = id;
    m_open.emplace(id, Open{std::move(reply), m_clock.elapsed()});
    if (!m_channel.isOpen()) {
        link::wipe(question.token);
        QMetaObject::invokeMethod(
            this,
            [this, id] {
                settle({id, link::Status::KeeperUnavailable, {}, {}, 0});
            },
            Qt::QueuedConnection);
        return id;
    }
    link::ToKeeper message(std::move(question));
    m_channel.send(link::encode(message));
    link::wipe(std::get<link::Question>(message).token);
    if (!m_timer.isActive())
        m_timer.start(m_answerLimit);
    return id;
}

void KeeperLink::askWhoCalls(const QList<link::Peer> &peers, Callers reply)
{
    if (!m_channel.isOpen())
        return;
    const std::uint64_t id = ++m_lastId;
    m_whoCalls.emplace(id, std::move(reply));
    m_channel.send(link::encode(link::ToKeeper(link::WhoCalls{id, peers})));
}

void KeeperLink::cancel(std::uint64_t id)
{
    if (m_open.erase(id) > 0)
        m_channel.send(link::encode(link::ToKeeper(link::ClientGone{id})));
}

void KeeperLink::received(QByteArrayView payload)
{
    std::optional<link::ToBridge> message = link::decodeToBridge(payload);
    const bool isFirst = !std::exchange(m_isStarted, true);
    // A program that was started before an update may say otherwise what it wants; that it is another, it says alike.
    if (!message && isFirst)
        if (const auto build = link::foreignBuild(payload))
            message = link::ToBridge(link::Start{*build, 0});
    if (!message) {
        // Both ends are built from one source; what cannot be read means that this is not our keeper any
        // more.
        qWarning("The keeper sent something that cannot be read; the link is closed.");
        m_channel.close();
        closed();
    } else if (const auto *start = std::get_if<link::Start>(&*message)) {
        if (started)
            started(*start);
    } else if (const auto *callers = std::get_if<link::Callers>(&*message)) {
        if (const auto asked = m_whoCalls.extract(callers->id))
            asked.mapped()(callers->processes);
    } else {
        settle(std::move(std::get<link::Answer>(*message)));
    }
}

void KeeperLink::settle(link::Answer answer)
{
    // An answer nobody waits for belongs to a client that has left.
    if (const auto open = m_open.find(answer.id); open != m_open.end()) {
        const Reply reply = std::move(open->second.reply);
        m_open.erase(open);
        reply(answer);
    }
    link::wipe(answer.body);
}

void KeeperLink::giveUpOnOldest()
{
    const auto isLate = [this](const Open &open) {
        return m_clock.elapsed() - open.askedAt >= m_answerLimit.count();
    };
    while (!m_open.empty() && isLate(m_open.begin()->second)) {
        const std::uint64_t id = m_open.begin()->first;
        const Reply reply = std::move(m_open.begin()->second.reply);
        cancel(id);
        link::Answer answer{id, link::Status::KeeperUnavailable, {}, {}, 0};
        reply(answer);
    }
    if (!m_open.empty())
        m_timer.start(m_answerLimit +
                      std::chrono::milliseconds(m_open.begin()->second.askedAt - m_clock.elapsed() + 1));
}

void KeeperLink::closed()
{
    m_timer.stop();
    m_whoCalls.clear();
    for (auto &[id, open] : std::exchange(m_open, {})) {
        link::Answer answer{id, link::Status::KeeperUnavailable, {}, {}, 0};
        open.reply(answer);
    }
    if (gone)
        gone();
}

} // namespace clavitor::bridge
