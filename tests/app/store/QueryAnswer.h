// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/store/Database.h"

#include <QString>

#include <string_view>

namespace clavitor::test {

/// The first column of the first row, empty when there is none.
[[nodiscard]] inline QString answerOf(Database &database, std::string_view sql)
{
    Statement query = database.statement(sql);
    const auto row = query.step();
    return row && *row ? query.text(0) : QString();
}

} // namespace clavitor::test
