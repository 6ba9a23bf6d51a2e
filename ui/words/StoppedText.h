// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What is said after the next unlock of work that a lock ended: what happened, what was kept, what to do now. Any thread.
class StoppedText {
    Q_DECLARE_TR_FUNCTIONS(StoppedText)
public:
    [[nodiscard]] static QString of(LongWork work);
};

} // namespace clavitor::ui
