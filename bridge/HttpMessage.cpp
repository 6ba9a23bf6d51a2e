// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/HttpMessage.h"

#include "app/link/Wipe.h"

#include <QDateTime>
#include <QLocale>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 423:
        return "Locked";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

/// IMF-fixdate, RFC 9110 §5.6.7. Made once a second.
const QByteArray &httpDate()
{
    thread_local qint64 second = 0;
    thread_local QByteArray text;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    if (const qint64 latest = now.toSecsSinceEpoch(); latest != second) {
        second = latest;
        text = QLocale::c().toString(now, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1();
    }
    return text;
}

} // namespace

QByteArray fieldValue(const QList<HttpField> &fields, QByteArrayView name)
{
    for (const HttpField &field : fields)
        if (field.name == name)
            return field.value;
    return {};
}

HttpRequest::~HttpRequest()
{
    link::wipe(token);
}

QByteArrayView HttpRequest::path() const
{
    const qsizetype mark = target.indexOf('?');
    return QByteArrayView(target).first(mark < 0 ? target.size() : mark);
}

QByteArrayView HttpRequest::query() const
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? QByteArrayView() : QByteArrayView(target).sliced(mark + 1);
}

HttpResponse HttpResponse::json(QByteArray body, int status)
{
    return {status, "application/json"_ba, std::move(body), {}};
}

QByteArray serialise(const HttpResponse &response, std::optional<std::chrono::seconds> keepAlive, bool withBody)
{
    QByteArray head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(QByteArray::number(response.status)).append(' ');
    head.append(reasonPhrase(response.status));
    head.append("\r\nDate: ").append(httpDate());
    head.append("\r\nCache-Control: no-store"
                "\r\nX-Content-Type-Options: nosniff"
                "\r\nCross-Origin-Resource-Policy: same-origin");
    if (!response.contentType.isEmpty())
        head.append("\r\nContent-Type: ").append(response.contentType);
    for (const HttpField &field : response.fields)
        head.append("\r\n").append(field.name).append(": ").append(field.value);
    const bool hasBody = withBody && response.status != 204;
    if (response.status != 204)
        head.append("\r\nContent-Length: ").append(QByteArray::number(hasBody ? response.body.size() : 0));
    if (keepAlive)
        head.append("\r\nConnection: keep-alive\r\nKeep-Alive: timeout=").append(QByteArray::number(qint64(keepAlive->count())));
    else
        head.append("\r\nConnection: close");
    head.append("\r\n\r\n");
    if (!hasBody)
        return head;
    // One allocation of the final size: no outgrown buffer keeps a part of the body.
    QByteArray whole;
    whole.reserve(head.size() + response.body.size());
    return whole.append(head).append(response.body);
}

} // namespace clavitor::bridge
