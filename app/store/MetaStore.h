// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QByteArray>

#include <optional>

namespace clavitor {

class Database;

/// Single values of the vault that are rows of no table: "audit.boot", "manifest.generation" … Vault thread.
class MetaStore {
public:
    explicit MetaStore(Database &database);

    [[nodiscard]] Result<std::optional<QByteArray>> value(QLatin1StringView name) const;
    [[nodiscard]] Result<> setValue(QLatin1StringView name, QByteArrayView value);
    [[nodiscard]] Result<> remove(QLatin1StringView name);

private:
    Database &m_database;
};

} // namespace clavitor
