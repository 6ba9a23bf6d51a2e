// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cstddef>

/// How large an entry may be, so that a summary fits into a list and an answer into a frame. Lengths of names are in
/// UTF-16 units. A save refuses what is beyond; an import says what it could not keep.
namespace clavitor::entryLimits {

inline constexpr std::size_t valueBytes = std::size_t{1} << 20;
inline constexpr std::size_t fields = 1000;
inline constexpr qsizetype title = 1024;        ///< a line in a list, not a document
inline constexpr qsizetype label = 1024;
inline constexpr qsizetype url = 4096;
inline constexpr qsizetype tag = 1024;
inline constexpr qsizetype urls = 200;
inline constexpr qsizetype tags = 200;

} // namespace clavitor::entryLimits
