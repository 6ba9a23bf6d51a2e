// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Utf8.h"
#include "bridge/McpEndpoint.h"
#include "bridge/McpVersions.h"
#include "bridge/Operations.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

using EraOrError = std::expected<McpEra, RpcError>;

EraOrError mismatch(const RpcMessage &message, QString what)
{
    return std::unexpected(RpcError{rpc::HeaderMismatch, u"Header mismatch: "_s + what, {}, message.id});
}

EraOrError unsupported(const RpcMessage &message, const QString &requested)
{
    return std::unexpected(
        RpcError{rpc::UnsupportedProtocolVersion,
                 mcp::isLegacy(requested) ? u"Unsupported protocol version: in _meta only that of 2026-07-28; earlier ones begin with initialize"_s
                                          : u"Unsupported protocol version"_s,
                 {{"supported"_L1, mcp::supportedVersions()}, {"requested"_L1, untrustedText(requested, 40)}},
                 message.id});
}

/// A header value as sent, or out of its `=?base64?…?=`; nullopt when that is broken, its padding included (RFC 4648 §3.2).
std::optional<QString> decodedHeader(const QByteArray &value)
{
    constexpr QByteArrayView begin = "=?base64?";
    constexpr QByteArrayView end = "?=";
    if (!value.startsWith(begin) || !value.endsWith(end) || value.size() < begin.size() + end.size())
        return value.isValidUtf8() ? std::optional(link::fromUtf8(value)) : std::nullopt;
    const QByteArray encoded = value.sliced(begin.size(), value.size() - begin.size() - end.size());
    const auto decoded = QByteArray::fromBase64Encoding(encoded, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.toBase64() != encoded || !decoded.decoded.isValidUtf8())
        return std::nullopt;
    return link::fromUtf8(decoded.decoded);
}

/// A header is there and says the same as the body.
bool repeats(const QByteArray &header, const QString &inBody)
{
    return !header.isEmpty() && decodedHeader(header) == inBody;
}

/// What the header Mcp-Name must repeat, for the methods that have one.
std::optional<QJsonValue> nameInBody(const RpcMessage &message)
{
    if (message.method == "tools/call"_L1 || message.method == "prompts/get"_L1)
        return message.params.value("name"_L1);
    if (message.method == "resources/read"_L1)
        return message.params.value("uri"_L1);
    return std::nullopt;
}

/// The argument whose header says something else than the call does. One that is absent has no header; one that is no text
/// has its say when the arguments are read.
std::optional<Parameter> misrepeated(const RpcMessage &message, const QList<HttpField> &fields)
{
    const Operation *const tool =
        message.method == "tools/call"_L1 ? findTool(message.params.value("name"_L1).toString()) : nullptr;
    if (!tool)
        return std::nullopt;
    const QJsonObject arguments = message.params.value("arguments"_L1).toObject();
    for (const Parameter &parameter : tool->parameters) {
        if (parameter.header.isEmpty())
            continue;
        const QJsonValue inBody = arguments.value(parameter.name);
        const QByteArray name = "mcp-param-" + QByteArray(parameter.header.latin1()).toLower();
        const QByteArray header = fieldValue(fields, name);
        const bool isAbsent = inBody.isUndefined() || inBody.isNull();
        if (isAbsent ? !header.isEmpty() : inBody.isString() && decodedHeader(header) != inBody.toString())
            return parameter;
    }
    return std::nullopt;
}

EraOrError modernEra(const RpcMessage &message, const QList<HttpField> &fields, const QJsonObject &meta)
{
    const QJsonValue version = meta.value(mcp::MetaProtocolVersion);
    if (!version.isString())
        return std::unexpected(RpcError{
            rpc::InvalidParams, u"The protocol version in _meta must be a string."_s, {}, message.id});
    if (!repeats(fieldValue(fields, "mcp-protocol-version"), version.toString()))
        return mismatch(message, u"MCP-Protocol-Version is missing or differs from _meta"_s);
    if (version.toString() != mcp::Modern)
        return unsupported(message, version.toString());
    if (!meta.value(mcp::MetaClientCapabilities).isObject())
        return std::unexpected(RpcError{rpc::InvalidParams,
                                        u"_meta must hold %1, an object."_s.arg(mcp::MetaClientCapabilities),
                                        {},
                                        message.id});
    if (!repeats(fieldValue(fields, "mcp-method"), message.method))
        return mismatch(message, u"Mcp-Method is missing or differs from the method"_s);
    const std::optional<QJsonValue> name = nameInBody(message);
    if (name && (!name->isString() || !repeats(fieldValue(fields, "mcp-name"), name->toString())))
        return mismatch(message, u"Mcp-Name is missing or differs from the params"_s);
    if (const std::optional<Parameter> wrong = misrepeated(message, fields))
        return mismatch(message, u"Mcp-Param-%1 is missing or differs from the argument '%2'"_s.arg(wrong->header, wrong->name));
    return McpEra::Modern;
}

} // namespace

std::expected<McpEra, RpcError> eraOf(const RpcMessage &message, const QList<HttpField> &fields)
{
    const QJsonObject meta = message.params.value("_meta"_L1).toObject();
    if (meta.contains(mcp::MetaProtocolVersion))
        return modernEra(message, fields, meta);

    const QString header = QString::fromLatin1(fieldValue(fields, "mcp-protocol-version"));
    // The handshake says its version in the params; without a header 2025-03-26 is assumed, which Gemini CLI
    // relies on.
    if (header.isEmpty() || message.method == "initialize"_L1 || mcp::isLegacy(header))
        return McpEra::Legacy;
    if (header == mcp::Modern && message.kind == RpcMessage::Kind::Notification)
        return McpEra::Modern;
    if (header == mcp::Modern)
        return std::unexpected(RpcError{rpc::InvalidParams,
                                        u"params._meta must hold %1."_s.arg(mcp::MetaProtocolVersion),
                                        {},
                                        message.id});
    return unsupported(message, header);
}

} // namespace clavitor::bridge
