// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/UnlockWay.h"
#include "ui/style/Icons.h"

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace clavitor::ui {

/// The words for the ways a vault opens by: what each opens, what its loss means, what removing it does.
class WayText {
    Q_DECLARE_TR_FUNCTIONS(WayText)

public:
    [[nodiscard]] static Symbol symbol(crypto::SlotKind kind);
    /// "Recovery sheet"; the person's own name for a piece of hardware.
    [[nodiscard]] static QString title(const UnlockWay &way);
    /// Of a way the vault has.
    [[nodiscard]] static QString effect(crypto::SlotKind kind);
    /// Of one it could have.
    [[nodiscard]] static QString offer(crypto::SlotKind kind);
    [[nodiscard]] static QString removalTitle(const UnlockWay &way);
    /// What is lost with it; `ways` are those there are now.
    [[nodiscard]] static QString removal(const UnlockWay &way, const QList<UnlockWay> &ways);
    /// Without `way` one loss would lose the vault, and with it none does.
    [[nodiscard]] static bool leavesOneWay(const UnlockWay &way, const QList<UnlockWay> &ways);
    /// When one loss would be the loss of the vault, what that is; else empty.
    [[nodiscard]] static QString singlePoint(const QList<UnlockWay> &ways);
    /// The same for the window, with what to do; empty when there is no such point.
    [[nodiscard]] static QString reminder(const QList<UnlockWay> &ways);
};

} // namespace clavitor::ui
