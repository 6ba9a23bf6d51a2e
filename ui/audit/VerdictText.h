// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/LogVerdict.h"
#include "ui/words/TimeText.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What verifying the log came to, for people. Any thread.
struct VerdictText {
    Q_DECLARE_TR_FUNCTIONS(VerdictText)

public:
    /// What was found, and in a sentence what that proves and what it does not.
    [[nodiscard]] static QString of(const LogVerdict &verdict, const TimeText &time);
};

} // namespace clavitor::ui
