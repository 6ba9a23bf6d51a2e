// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Statement.h"

#include "app/link/Utf8.h"
#include "app/link/Wipe.h"
#include "app/store/Connection.h"

#include <sqlcipher/sqlite3.h>

#include <utility>

namespace clavitor {

namespace {

// A null pointer would bind NULL where an empty value is meant.
const char *orEmpty(const void *bytes)
{
    return bytes ? static_cast<const char *>(bytes) : "";
}

} // namespace

Statement::Statement(Connection &connection, sqlite3_stmt *statement, Error error)
    : m_connection(&connection)
    , m_statement(statement)
    , m_error(std::move(error))
    , m_failed(statement == nullptr)
{
}

Statement::Statement(Statement &&other) noexcept
    : m_connection(other.m_connection)
    , m_statement(std::exchange(other.m_statement, nullptr))
    , m_kept(std::move(other.m_kept))
    , m_error(std::move(other.m_error))
    , m_failed(std::exchange(other.m_failed, true))
{
}

Statement::~Statement()
{
    if (m_statement)
        m_connection->giveBack(m_statement);
    // Folded notes are among what is bound.
    for (QByteArray &bytes : m_kept)
        link::wipe(bytes);
}

const QByteArray &Statement::keep(QByteArray bytes)
{
    // The caller's value may be gone by step(); a copy of ours is wiped in the end, as SQLite's would be.
    m_kept.append(std::move(bytes));
    return m_kept.last();
}

Statement &Statement::note(int resultCode)
{
    if (resultCode != SQLITE_OK && !m_failed) {
        m_failed = true;
        m_error = m_connection->failure(resultCode);
    }
    return *this;
}

Statement &Statement::bind(int index, qint64 value)
{
    return m_failed ? *this : note(sqlite3_bind_int64(m_statement, index, value));
}

Statement &Statement::bind(int index, QStringView text)
{
    if (m_failed)
        return *this;
    const QByteArray &utf8 = keep(text.toUtf8());
    return note(sqlite3_bind_text64(m_statement, index, orEmpty(utf8.constData()), static_cast<sqlite3_uint64>(utf8.size()),
                                    SQLITE_STATIC, SQLITE_UTF8));
}

Statement &Statement::bind(int index, QLatin1StringView text)
{
    return bind(index, QString(text));
}

Statement &Statement::bind(int index, QByteArrayView blob)
{
    if (m_failed)
        return *this;
    const QByteArray &bytes = keep(blob.toByteArray());
    return note(sqlite3_bind_blob64(m_statement, index, orEmpty(bytes.constData()), static_cast<sqlite3_uint64>(bytes.size()),
                                    SQLITE_STATIC));
}

Statement &Statement::bind(int index, std::span<const std::byte> blob)
{
    return bind(index, QByteArrayView(reinterpret_cast<const char *>(blob.data()), static_cast<qsizetype>(blob.size())));
}

Statement &Statement::bindNull(int index)
{
    return m_failed ? *this : note(sqlite3_bind_null(m_statement, index));
}

Statement &Statement::bindColumn(int index, const Statement &row, int column)
{
    return m_failed ? *this : note(sqlite3_bind_value(m_statement, index, sqlite3_column_value(row.m_statement, column)));
}

Statement &Statement::bindSecret(int index, const crypto::SecretText &text)
{
    return m_failed ? *this
                    : note(sqlite3_bind_text64(m_statement, index, orEmpty(text.view().data()), text.size(), SQLITE_STATIC,
                                               SQLITE_UTF8));
}

Statement &Statement::bindSecret(int index, const crypto::SecretBytes &bytes)
{
    return m_failed ? *this
                    : note(sqlite3_bind_blob64(m_statement, index, orEmpty(bytes.bytes().data()), bytes.size(),
                                               SQLITE_STATIC));
}

Result<bool> Statement::step()
{
    if (m_failed)
        return std::unexpected(m_error);
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return std::unexpected(m_connection->failure(code));
}

Result<> Statement::run()
{
    return forEach([] {});
}

void Statement::rewind()
{
    if (m_statement)
        sqlite3_reset(m_statement);
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

qint64 Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

QString Statement::text(int column) const
{
    const std::span<const std::byte> utf8 = bytes(column);
    return link::fromUtf8({orEmpty(utf8.data()), static_cast<qsizetype>(utf8.size())});
}

QByteArray Statement::blob(int column) const
{
    const std::span<const std::byte> raw = bytes(column);
    return QByteArray(orEmpty(raw.data()), static_cast<qsizetype>(raw.size()));
}

crypto::SecretText Statement::secretText(int column) const
{
    const std::span<const std::byte> utf8 = bytes(column);
    return crypto::SecretText::copyOf({orEmpty(utf8.data()), utf8.size()});
}

crypto::SecretBytes Statement::secretBytes(int column) const
{
    return crypto::SecretBytes::copyOf(bytes(column));
}

std::span<const std::byte> Statement::bytes(int column) const
{
    // The blob form of a TEXT column is its UTF-8, unconverted, since the file's encoding is UTF-8.
    const void *data = sqlite3_column_blob(m_statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column));
    return {static_cast<const std::byte *>(data), data ? size : 0};
}

} // namespace clavitor
