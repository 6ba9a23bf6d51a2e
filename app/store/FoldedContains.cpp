// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/FoldedContains.h"

#include "app/store/TextFold.h"

#include <sqlcipher/sqlite3.h>

#include <new>

namespace clavitor {

namespace {

QString argument(sqlite3_value *value)
{
    const void *utf8 = sqlite3_value_blob(value);
    return QString::fromUtf8(static_cast<const char *>(utf8), sqlite3_value_bytes(value));
}

void contains(sqlite3_context *context, int, sqlite3_value **arguments)
{
    // An exception must not pass through SQLite.
    try {
        sqlite3_result_int(context, folded(argument(arguments[0])).contains(argument(arguments[1])) ? 1 : 0);
    } catch (const std::bad_alloc &) {
        sqlite3_result_error_nomem(context);
    }
}

} // namespace

int addFoldedContains(sqlite3 *handle)
{
    return sqlite3_create_function_v2(handle, "folded_contains", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                      nullptr, contains, nullptr, nullptr, nullptr);
}

} // namespace clavitor
