// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenCsv.h"
#include "app/import/BitwardenJson.h"
#include "app/import/BrowserCsv.h"
#include "app/import/Importer.h"

#include <array>

namespace clavitor {

std::span<const Importer *const> importers()
{
    static const BitwardenJson bitwardenJson;
    static const BitwardenCsv bitwardenCsv;
    static const ChromiumCsv chromium;
    static const FirefoxCsv firefox;
    static const SafariCsv safari;
    static const std::array<const Importer *, 5> all{&bitwardenJson, &bitwardenCsv, &chromium, &firefox,
                                                     &safari};
    return all;
}

} // namespace clavitor
