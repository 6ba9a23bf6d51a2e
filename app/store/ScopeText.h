// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"

#include <optional>

namespace clavitor {

/// A scope as it is stored: {"everything":true,"entries":[…],"tags":[…],"types":[…]}, "everything" only when it holds, ids and types in their
/// wire form.
[[nodiscard]] QString scopeText(const Scope &scope);
/// Nothing for anything scopeText() does not write: a scope that is only half understood must not be guessed.
[[nodiscard]] std::optional<Scope> scopeFromText(const QByteArray &json);

} // namespace clavitor
