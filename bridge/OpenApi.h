// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace clavitor::bridge {

/// The paths of REST as an OpenAPI 3.1 document, made from operations(). `base` is the server's URL, with the vault's id
/// when that is how it was asked.
[[nodiscard]] QJsonObject openApi(const QString &base);

} // namespace clavitor::bridge
