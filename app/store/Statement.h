// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretText.h"

#include <QByteArray>
#include <QString>
#include <QVarLengthArray>

#include <cstddef>
#include <span>
#include <type_traits>

struct sqlite3_stmt;

namespace clavitor {

class Connection;

/// A prepared statement, borrowed from the connection's cache for one use and given back, unbound, at the end of its
/// scope. Made by Database::statement().
///
/// Failures wait for the first step(): a statement that could not be prepared or bound returns the error there, so a
/// query reads as bind, bind, step. Binding indices count from 1, columns from 0. Vault thread; must not outlive its
/// Database.
///
/// Secrets are bound and read without copies in unguarded memory: bindSecret() lends SQLite the caller's bytes, so what
/// is bound must live as long as the statement. Everything else bound is copied here.
class Statement {
public:
    Statement(Statement &&other) noexcept;
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;
    Statement &operator=(Statement &&) = delete;
    ~Statement();

    Statement &bind(int index, qint64 value);
    Statement &bind(int index, int value) { return bind(index, qint64{value}); }
    Statement &bind(int index, bool value) { return bind(index, qint64{value}); }
    Statement &bind(int index, QStringView text);
    Statement &bind(int index, QLatin1StringView text);
    Statement &bind(int index, QByteArrayView blob);
    Statement &bind(int index, std::span<const std::byte> blob);
    Statement &bindNull(int index);
    /// A column of the row another statement stands at, of whatever type: copied within SQLite's own memory.
    Statement &bindColumn(int index, const Statement &row, int column);
    /// Lent, not copied: stored as TEXT (a SecretText) or BLOB (SecretBytes).
    Statement &bindSecret(int index, const crypto::SecretText &text);
    Statement &bindSecret(int index, const crypto::SecretBytes &bytes);
    template<typename... Values>
    Statement &bindAll(const Values &...values)
    {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    /// True: a row is there to be read. False: done.
    [[nodiscard]] Result<bool> step();
    /// Steps to the end, for statements that answer nothing.
    [[nodiscard]] Result<> run();
    /// Calls `take` at every row, to the end. One that answers Result<> ends it by an error.
    template<typename Take>
    [[nodiscard]] Result<> forEach(Take take)
    {
        for (;;) {
            const Result<bool> row = step();
            if (!row)
                return std::unexpected(row.error());
            if (!*row)
                return {};
            if constexpr (std::is_void_v<std::invoke_result_t<Take &>>)
                take();
            else if (const Result<> taken = take(); !taken)
                return taken;
        }
    }
    /// Back to the start with the bindings kept.
    void rewind();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] int number(int column) const { return static_cast<int>(integer(column)); }
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] QByteArray blob(int column) const;
    [[nodiscard]] crypto::SecretText secretText(int column) const;
    [[nodiscard]] crypto::SecretBytes secretBytes(int column) const;
    /// SQLite's own bytes of the column, valid until the next step.
    [[nodiscard]] std::span<const std::byte> bytes(int column) const;

private:
    friend class Connection;
    Statement(Connection &connection, sqlite3_stmt *statement, Error error);
    Statement &note(int resultCode);

    /// The bytes stay with the statement, so SQLite need not copy them.
    const QByteArray &keep(QByteArray bytes);

    Connection *m_connection;
    sqlite3_stmt *m_statement;
    QVarLengthArray<QByteArray, 8> m_kept;
    Error m_error;
    bool m_failed;
};

} // namespace clavitor
