// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::ui {

/// Words that are part of a sentence elsewhere, as they begin one, or stand alone in a cell.
[[nodiscard]] inline QString capitalised(QString words)
{
    if (!words.isEmpty())
        words.front() = words.front().toUpper();
    return words;
}

} // namespace clavitor::ui
