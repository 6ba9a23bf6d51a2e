// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Outcome.h"

namespace clavitor::bridge {

KeeperCall forAnyKey(link::Door door, const QString &requestId, const QString &client, HttpResponse response)
{
    KeeperCall keeper;
    keeper.door = door;
    keeper.query = link::AuthenticateQuery{};
    keeper.client = client;
    keeper.respond = [requestId, response = std::move(response)](link::Answer &answer) -> HttpResponse {
        switch (answer.status) {
        case link::Status::Ok:
        case link::Status::Locked:
        case link::Status::KeyPaused:
        case link::Status::KeyFrozen:
        case link::Status::ActionNotAllowed:
            return response;
        default:
            return errorResponse(apiError(answer.status, answer.detail, answer.retryAfterSeconds), requestId);
        }
    };
    return keeper;
}

KeeperCall withoutToken(link::Door door, const QString &requestId, const QString &client)
{
    KeeperCall keeper;
    keeper.door = door;
    keeper.query = link::AuthenticateQuery{};
    keeper.client = client;
    keeper.respond = [requestId](link::Answer &) { return errorResponse(apiError(Refusal{Problem::Unauthorized, {}}), requestId); };
    return keeper;
}

QString untrustedText(const QString &said, qsizetype most)
{
    QString text = said.left(most);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    for (QChar &c : text)
        if (c.category() == QChar::Other_Control)
            c = u' ';
    return text;
}

} // namespace clavitor::bridge
