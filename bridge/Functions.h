// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

#include <array>

/// The tools as the makers of models want functions described that a model may call.
namespace clavitor::bridge::functions {

/// OpenAI's Responses API, Anthropic's Messages API and Google's Gemini API.
inline constexpr std::array<QLatin1StringView, 3> Formats{QLatin1StringView("openai"), QLatin1StringView("anthropic"),
                                                          QLatin1StringView("gemini")};

/// {"format","tools","calls"}. `tools` is what goes under that name into a call of the model, unchanged. `calls` tells
/// for each function which request it is: {"method","url","place"}, where `place` names for each argument where it
/// goes: "path", "query:NAME" or "body". `format` is one of Formats; `base` is put in front of the paths.
[[nodiscard]] QJsonObject definitions(QStringView format, const QString &base);

} // namespace clavitor::bridge::functions
