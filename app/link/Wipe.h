// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace clavitor::link {

/// Overwrites the bytes and empties the container. Works only on the last reference: a shared buffer is
/// overwritten in a detached copy and the original stays, so callers keep secrets in unshared values and wipe
/// them where they end.
void wipe(QByteArray &bytes);
void wipe(QString &text);

} // namespace clavitor::link
