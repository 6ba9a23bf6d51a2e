// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/VaultHeader.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What is said about security keys and the TPM while they are asked.
class HardwareText {
    Q_DECLARE_TR_FUNCTIONS(HardwareText)

public:
    /// An error as a sentence with its next step, and with the tries or the time that is left where the hardware tells.
    [[nodiscard]] static QString sentence(const Error &error);
    /// Why a PIN that was typed is not asked of the hardware, or empty.
    [[nodiscard]] static QString pinFault(crypto::SlotKind kind, qsizetype characters);
    /// A name for the next security key of a vault that has `others`.
    [[nodiscard]] static QString nextName(qsizetype others);
};

} // namespace clavitor::ui
