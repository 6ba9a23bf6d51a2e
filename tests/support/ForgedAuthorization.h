// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Authorization.h"

namespace clavitor {

/// Stands in for the gate of app/access, which programs that test the store do not link: hands out proofs for the asking.
class OwnerGate {
public:
    [[nodiscard]] static Authorization forged(EntryId entry, QList<int> fields, Authorization::Holder holder)
    {
        return {entry, std::move(fields), holder};
    }
};

} // namespace clavitor
