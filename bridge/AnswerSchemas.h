// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

/// What CONTRACT says the answers are, as JSON Schema (2020-12): the outputSchema of a tool and the 200 of a path.
/// Flat and without references, because some clients read no others; objects may grow members.
namespace clavitor::bridge::schemas {

[[nodiscard]] QJsonObject entry();
[[nodiscard]] QJsonObject search();
[[nodiscard]] QJsonObject list();
[[nodiscard]] QJsonObject totp();
[[nodiscard]] QJsonObject password();
[[nodiscard]] QJsonObject status();
[[nodiscard]] QJsonObject used();
[[nodiscard]] QJsonObject request();
[[nodiscard]] QJsonObject approval();
[[nodiscard]] QJsonObject health();
/// Any JSON object.
[[nodiscard]] QJsonObject document();

/// {"error":{…}}
[[nodiscard]] QJsonObject error();
/// What a call that waits for the person answers: {"approval":{…}} or {"request":{…}}.
[[nodiscard]] QJsonObject pending();

} // namespace clavitor::bridge::schemas
