// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/SearchText.h"

#include "app/base/SecretString.h"
#include "app/link/Wipe.h"
#include "app/store/Database.h"
#include "app/store/TextFold.h"

namespace clavitor {

using namespace Qt::StringLiterals;

SearchText SearchText::of(const EntrySummary &summary, const std::vector<StoredField> &fields)
{
    SearchText text;
    text.title = folded(summary.title);
    for (const QString &url : summary.urls)
        text.urls += folded(url) + '\n'_L1 + searchedHost(url) + '\n'_L1;
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
    // The index holds no texts of its own: to forget an entry it reads what it knew from search_text, so that goes last.
    if (const Result<> done = database.run("DELETE FROM search_index WHERE rowid IN "
                                           "(SELECT entry FROM search_text WHERE entry = ?)",
                                           entry);
        !done)
        return done;
    return database.run("DELETE FROM search_text WHERE entry = ?", entry);
}

} // namespace clavitor
