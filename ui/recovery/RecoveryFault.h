// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/RecoverySheet.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What is wrong with a typed recovery sheet, in a sentence that says where to look.
class RecoveryFault {
    Q_DECLARE_TR_FUNCTIONS(RecoveryFault)

public:
    [[nodiscard]] static QString sentence(const crypto::RecoverySheetFault &fault);
};

} // namespace clavitor::ui
