// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace clavitor {

class ImportSource;

/// Names what Clavitor cannot read and says which export to make instead.

/// By the first bytes of a file that is no text (ZIP, KeePass, PGP, SQLite, pictures); nullopt when none is
/// known.
[[nodiscard]] std::optional<Error> refuseBinary(const QString &fileName, QByteArrayView bytes);
/// For text that no importer recognised: another manager's JSON or CSV by its members or columns, or what was
/// found.
[[nodiscard]] Error refuseText(const ImportSource &source);

} // namespace clavitor
