// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyPolicy.h"

#include <optional>

namespace clavitor {

/// A policy as it is stored: {"asking":"first-time","budget":[3,10,30],"code_needs_tap":true,"entries":{id:delivery},
/// "kinds":{kind:delivery},"pin":{"folder":…,"program":…}}.
[[nodiscard]] QString policyText(const KeyPolicy &policy);
/// Nothing for anything policyText() does not write: a policy that is only half understood must not be guessed.
[[nodiscard]] std::optional<KeyPolicy> policyFromText(const QByteArray &json);

} // namespace clavitor
