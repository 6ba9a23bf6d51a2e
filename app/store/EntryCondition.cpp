// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryCondition.h"

#include "app/store/Statement.h"
#include "app/store/TextFold.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// What the trigram index can find; shorter words are looked for in the text itself.
constexpr qsizetype indexedCharacters = 3;

// After the name of a row number.
constexpr std::string_view inTags = " IN (SELECT entry FROM tags WHERE tag IN (SELECT value FROM json_each(?)))";

QString jsonList(const QStringList &values)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(values)).toJson(QJsonDocument::Compact));
}

QString quoted(const QString &word)
{
    return u'"' + QString(word).replace(u'"', "\"\""_L1) + u'"';
}

} // namespace

EntryCondition::EntryCondition(const EntryFilter &filter)
{
    if (filter.scope)
        requireScope(*filter.scope);
    require(filter.place == EntryFilter::Place::Vault ? "e.trashed_at = 0" : "e.trashed_at <> 0");
    if (filter.type)
        require("e.type = ?", QString(wireName(*filter.type)));
    if (!filter.tag.isEmpty())
        require("e.row IN (SELECT entry FROM tags WHERE tag = ?)", filter.tag);
    if (filter.favouritesOnly)
        require("e.favourite = 1");
    if (filter.personalOnly)
        require("e.personal = 1");
    if (const QStringList words = foldedWords(filter.text); !words.isEmpty())
        requireWords(words, !filter.scope, filter.searchesListed);
}

EntryCondition::EntryCondition(const std::optional<Scope> &scope)
{
    if (scope)
        requireScope(*scope);
    else
        require("1");
}

int EntryCondition::bindTo(Statement &statement, int index) const
{
    for (const Value &value : m_values) {
        if (const auto *text = std::get_if<QString>(&value))
            statement.bind(index, *text);
        else
            statement.bind(index, std::get<qint64>(value));
        ++index;
    }
    return index;
}

void EntryCondition::requireWords(const QStringList &words, bool withNotes, bool withListed)
{
    QStringList indexed;
    QStringList shorter;
    for (const QString &word : words)
        (word.toUcs4().size() >= indexedCharacters ? indexed : shorter).append(word);

    // CROSS JOIN: in this order. The index is asked first and names the few rows to look at.
    if (!indexed.isEmpty()) {
        m_from = "search_index CROSS JOIN entries e ON e.row = search_index.rowid";
        QStringList phrases;
        for (const QString &word : indexed)
            phrases.append(quoted(word));
        const QString columns = withNotes ? QString() : withListed ? u"{title urls tags listed} : "_s : u"{title urls tags} : "_s;
        require("search_index MATCH ?", QString(columns % u'(' % phrases.join(" AND "_L1) % u')'));
        // Said once more of the index's own row, so that the entries outside are not read to be left out. The plus: it is
        // a filter, not what to walk.
        if (!m_onlyTags.isEmpty())
            require(std::string("+search_index.rowid").append(inTags), m_onlyTags);
    }
    if (!shorter.isEmpty()) {
        // Without a longer word all texts are read, and only the entries of those that match.
        m_from = indexed.isEmpty() ? "search_text s CROSS JOIN entries e ON e.row = s.entry"
                                   : m_from + " CROSS JOIN search_text s ON s.entry = e.row";
        for (const QString &word : shorter)
            require(withNotes        ? "any_contains(?, s.title, s.urls, s.tags, s.listed, s.notes)"
                        : withListed ? "any_contains(?, s.title, s.urls, s.tags, s.listed)"
                                     : "any_contains(?, s.title, s.urls, s.tags)",
                    word);
    }
}

void EntryCondition::require(std::string_view term)
{
    if (!m_where.empty())
        m_where += " AND ";
    m_where += term;
}

void EntryCondition::require(std::string_view term, Value value)
{
    require(term);
    m_values.push_back(std::move(value));
}

void EntryCondition::requireScope(const Scope &scope)
{
    require("e.trashed_at = 0");
    if (scope.everything)
        return;
    std::string any;
    const auto allow = [&](std::string_view term, const QStringList &values) {
        if (values.isEmpty())
            return;
        any += any.empty() ? "" : " OR ";
        any += term;
        m_values.push_back(jsonList(values));
    };
    QStringList ids;
    for (const EntryId &id : scope.entries)
        ids.append(QString::fromLatin1(id.toBytes().toHex()));
    QStringList types;
    for (const EntryType type : scope.types)
        types.append(wireName(type));
    allow("e.id IN (SELECT unhex(value) FROM json_each(?))", ids);
    allow(std::string("e.row").append(inTags), scope.tags);
    allow("e.type IN (SELECT value FROM json_each(?))", types);
    require(any.empty() ? "0" : '(' + any + ')');
    if (ids.isEmpty() && types.isEmpty())
        m_onlyTags = jsonList(scope.tags);
}

} // namespace clavitor
