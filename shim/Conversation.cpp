// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/Conversation.h"

#include "app/link/RepeatedArgument.h"
#include "app/link/Wipe.h"

#include <QJsonDocument>
#include <QPointer>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace clavitor::shim {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ReadPortion = 64 * 1024;
/// Answers nobody has read yet, in bytes: more of them are not asked for.
constexpr qsizetype MaxUnwritten = 16 * 1024 * 1024;
constexpr int Unauthorized = 401;

} // namespace

Conversation::Conversation(Parts parts, QObject *parent)
    : QObject(parent)
    , m_parts(std::move(parts))
    , m_readable(m_parts.input, QSocketNotifier::Read)
    , m_output(m_parts.output)
{
    connect(&m_readable, &QSocketNotifier::activated, this, &Conversation::readInput);
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, &Conversation::hangUp);
    m_output.drained = [this] {
        pump();
        finishIfDone();
    };
    m_output.broken = [this] { hangUp(); };
}

Conversation::~Conversation()
{
    link::wipe(m_token);
}

void Conversation::readInput()
{
    const qsizetype before = m_incoming.size();
    m_incoming.resize(before + ReadPortion);
    const ssize_t taken = ::read(m_parts.input, m_incoming.data() + before, static_cast<std::size_t>(ReadPortion));
    const int error = errno;
    m_incoming.resize(before + std::max<ssize_t>(0, taken));
    if (taken < 0 && (error == EAGAIN || error == EINTR))
        return;
    if (taken <= 0) {
        m_readable.setEnabled(false);
        m_hasInputEnded = true;
        // A last line without an end still counts, as `printf` sends it.
        if (!m_isSkipping && !m_incoming.isEmpty())
            take(std::exchange(m_incoming, {}));
        m_grace.start(m_parts.grace);
        QMetaObject::invokeMethod(this, &Conversation::finishIfDone, Qt::QueuedConnection);
        return;
    }
    qsizetype from = 0;
    for (qsizetype end = m_incoming.indexOf('\n'); end >= 0; end = m_incoming.indexOf('\n', from)) {
        if (!std::exchange(m_isSkipping, false))
            take(m_incoming.sliced(from, end - from));
        from = end + 1;
    }
    m_incoming.remove(0, from);
    if (m_isSkipping || m_incoming.size() > MaxLine) {
        if (!std::exchange(m_isSkipping, true))
            m_output.write(rpcFailure({}, u"The message is longer than 1 MiB."_s));
        m_incoming.clear();
    }
}

void Conversation::take(const QByteArray &line)
{
    QByteArray message = line.trimmed();
    if (message.isEmpty())
        return;
    if (message.size() > MaxLine) {
        m_output.write(rpcFailure({}, u"The message is longer than 1 MiB."_s));
        return;
    }
    RpcLine about = RpcLine::of(message);
    if (about.method == "notifications/cancelled"_L1) {
        cancel(about.cancels);
        return;
    }
    if (!about.client.isEmpty())
        m_client = about.client;
    m_waiting.push_back({std::move(about), std::move(message)});
    pump();
}

void Conversation::pump()
{
    while (!m_waiting.empty() && m_underWay.size() < MaxAtOnce && m_output.unwritten() < MaxUnwritten) {
        if (m_token.isEmpty()) {
            fetchToken();
            break;
        }
        if (m_isFetching)
            break;
        Call call = std::move(m_waiting.front());
        m_waiting.pop_front();
        start(std::move(call));
    }
    m_readable.setEnabled(!m_hasInputEnded && !m_isOver && m_waiting.size() < MaxWaiting);
}

void Conversation::start(Call call)
{
    m_underWay.push_back(std::move(call));
    const CallPlace place = std::prev(m_underWay.end());
    place->exchange = new Exchange(m_parts.door, request(*place), m_parts.patience, this);
    place->exchange->ended = [this, place](std::expected<Answer, link::DoorRefusal> answer) { answered(place, std::move(answer)); };
}

QByteArray Conversation::request(const Call &call) const
{
    QByteArray bytes;
    bytes.reserve(2048 + m_token.size() + 4 * (call.about.name.size() + call.about.method.size()) + call.line.size());
    bytes.append("POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                 "Accept: application/json, text/event-stream\r\nAuthorization: Bearer ");
    bytes.append(m_token).append("\r\nUser-Agent: ");
    if (!m_client.isEmpty())
        bytes.append(m_client.toLatin1()).append(' ');
    bytes.append(m_parts.product).append("\r\n");
    if (!call.about.version.isEmpty()) {
        bytes.append("MCP-Protocol-Version: ").append(headerValue(call.about.version));
        bytes.append("\r\nMcp-Method: ").append(headerValue(call.about.method)).append("\r\n");
        if (!call.about.name.isEmpty())
            bytes.append("Mcp-Name: ").append(headerValue(call.about.name)).append("\r\n");
        if (!call.about.type.isEmpty())
            bytes.append(link::repeated::Field).append(": ").append(headerValue(call.about.type)).append("\r\n");
    }
    return bytes.append("Content-Length: ").append(QByteArray::number(call.line.size())).append("\r\n\r\n").append(call.line);
}

void Conversation::fetchToken()
{
    if (std::exchange(m_isFetching, true))
        return;
    m_parts.token([this, alive = QPointer(this)](std::expected<QByteArray, QString> token) {
        if (!alive) {
            if (token)
                link::wipe(*token);
            return;
        }
        m_isFetching = false;
        const bool isNew = token && *token != m_token;
        link::wipe(m_token);
        m_token = token ? std::move(*token) : QByteArray();
        // Who was refused with this very token is refused again; who waits without one has nothing to wait for.
        std::deque<Call> waiting = std::exchange(m_waiting, {});
        for (Call &call : waiting) {
            if (!token)
                fail(call, token.error());
            else if (call.isRepeated && !isNew)
                fail(call, u"The vault does not know this key, or it was revoked. Make one on the page Connection of Clavitor."_s);
            else
                m_waiting.push_back(std::move(call));
        }
        pump();
        finishIfDone();
    });
}

void Conversation::answered(CallPlace place, std::expected<Answer, link::DoorRefusal> answer)
{
    Call call = std::move(*place);
    call.exchange->deleteLater();
    call.exchange = nullptr;
    m_underWay.erase(place);
    if (!answer) {
        fail(call, answer.error().sentence
                       + (answer.error().kind == link::DoorRefusal::Kind::Absent ? u" Is Clavitor running?"_s : QString()));
    } else if (answer->status == Unauthorized && !call.isRepeated) {
        // The key may have a new token since ours was fetched.
        call.isRepeated = true;
        m_waiting.push_front(std::move(call));
        fetchToken();
    } else {
        reply(call, std::move(*answer));
    }
    pump();
    finishIfDone();
}

void Conversation::reply(const Call &call, Answer answer)
{
    if (answer.body.startsWith("{\"jsonrpc\":")) {
        if (!call.about.method.isEmpty() && call.about.id.isEmpty())
            link::wipe(answer.body); // no answer is due to a notification, whatever is wrong with it
        else
            m_output.write(std::move(answer.body));
        return;
    }
    if (answer.status < 300)
        return; // 202: taken, or withdrawn
    const QJsonObject error = QJsonDocument::fromJson(answer.body).object().value("error"_L1).toObject();
    QString sentence = error.value("message"_L1).toString(u"The bridge answered %1."_s.arg(answer.status));
    if (const QString hint = error.value("hint"_L1).toString(); !hint.isEmpty())
        sentence += u' ' + hint;
    fail(call, sentence, error);
}

void Conversation::fail(const Call &call, const QString &sentence, const QJsonObject &data)
{
    qWarning("%ls", qUtf16Printable(sentence));
    if (!call.about.id.isEmpty())
        m_output.write(rpcFailure(call.about.id, sentence, data));
}

void Conversation::cancel(const QByteArray &id)
{
    if (id.isEmpty())
        return;
    std::erase_if(m_waiting, [&id](const Call &call) { return call.about.id == id; });
    for (auto call = m_underWay.begin(); call != m_underWay.end();) {
        if (call->about.id != id) {
            ++call;
            continue;
        }
        delete call->exchange;
        call = m_underWay.erase(call);
    }
    pump();
}

void Conversation::hangUp()
{
    m_waiting.clear();
    for (Call &call : m_underWay)
        delete call.exchange;
    m_underWay.clear();
    m_hasInputEnded = true;
    m_readable.setEnabled(false);
    if (!std::exchange(m_isOver, true) && over)
        over();
}

void Conversation::finishIfDone()
{
    if (m_hasInputEnded && m_waiting.empty() && m_underWay.empty() && m_output.unwritten() == 0)
        hangUp();
}

} // namespace clavitor::shim
