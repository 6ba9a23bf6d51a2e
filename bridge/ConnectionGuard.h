// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/ClientSocket.h"
#include "bridge/RequestGuard.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace clavitor::bridge {

/// How long a connection may take for what (SECURITY.md T6).
struct ConnectionLimits
{
    RequestLimits request;
    std::chrono::milliseconds head{5'000};      ///< from the first byte, or from connecting
    std::chrono::milliseconds body{10'000};     ///< from the end of the head
    std::chrono::milliseconds write{10'000};    ///< for the client to take an answer
    std::chrono::milliseconds idle{15'000};     ///< between two requests
    std::chrono::milliseconds lifetime{60'000}; ///< after this the next answer is the last
    std::chrono::milliseconds linger{1'000};    ///< to let a refused client read why
    int requests = 100;                         ///< on one connection
    int connections = 64;                       ///< at the same time, over both addresses
    qint64 unsent = 32 * 1024 * 1024;           ///< bytes of answers that clients have not taken yet, all together
};

/// One connection, over TCP or a Unix socket: reads requests within their limits, one at a time, and writes answers.
///
/// Lives on the thread of its socket and owns it. Nothing is read while an answer is pending or being
/// written, so there is never more than one request in flight, and what a client sends ahead waits in the
/// kernel (a buffer's worth; more than that ends the connection). Every refusal is answered and closes. Bytes
/// that held a token or an answer are wiped.
class ConnectionGuard : public QObject
{
    Q_OBJECT
public:
    /// `guard` outlives this object. `peerSocket` is the inode of the client's end.
    ConnectionGuard(ClientSocket *socket, std::uint64_t peerSocket, const RequestGuard &guard,
                    const ConnectionLimits &limits, QObject *parent);
    ~ConnectionGuard() override;

    /// A request has come in whole. One answer() is due, at any later time or never.
    std::function<void(RequestHead head, QByteArray body)> admitted;
    /// The connection is over, and this object deletes itself. Called once; an answer that was due is due no
    /// more.
    std::function<void()> closed;

    /// Of the request admitted last. An error status ends the connection once it is written.
    void answer(HttpResponse response);

    [[nodiscard]] bool isAnswerPending() const { return m_stage == Stage::Answer; }
    [[nodiscard]] bool hasBeenAnswered() const { return m_answered > 0; }
    /// The client has closed its end, whether or not that was read yet.
    [[nodiscard]] bool hasLeft() const { return m_socket->hasClientLeft(); }
    /// Bytes of its answer that the client has not taken yet.
    [[nodiscard]] qint64 unsent() const { return m_socket->unsent(); }
    /// For how long it has been in its present stage, ms.
    [[nodiscard]] qint64 stageAge() const { return m_stageAge.elapsed(); }
    [[nodiscard]] link::Peer peer() const { return m_peer; }
    /// Ends it now, without an answer.
    void abort();
    /// Answers an error and ends it.
    void refuse(const Refusal &refusal);

private:
    enum class Stage {
        Idle, ///< nothing of a request has arrived
        Head,
        Body,
        Answer, ///< an answer is due
        Write,  ///< an answer is on its way
        Linger, ///< the last answer is written; what still comes is thrown away
        Closed,
    };

    void enter(Stage stage);
    void readAvailable();
    void readRequest();
    bool readHead();
    void askForBody();
    void admit();
    void write(const HttpResponse &response, bool keepAlive, bool withBody);
    void written();
    void finish();
    void deadline();
    void disconnected();
    [[nodiscard]] std::chrono::milliseconds limitOf(Stage stage) const;

    ClientSocket *m_socket;
    const RequestGuard &m_guard;
    ConnectionLimits m_limits;
    link::Peer m_peer;
    Stage m_stage = Stage::Idle;
    QByteArray m_incoming; ///< of the request being read, and what came with its end
    HeadScanner m_scanner;
    RequestHead m_head;
    qsizetype m_headSize = 0;
    bool m_isKeptAlive = false;  ///< as the request in flight wants it
    bool m_isHeadOnly = false;   ///< the request in flight is a HEAD
    bool m_isLastAnswer = false; ///< of the answer being written
    bool m_isInputWhole = false; ///< the request was read to its end, so nothing more is expected
    int m_answered = 0;
    qint64 m_discarded = 0;
    QElapsedTimer m_age;
    QElapsedTimer m_stageAge;
    QTimer m_timer;
};

} // namespace clavitor::bridge
