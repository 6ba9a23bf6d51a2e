// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/MetaStore.h"

#include "app/store/Database.h"

namespace clavitor {

MetaStore::MetaStore(Database &database)
    : m_database(database)
{
}

Result<std::optional<QByteArray>> MetaStore::value(QLatin1StringView name) const
{
    Statement query = m_database.statement("SELECT value FROM meta WHERE name = ?");
    query.bind(1, name);
    const Result<bool> row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return query.blob(0);
}

Result<> MetaStore::setValue(QLatin1StringView name, QByteArrayView value)
{
    return m_database.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
                          value);
}

Result<> MetaStore::remove(QLatin1StringView name)
{
    return m_database.run("DELETE FROM meta WHERE name = ?", name);
}

} // namespace clavitor
