// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/import/ImportPlan.h"
#include "app/import/ImportSource.h"

#include <span>

namespace clavitor {

/// Reads one format. Stateless, so one constant object serves every thread; a format is added by writing one
/// of these and naming it in importers().
class Importer
{
public:
    virtual ~Importer() = default;

    /// For people: "Bitwarden JSON".
    [[nodiscard]] virtual QString name() const = 0;
    /// For a file dialog: "*.json". Never decides what a file is.
    [[nodiscard]] virtual QStringList filePatterns() const = 0;
    /// Whether the content is this format. Cheap: the source has decoded text and parsed JSON already.
    [[nodiscard]] virtual bool recognises(const ImportSource &source) const = 0;
    /// Everything the file holds, with a remark for whatever changed or could not be kept; importFile() adds
    /// the names of format and file. `now` (ms since the epoch) bounds the dates in the file. Errors:
    /// ImportEncrypted, ImportUnreadable, ImportEmpty, ImportTooLarge.
    [[nodiscard]] virtual Result<ImportPlan> read(const ImportSource &source, qint64 now) const = 0;

protected:
    Importer() = default;
    Importer(const Importer &) = default;
    Importer &operator=(const Importer &) = default;
};

/// Every format Clavitor reads, asked in this order.
[[nodiscard]] std::span<const Importer *const> importers();

/// The most entries one import takes.
inline constexpr int kMostImportedEntries = 100'000;

} // namespace clavitor
