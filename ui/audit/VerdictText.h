// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/LogVerdict.h"
#include "ui/words/TimeText.h"

#include <QCoreApplication>
#include <QString>

#include <optional>

namespace clavitor::ui {

/// What verifying the log came to, for people. Any thread.
struct VerdictText {
    Q_DECLARE_TR_FUNCTIONS(VerdictText)

public:
    /// The checkpoint file the person chose, and why it could not be read. Without a path none was chosen.
    struct File {
        QString path;
        std::optional<ErrorCode> trouble{};
        qint64 row = 0;         ///< that was written to it, as the vault remembers; 0: none is known of
        bool isUnnamed = false; ///< the vault remembers it, and the settings do not name it any more
        /// It ends before what was written to it.
        [[nodiscard]] bool isShort(const LogVerdict &verdict) const { return !trouble && verdict.fileRow > 0 && verdict.fileRow < row; }
    };

    /// What was found, and in a sentence what that proves and what it does not.
    [[nodiscard]] static QString of(const LogVerdict &verdict, const TimeText &time, const File &file);
    [[nodiscard]] static QString of(const LogVerdict &verdict, const TimeText &time);
    /// The log is whole as far as can be told, and the file that was to vouch for it does not.
    [[nodiscard]] static bool lacksFile(const LogVerdict &verdict, const File &file);
};

} // namespace clavitor::ui
