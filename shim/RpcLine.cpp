// SPDX-License-Identifier: GPL-3.0-or-later
#include "shim/RpcLine.h"

#include "app/link/RepeatedArgument.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace clavitor::shim {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxClient = 100;

QByteArray idText(const QJsonValue &id)
{
    if (!id.isDouble() && !id.isString())
        return {};
    const QByteArray array = QJsonDocument(QJsonArray{id}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

/// As a User-Agent may have it (RFC 9110 §5.6.2); everything else becomes '-'.
QString productOf(const QJsonObject &info)
{
    const QString name = info.value("name"_L1).toString();
    if (name.isEmpty())
        return {};
    QString product = name + u'/' + info.value("version"_L1).toString();
    product.truncate(MaxClient);
    std::ranges::replace_if(product, [](QChar c) { return c <= u' ' || c > u'~' || c == u'"' || c == u'(' || c == u')'; }, u'-');
    return product;
}

} // namespace

RpcLine RpcLine::of(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    RpcLine found;
    found.id = idText(object.value("id"_L1));
    found.method = object.value("method"_L1).toString();
    if (found.method.isEmpty())
        found.id.clear(); // an answer of the client's: we ask it nothing
    const QJsonObject params = object.value("params"_L1).toObject();
    found.version = params.value("_meta"_L1).toObject().value("io.modelcontextprotocol/protocolVersion"_L1).toString();
    if (found.method == "tools/call"_L1 || found.method == "prompts/get"_L1)
        found.name = params.value("name"_L1).toString();
    else if (found.method == "resources/read"_L1)
        found.name = params.value("uri"_L1).toString();
    else if (found.method == "notifications/cancelled"_L1)
        found.cancels = idText(params.value("requestId"_L1));
    else if (found.method == "initialize"_L1)
        found.client = productOf(params.value("clientInfo"_L1).toObject());
    if (found.method == "tools/call"_L1 && found.name == link::repeated::Tool)
        found.type = params.value("arguments"_L1).toObject().value(link::repeated::Argument).toString();
    return found;
}

QByteArray headerValue(const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    const bool isPlain = std::ranges::all_of(utf8, [](char c) { return c >= ' ' && c <= '~'; }) && utf8.trimmed() == utf8
        && !utf8.startsWith("=?");
    return isPlain ? utf8 : QByteArray("=?base64?" + utf8.toBase64() + "?=");
}

QByteArray rpcFailure(const QByteArray &id, const QString &message, const QJsonObject &data)
{
    QJsonObject error{{"code"_L1, -32603}, {"message"_L1, message}};
    if (!data.isEmpty())
        error.insert("data"_L1, data);
    return "{\"jsonrpc\":\"2.0\",\"id\":" + (id.isEmpty() ? QByteArray("null") : id) + ",\"error\":"
        + QJsonDocument(error).toJson(QJsonDocument::Compact) + '}';
}

} // namespace clavitor::shim
