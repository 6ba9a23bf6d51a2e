// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/BridgeSide.h"

#include <sys/socket.h>

namespace clavitor::test {

BridgeSide::BridgeSide()
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        qFatal("no socket pair");
    keeperEnd = ends[0];
    channel = std::make_unique<link::FrameChannel>(ends[1]);
    channel->received = [this](QByteArrayView payload) {
        auto message = link::decodeToBridge(payload);
        if (message && std::holds_alternative<link::Start>(*message))
            started = true;
        else if (message && std::holds_alternative<link::Answer>(*message))
            answers.append(std::get<link::Answer>(*message));
        else if (message && std::holds_alternative<link::Callers>(*message))
            callers.append(std::get<link::Callers>(*message));
    };
}

BridgeSide::~BridgeSide() = default;

void BridgeSide::ask(std::uint64_t id, const QByteArray &token, link::Query query)
{
    link::Question question;
    question.id = id;
    question.token = token;
    question.query = std::move(query);
    channel->send(link::encode(link::ToKeeper(question)));
}

QByteArray makeKey(OpenVault &open, const QString &name)
{
    auto made = open.createKey({name, {}, {true, {}, {}, {}}, {Action::Read, Action::Search, Action::List}, 0, policyOf(Preset::Trusted)});
    return made ? QByteArray(made->token.view().data(), static_cast<qsizetype>(made->token.size())) : QByteArray();
}

} // namespace clavitor::test
