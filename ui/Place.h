// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QMetaType>

namespace clavitor::ui {

/// Where in the window: a set of entries, or a page.
struct Place {
    enum class Kind { All, Favourites, Type, Tag, Personal, Trash, Keys, Audit, Connection, Settings };
    Kind kind = Kind::All;
    EntryType type = EntryType::Login; ///< of Kind::Type
    QString tag;                       ///< of Kind::Tag
    bool operator==(const Place &) const = default;

    [[nodiscard]] bool isEntries() const { return kind <= Kind::Trash; }
    /// Of an entries place.
    [[nodiscard]] EntryQuery query() const;
};

} // namespace clavitor::ui

Q_DECLARE_METATYPE(clavitor::ui::Place)
