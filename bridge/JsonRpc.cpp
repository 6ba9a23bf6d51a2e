// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/JsonRpc.h"

#include "bridge/JsonGuard.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxIdText = 200;

std::unexpected<RpcError> fail(int code, QString message, QByteArray id = {})
{
    return std::unexpected(RpcError{code, std::move(message), {}, std::move(id)});
}

} // namespace

QByteArray rpcId(const QJsonValue &id)
{
    const bool isWhole = id.isDouble() && id.toDouble() == std::floor(id.toDouble()) &&
                         std::abs(id.toDouble()) <= 9007199254740992.0;
    const bool isText = id.isString() && id.toString().size() <= MaxIdText;
    if (!isWhole && !isText)
        return {};
    QByteArray array = QJsonDocument(QJsonArray{id}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

std::expected<RpcMessage, RpcError> readRpc(QByteArrayView body)
{
    const std::expected<QJsonValue, QString> parsed = parseJson(body);
    if (!parsed)
        return fail(rpc::ParseError, parsed.error());
    if (parsed->isArray())
        return fail(rpc::InvalidRequest, u"Batches are not supported; send one message a request."_s);
    const QJsonObject object = parsed->toObject();

    RpcMessage message;
    const bool hasId = object.contains("id"_L1);
    message.id = rpcId(object.value("id"_L1));
    if (object.value("jsonrpc"_L1).toString() != "2.0"_L1)
        return fail(rpc::InvalidRequest, u"\"jsonrpc\" must be \"2.0\"."_s, message.id);
    if (!object.contains("method"_L1) && (object.contains("result"_L1) || object.contains("error"_L1))) {
        message.kind = RpcMessage::Kind::Response;
        return message;
    }
    if (!object.value("method"_L1).isString())
        return fail(rpc::InvalidRequest, u"\"method\" must be a string."_s, message.id);
    if (hasId && message.id.isEmpty())
        return fail(rpc::InvalidRequest, u"\"id\" must be a string or a whole number."_s);
    const QJsonValue params = object.value("params"_L1);
    if (!params.isUndefined() && !params.isObject())
        return fail(rpc::InvalidRequest, u"\"params\" must be an object."_s, message.id);
    message.kind = hasId ? RpcMessage::Kind::Request : RpcMessage::Kind::Notification;
    message.method = object.value("method"_L1).toString();
    message.params = params.toObject();
    return message;
}

QByteArray rpcResult(const QByteArray &id, QByteArrayView result)
{
    QByteArray whole;
    whole.reserve(40 + id.size() + result.size());
    return whole.append(R"({"jsonrpc":"2.0","id":)")
        .append(id)
        .append(R"(,"result":)")
        .append(result)
        .append('}');
}

QByteArray rpcFailure(const RpcError &error)
{
    QJsonObject object{{"code"_L1, error.code}, {"message"_L1, error.message}};
    if (!error.data.isEmpty())
        object.insert("data"_L1, error.data);
    QByteArray whole = R"({"jsonrpc":"2.0",)"_ba;
    if (!error.id.isEmpty())
        whole.append(R"("id":)").append(error.id).append(',');
    return whole.append(R"("error":)")
        .append(QJsonDocument(object).toJson(QJsonDocument::Compact))
        .append('}');
}

QByteArray jsonString(QByteArrayView text)
{
    QByteArray quoted;
    // Enough for JSON inside JSON, so that a secret is not copied into a larger buffer half-way.
    quoted.reserve(2 * text.size() + 2);
    quoted.append('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted.append('\\').append(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            static constexpr char hex[] = "0123456789abcdef";
            quoted.append("\\u00").append(hex[c >> 4]).append(hex[c & 0xf]);
        } else {
            quoted.append(c);
        }
    }
    return quoted.append('"');
}

} // namespace clavitor::bridge
