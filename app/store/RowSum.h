// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Digest.h"

#include <QtGlobal>

namespace clavitor {

/// A set of rows as a number: how many, and the sum of their keyed hashes modulo 2^256, which is MSet-Add-Hash of Clarke,
/// Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions and Their Application to Memory Integrity
/// Checking" (Asiacrypt 2003). Rows come and go in any order at the price of one hash each. A value.
struct RowSum {
    quint64 rows = 0;
    crypto::Digest32 sum{};     ///< little-endian

    void add(const crypto::Digest32 &row);
    void remove(const crypto::Digest32 &row);
    void add(const RowSum &other);
    bool operator==(const RowSum &) const = default;
};

} // namespace clavitor
