// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/FormerKeys.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What is said where the file with a vault's keys cannot be read and one of before is there. Any thread.
struct FormerKeysText {
    Q_DECLARE_TR_FUNCTIONS(FormerKeysText)

public:
    QString title;      ///< of the lock screen, while it is not in use
    QString found;      ///< what is there, and whether it opens the vault
    QString verb;       ///< of the button that offers it; empty where it opens nothing
    QString question;   ///< of the sheet behind the button
    QString means;      ///< what taking it means

    /// `now` is for the words of its day.
    [[nodiscard]] static FormerKeysText of(const FormerKeys &keys, qint64 now);
    /// On the lock screen once it is in use.
    [[nodiscard]] static QString inUse(const FormerKeys &keys, qint64 now);
};

} // namespace clavitor::ui
