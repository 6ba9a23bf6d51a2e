// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor {

/// A command that is to get a value, and where it runs: what a yes to a use is for.
struct Command {
    QString text;               ///< what runs, with the names of what it gets, as ApprovalRequest has it
    QString folder;             ///< it runs there
    bool operator==(const Command &) const = default;

    [[nodiscard]] bool isEmpty() const { return text.isEmpty(); }
};

/// Whether a person reads this character of a command as it is: printable, read from left to right, and no space but the usual one.
/// Everything else could hide a part of it, or move it.
[[nodiscard]] bool isReadable(char32_t character);
/// Of all of them, with no space at an end or behind another: nothing is pushed out of sight.
[[nodiscard]] bool isReadable(QStringView command);
/// One word of a command, as a shell reads it back, of readable characters: quoted where it must be, with escapes for the rest.
[[nodiscard]] QString shellWord(const QString &text);

} // namespace clavitor
