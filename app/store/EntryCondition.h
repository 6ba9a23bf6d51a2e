// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/store/EntryFilter.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace clavitor {

class Statement;

/// A filter as SQL: the tables to read, with `e` for entries, and a WHERE that always has at least one term. The text is
/// put together from fixed pieces only, so a handful of combinations fills the statement cache; everything the person
/// or an agent said is bound.
class EntryCondition {
public:
    /// Characters and words of a query; longer ones are refused by the catalog.
    static constexpr qsizetype maximumText = 512;
    static constexpr qsizetype maximumWords = 16;

    explicit EntryCondition(const EntryFilter &filter);
    /// Only what `scope` covers; everything, trash included, without one.
    explicit EntryCondition(const std::optional<Scope> &scope);

    [[nodiscard]] const std::string &from() const { return m_from; }
    [[nodiscard]] const std::string &where() const { return m_where; }
    /// Binds the values of where() from `index` on; the next free index.
    int bindTo(Statement &statement, int index = 1) const;

    /// Narrows by words, as EntryCatalog::search() tells.
    void requireWords(const QStringList &words, bool withNotes, bool withListed = true);

private:
    using Value = std::variant<qint64, QString>;
    void require(std::string_view term);
    void require(std::string_view term, Value value);
    void requireScope(const Scope &scope);

    std::string m_from = "entries e";
    std::string m_where;
    std::vector<Value> m_values;
    QString m_onlyTags; ///< as JSON, when the scope is nothing but tags
};

} // namespace clavitor
