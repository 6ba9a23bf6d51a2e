// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SearchText.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "app/store/Database.h"
#include "app/store/Manifest.h"
#include "app/store/TextFold.h"

#include <optional>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// So many texts are put into the index in the time it takes to take one out of it: that looks up every trigram of the text, and finds
// its way past all that was taken out before.
constexpr qint64 textsPutWhileOneGoes = 200;
// Put in as one piece. Texts have an end (maximumNotes), so even the longest keep a lock waiting for some tenths of a second.
constexpr qint64 textsInAPiece = 32;

/// Without the scheme, which every URL has and nobody looks for; with the host once more where it is spelt another way
/// (punycode), since the host is what an exact match is about.
QString searchedUrl(const QString &url)
{
    QString text = folded(url);
    if (const qsizetype scheme = text.indexOf("://"_L1); scheme >= 0)
        text.remove(0, scheme + 3);
    const QString host = searchedHost(url);
    return text.contains(host) ? text : text + '\n'_L1 + host;
}

/// What the index knows of the entry, if it knows it.
Result<std::optional<SearchText>> indexedText(Database &database, qint64 entry)
{
    Statement query = database.statement("SELECT title, urls, tags, listed, notes FROM search_text WHERE entry = ?");
    query.bind(1, entry);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return SearchText{query.text(0), query.text(1), query.text(2), query.text(3), query.text(4)};
}

} // namespace

SearchText SearchText::of(const EntrySummary &summary, const std::vector<StoredField> &fields)
{
    SearchText text;
    text.title = folded(summary.title);
    for (const QString &url : summary.urls)
        text.urls += searchedUrl(url) + '\n'_L1;
    text.tags = folded(summary.tags.join("\n"_L1));
    for (const StoredField &field : fields) {
        if (field.outline.tier != Tier::Shared || isMasked(field.outline.kind) || field.value.isEmpty())
            continue;
        QString value = revealToQString(field.value);
        QString &column = isListed(field.outline.kind) ? text.listed : text.notes;
        column += folded(value.left(maximumNotes)) + '\n'_L1;
        link::wipe(value);
    }
    text.notes.truncate(maximumNotes);
    return text;
}

QString searchedHost(const QString &url)
{
    QString host = folded(hostOf(url));
    if (host.startsWith("www."_L1))
        host.remove(0, 4);
    return host;
}

Result<> replaceSearchText(Database &database, qint64 entry, const SearchText &text)
{
    const Result<std::optional<SearchText>> indexed = indexedText(database, entry);
    if (!indexed)
        return std::unexpected(indexed.error());
    // Taking a text out of the index costs as much as all the rest of a save, and most edits change a password.
    if (*indexed == text)
        return {};
    if (const Result<> seen = Manifest::requireSeenSearchIndex(database); !seen)
        return seen;
    if (*indexed)
        if (const Result<> removed = removeSearchText(database, entry); !removed)
            return removed;
    if (const Result<> done = database.run("INSERT INTO search_text (entry, title, urls, tags, listed, notes) "
                                           "VALUES (?, ?, ?, ?, ?, ?)",
                                           entry, text.title, text.urls, text.tags, text.listed, text.notes);
        !done)
        return done;
    return database.run("INSERT INTO search_index (rowid, title, urls, tags, listed, notes) VALUES (?, ?, ?, ?, ?, ?)",
                        entry, text.title, text.urls, text.tags, text.listed, text.notes);
}

Result<> removeSearchText(Database &database, qint64 entry)
{
    if (const Result<> seen = Manifest::requireSeenSearchIndex(database); !seen)
        return seen;
    // The index holds no texts of its own: to forget an entry it reads what it knew from search_text, so that goes last.
    if (const Result<> done = database.run("DELETE FROM search_index WHERE rowid IN "
                                           "(SELECT entry FROM search_text WHERE entry = ?)",
                                           entry);
        !done)
        return done;
    return database.run("DELETE FROM search_text WHERE entry = ?", entry);
}

Result<bool> isSearchIndexSoonerAnew(Database &database, qsizetype gone)
{
    const qint64 most = gone * textsPutWhileOneGoes;
    Statement texts = database.statement("SELECT count(*) FROM (SELECT 1 FROM search_text LIMIT ?)");
    texts.bind(1, most + 1);
    const Result<bool> row = texts.step();
    if (!row)
        return row;
    return *row && texts.integer(0) <= most;
}

Result<> makeSearchIndexAnew(Database &database)
{
    if (const Result<> seen = Manifest::requireSeenSearchIndex(database); !seen)
        return seen;
    // Its pages are overwritten as any that are given up, so nothing is left of what is not put in again.
    if (const Result<> done = database.run("INSERT INTO search_index (search_index) VALUES ('delete-all')"); !done)
        return done;
    for (qint64 last = 0;; last = database.lastRow()) {
        if (const Result<> on = database.whileNotStopped(); !on)
            return on;
        if (const Result<> done = database.run("INSERT INTO search_index (rowid, title, urls, tags, listed, notes) "
                                               "SELECT entry, title, urls, tags, listed, notes FROM search_text "
                                               "WHERE entry > ? ORDER BY entry LIMIT ?",
                                               last, textsInAPiece);
            !done)
            return done;
        if (database.changes() == 0)
            return {};
    }
}

} // namespace clavitor
