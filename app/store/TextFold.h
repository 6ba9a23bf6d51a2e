// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace clavitor {

/// Text as searching and sorting see it: without case, accents and compatibility forms (NFKD, marks dropped, case
/// folded), control characters as blanks. "Éclair" and "ECLAIR" become "eclair". Independent of the locale.
[[nodiscard]] QString folded(QStringView text);

/// The words of a query, folded, without repeats.
[[nodiscard]] QStringList foldedWords(QStringView text);

} // namespace clavitor
