// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/import/ImportPlan.h"

#include <QByteArray>
#include <QString>

namespace clavitor {

class Importer;
class ImportSource;

/// Reads an export of another program, whatever its file is called: the content decides which importer reads
/// it. Any thread; takes seconds for large files, so not the UI thread. Nothing is written anywhere.
///
/// Errors are for people to act on, the detail is a whole sentence: NotFound, Io, ImportEmpty,
/// ImportTooLarge, ImportEncrypted (which export to make instead), ImportUnsupported (what the file is),
/// ImportUnreadable (where it is broken), OutOfMemory.
[[nodiscard]] Result<ImportPlan> importFile(const QString &path, qint64 now);
/// The same for bytes at hand, which are overwritten.
[[nodiscard]] Result<ImportPlan> importBytes(const QString &fileName, QByteArray &&bytes, qint64 now);

/// The importer of a source; null when none recognises it.
[[nodiscard]] const Importer *importerFor(const ImportSource &source);

/// Every pattern a file dialog should offer, unique: "*.json", "*.csv".
[[nodiscard]] QStringList importFilePatterns();

} // namespace clavitor
