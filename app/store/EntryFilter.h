// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/model/EntryType.h"

#include <QString>

#include <optional>

namespace clavitor {

/// Which entries a list shows. Members that are empty or false do not filter; those that are set must all hold.
struct EntryFilter {
    enum class Place { Vault, Trash };
    Place place = Place::Vault;
    QString text;               ///< every word must be found, see EntryCatalog::search()
    std::optional<EntryType> type;
    QString tag;                ///< exact
    bool favouritesOnly = false;
    bool personalOnly = false;  ///< with at least one Personal field
    /// Set for agents: what it does not cover does not exist, and notes are not searched. Trash is never in scope.
    std::optional<Scope> scope;
    bool searchesListed = true; ///< false: words are not looked for in listed values, for a key that does not get them
};

} // namespace clavitor
