// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedKeeper.h"

#include <QtEndian>

#include <sys/socket.h>

namespace clavitor::tests {

using namespace Qt::StringLiterals;

namespace {

QByteArray entry(bool withValues)
{
    QByteArray username = R"({"id":"f1","label":"username","kind":"username")";
    QByteArray password = R"({"id":"f2","label":"password","kind":"password")";
    QByteArray codes = R"({"id":"f5","label":"recovery codes","kind":"recovery_codes")";
    if (withValues) {
        username += R"(,"value":"octo")";
        password += R"(,"value":"pa\"ss\\word \u00fc")";
        codes += R"(,"value":"[REDACTED]","l2":true)";
    }
    return R"({"id":")"_ba + ScriptedKeeper::EntryId +
           R"(","title":"github.com","type":"login","urls":["https://github.com"],)" +
           R"("tags":["dev"],"updated_at":"2026-03-08T10:23:14Z","fields":[)" + username + "}," + password +
           "}," + codes + "}]}";
}

struct Bodies
{
    link::Status &status;

    QByteArray operator()(const link::HealthQuery &) const
    {
        return R"({"name":"clavitor","api_version":"1.2.0","status":"unlocked"})";
    }
    QByteArray operator()(const link::AuthenticateQuery &) const { return "{}"; }
    QByteArray operator()(const link::StatusQuery &) const
    {
        return R"({"vault_id":"0123456789ab","vault":"Demo","locked":false,"key":{"name":"codex-agent"}})";
    }
    QByteArray operator()(const link::ListQuery &) const
    {
        return R"({"entries":[)" + entry(false) + R"(],"next_cursor":null,"total":1})";
    }
    QByteArray operator()(const link::ReadQuery &query) const
    {
        if (query.entryId != QLatin1StringView(ScriptedKeeper::EntryId))
            status = link::Status::NotFound;
        return entry(!query.metadataOnly);
    }
    QByteArray operator()(const link::SearchQuery &) const
    {
        return R"({"query":"github","entries":[)" + entry(true) + R"(],"total":1})";
    }
    QByteArray operator()(const link::ApprovalQuery &query) const
    {
        if (query.id != QLatin1StringView(ScriptedKeeper::EntryId))
            status = link::Status::NotFound;
        return R"({"approval":{"id":")"_ba + ScriptedKeeper::EntryId + R"(","status":"allowed"}})";
    }
    QByteArray operator()(const link::RequestQuery &) const
    {
        return R"({"request":{"id":")"_ba + ScriptedKeeper::EntryId + R"(","status":"added","entry_id":")" +
               ScriptedKeeper::EntryId + R"("}})";
    }
    QByteArray operator()(const link::UseQuery &) const { return R"({"value":"hunter2"})"; }
    QByteArray operator()(const link::CompleteQuery &query) const
    {
        return R"({"values":[")"_ba + (query.ids ? QByteArray(ScriptedKeeper::EntryId) : "github.com"_ba) +
               R"("],"total":1,"hasMore":false})";
    }
    QByteArray operator()(const link::TotpQuery &query) const
    {
        if (query.entryId != QLatin1StringView(ScriptedKeeper::EntryId))
            status = link::Status::NotFound;
        return R"({"id":")"_ba + ScriptedKeeper::EntryId +
               R"(","title":"github.com","code":"847203","digits":6,"period":30,"expires_in":17,"valid_until":"2026-03-08T10:23:30Z"})";
    }
    QByteArray operator()(const link::GenerateQuery &query) const
    {
        return R"({"password":")" + QByteArray(query.length, 'x') + R"(","length":)" +
               QByteArray::number(query.length) + R"(,"entropy_bits":200.5})";
    }
};

} // namespace

std::array<int, 2> socketPair()
{
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return {-1, -1};
    return ends;
}

ScriptedKeeper::ScriptedKeeper(int descriptor)
    : script([](const link::Question &question) { return plausible(question); })
    , m_channel(descriptor)
{
    m_channel.received = [this](QByteArrayView payload) { received(payload); };
    m_channel.closed = [this] { isBridgeGone = true; };
}

void ScriptedKeeper::start(std::uint16_t port)
{
    sendStart({link::buildStamp(), port});
}

void ScriptedKeeper::sendStart(const link::Start &start)
{
    m_channel.send(link::encode(link::ToBridge(start)));
}

void ScriptedKeeper::sendFrame(const QByteArray &payload)
{
    QByteArray frame(4, Qt::Uninitialized);
    qToBigEndian(static_cast<quint32>(payload.size()), frame.data());
    m_channel.send(frame + payload);
}

void ScriptedKeeper::answer(const link::Answer &answer)
{
    m_channel.send(link::encode(link::ToBridge(answer)));
}

link::Answer ScriptedKeeper::plausible(const link::Question &question)
{
    link::Answer answer{question.id, link::Status::Ok, {}, {}, 0};
    if (!std::holds_alternative<link::HealthQuery>(question.query) && question.token != Token)
        answer.status = link::Status::Unauthorized;
    else if (!question.vaultPrefix.isEmpty() && question.vaultPrefix != QLatin1StringView(VaultId))
        answer.status = link::Status::NotFound;
    else
        answer.body = std::visit(Bodies{answer.status}, question.query);
    if (answer.status != link::Status::Ok)
        answer.body.clear();
    return answer;
}

void ScriptedKeeper::received(QByteArrayView payload)
{
    std::optional<link::ToKeeper> message = link::decodeToKeeper(payload);
    if (!message) {
        qWarning("the bridge sent something that cannot be read");
        m_channel.close();
    } else if (const auto *up = std::get_if<link::BridgeUp>(&*message)) {
        bridgeUp = *up;
    } else if (const auto *gone = std::get_if<link::ClientGone>(&*message)) {
        clientsGone.append(gone->id);
    } else if (const auto *who = std::get_if<link::WhoCalls>(&*message)) {
        whoCalls.append(*who);
        if (!holdsCallers)
            tellCallers();
    } else {
        const link::Question &question = std::get<link::Question>(*message);
        if (keepsQuestions)
            questions.append(question);
        if (const std::optional<link::Answer> scripted = script(question))
            answer(*scripted);
    }
}

void ScriptedKeeper::tellCallers()
{
    const link::WhoCalls who = whoCalls.takeFirst();
    link::Callers callers{who.id, {}};
    for (const link::Peer &peer : who.peers)
        callers.processes.append(processAt ? processAt(peer) : 0);
    m_channel.send(link::encode(link::ToBridge(callers)));
}

} // namespace clavitor::tests

#include "moc_ScriptedKeeper.cpp"
