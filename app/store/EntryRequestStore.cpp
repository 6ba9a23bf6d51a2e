// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryRequestStore.h"

#include "app/store/Database.h"
#include "app/store/TextFold.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <string>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

const std::string kSelect = "SELECT r.id, r.key_id, coalesce(a.name, ''), r.title, r.why, r.fields, r.asked_at, r.state, r.entry_id "
                            "FROM entry_requests r LEFT JOIN agents a ON a.key_id = r.key_id ";

EntryRequest readRequest(const Statement &row)
{
    EntryRequest request;
    request.id = EntryRequestId::fromBytes(row.blob(0));
    request.keyId = row.text(1);
    request.keyName = row.text(2);
    request.title = row.text(3);
    request.why = row.text(4);
    for (const QJsonValue &label : QJsonDocument::fromJson(row.blob(5)).array())
        request.fields.append(label.toString());
    request.askedAt = row.integer(6);
    request.state = static_cast<EntryRequest::State>(row.number(7));
    if (!row.isNull(8))
        request.entry = EntryId::fromBytes(row.blob(8));
    return request;
}

} // namespace

EntryRequestStore::EntryRequestStore(Database &database)
    : m_database(database)
{
}

Result<> EntryRequestStore::insert(const EntryRequest &request)
{
    const QByteArray fields = QJsonDocument(QJsonArray::fromStringList(request.fields)).toJson(QJsonDocument::Compact);
    return m_database.run("INSERT INTO entry_requests (id, key_id, title, sort_key, why, fields, asked_at, state) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                          QByteArrayView(request.id.toBytes()), request.keyId, request.title, folded(request.title), request.why,
                          QString::fromUtf8(fields), request.askedAt, static_cast<int>(request.state));
}

Result<> EntryRequestStore::answer(EntryRequestId id, EntryRequest::State state, EntryId entry)
{
    const Result<EntryRequest> request = find(id);
    if (!request)
        return std::unexpected(request.error());
    if (request->state != EntryRequest::State::Open)
        return fail(ErrorCode::Conflict, u"the request is answered already"_s);
    Statement update = m_database.statement("UPDATE entry_requests SET state = ?, entry_id = ? WHERE id = ?");
    update.bindAll(static_cast<int>(state), QByteArrayView(entry.toBytes()), QByteArrayView(id.toBytes()));
    if (entry.isNull())
        update.bindNull(2);
    if (const Result<> done = update.run(); !done)
        return done;
    return m_database.run("DELETE FROM entry_requests WHERE state <> 0 AND id NOT IN "
                          "(SELECT id FROM entry_requests WHERE state <> 0 ORDER BY asked_at DESC LIMIT ?)",
                          keptAnswered);
}

Result<> EntryRequestStore::moveToKey(const QString &keyId, const QString &newKeyId)
{
    return m_database.run("UPDATE entry_requests SET key_id = ? WHERE key_id = ?", newKeyId, keyId);
}

Result<EntryRequest> EntryRequestStore::find(EntryRequestId id) const
{
    Statement query = m_database.statement(kSelect + "WHERE r.id = ?");
    query.bind(1, QByteArrayView(id.toBytes()));
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return fail(ErrorCode::NotFound, id.toString());
    return readRequest(query);
}

Result<std::optional<EntryRequest>> EntryRequestStore::findByTitle(const QString &keyId, const QString &title) const
{
    Statement query = m_database.statement(kSelect + "WHERE r.key_id = ? AND r.sort_key = ? ORDER BY r.asked_at DESC, r.id DESC LIMIT 1");
    query.bindAll(keyId, folded(title));
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return readRequest(query);
}

Result<int> EntryRequestStore::countOpen(const QString &keyId) const
{
    Statement query = m_database.statement("SELECT count(*) FROM entry_requests WHERE key_id = ? AND state = 0");
    query.bind(1, keyId);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    return query.number(0);
}

Result<QList<EntryRequest>> EntryRequestStore::list() const
{
    Statement query = m_database.statement(kSelect + "ORDER BY r.state <> 0, r.asked_at DESC, r.id DESC");
    QList<EntryRequest> requests;
    if (const Result<> read = query.forEach([&] { requests.append(readRequest(query)); }); !read)
        return std::unexpected(read.error());
    return requests;
}

} // namespace clavitor
