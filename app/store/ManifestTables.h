// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Distrust.h"

#include <array>
#include <cstddef>
#include <string_view>

/// What Manifest sums up, for the two sources it is made of.
namespace clavitor::manifest {

struct Table {
    const char *name;
    VaultPart part;
    /// Of one WITHOUT ROWID that has no index: the numbers it lies by. In such a tree every cell is a row, so when they come in order each
    /// is found, and there is no index to hold against them.
    const char *order = nullptr;
};

// The place of a table is its slot in what is stored: a new one goes to the end, with a migration that seals anew.
inline constexpr std::array covered{
    Table{"entries", VaultPart::Entries},
    Table{"urls", VaultPart::Entries},
    Table{"tags", VaultPart::Entries},
    Table{"fields", VaultPart::Entries, "entry, number"},
    Table{"search_text", VaultPart::Entries},
    Table{"entry_versions", VaultPart::Versions, "entry, version"},
    Table{"version_fields", VaultPart::Versions, "entry, version, number"},
    Table{"imports", VaultPart::Imports},
    Table{"import_entries", VaultPart::Imports},
    Table{"agents", VaultPart::Keys},
    Table{"former_keys", VaultPart::Keys},
    Table{"rotations", VaultPart::Keys},
    Table{"grants", VaultPart::Grants},
    Table{"entry_requests", VaultPart::Grants},
    Table{"meta", VaultPart::Settings},
    Table{"audit", VaultPart::Log},
    Table{"audit_chain", VaultPart::Log},
    Table{"audit_checkpoints", VaultPart::Log},
};
inline constexpr std::size_t structureSlot = covered.size();
inline constexpr std::size_t slotCount = covered.size() + 1;
// The texts the search index is made of.
inline constexpr std::size_t searchSlot = 4;
static_assert(std::string_view(covered[searchSlot].name) == "search_text");
inline constexpr std::size_t keysSlot = 9;
static_assert(std::string_view(covered[keysSlot].name) == "agents");
inline constexpr std::size_t grantsSlot = 12;
static_assert(std::string_view(covered[grantsSlot].name) == "grants");
inline constexpr std::size_t auditSlot = 15;
static_assert(std::string_view(covered[auditSlot].name) == "audit");
// The table the manifest itself lies in, and what of it is the manifest's.
inline constexpr std::size_t headSlot = 16;
static_assert(std::string_view(covered[headSlot].name) == "audit_chain");

} // namespace clavitor::manifest
