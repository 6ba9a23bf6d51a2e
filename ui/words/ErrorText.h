// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// An error in a person's words: what happened, what was kept, what to do now. Three sentences or more, each part
/// complete on its own, so a narrow place may show the first only.
///
/// The one place where ErrorCode is worded for people. `detail` of the error is not part of it: it is English, for the
/// details pane and the log.
class ErrorText {
    Q_DECLARE_TR_FUNCTIONS(ErrorText)
public:
    QString title;              ///< what happened
    QString kept;               ///< what was kept
    QString next;               ///< what to do now

    [[nodiscard]] static ErrorText of(ErrorCode code);
    /// KeychainNotAdded, with why in place of none.
    [[nodiscard]] static ErrorText ofKeychainNotAdded(ErrorCode why);
    /// "kept next", for one paragraph below the title.
    [[nodiscard]] QString body() const;
    /// All three, for one line of text.
    [[nodiscard]] QString sentence() const;
};

} // namespace clavitor::ui
