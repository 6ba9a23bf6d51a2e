// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"
#include "app/import/JsonValue.h"

#include <QHash>
#include <QSet>

namespace clavitor {

/// What the items of one Bitwarden export share.
struct BitwardenContext
{
    QHash<QByteArray, QString> folders;     ///< id to name
    QHash<QByteArray, QString> collections; ///< id to name
    QSet<QByteArray> usedFolders;           ///< written while reading
    int pageRules = 0;                      ///< entries with match or autofill rules, written while reading
    int ownedByOrganisation = 0;            ///< written while reading
    qint64 now = 0;
};

/// One item of a Bitwarden export as an entry of the plan. `number` counts from 1.
void readBitwardenItem(const JsonValue &item, int number, BitwardenContext &context, ImportPlan &plan);

} // namespace clavitor
