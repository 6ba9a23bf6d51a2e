// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <span>

namespace clavitor {

/// What an entry is. A hint for icons, templates and filters; permissions never depend on it alone.
enum class EntryType {
    Login,
    ApiKey,
    Server,
    Database,
    SshKey,
    Note,
    Card,
    BankAccount,
    Identity,
    Passport,
    License,
    Wifi,
    Other,
};

/// Every type, in the order lists show them.
[[nodiscard]] std::span<const EntryType> allEntryTypes();
/// "login", "api_key", …: stored and sent, never changed.
[[nodiscard]] QLatin1StringView wireName(EntryType type);
[[nodiscard]] std::optional<EntryType> entryTypeFromWireName(QStringView name);

} // namespace clavitor
