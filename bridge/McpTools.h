// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/McpEndpoint.h"
#include "bridge/Operations.h"

#include <QJsonObject>

namespace clavitor::bridge {

/// The entry of tools/list. Flat object schemas; every limit also stands in the descriptions, because clients
/// drop the schema's own keywords. What is repeated in a header is said to the era that does it.
[[nodiscard]] QJsonObject describeTool(const Operation &tool, McpEra era);

struct ToolQuestion
{
    link::Query query;
    QString reason;
};

/// The error is a sentence for the agent that names the limit.
[[nodiscard]] std::expected<ToolQuestion, QString> toolQuestion(const Operation &tool,
                                                                const QJsonObject &arguments);

} // namespace clavitor::bridge
