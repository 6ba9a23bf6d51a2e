// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shim/Exchange.h"
#include "shim/LineWriter.h"
#include "shim/RpcLine.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <deque>
#include <expected>
#include <functional>
#include <list>

namespace clavitor::shim {

/// Fetches the token of the key and calls back once, from the event loop: the token (a secret, handed over), or why there is none.
using TokenSource = std::function<void(std::function<void(std::expected<QByteArray, QString>)>)>;

/// MCP over standard input and output (one JSON-RPC message a line), carried to the bridge and back.
///
/// Lives on one thread; owns neither descriptor. Every message goes to the bridge as it is, over a connection of its own, so calls run beside
/// each other and an answer that waits for the person holds up none. `notifications/cancelled` hangs up the call it names. Errors of
/// the bridge that are no JSON-RPC become such; a message that no answer is due to has none.
/// When the client has closed the input, calls under way have `grace` to end.
class Conversation : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype MaxLine = 1024 * 1024; ///< bytes, as the bridge's limit of a body
    static constexpr std::size_t MaxAtOnce = 16;      ///< calls under way; the bridge has 64 places for everybody
    static constexpr std::size_t MaxWaiting = 256;    ///< lines read ahead; then the input waits

    struct Parts
    {
        int input = 0;
        int output = 1;
        QString door; ///< link::doorPath()
        TokenSource token;
        QByteArray product; ///< "clavitor-mcp/0.1.0"
        Patience patience;
        std::chrono::milliseconds grace{1'000};
    };

    explicit Conversation(Parts parts, QObject *parent = nullptr);
    ~Conversation() override;

    /// Nobody listens any more, or nobody speaks and all was answered. Called once, from the event loop.
    std::function<void()> over;

private:
    struct Call
    {
        RpcLine about;
        QByteArray line;
        bool isRepeated = false; ///< the token was refused once
        Exchange *exchange = nullptr;
    };
    using CallPlace = std::list<Call>::iterator;

    void readInput();
    void take(const QByteArray &line);
    void pump();
    void start(Call call);
    void fetchToken();
    void answered(CallPlace call, std::expected<Answer, link::DoorRefusal> answer);
    void reply(const Call &call, Answer answer);
    void fail(const Call &call, const QString &sentence, const QJsonObject &data = {});
    void cancel(const QByteArray &id);
    void hangUp();
    void finishIfDone();
    [[nodiscard]] QByteArray request(const Call &call) const;

    Parts m_parts;
    QSocketNotifier m_readable;
    LineWriter m_output;
    QByteArray m_incoming;
    bool m_isSkipping = false; ///< the rest of a line that was too long
    bool m_hasInputEnded = false;
    bool m_isOver = false;
    QByteArray m_token;        ///< secret
    bool m_isFetching = false;
    QString m_client;
    std::deque<Call> m_waiting;
    std::list<Call> m_underWay;
    QTimer m_grace;
};

} // namespace clavitor::shim
