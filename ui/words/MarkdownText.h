// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::ui {

/// Text that came from outside as a code span of GitHub-flavoured Markdown, for a paragraph or a cell of a table: nothing in
/// it becomes a link, a mention, markup or a line of its own (CommonMark 6.1, GFM 4.10). Hidden characters stand as in
/// escapedText(); more than `limit` characters end in "…"; empty is "–".
[[nodiscard]] QString markdownCode(const QString &untrusted, int limit = 200);

} // namespace clavitor::ui
