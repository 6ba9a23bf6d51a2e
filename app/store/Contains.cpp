// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Contains.h"

#include "app/store/TextFold.h"

#include <sqlcipher/sqlite3.h>

#include <new>
#include <string_view>

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

std::string_view bytesOf(sqlite3_value *value)
{
    const void *utf8 = sqlite3_value_blob(value);
    return {static_cast<const char *>(utf8), utf8 ? static_cast<std::size_t>(sqlite3_value_bytes(value)) : 0};
}

void anyContains(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    const std::string_view needle = bytesOf(arguments[0]);
    for (int i = 1; i < count; ++i)
        if (bytesOf(arguments[i]).find(needle) != std::string_view::npos)
            return sqlite3_result_int(context, 1);
    sqlite3_result_int(context, 0);
}

} // namespace

int addContains(sqlite3 *handle)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    if (const int code = sqlite3_create_function_v2(handle, "folded_contains", 2, flags, nullptr, contains, nullptr, nullptr,
                                                    nullptr);
        code != SQLITE_OK)
        return code;
    return sqlite3_create_function_v2(handle, "any_contains", -1, flags, nullptr, anyContains, nullptr, nullptr, nullptr);
}

} // namespace clavitor
