// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/RequestGuard.h"

#include "app/link/RepeatedArgument.h"
#include "app/link/Wipe.h"

#include <algorithm>
#include <array>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

/// Longest token looked at; ours have 66 characters.
constexpr qsizetype MaxToken = 256;

/// May appear once at most: a second one could be read differently by somebody else.
constexpr std::array Singletons{"host",    "content-length", "content-type",         "authorization",
                                "expect",  "user-agent",     "mcp-protocol-version", "mcp-method",
                                "mcp-name", link::repeated::Field};

std::unexpected<Refusal> refuse(Problem problem, QString detail = {})
{
    return std::unexpected(Refusal{problem, std::move(detail)});
}
std::unexpected<Refusal> malformed(QString detail)
{
    return refuse(Problem::BadRequest, std::move(detail));
}

/// RFC 9110 §5.6.2
bool isTokenCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}
bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}
bool isDigits(QByteArrayView text)
{
    return !text.isEmpty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
/// Visible ASCII: no space, no control, nothing beyond.
bool isVisible(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool isKnownMethod(QByteArrayView method)
{
    static constexpr std::array known{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"};
    return std::any_of(known.begin(), known.end(), [&](const char *name) { return method == name; });
}
bool carriesBody(QByteArrayView method)
{
    return method == "POST" || method == "PUT" || method == "PATCH";
}

/// The next line without its CR LF, taken off `rest`.
QByteArrayView takeLine(QByteArrayView &rest)
{
    const qsizetype end = rest.indexOf("\r\n");
    const QByteArrayView line = rest.first(end);
    rest = rest.sliced(end + 2);
    return line;
}

std::expected<HttpField, Refusal> readField(QByteArrayView line)
{
    if (line.startsWith(' ') || line.startsWith('\t'))
        return malformed(u"Header fields may not be folded over lines."_s);
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon)))
        return malformed(u"A header field has no valid name."_s);
    return HttpField{line.first(colon).toByteArray().toLower(),
                     line.sliced(colon + 1).trimmed().toByteArray()};
}

/// `application/json`, whatever its parameters; a charset must be UTF-8.
bool isJson(const QByteArray &contentType)
{
    const QList<QByteArray> parts = contentType.toLower().split(';');
    if (parts.first().trimmed() != "application/json")
        return false;
    return std::all_of(parts.begin() + 1, parts.end(), [](const QByteArray &part) {
        QByteArray parameter = part.trimmed();
        parameter.replace('"', "");
        return !parameter.startsWith("charset") || parameter == "charset=utf-8" ||
               parameter == "charset=utf8";
    });
}

QByteArray bearerToken(const QByteArray &authorization)
{
    constexpr QByteArrayView scheme = "bearer ";
    const QByteArrayView sent = authorization;
    if (sent.size() <= scheme.size() || sent.first(scheme.size()).compare(scheme, Qt::CaseInsensitive) != 0)
        return {};
    const QByteArrayView token = sent.sliced(scheme.size());
    return token.size() <= MaxToken && isVisible(token) ? token.toByteArray() : QByteArray();
}

/// What the fields say when taken together, before any policy.
struct FieldFacts
{
    QList<HttpField> all;

    ~FieldFacts()
    {
        for (HttpField &field : all)
            if (field.name == "authorization")
                link::wipe(field.value);
    }
    [[nodiscard]] qsizetype count(QByteArrayView name) const
    {
        return std::count_if(all.begin(), all.end(),
                             [&](const HttpField &field) { return field.name == name; });
    }
    [[nodiscard]] bool has(QByteArrayView name) const { return count(name) > 0; }
    [[nodiscard]] QByteArray value(QByteArrayView name) const { return fieldValue(all, name); }
    [[nodiscard]] bool connectionSays(QByteArrayView option) const
    {
        for (const HttpField &field : all) {
            if (field.name != "connection")
                continue;
            const QList<QByteArray> options = field.value.toLower().split(',');
            if (std::any_of(options.begin(), options.end(),
                            [&](const QByteArray &said) { return said.trimmed() == option; }))
                return true;
        }
        return false;
    }
};

std::expected<void, Refusal> checkFraming(const FieldFacts &fields)
{
    for (const char *name : Singletons)
        if (fields.count(name) > 1)
            return malformed(
                u"The header field '%1' was sent more than once."_s.arg(QLatin1StringView(name)));
    if (fields.has("transfer-encoding"))
        return malformed(u"Transfer-Encoding is not accepted; send Content-Length."_s);
    if (fields.has("upgrade"))
        return malformed(u"The protocol cannot be upgraded here."_s);
    if (fields.has("content-length") && !isDigits(fields.value("content-length")))
        return malformed(u"Content-Length must be a decimal number."_s);
    if (fields.has("expect") && fields.value("expect").compare("100-continue", Qt::CaseInsensitive) != 0)
        return malformed(u"Only 'Expect: 100-continue' is known."_s);
    if (!fields.has("host"))
        return malformed(u"The request has no Host header."_s);
    return {};
}

/// Exactly the server this very request is for.
bool isOwnOrigin(const FieldFacts &fields)
{
    return fields.count("origin") == 1 &&
           fields.value("origin").compare(QByteArray("http://" + fields.value("host")), Qt::CaseInsensitive) == 0;
}

} // namespace

RequestHead::~RequestHead()
{
    link::wipe(token);
}

RequestGuard::RequestGuard(const RequestLimits &limits, std::uint16_t port)
    : m_limits(limits)
{
    for (const char *name : {"127.0.0.1", "localhost", "[::1]"})
        m_hosts.append(QByteArray(name) + ':' + QByteArray::number(port));
}

RequestGuard::RequestGuard(const RequestLimits &limits)
    : m_limits(limits)
    , m_hosts{"localhost"_ba}
{
}

const QList<QByteArray> &RequestGuard::passedOn()
{
    static const QList<QByteArray> names{"content-type"_ba, "user-agent"_ba, "mcp-protocol-version"_ba,
                                         "mcp-method"_ba, "mcp-name"_ba, link::repeated::Field};
    return names;
}

bool RequestGuard::isOwnHost(QByteArrayView host) const
{
    return std::any_of(m_hosts.begin(), m_hosts.end(),
                       [&](const QByteArray &own) { return host.compare(own, Qt::CaseInsensitive) == 0; });
}

std::expected<RequestHead, Refusal> RequestGuard::read(QByteArrayView bytes) const
{
    // request-line = method SP request-target SP HTTP-version, RFC 9112 §3
    const QByteArrayView requestLine = takeLine(bytes);
    const qsizetype first = requestLine.indexOf(' ');
    const qsizetype last = requestLine.lastIndexOf(' ');
    if (first <= 0 || last == first)
        return malformed(u"The request line needs a method, a target and a version."_s);
    const QByteArrayView method = requestLine.first(first);
    const QByteArrayView target = requestLine.sliced(first + 1, last - first - 1);
    const QByteArrayView version = requestLine.sliced(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return malformed(u"Only HTTP/1.1 and HTTP/1.0 are spoken here."_s);
    if (!isKnownMethod(method))
        return malformed(u"The method is unknown."_s);
    if (target.size() > m_limits.target)
        return refuse(Problem::UriTooLong);
    if (!target.startsWith('/') || !isVisible(target) || target.contains('#'))
        return malformed(u"The target must be a path with an optional query."_s);

    FieldFacts fields;
    while (bytes != "\r\n") {
        std::expected<HttpField, Refusal> field = readField(takeLine(bytes));
        if (!field)
            return std::unexpected(std::move(field.error()));
        fields.all.append(std::move(*field));
    }
    if (const auto framing = checkFraming(fields); !framing)
        return std::unexpected(framing.error());

    if (!isOwnHost(fields.value("host")))
        return refuse(Problem::HostRefused);
    // Sec-Fetch-Mode is not looked at: Node's fetch sends it, and Node agents are welcome (F20). The bridge serves no page,
    // so its own origin is no browser's: those say Sec-Fetch-Site as well. Some clients name the server there.
    if (fields.has("sec-fetch-site") || (fields.has("origin") && !isOwnOrigin(fields)))
        return refuse(Problem::OriginRefused);

    RequestHead head;
    head.method = method.toByteArray();
    head.target = target.toByteArray();
    head.host = fields.value("host");
    head.keepAlive = version == "HTTP/1.1" && !fields.connectionSays("close");
    head.expectsContinue = version == "HTTP/1.1" && fields.has("expect");
    const QByteArray length = fields.value("content-length");
    if (length.size() > 10 || length.toLongLong() > m_limits.body)
        return refuse(Problem::TooLarge);
    head.bodySize = length.toLongLong();
    if (carriesBody(method)) {
        // A PUT or PATCH without a body goes on, to be told that no path here takes it.
        if (length.isEmpty() && method == "POST")
            return malformed(u"POST needs Content-Length."_s);
        if (!length.isEmpty() && !isJson(fields.value("content-type")))
            return refuse(Problem::UnsupportedMediaType);
    } else if (head.bodySize > 0) {
        return malformed(u"%1 takes no body."_s.arg(QLatin1StringView(method)));
    }
    head.token = bearerToken(fields.value("authorization"));
    for (const HttpField &field : fields.all)
        if (passedOn().contains(field.name))
            head.fields.append(field);
    return head;
}

} // namespace clavitor::bridge
