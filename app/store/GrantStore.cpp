// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/GrantStore.h"

#include "app/store/Database.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// Ids of 16 bytes, one after the other.
QByteArray packed(const QList<EntryId> &entries)
{
    QByteArray bytes;
    for (const EntryId &entry : entries)
        bytes += entry.toBytes();
    return bytes;
}

QList<EntryId> unpacked(const QByteArray &bytes)
{
    QList<EntryId> entries;
    for (qsizetype at = 0; at + 16 <= bytes.size(); at += 16)
        entries.append(EntryId::fromBytes(QByteArrayView(bytes).sliced(at, 16)));
    return entries;
}

QString grantActionsText(const QList<Action> &actions)
{
    QStringList names;
    for (const Action action : actions)
        names.append(wireName(action));
    return names.join(u' ');
}

} // namespace

GrantStore::GrantStore(Database &database)
    : m_database(database)
{
}

Result<> GrantStore::insert(const Grant &grant)
{
    return m_database.run("INSERT INTO grants (id, key_id, entries, actions, lease, over_budget, made_at, until, reads_left, used) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          QByteArrayView(grant.id.toBytes()), grant.keyId, QByteArrayView(packed(grant.entries)),
                          grantActionsText(grant.actions), grant.isLease, grant.overBudget, grant.madeAt, grant.until, grant.readsLeft,
                          grant.used);
}

Result<> GrantStore::update(const Grant &grant)
{
    return m_database.run("UPDATE grants SET reads_left = ?, used = ?, until = ? WHERE id = ?", grant.readsLeft, grant.used, grant.until,
                          QByteArrayView(grant.id.toBytes()));
}

Result<> GrantStore::remove(GrantId id)
{
    if (const Result<> done = m_database.run("DELETE FROM grants WHERE id = ?", QByteArrayView(id.toBytes())); !done)
        return done;
    return m_database.changes() == 1 ? Result<>() : fail(ErrorCode::NotFound, id.toString());
}

Result<> GrantStore::moveToKey(const QString &keyId, const QString &newKeyId)
{
    return m_database.run("UPDATE grants SET key_id = ? WHERE key_id = ?", newKeyId, keyId);
}

Result<> GrantStore::removeOf(const QString &keyId)
{
    return m_database.run("DELETE FROM grants WHERE key_id = ?", keyId);
}

Result<QList<Grant>> GrantStore::list() const
{
    Statement query = m_database.statement("SELECT id, key_id, entries, actions, lease, over_budget, made_at, until, reads_left, used "
                                           "FROM grants ORDER BY made_at DESC, id DESC");
    QList<Grant> grants;
    const Result<> read = query.forEach([&] {
        Grant grant;
        grant.id = GrantId::fromBytes(query.blob(0));
        grant.keyId = query.text(1);
        grant.entries = unpacked(query.blob(2));
        for (const QString &name : query.text(3).split(u' ', Qt::SkipEmptyParts))
            if (const std::optional<Action> action = actionFromWireName(name))
                grant.actions.append(*action);
        grant.isLease = query.integer(4) != 0;
        grant.overBudget = query.integer(5) != 0;
        grant.madeAt = query.integer(6);
        grant.until = query.integer(7);
        grant.readsLeft = query.number(8);
        grant.used = query.number(9);
        grants.append(std::move(grant));
    });
    if (!read)
        return std::unexpected(read.error());
    return grants;
}

} // namespace clavitor
