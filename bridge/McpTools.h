// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/Operations.h"

#include <QJsonObject>

namespace clavitor::bridge {

/// A tool as agents see it. It refers to the operation it asks the keeper for, so there is no tool without
/// one.
struct McpTool
{
    QLatin1StringView name;
    QLatin1StringView title;
    QLatin1StringView description;
    const Operation &operation;
    bool takesReason;
    QJsonObject (*outputSchema)();
};

/// In the order they are listed, which does not change.
[[nodiscard]] std::span<const McpTool> mcpTools();
[[nodiscard]] const McpTool *findTool(const QString &name);

/// The entry of tools/list. Flat object schemas; every limit also stands in the descriptions, because clients
/// drop the schema's own keywords.
[[nodiscard]] QJsonObject describe(const McpTool &tool);

struct ToolQuestion
{
    link::Query query;
    QString reason;
};

/// The error is a sentence for the agent that names the limit.
[[nodiscard]] std::expected<ToolQuestion, QString> toolQuestion(const McpTool &tool,
                                                                const QJsonObject &arguments);

} // namespace clavitor::bridge
