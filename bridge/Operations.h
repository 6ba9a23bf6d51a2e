// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/link/Messages.h"
#include "bridge/Arguments.h"

#include <vector>

namespace clavitor::bridge {

/// Something that can be asked over the wire: one row of the only table there is. Router routes by it, REST and
/// MCP read their arguments by it, and tools, OpenAPI and function definitions are made from it; so none of
/// them can know a path or a tool that the others do not, or that bypasses the keeper.
struct Operation
{
    /// Whose the answer is.
    enum class Source {
        Keeper,    ///< the answer to `question`
        OpenApi,   ///< the bridge's description of the paths
        Functions, ///< the bridge's descriptions of the tools
        Mcp,       ///< the MCP endpoint, which takes the tools' calls
    };
    enum class Face { RestOnly, RestAndTool };

    QLatin1StringView name; ///< of the tool, and of the operation elsewhere
    QLatin1StringView title;
    QLatin1StringView description; ///< for the model that chooses among tools
    QByteArrayView method;
    QByteArrayView path; ///< a trailing {id} stands for one segment
    std::span<const Parameter> parameters = {};
    Face face = Face::RestAndTool;
    bool takesReason = false; ///< ReasonParameter goes with the others
    bool mayWait = false;     ///< the person may be asked first
    bool isReadOnly = true;   ///< changes nothing, in the vault or on the screen
    bool isOpen = false;      ///< needs no key, and the vault's id may not stand in front
    Source source = Source::Keeper;
    QJsonObject (*answerSchema)() = nullptr;
    /// What the keeper is asked; a sentence for the agent when arguments do not go together.
    std::expected<link::Query, QString> (*question)(const Arguments &) = nullptr;

    [[nodiscard]] bool isTool() const { return face == Face::RestAndTool; }
    [[nodiscard]] bool hasIdInPath() const { return path.endsWith("{id}"); }
};

/// In an order that does not change.
[[nodiscard]] std::span<const Operation> operations();
/// nullptr when no tool is called so.
[[nodiscard]] const Operation *findTool(QStringView name);

/// What an agent may add about why it asks.
extern const Parameter ReasonParameter;

/// The arguments of the tool.
[[nodiscard]] std::vector<Parameter> toolParameters(const Operation &operation);
/// The arguments of the path, {id} first where it has one.
[[nodiscard]] std::vector<Parameter> restParameters(const Operation &operation);

/// Where REST has an argument.
enum class Place { Path, Query, Body };
[[nodiscard]] Place placeOf(const Operation &operation, const Parameter &parameter);

} // namespace clavitor::bridge
