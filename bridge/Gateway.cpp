// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Gateway.h"

#include "bridge/McpEndpoint.h"
#include "bridge/RequestId.h"
#include "bridge/RestApi.h"

#include <QCryptographicHash>
#include <QPointer>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <utility>

namespace clavitor::bridge {

namespace {

/// How long a call that is over is remembered, and how many of them.
constexpr qint64 EndedMilliseconds = 60'000;
constexpr std::size_t MaxEnded = 4096;
/// A client that hangs up and speaks of it does so in one breath. Whose such a call was, nobody can be asked any more.
constexpr qint64 LeftMilliseconds = 2'000;
/// What is refused sooner did not wait, so no client grew tired of it.
constexpr qint64 AtOnceMilliseconds = 1'000;

HttpResponse methodNotAllowed(const NoSuchMethod &method, const QString &requestId)
{
    HttpResponse response = errorResponse(apiError(Refusal{Problem::MethodNotAllowed, {}}), requestId);
    response.fields.append({QByteArrayLiteral("Allow"), method.allow});
    return response;
}

/// Before the keeper looked who calls: of such an answer nothing is left to be called off.
bool isRefusedAtOnce(const link::Answer &answer, qint64 took)
{
    switch (answer.status) {
    case link::Status::BadRequest:
    case link::Status::Unauthorized:
    case link::Status::KeyPaused:
    case link::Status::KeyFrozen:
    case link::Status::CallerRefused:
    case link::Status::WrongVault:
    case link::Status::Locked:
    case link::Status::VaultChanged:
    case link::Status::RateLimited:
    case link::Status::AuditUnavailable:
    case link::Status::KeeperUnavailable:
        return answer.process == 0 && took < AtOnceMilliseconds;
    case link::Status::Ok:
    case link::Status::ActionNotAllowed:
    case link::Status::OwnProgramOnly:
    case link::Status::ApprovalDenied:
    case link::Status::Pending:
    case link::Status::NotFound:
    case link::Status::BudgetExceeded:
    case link::Status::Internal:
        break;
    }
    return false;
}

/// 0: of one nobody knows.
bool mayBeSame(std::uint64_t one, std::uint64_t other)
{
    return one == 0 || other == 0 || one == other;
}

} // namespace

Gateway::Gateway(HttpServer &server, KeeperLink &keeper, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_keeper(keeper)
{
    std::array<quint32, 8> salt{};
    QRandomGenerator::system()->fillRange(salt.data(), salt.size());
    m_clock.start();
    m_salt = QByteArray(reinterpret_cast<const char *>(salt.data()), sizeof salt);
    m_server.requested = [this](ExchangeId exchange, HttpRequest request) {
        requested(exchange, std::move(request));
    };
    m_server.abandoned = [this](ExchangeId exchange) { abandoned(exchange); };
}

Gateway::~Gateway()
{
    m_server.requested = {};
    m_server.abandoned = {};
    for (const Asked &asked : std::as_const(m_asked))
        m_keeper.cancel(asked.question);
}

void Gateway::requested(ExchangeId exchange, HttpRequest request)
{
    const QString requestId = newRequestId();
    const Routing routing = route(request.method, request.path());
    if (const auto *method = std::get_if<NoSuchMethod>(&routing)) {
        m_server.answer(exchange, methodNotAllowed(*method, requestId));
        return;
    }
    const auto *const found = std::get_if<Route>(&routing);
    if (!found) {
        m_server.answer(exchange, errorResponse(apiError(Refusal{Problem::UnknownPath, {}}), requestId));
        return;
    }
    Outcome outcome = found->operation->source == Operation::Source::Mcp ? mcpOutcome(request, requestId)
                                                                         : restOutcome(*found, request, requestId);
    if (auto *response = std::get_if<HttpResponse>(&outcome)) {
        m_server.answer(exchange, std::move(*response));
        return;
    }
    const QByteArray caller = callerOf(request);
    link::Question question;
    question.token = std::move(request.token);
    question.vaultPrefix = found->vaultPrefix;
    question.requestId = requestId;
    question.peer = request.peer;
    ask(exchange, std::move(std::get<KeeperCall>(outcome)), std::move(question), caller);
}

/// A digest of the token and of what the client calls itself. JSON-RPC ids count from 0 in every client, so an id alone
/// would name anybody's call.
QByteArray Gateway::callerOf(const HttpRequest &request) const
{
    QCryptographicHash digest(QCryptographicHash::Sha256);
    digest.addData(m_salt);
    digest.addData(request.token);
    digest.addData(QByteArrayView("\0", 1));
    digest.addData(request.field("user-agent"));
    return digest.result();
}

void Gateway::ask(ExchangeId exchange, KeeperCall call, link::Question question, const QByteArray &caller)
{
    if (!call.cancels.isEmpty())
        cancel(caller, call.cancels, question.peer);
    question.door = call.door;
    question.query = std::move(call.query);
    question.reason = std::move(call.reason);
    question.client = std::move(call.client);
    const link::Peer peer = question.peer;
    const std::uint64_t id = m_keeper.ask(
        std::move(question), [this, exchange, respond = std::move(call.respond)](link::Answer &answer) {
            const Asked asked = m_asked.take(exchange);
            if (!isRefusedAtOnce(answer, m_clock.elapsed() - asked.at))
                remember(asked, answer.process);
            m_server.answer(exchange, respond(answer));
        });
    m_asked.insert(exchange, {id, caller, std::move(call.rpcId), peer, m_clock.elapsed()});
}

void Gateway::remember(const Asked &asked, std::uint64_t process, bool isLeft)
{
    if (asked.rpcId.isEmpty())
        return;
    m_ended.push_back({asked.caller, asked.rpcId, process, isLeft, m_clock.elapsed()});
    while (m_ended.size() > MaxEnded || m_clock.elapsed() - m_ended.front().at > EndedMilliseconds)
        m_ended.pop_front();
}

bool Gateway::hasJustEnded(const QByteArray &caller, const QByteArray &rpcId, std::uint64_t process, bool isSure) const
{
    return std::ranges::any_of(m_ended, [&](const Ended &ended) {
        const qint64 lasts = isSure && ended.isLeft ? LeftMilliseconds : EndedMilliseconds;
        return ended.rpcId == rpcId && ended.caller == caller && mayBeSame(ended.process, process) && m_clock.elapsed() - ended.at <= lasts;
    });
}

void Gateway::cancel(const QByteArray &caller, const QByteArray &rpcId, const link::Peer &peer)
{
    QList<link::Peer> peers{peer};
    QList<std::uint64_t> questions;
    for (const Asked &asked : std::as_const(m_asked)) {
        if (asked.rpcId != rpcId || asked.caller != caller || peers.size() == link::WhoCalls::Most)
            continue;
        peers.append(asked.peer);
        questions.append(asked.question);
    }
    if (questions.isEmpty())
        return;
    m_keeper.askWhoCalls(peers, [guard = QPointer(this), caller, rpcId, questions](const QList<std::uint64_t> &processes) {
        if (!guard)
            return;
        QHash<std::uint64_t, std::uint64_t> known;
        for (qsizetype i = 0; i < questions.size(); ++i)
            known.insert(questions.at(i), processes.value(i + 1));
        guard->cancel(caller, rpcId, processes.value(0), known);
    });
}

/// A key may be in use by two clients of one make at once, both counting from 0. What the system calls another process's is not
/// meant. When more than one is left, or one just ended, nobody can say which is meant, and none is touched: hanging up still ends it.
void Gateway::cancel(const QByteArray &caller, const QByteArray &rpcId, std::uint64_t process, const QHash<std::uint64_t, std::uint64_t> &processes)
{
    QList<ExchangeId> meant;
    for (auto asked = m_asked.cbegin(); asked != m_asked.cend(); ++asked) {
        const auto of = processes.constFind(asked->question);
        // What came after the cancelling message is not meant by it.
        if (of != processes.cend() && mayBeSame(*of, process))
            meant.append(asked.key());
    }
    if (meant.size() != 1)
        return;
    const bool isSure = process != 0 && processes.value(m_asked.value(meant.first()).question) == process;
    if (hasJustEnded(caller, rpcId, process, isSure))
        return;
    const Asked asked = m_asked.take(meant.first());
    remember(asked, processes.value(asked.question));
    m_keeper.cancel(asked.question);
    // No response, as MCP wants it; the HTTP exchange still has to end, or its connection could not be used again.
    m_server.answer(meant.first(), HttpResponse{202, {}, {}, {}});
}

void Gateway::abandoned(ExchangeId exchange)
{
    if (const auto asked = m_asked.constFind(exchange); asked != m_asked.constEnd()) {
        m_keeper.cancel(asked->question);
        remember(*asked, 0, true);
        m_asked.erase(asked);
    }
}

} // namespace clavitor::bridge
