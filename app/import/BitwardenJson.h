// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/Importer.h"

namespace clavitor {

/// Bitwarden's plain JSON export, of a person or of an organisation
/// (https://bitwarden.com/help/condition-bitwarden-import/#condition-a-json). Encrypted exports are
/// recognised and refused with the export to make instead.
class BitwardenJson final : public Importer
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QStringList filePatterns() const override;
    [[nodiscard]] bool recognises(const ImportSource &source) const override;
    [[nodiscard]] Result<ImportPlan> read(const ImportSource &source, qint64 now) const override;
};

} // namespace clavitor
