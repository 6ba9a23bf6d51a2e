// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Distrust.h"

#include <QCoreApplication>
#include <QString>

namespace clavitor::ui {

/// What is said of a vault that is not as it was left, or of which that is not known yet. Any thread.
struct DistrustText {
    Q_DECLARE_TR_FUNCTIONS(DistrustText)

public:
    QString title;
    QString found;      ///< what does not fit
    QString means;      ///< how that comes about, and what holds meanwhile
    QString next;       ///< what to do
    QString verb;       ///< of the button that takes it as it is

    [[nodiscard]] static DistrustText of(const Distrust &distrust);
    /// "keys", "the audit log" …
    [[nodiscard]] static QString part(VaultPart part);
    /// Of one that could not be compared with the keychain: in a few words, and what that means and what to do.
    [[nodiscard]] static QString uncompared(ErrorCode why);
    [[nodiscard]] static QString uncomparedMeans(ErrorCode why);
    /// Of rows that were there twice, once the vault was trusted; empty when nothing was taken out.
    [[nodiscard]] static QString removed(const QList<RemovedSurplus> &removed);
    /// One sentence for a line over the page.
    [[nodiscard]] QString line() const;
};

} // namespace clavitor::ui
