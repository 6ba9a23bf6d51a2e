// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/EntryType.h"

#include <QList>
#include <QString>

#include <utility>

namespace clavitor {

/// Everything the sidebar counts, over the vault without the trash (trash apart).
struct EntryCounts {
    int all = 0;
    int favourites = 0;
    int personal = 0;
    int trash = 0;
    QList<std::pair<EntryType, int>> types;
    QList<std::pair<QString, int>> tags;
};

} // namespace clavitor
