// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringView>

#include <algorithm>

namespace clavitor::link {

/// Characters as people and JSON Schema count them: a surrogate pair is one. The limits of Messages.h are counted so.
[[nodiscard]] inline qsizetype characters(QStringView text)
{
    return text.size() - std::count_if(text.begin(), text.end(), [](QChar c) { return c.isLowSurrogate(); });
}

} // namespace clavitor::link
