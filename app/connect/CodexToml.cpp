// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/ServerFields.h"
#include "app/connect/StdioServer.h"
#include "app/connect/TextLines.h"
#include "app/link/Wipe.h"

// A text that its parser has not thought of ("[" before a byte that is no key, in 3.3) ends in an assertion; with NDEBUG the
// compiler is even told that it cannot happen. It must be an error like any other, so here assertions are on and throw.
namespace clavitor {
struct ParserAtALoss {};
} // namespace clavitor
// They also stand in accessors that must not throw; the parser is not among them.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wexceptions"
#else
#pragma GCC diagnostic ignored "-Wterminate"
#endif
#undef NDEBUG
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(condition) ((condition) ? void() : throw clavitor::ParserAtALoss())
#include <toml++/toml.h>

#include <cstring>
#include <map>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr std::string_view kServerTable = "mcp_servers";
constexpr std::string_view kOurTable = "clavitor";
constexpr std::string_view kAuthorization = "Authorization";

void wipeStrings(toml::node &node)
{
    if (toml::value<std::string> *text = node.as_string())
        explicit_bzero(text->get().data(), text->get().size());
    else if (toml::array *list = node.as_array())
        for (toml::node &part : *list)
            wipeStrings(part);
    else if (toml::table *table = node.as_table())
        for (auto &&[key, part] : *table)
            wipeStrings(part);
}

/// A parsed file, whose strings may be tokens: overwritten when it goes.
struct Document {
    toml::table root;

    Document() = default;
    explicit Document(toml::table table)
        : root(std::move(table))
    {
    }
    Document(Document &&) = default;
    Document &operator=(Document &&) = default;
    ~Document() { wipeStrings(root); }
};

Result<Document> parse(const QByteArray &bytes)
{
    try {
        return Document(toml::parse(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
    } catch (const toml::parse_error &error) {
        const toml::source_position at = error.source().begin;
        return fail(ErrorCode::DamagedFile, u"line %1, column %2"_s.arg(at.line).arg(at.column));
    } catch (const ParserAtALoss &) {
        return fail(ErrorCode::DamagedFile, u"a place that cannot be told"_s);
    }
}

QString textOf(const toml::node *node)
{
    const toml::value<std::string> *text = node ? node->as_string() : nullptr;
    return text ? QString::fromUtf8(text->get().data(), static_cast<qsizetype>(text->get().size())) : QString();
}

/// Header names know no case.
const toml::node *authorizationIn(const toml::node *headers)
{
    if (const toml::table *table = headers ? headers->as_table() : nullptr)
        for (auto &&[key, value] : *table)
            if (QString::fromStdString(std::string(key.str())).compare("authorization"_L1, Qt::CaseInsensitive) == 0)
                return &value;
    return nullptr;
}

QByteArray basicString(QByteArrayView value)
{
    QByteArray out("\"");
    out.reserve(2 * value.size() + 2);
    for (const char character : value) {
        if (character == '"' || character == '\\')
            out.append('\\').append(character);
        else if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F)
            out.append("\\u00").append(QByteArray::number(static_cast<unsigned char>(character), 16).rightJustified(2, '0'));
        else
            out.append(character);
    }
    return out.append('"');
}

QByteArray tomlValue(const ServerField &field)
{
    if (field.kind == ServerField::Kind::List) {
        QByteArrayList texts;
        for (const QString &text : field.list)
            texts.append(basicString(text.toUtf8()));
        return '[' + texts.join(", ") + ']';
    }
    return field.kind == ServerField::Kind::Headers ? "{ \"Authorization\" = " + basicString(field.value) + " }" : basicString(field.value);
}

toml::table headersTable(const ServerField &field)
{
    toml::table headers;
    headers.insert(kAuthorization, std::string(field.value.constData(), static_cast<std::size_t>(field.value.size())));
    return headers;
}

toml::array listOf(const ServerField &field)
{
    toml::array list;
    for (const QString &text : field.list)
        list.push_back(text.toStdString());
    return list;
}

std::string keyOf(const QString &name)
{
    return name.toStdString();
}

bool isAsWanted(const toml::table &server, const ServerField &field)
{
    const toml::node *node = server.get(keyOf(field.name));
    if (!node)
        return false;
    switch (field.kind) {
    case ServerField::Kind::Text:
        return node->is_string() && textOf(node).toUtf8() == field.value;
    case ServerField::Kind::List:
        return node->is_array() && *node->as_array() == listOf(field);
    case ServerField::Kind::Headers:
        break;
    }
    return node->is_table() && *node->as_table() == headersTable(field);
}

/// What the server is to be: its own other options, and ours.
void setFields(toml::table &server, const ServerFields &fields)
{
    for (const QString &name : fields.goneFrom(textOf(server.get("command"))))
        server.erase(keyOf(name));
    for (const ServerField &field : fields.wanted) {
        switch (field.kind) {
        case ServerField::Kind::Text:
            server.insert_or_assign(keyOf(field.name), std::string(field.value.constData(), static_cast<std::size_t>(field.value.size())));
            break;
        case ServerField::Kind::Headers:
            server.insert_or_assign(keyOf(field.name), headersTable(field));
            break;
        case ServerField::Kind::List:
            server.insert_or_assign(keyOf(field.name), listOf(field));
            break;
        }
    }
}

/// The lines a setting takes: its own, or, for a table that is not inline, its header's and those of everything in it.
void collectLines(const toml::key &key, const toml::node &node, const TextLines &text, QList<int> &lines)
{
    const toml::source_region &where = node.source();
    const toml::table *table = node.as_table();
    if (table && !table->is_inline()) {
        const int header = static_cast<int>(where.begin.line);
        if (text.at(header, static_cast<int>(where.begin.column)) == '[') {
            lines.append(header);
            if (header > 1 && text.isBlank(header - 1))
                lines.append(header - 1);
        }
        for (auto &&[name, part] : *table)
            collectLines(name, part, text, lines);
        return;
    }
    for (auto line = key.source().begin.line; line <= where.end.line; ++line)
        lines.append(static_cast<int>(line));
}

/// Where new settings of our server go, and what each line begins with.
struct Place {
    int line = 0;               ///< before this one
    QByteArray prefix;
    bool needsHeader = false;
};

Place placeIn(const toml::table &server, const TextLines &text)
{
    const toml::source_position own = server.source().begin;
    const auto line = static_cast<int>(own.line);
    if (text.at(line, static_cast<int>(own.column)) == '[') {
        // `[mcp_servers.clavitor.headers]` alone makes our table, too; it is no place for what stands in ours.
        for (auto &&[key, part] : server)
            if (part.is_table() && !part.as_table()->is_inline() && part.source().begin == own)
                return {line, {}, true};
        return {line + 1, text.upTo(line, static_cast<int>(own.column)), false};
    }
    // Dotted keys: `mcp_servers.clavitor.url = …`, or `clavitor.url = …` under [mcp_servers].
    Place place;
    for (auto &&[key, part] : server) {
        const toml::source_position at = key.source().begin;
        if (place.line == 0 || static_cast<int>(at.line) < place.line)
            place = {static_cast<int>(at.line), text.upTo(static_cast<int>(at.line), static_cast<int>(at.column)), false};
    }
    return place;
}

QByteArray tableText(const ServerFields &fields, const QByteArray &end)
{
    QByteArray text = "[mcp_servers.clavitor]" + end;
    for (const ServerField &field : fields.wanted)
        text += field.name.toUtf8() + " = " + tomlValue(field) + end;
    // Its tools only read; without this Codex asks before each of them in its stricter modes.
    return text + "default_tools_approval_mode = \"writes\"" + end;
}

QByteArray withTable(const QByteArray &bytes, const ServerFields &fields)
{
    const QByteArray end = lineEndOf(bytes);
    QByteArray text = bytes;
    const QByteArray content = QByteArrayView(bytes).trimmed().toByteArray();
    if (!content.isEmpty() && content != "\xEF\xBB\xBF") {
        if (!text.endsWith('\n'))
            text += end;
        text += end;
    }
    return text + tableText(fields, end);
}

QByteArray inlineServer(const toml::table &wanted, const ServerFields &fields)
{
    QByteArray text = "{ ";
    for (const ServerField &field : fields.wanted)
        text += field.name.toUtf8() + " = " + tomlValue(field) + ", ";
    for (auto &&[key, part] : wanted) {
        const auto isOurs = [name = key.str()](const ServerField &field) { return keyOf(field.name) == name; };
        if (std::any_of(fields.wanted.begin(), fields.wanted.end(), isOurs))
            continue;
        std::ostringstream out;
        part.visit([&out](const auto &value) {
            if constexpr (toml::is_table<decltype(value)>)
                out << toml::toml_formatter(value, toml::format_flags::none);
            else
                out << toml::toml_formatter(value);
        });
        text += basicString(QByteArray::fromStdString(std::string(key.str()))) + " = " + QByteArray::fromStdString(out.str()) + ", ";
    }
    text.chop(2);
    return text + " }";
}

QByteArray withEdits(const QByteArray &bytes, const toml::table &server, const toml::table &wanted, const ServerFields &fields)
{
    TextLines text(bytes);
    if (server.is_inline()) {
        const toml::source_region &where = server.source();
        return text.withRegion({static_cast<int>(where.begin.line), static_cast<int>(where.begin.column)},
                               {static_cast<int>(where.end.line), static_cast<int>(where.end.column)}, inlineServer(wanted, fields));
    }
    QList<int> gone;
    QByteArray added;
    const Place place = placeIn(server, text);
    if (place.needsHeader)
        added += "[mcp_servers.clavitor]" + text.lineEnd();
    const auto remove = [&](const QString &name) {
        for (auto &&[key, part] : server)
            if (key.str() == keyOf(name))
                collectLines(key, part, text, gone);
    };
    for (const QString &name : fields.goneFrom(textOf(server.get("command"))))
        remove(name);
    for (const ServerField &field : fields.wanted) {
        if (isAsWanted(server, field))
            continue;
        remove(field.name);
        added += place.prefix + field.name.toUtf8() + " = " + tomlValue(field) + text.lineEnd();
    }
    return text.withLines(gone, place.line, added);
}

const toml::table *serverIn(const toml::table &root, bool &isAnotherThing)
{
    const toml::node *group = root.get(kServerTable);
    const toml::node *server = group && group->is_table() ? group->as_table()->get(kOurTable) : nullptr;
    isAnotherThing = (group && !group->is_table()) || (server && !server->is_table());
    return server ? server->as_table() : nullptr;
}

std::unexpected<Error> refuseToml()
{
    return fail(ErrorCode::Conflict, u"Its servers are written in a way Clavitor cannot change safely."_s);
}

std::optional<QStringList> textsOf(const toml::node *node)
{
    if (!node)
        return QStringList();
    if (!node->is_array())
        return std::nullopt;
    QStringList texts;
    for (const toml::node &text : *node->as_array()) {
        if (!text.is_string())
            return std::nullopt;
        texts.append(textOf(&text));
    }
    return texts;
}

/// Codex starts clavitor-mcp. With anything of an address beside it Codex does not start at all.
void judgeStdio(ClientSetting &setting, const toml::table &server, quint16 port)
{
    for (const char *name : {"url", "http_headers", "env_http_headers", "http_headers_helper", "bearer_token", "bearer_token_env_var"}) {
        if (server.contains(name)) {
            setting.faults.append(SettingFault::TwoWays);
            break;
        }
    }
    judgeProgram(setting, textOf(server.get("command")), textsOf(server.get("args")), port);
}

void judgeHttp(ClientSetting &setting, const toml::table &server, quint16 port)
{
    if (server.contains("command"))
        setting.faults.append(SettingFault::AnotherKind);
    judgeAddress(setting, textOf(server.get("url")), port);
    if (server.contains("bearer_token"))
        setting.faults.append(SettingFault::FatalBearerToken);
    const toml::node *header = authorizationIn(server.get("http_headers"));
    const toml::node *ignored = authorizationIn(server.get("headers"));
    if (server.contains("http_headers_helper"))
        judgeCommand(setting, textOf(server.get("http_headers_helper")));
    else if (header)
        judgeHeader(setting, textOf(header));
    else if (server.contains("bearer_token_env_var") || authorizationIn(server.get("env_http_headers")))
        setting.how = ClientSetting::Token::FromEnvironment;
    if (server.contains("headers") && setting.how == ClientSetting::Token::None) {
        setting.faults.append(SettingFault::IgnoredHeaders);
        if (ignored)
            judgeHeader(setting, textOf(ignored)); // the mended version may take its token over
    } else if (const toml::node *fatal = server.get("bearer_token"); fatal && setting.how == ClientSetting::Token::None) {
        judgeHeader(setting, u"Bearer "_s + textOf(fatal));
    } else if (setting.how == ClientSetting::Token::None) {
        setting.faults.append(SettingFault::NoToken);
    }
}

} // namespace

ClientSetting readTomlSetting(const QByteArray &bytes, quint16 port)
{
    ClientSetting setting;
    const Result<Document> document = parse(bytes);
    if (!document) {
        setting.faults = {SettingFault::BrokenFile};
        setting.detail = document.error().detail;
        return setting;
    }
    bool isAnotherThing = false;
    const toml::table *server = serverIn(document->root, isAnotherThing);
    setting.isThere = server || isAnotherThing;
    if (!server) {
        if (isAnotherThing)
            setting.faults = {SettingFault::AnotherKind};
        return setting;
    }
    if (StdioServer::isOurs(textOf(server->get("command"))))
        judgeStdio(setting, *server, port);
    else
        judgeHttp(setting, *server, port);
    if (const toml::node *enabled = server->get("enabled"); enabled && enabled->is_boolean() && !enabled->as_boolean()->get())
        setting.faults.append(SettingFault::SwitchedOff);
    return setting;
}

Result<QByteArray> withTomlServer(const QByteArray &bytes, const ServerFields &fields)
{
    const Result<Document> old = parse(bytes);
    if (!old)
        return std::unexpected(old.error());
    bool isAnotherThing = false;
    const toml::table *server = serverIn(old->root, isAnotherThing);
    if (isAnotherThing)
        return refuseToml();
    Document wanted(old->root);
    if (!wanted.root.contains(kServerTable))
        wanted.root.insert(kServerTable, toml::table{});
    toml::table &group = *wanted.root.get(kServerTable)->as_table();
    if (!server)
        group.insert(kOurTable, toml::table{{"default_tools_approval_mode", "writes"}});
    toml::table &ours = *group.get(kOurTable)->as_table();
    setFields(ours, fields);
    if (wanted.root == old->root)
        return bytes;

    QByteArray result = server ? withEdits(bytes, *server, ours, fields) : withTable(bytes, fields);
    // The proof: whatever was done to the text, it says what the old one said, and our server.
    const Result<Document> proof = parse(result);
    if (!proof || proof->root != wanted.root) {
        link::wipe(result);
        return refuseToml();
    }
    return result;
}

Result<QByteArray> withoutTomlServer(const QByteArray &bytes)
{
    const Result<Document> old = parse(bytes);
    if (!old)
        return std::unexpected(old.error());
    const toml::node *group = old->root.get(kServerTable);
    if (!group || !group->is_table() || !group->as_table()->contains(kOurTable))
        return bytes;
    const TextLines text(bytes);
    QList<int> gone;
    for (auto &&[key, part] : *group->as_table())
        if (key.str() == kOurTable)
            collectLines(key, part, text, gone);
    QByteArray result = text.withLines(gone, 0, {});
    // A group without words of its own goes with its last server.
    Document wanted(old->root);
    wanted.root.get(kServerTable)->as_table()->erase(kOurTable);
    Document withoutGroup(wanted.root);
    if (wanted.root.get(kServerTable)->as_table()->empty())
        withoutGroup.root.erase(kServerTable);
    const Result<Document> proof = parse(result);
    if (!proof || (proof->root != wanted.root && proof->root != withoutGroup.root)) {
        link::wipe(result);
        return refuseToml();
    }
    return result;
}

QByteArray tomlLines(const ServerFields &fields)
{
    return tableText(fields, "\n"_ba);
}

} // namespace clavitor
