// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/McpEndpoint.h"
#include "tests/support/ScriptedKeeper.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <functional>
#include <optional>

/// One message to the MCP endpoint, with a keeper that answers from a script.
namespace clavitor::bridge {

using namespace Qt::StringLiterals;
using clavitor::tests::ScriptedKeeper;

struct Talk
{
    HttpResponse response;
    std::optional<link::Question> question; ///< what the keeper was asked, if it was
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(response.body).object(); }
    [[nodiscard]] QJsonObject result() const { return json().value("result"_L1).toObject(); }
    [[nodiscard]] int errorCode() const;
    /// The text block of a tool's result.
    [[nodiscard]] QByteArray text() const;
};

using Fields = QList<HttpField>;
using Script = std::function<link::Answer(const link::Question &)>;

Talk talk(const QByteArray &body, const Fields &fields = {}, const QByteArray &token = ScriptedKeeper::Token,
          const Script &script = &ScriptedKeeper::plausible);

/// With seconds to wait, but for a token that is no good: of that they would mean that too many were tried.
Script saying(link::Status status, int seconds = 7);

QByteArray message(const QByteArray &method, const QByteArray &params = "{}"_ba,
                   const QByteArray &id = "1"_ba);

inline constexpr char ModernMeta[] =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientInfo":{"name":"claude-code","version":"2.1.330"},)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

/// A request of 2026-07-28 with the headers it must have. `params` without its braces.
Talk modern(const QByteArray &method, const QByteArray &params = {}, const QByteArray &name = {},
            const Script &script = &ScriptedKeeper::plausible, const Fields &repeated = {});

} // namespace clavitor::bridge
