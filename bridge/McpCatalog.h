// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/McpEndpoint.h"

#include <QJsonObject>
#include <QString>

#include <expected>

/// What the MCP endpoint shows of itself: the same for every client, and nothing of the vault.
namespace clavitor::bridge::mcp {

/// {name, title, version, description}
[[nodiscard]] QJsonObject serverInfo();
[[nodiscard]] QJsonObject capabilities(McpEra era);
/// For the model. Codex reads its first 512 characters only, so it has no more.
[[nodiscard]] QString instructions();

[[nodiscard]] QJsonObject toolList(McpEra era);
[[nodiscard]] QJsonObject resourceList();
[[nodiscard]] QJsonObject resourceTemplateList();
[[nodiscard]] QJsonObject promptList();

/// The result of prompts/get; the error says what is wrong with name or arguments.
[[nodiscard]] std::expected<QJsonObject, QString> prompt(const QString &name, const QJsonObject &arguments);

inline constexpr QLatin1StringView StatusUri{"clavitor://status"};
inline constexpr QLatin1StringView EntriesUri{"clavitor://entries"};
inline constexpr QLatin1StringView EntryTemplate{"clavitor://entries/{id}"};
inline constexpr QLatin1StringView PromptName{"use-credential"};
inline constexpr QLatin1StringView PromptService{"service"};
inline constexpr QLatin1StringView PromptTask{"task"};

} // namespace clavitor::bridge::mcp
