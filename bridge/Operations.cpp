// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Operations.h"

#include <array>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

using Kind = Parameter::Kind;
using Face = Parameter::Face;

constexpr Parameter EntryId{"id"_L1, Kind::Text, true,
                            1,       64,         "The entry's id, as search or list_entries gave it."_L1};

constexpr std::array ListParameters{
    Parameter{
        "type"_L1, Kind::Text, false, 1, 32,
        "Only entries of this type: login, api_key, server, database, ssh_key, note, card, bank_account, identity, passport, license, wifi or other."_L1},
    Parameter{"tag"_L1, Kind::Text, false, 1, 100,
              "Only entries with exactly this tag. 1 to 100 characters."_L1},
    Parameter{"cursor"_L1, Kind::Text, false, 1, 512,
              "next_cursor of the previous page, unchanged. Leave it out for the first page."_L1},
    Parameter{"limit"_L1, Kind::Number, false, 1, 100, "Entries a page, 1 to 100. Default 50."_L1,
              Face::RestOnly},
};

constexpr std::array SearchParameters{
    Parameter{
        "query"_L1, Kind::Text, true, 1, 200,
        "Words of the title, address, tag or user name, for example \"github\". 1 to 200 characters."_L1,
        Face::Both, "q"_L1},
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

std::expected<link::Query, QString> generateQuestion(const Arguments &arguments)
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

} // namespace

const Parameter ReasonParameter{
    "reason"_L1,
    Kind::Text,
    false,
    1,
    link::MaxReason,
    "Why you need it, in a few words; the person sees it in the log. At most 300 characters."_L1};

namespace operations {

const Operation Status{
    {}, [](const Arguments &) -> std::expected<link::Query, QString> { return link::StatusQuery{}; }};

const Operation List{ListParameters, [](const Arguments &arguments) -> std::expected<link::Query, QString> {
                         return link::ListQuery{arguments.text("type"_L1), arguments.text("tag"_L1),
                                                arguments.text("cursor"_L1),
                                                arguments.number("limit"_L1, 50)};
                     }};

const Operation Read{{&EntryId, 1}, [](const Arguments &arguments) -> std::expected<link::Query, QString> {
                         return link::ReadQuery{arguments.text("id"_L1), false};
                     }};

const Operation Search{
    SearchParameters, [](const Arguments &arguments) -> std::expected<link::Query, QString> {
        return link::SearchQuery{arguments.text("query"_L1), arguments.number("limit"_L1, 5)};
    }};

const Operation Totp{{&EntryId, 1}, [](const Arguments &arguments) -> std::expected<link::Query, QString> {
                         return link::TotpQuery{arguments.text("id"_L1)};
                     }};

const Operation Generate{GenerateParameters, generateQuestion};

} // namespace operations

} // namespace clavitor::bridge
