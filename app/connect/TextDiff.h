// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace clavitor {

/// One line of a comparison.
struct DiffLine {
    enum class Kind { Place, Same, Removed, Added };
    Kind kind = Kind::Same;
    QString text;               ///< of Place: "@@ -3,4 +3,7 @@"
    bool operator==(const DiffLine &) const = default;
};

/// What differs between two texts, as `diff -u` shows it, with three lines around. For the eye: secrets are masked, ours and
/// others' (maskSecrets()), and of a line that is very long only the part that differs is shown. Any thread.
[[nodiscard]] QList<DiffLine> differences(const QByteArray &before, const QByteArray &after);
/// The same as one text, with '+', '-' and ' ' before each line.
[[nodiscard]] QString unifiedDiff(const QList<DiffLine> &lines);

} // namespace clavitor
