// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bridge/Arguments.h"

#include <QJsonObject>

namespace clavitor::bridge {

/// Parameters as JSON Schema (2020-12). Every limit also stands in the descriptions, because clients drop the
/// schema's own keywords.
[[nodiscard]] QJsonObject schemaOf(const Parameter &parameter);
/// An object with a property for each, and no others.
[[nodiscard]] QJsonObject objectSchemaOf(std::span<const Parameter> parameters);

} // namespace clavitor::bridge
