// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Operations.h"

#include "app/link/RepeatedArgument.h"
#include "bridge/AnswerSchemas.h"
#include "bridge/Functions.h"

#include <array>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

using Kind = Parameter::Kind;
using Face = Operation::Face;
using Source = Operation::Source;
using QueryOrReason = std::expected<link::Query, QString>;

constexpr std::array EntryParameters{
    Parameter{"id"_L1, Kind::Text, true, 1, 64, "The entry's id, as search or list_entries gave it. 1 to 64 characters."_L1},
};

constexpr std::array ApprovalParameters{
    Parameter{"id"_L1, Kind::Text, true, 1, 64, "The id that a pending answer gave. 1 to 64 characters."_L1},
};

constexpr std::array ListParameters{
    Parameter{
        link::repeated::Argument, Kind::Text, false, 1, 32,
        "Only entries of this type: login, api_key, server, database, ssh_key, note, card, bank_account, identity, passport, license, wifi or other. 1 to 32 characters."_L1,
        Parameter::Face::Both, {}, 0, {}, link::repeated::Name},
    Parameter{"tag"_L1, Kind::Text, false, 1, 100,
              "Only entries with exactly this tag. 1 to 100 characters."_L1},
    Parameter{"cursor"_L1, Kind::Text, false, 1, 512,
              "next_cursor of the previous page, unchanged. Leave it out for the first page. At most 512 characters."_L1},
    Parameter{"limit"_L1, Kind::Number, false, 1, 100, "Entries a page, 1 to 100. Default 50."_L1,
              Parameter::Face::RestOnly},
};

constexpr std::array SearchParameters{
    Parameter{
        "query"_L1, Kind::Text, true, 1, 200,
        "Words of the title, address, tag or user name, for example \"github\". 1 to 200 characters."_L1,
        Parameter::Face::Both, "q"_L1},
    Parameter{
        "limit"_L1, Kind::Number, false, 1, 20,
        "How many entries come with their values, 1 to 20. Default 5; further matches come as summaries in \"more\"."_L1},
};

constexpr std::array GenerateParameters{
    Parameter{"length"_L1, Kind::Number, false, 8, 256,
              "Characters of the password, 8 to 256. Default 32."_L1},
    Parameter{"symbols"_L1, Kind::Flag, false, 0, 0, "Use symbols. Default true."_L1},
    Parameter{"digits"_L1, Kind::Flag, false, 0, 0, "Use digits. Default true."_L1},
    Parameter{"upper"_L1, Kind::Flag, false, 0, 0, "Use upper-case letters. Default true."_L1},
    Parameter{"lower"_L1, Kind::Flag, false, 0, 0, "Use lower-case letters. Default true."_L1},
    Parameter{"avoid_ambiguous"_L1, Kind::Flag, false, 0, 0,
              "Leave out characters that look alike, such as 0 and O. Default false."_L1},
    Parameter{"words"_L1, Kind::Number, false, 3, 20,
              "Make a passphrase of this many words instead, 3 to 20. Goes with separator only."_L1},
    Parameter{"separator"_L1, Kind::Text, false, 0, 8,
              "Between the words of a passphrase, at most 8 characters. Default \"-\"."_L1},
};

constexpr std::array RequestParameters{
    Parameter{"title"_L1, Kind::Text, true, 1, link::MaxRequestTitle,
              "What the credential is for, as the entry will be called, for example \"Stripe test API\". 1 to 100 characters."_L1},
    Parameter{"why"_L1, Kind::Text, true, 1, link::MaxReason,
              "What you need it for; the person reads this. 1 to 300 characters."_L1},
    Parameter{"fields"_L1, Kind::Texts, false, 0, link::MaxRequestFields,
              "Labels of what is needed, for example \"API key\"; never a value. At most 10, of at most 60 characters each."_L1,
              Parameter::Face::Both, {}, link::MaxRequestLabel},
};

constexpr std::array UseParameters{
    Parameter{"ref"_L1, Kind::Text, true, 1, link::MaxReference,
              "The value's name, as \"ref\" of a field gave it. 1 to 1000 characters."_L1},
    Parameter{"command"_L1, Kind::Text, true, 1, link::MaxCommand,
              "What runs with it, on one line; the person reads this. 1 to 500 characters."_L1},
};

constexpr std::array FunctionsParameters{
    Parameter{"format"_L1, Kind::Text, true, 1, 16, "Whose format: openai, anthropic or gemini."_L1,
              Parameter::Face::Both, {}, 0, functions::Formats},
};

QueryOrReason generateQuestion(const Arguments &arguments)
{
    link::GenerateQuery query;
    if (arguments.has("words"_L1)) {
        for (const Parameter &parameter : GenerateParameters)
            if (parameter.name != "words"_L1 && parameter.name != "separator"_L1 &&
                arguments.has(parameter.name))
                return std::unexpected(
                    u"'words' makes a passphrase and does not go with '%1'."_s.arg(parameter.name));
    } else if (arguments.has("separator"_L1)) {
        return std::unexpected(u"'separator' goes with 'words' only."_s);
    }
    query.length = arguments.number("length"_L1, query.length);
    query.symbols = arguments.flag("symbols"_L1, query.symbols);
    query.digits = arguments.flag("digits"_L1, query.digits);
    query.upper = arguments.flag("upper"_L1, query.upper);
    query.lower = arguments.flag("lower"_L1, query.lower);
    query.avoidAmbiguous = arguments.flag("avoid_ambiguous"_L1, query.avoidAmbiguous);
    query.words = arguments.number("words"_L1, query.words);
    query.separator = arguments.text("separator"_L1, query.separator);
    if (!query.symbols && !query.digits && !query.upper && !query.lower)
        return std::unexpected(u"At least one of 'symbols', 'digits', 'upper' and 'lower' must be true."_s);
    return query;
}

QueryOrReason searchQuestion(const Arguments &arguments)
{
    return link::SearchQuery{arguments.text("query"_L1), arguments.number("limit"_L1, 5)};
}
QueryOrReason listQuestion(const Arguments &arguments)
{
    return link::ListQuery{arguments.text("type"_L1), arguments.text("tag"_L1), arguments.text("cursor"_L1),
                           arguments.number("limit"_L1, 50)};
}
QueryOrReason readQuestion(const Arguments &arguments)
{
    return link::ReadQuery{arguments.text("id"_L1), false};
}
QueryOrReason totpQuestion(const Arguments &arguments)
{
    return link::TotpQuery{arguments.text("id"_L1)};
}
QueryOrReason requestQuestion(const Arguments &arguments)
{
    return link::RequestQuery{arguments.text("title"_L1), arguments.text("why"_L1), arguments.texts("fields"_L1)};
}
QueryOrReason useQuestion(const Arguments &arguments)
{
    return link::UseQuery{arguments.text("ref"_L1), arguments.text("command"_L1)};
}
QueryOrReason approvalQuestion(const Arguments &arguments)
{
    return link::ApprovalQuery{arguments.text("id"_L1)};
}
QueryOrReason statusQuestion(const Arguments &)
{
    return link::StatusQuery{};
}
QueryOrReason healthQuestion(const Arguments &)
{
    return link::HealthQuery{};
}
/// The answer is the bridge's own and the same for everybody with a key.
QueryOrReason keyQuestion(const Arguments &)
{
    return link::AuthenticateQuery{};
}

constexpr std::array Table{
    Operation{
        .name = "search"_L1,
        .title = "Search the vault"_L1,
        .description =
            "Find credentials by the words of their title, address, tag or user name. Answers the best matches with the values this key may see and live one-time codes. Start here when you know which service you need. A match under \"more\" with \"ask\" is read with get_entry, and the person is asked then."_L1,
        .method = "GET",
        .path = "/api/search",
        .parameters = SearchParameters,
        .takesReason = true,
        .mayWait = true,
        .answerSchema = schemas::search,
        .question = searchQuestion,
    },
    Operation{
        .name = link::repeated::Tool,
        .title = "List entries"_L1,
        .description =
            "List what this key may see, by title, without values. Answers 50 entries a page; pass next_cursor for more."_L1,
        .method = "GET",
        .path = "/api/entries",
        .parameters = ListParameters,
        .answerSchema = schemas::list,
        .question = listQuestion,
    },
    Operation{
        .name = "get_entry"_L1,
        .title = "Read an entry"_L1,
        .description =
            "Read one entry by id, with the values this key may see. Personal fields are always [REDACTED]; no setting changes that. The person may be asked first: give a reason, and on approval_pending make the same call again."_L1,
        .method = "GET",
        .path = "/api/entries/{id}",
        .parameters = EntryParameters,
        .takesReason = true,
        .mayWait = true,
        .answerSchema = schemas::entry,
        .question = readQuestion,
    },
    Operation{
        .name = "get_totp"_L1,
        .title = "One-time code"_L1,
        .description =
            "The current one-time code (TOTP) of an entry and how many seconds it is valid. Ask right before you use it. The person may be asked first: on approval_pending make the same call again."_L1,
        .method = "GET",
        .path = "/api/ext/totp/{id}",
        .parameters = EntryParameters,
        .takesReason = true,
        .mayWait = true,
        .answerSchema = schemas::totp,
        .question = totpQuestion,
    },
    Operation{
        .name = "generate_password"_L1,
        .title = "Generate a password"_L1,
        .description = "A new random password, or a passphrase when words is given. Nothing is stored."_L1,
        .method = "GET",
        .path = "/api/generate",
        .parameters = GenerateParameters,
        .answerSchema = schemas::password,
        .question = generateQuestion,
    },
    Operation{
        .name = "request_entry"_L1,
        .title = "Ask for a missing credential"_L1,
        .description =
            "Ask the person to add a credential that is not in the vault. They type the value into Clavitor; never send one. Answers once it is added or declined; on approval_pending make the same call again later, it is not asked twice."_L1,
        .method = "POST",
        .path = "/api/requests",
        .parameters = RequestParameters,
        .mayWait = true,
        .isReadOnly = false,
        .answerSchema = schemas::request,
        .question = requestQuestion,
    },
    Operation{
        .name = "vault_status"_L1,
        .title = "Vault status"_L1,
        .description = "What the key in use may do and how it gets values, and which vault this is. A locked vault answers the error \"locked\" instead."_L1,
        .method = "GET",
        .path = "/api/status",
        .answerSchema = schemas::status,
        .question = statusQuestion,
    },
    Operation{
        .name = "get_approval"_L1,
        .title = "Where a question to the person stands"_L1,
        .description = "Whether the person has answered what a call waited for. Make the call itself again to get its answer."_L1,
        .method = "GET",
        .path = "/api/approvals/{id}",
        .parameters = ApprovalParameters,
        .face = Face::RestOnly,
        .answerSchema = schemas::approval,
        .question = approvalQuestion,
    },
    Operation{
        .name = "use_value"_L1,
        .title = "A value for a command"_L1,
        .description =
            "What \"clavitor run\" asks, on an agent's behalf and with its key; every other program is refused. The person is asked for each command that gets what the key may not see."_L1,
        .method = "POST",
        .path = "/api/use",
        .parameters = UseParameters,
        .face = Face::RestOnly,
        .takesReason = true,
        .mayWait = true,
        .answerSchema = schemas::used,
        .question = useQuestion,
    },
    Operation{
        .name = "health"_L1,
        .title = "Health"_L1,
        .description = "Whether Clavitor is there, and whether its vault is open. Needs no key."_L1,
        .method = "GET",
        .path = "/health",
        .face = Face::RestOnly,
        .isOpen = true,
        .answerSchema = schemas::health,
        .question = healthQuestion,
    },
    Operation{
        .name = "get_openapi"_L1,
        .title = "OpenAPI"_L1,
        .description = "This description (OpenAPI 3.1)."_L1,
        .method = "GET",
        .path = "/api/openapi.json",
        .face = Face::RestOnly,
        .source = Source::OpenApi,
        .answerSchema = schemas::document,
        .question = keyQuestion,
    },
    Operation{
        .name = "get_functions"_L1,
        .title = "Function definitions"_L1,
        .description =
            "The tools as definitions for a model's function calling, and which request each call is."_L1,
        .method = "GET",
        .path = "/api/functions",
        .parameters = FunctionsParameters,
        .face = Face::RestOnly,
        .source = Source::Functions,
        .answerSchema = schemas::document,
        .question = keyQuestion,
    },
    Operation{
        .name = "mcp"_L1,
        .title = "Model Context Protocol"_L1,
        .description = "The same tools over MCP."_L1,
        .method = "POST",
        .path = "/mcp",
        .face = Face::RestOnly,
        .source = Source::Mcp,
    },
};

} // namespace

constinit const Parameter ReasonParameter{
    "reason"_L1,
    Kind::Text,
    false,
    1,
    link::MaxReason,
    "Why you need it, in a few words; the person sees it when asked and in the log. At most 300 characters; the log keeps the first 256 bytes."_L1};

std::span<const Operation> operations()
{
    return Table;
}

const Operation *findTool(QStringView name)
{
    for (const Operation &operation : Table)
        if (operation.isTool() && name == operation.name)
            return &operation;
    return nullptr;
}

std::vector<Parameter> toolParameters(const Operation &operation)
{
    std::vector<Parameter> parameters;
    for (const Parameter &parameter : operation.parameters)
        if (parameter.face == Parameter::Face::Both)
            parameters.push_back(parameter);
    if (operation.takesReason)
        parameters.push_back(ReasonParameter);
    return parameters;
}

std::vector<Parameter> restParameters(const Operation &operation)
{
    std::vector<Parameter> parameters(operation.parameters.begin(), operation.parameters.end());
    if (operation.takesReason)
        parameters.push_back(ReasonParameter);
    return parameters;
}

Place placeOf(const Operation &operation, const Parameter &parameter)
{
    if (operation.hasIdInPath() && parameter.name == "id"_L1)
        return Place::Path;
    return operation.method == "POST" ? Place::Body : Place::Query;
}

} // namespace clavitor::bridge
