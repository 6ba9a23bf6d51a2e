// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/Place.h"

namespace clavitor::ui {

EntryQuery Place::query() const
{
    EntryQuery query;
    switch (kind) {
    case Kind::Favourites:
        query.favouritesOnly = true;
        break;
    case Kind::Type:
        query.type = type;
        break;
    case Kind::Tag:
        query.tag = tag;
        break;
    case Kind::Personal:
        query.personalOnly = true;
        break;
    case Kind::Trash:
        query.place = EntryQuery::Place::Trash;
        break;
    default:
        break;
    }
    return query;
}

} // namespace clavitor::ui
