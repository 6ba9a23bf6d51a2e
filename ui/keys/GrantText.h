// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Grant.h"

#include <QCoreApplication>
#include <QHash>

namespace clavitor::ui {

/// What was allowed beforehand, in a person's words.
class GrantText {
    Q_DECLARE_TR_FUNCTIONS(GrantText)
public:
    using Titles = QHash<EntryId, QString>;

    /// "values and codes", "values", "codes"
    [[nodiscard]] static QString what(const Grant &grant);
    /// "github.com", "github.com and 3 more", "an entry that is gone"
    [[nodiscard]] static QString entries(const Grant &grant, const Titles &titles);
    /// "until lock", "23 min left", "4 of 10 reads left, until tomorrow 07:00", "always"
    [[nodiscard]] static QString left(const Grant &grant, qint64 now);
    /// "until tomorrow 07:00", as a lease is told.
    [[nodiscard]] static QString untilClock(qint64 until, qint64 now);
};

} // namespace clavitor::ui
