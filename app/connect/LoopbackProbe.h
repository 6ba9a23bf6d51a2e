// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/LocalDoor.h"
#include "app/link/LoopbackAddress.h"
#include "crypto/SecretText.h"

#include <QByteArray>

#include <cstdint>
#include <expected>

namespace clavitor {

/// What came of one question to our own port.
struct LoopbackAnswer {
    enum class Kind {
        NoSuchAddress,  ///< this computer has none of that kind
        Refused,        ///< nobody listens
        Silent,         ///< somebody does, and did not answer in time
        NotHttp,        ///< somebody does, and speaks something else
        Answered,
    };
    Kind kind = Kind::Refused;
    int status = 0;
    QByteArray body;        ///< of Answered
};

/// What is asked: a POST when there is JSON to send, else a GET.
struct LoopbackRequest {
    QByteArray path;
    QByteArray json{};
    QByteArray agent = QByteArrayLiteral("clavitor-doctor");
    qsizetype longest = 64 * 1024;  ///< bytes of the answer that are read
};

/// One request to a loopback address, over a plain socket: core has no Qt Network, and this is all of HTTP that asking
/// ourselves takes. Sends the token, if there is one, as a client would. Blocks up to `timeoutMilliseconds`; any thread but the
/// UI's. Never connects anywhere else. The answer may be a secret: whoever asked for one wipes it.
[[nodiscard]] LoopbackAnswer askLoopback(link::LoopbackAddress address, std::uint16_t port, const LoopbackRequest &request,
                                         const crypto::SecretText &token = {}, int timeoutMilliseconds = 2'000);

/// The same through the bridge's own door, which nobody but this user can have opened (LocalDoor.h); or why it was not entered.
[[nodiscard]] std::expected<LoopbackAnswer, link::DoorRefusal> askAtDoor(const QString &door, const LoopbackRequest &request,
                                                                         const crypto::SecretText &token, int timeoutMilliseconds);

} // namespace clavitor
