// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Gateway.h"

#include "bridge/McpEndpoint.h"
#include "bridge/RequestId.h"
#include "bridge/RestApi.h"

namespace clavitor::bridge {

namespace {

HttpResponse methodNotAllowed(const NoSuchMethod &method, const QString &requestId)
{
    HttpResponse response = errorResponse(apiError(Refusal{Problem::MethodNotAllowed, {}}), requestId);
    response.fields.append({QByteArrayLiteral("Allow"), method.allow});
    return response;
}

} // namespace

Gateway::Gateway(HttpServer &server, KeeperLink &keeper, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_keeper(keeper)
{
    m_server.requested = [this](ExchangeId exchange, HttpRequest request) {
        requested(exchange, std::move(request));
    };
    m_server.abandoned = [this](ExchangeId exchange) { abandoned(exchange); };
}

Gateway::~Gateway()
{
    m_server.requested = {};
    m_server.abandoned = {};
    for (const std::uint64_t id : std::as_const(m_asked))
        m_keeper.cancel(id);
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
    Outcome outcome = found->endpoint == Endpoint::Mcp ? mcpOutcome(request, requestId)
                                                       : restOutcome(*found, request, requestId);
    if (auto *response = std::get_if<HttpResponse>(&outcome)) {
        m_server.answer(exchange, std::move(*response));
        return;
    }
    link::Question question;
    question.token = std::move(request.token);
    question.vaultPrefix = found->vaultPrefix;
    question.requestId = requestId;
    question.peer = request.peer;
    ask(exchange, std::move(std::get<KeeperCall>(outcome)), std::move(question));
}

void Gateway::ask(ExchangeId exchange, KeeperCall call, link::Question question)
{
    question.door = call.door;
    question.query = std::move(call.query);
    question.reason = std::move(call.reason);
    question.client = std::move(call.client);
    const std::uint64_t id = m_keeper.ask(
        std::move(question), [this, exchange, respond = std::move(call.respond)](link::Answer &answer) {
            const std::uint64_t asked = m_asked.take(exchange);
            if (m_server.answer(exchange, respond(answer)) && answer.status == link::Status::Ok)
                m_keeper.delivered(asked);
        });
    m_asked.insert(exchange, id);
}

void Gateway::abandoned(ExchangeId exchange)
{
    if (const auto asked = m_asked.constFind(exchange); asked != m_asked.constEnd()) {
        m_keeper.cancel(*asked);
        m_asked.erase(asked);
    }
}

} // namespace clavitor::bridge
