// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Grant.h"

#include <QCoreApplication>

namespace clavitor {
struct VaultFacts;
}

namespace clavitor::ui {

/// What goes on while the vault is locked, in a person's words. `now` in ms since the epoch.
class LeaseText {
    Q_DECLARE_TR_FUNCTIONS(LeaseText)
public:
    /// Those that are in force by the clock, which the vault looks at every some seconds only.
    [[nodiscard]] static QList<LeaseStanding> inForce(const QList<LeaseStanding> &leases, qint64 now);
    /// "nightly-build reads 2 entries until 07:00, 14 reads left"
    [[nodiscard]] static QString line(const LeaseStanding &lease, qint64 now);
    /// The same of one, "3 leases go on until 07:00, 24 reads left" of more; empty of none.
    [[nodiscard]] static QString state(const QList<LeaseStanding> &leases, qint64 now);
    /// "Locked for people · " and that, of a locked vault that keeps some; else empty.
    [[nodiscard]] static QString locked(const VaultFacts &facts, qint64 now);
    /// For a menu: "Lock, keep the lease of nightly-build until 07:00 (14 reads left)"
    [[nodiscard]] static QString lockKeeping(const QList<LeaseStanding> &leases, qint64 now);
    /// "nightly-build · 2 entries · 14 reads · until 07:00": a line each of the first, and how many more there are.
    [[nodiscard]] static QString onLockScreen(const QList<LeaseStanding> &leases, qint64 now);
    /// What one that goes on means for what is in memory.
    [[nodiscard]] static QString inMemory();
    /// It was to go on, and does not.
    [[nodiscard]] static QString notKept();

private:
    [[nodiscard]] static QString until(qint64 end, qint64 now);
    [[nodiscard]] static QString readsLeft(int reads);
    [[nodiscard]] static QString entriesOf(const LeaseStanding &lease);
};

} // namespace clavitor::ui
