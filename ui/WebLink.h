// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::ui {

/// True for what may be handed to the browser: http or https with a host, and no user name or password in it.
[[nodiscard]] bool isWebLink(const QString &url);
/// Opens it with the desktop's browser; anything isWebLink() refuses is not opened (no file:, javascript:, ssh: …).
bool openWebLink(const QString &url);

} // namespace clavitor::ui
