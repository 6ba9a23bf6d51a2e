// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::bridge {

/// "req_" and 12 characters of Crockford base32: names one call in an error, in the audit row and to a
/// person.
[[nodiscard]] QString newRequestId();

} // namespace clavitor::bridge
