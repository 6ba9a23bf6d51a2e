// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenJson.h"
#include "app/import/Importer.h"

#include <array>

namespace clavitor {

std::span<const Importer *const> importers()
{
    static const BitwardenJson bitwardenJson;
    static const std::array<const Importer *, 1> all{&bitwardenJson};
    return all;
}

} // namespace clavitor
