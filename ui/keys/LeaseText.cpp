// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/LeaseText.h"

#include "app/base/Clock.h"
#include "app/service/VaultTypes.h"
#include "ui/keys/GrantText.h"
#include "ui/words/DisplayText.h"
#include "ui/words/TimeText.h"

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLinesShown = 2;

int readsOf(const QList<LeaseStanding> &leases)
{
    int reads = 0;
    for (const LeaseStanding &lease : leases)
        reads += lease.readsLeft;
    return reads;
}

qint64 lastEnd(const QList<LeaseStanding> &leases)
{
    return std::ranges::max(leases, {}, &LeaseStanding::until).until;
}

} // namespace

QList<LeaseStanding> LeaseText::inForce(const QList<LeaseStanding> &leases, qint64 now)
{
    QList<LeaseStanding> left = leases;
    left.removeIf([now](const LeaseStanding &lease) { return lease.until <= now || lease.readsLeft == 0; });
    return left;
}

/// It stands for hours, past a midnight too, so a time within a day is told without one.
QString LeaseText::until(qint64 end, qint64 now)
{
    return end - now < 24 * ms::hour ? tr("until %1").arg(TimeText(now).shortClock(end)) : GrantText::untilClock(end, now);
}

QString LeaseText::readsLeft(int reads)
{
    return reads == 1 ? tr("1 read left") : tr("%Ln reads left", nullptr, reads);
}

QString LeaseText::entriesOf(const LeaseStanding &lease)
{
    return lease.entries == 1 ? tr("1 entry") : tr("%Ln entries", nullptr, lease.entries);
}

QString LeaseText::line(const LeaseStanding &lease, qint64 now)
{
    return tr("%1 reads %2 %3, %4").arg(displayText(lease.keyName, 64), entriesOf(lease), until(lease.until, now), readsLeft(lease.readsLeft));
}

QString LeaseText::state(const QList<LeaseStanding> &leases, qint64 now)
{
    if (leases.isEmpty())
        return {};
    if (leases.size() == 1)
        return line(leases.first(), now);
    return tr("%Ln leases go on %1, %2", nullptr, static_cast<int>(leases.size())).arg(until(lastEnd(leases), now), readsLeft(readsOf(leases)));
}

QString LeaseText::lockKeeping(const QList<LeaseStanding> &leases, qint64 now)
{
    if (leases.isEmpty())
        return {};
    const QString end = until(lastEnd(leases), now);
    const QString reads = readsLeft(readsOf(leases));
    if (leases.size() == 1)
        return tr("Lock, keep the lease of %1 %2 (%3)").arg(displayText(leases.first().keyName, 40), end, reads);
    return tr("Lock, keep %Ln leases %1 (%2)", nullptr, static_cast<int>(leases.size())).arg(end, reads);
}

QString LeaseText::locked(const VaultFacts &facts, qint64 now)
{
    const QList<LeaseStanding> leases = inForce(facts.leases, now);
    return facts.keepsLeases() && !leases.isEmpty() ? tr("Locked for people · %1").arg(state(leases, now)) : QString();
}

QString LeaseText::onLockScreen(const QList<LeaseStanding> &leases, qint64 now)
{
    QStringList lines;
    for (const LeaseStanding &lease : leases.first(qMin<qsizetype>(leases.size(), kLinesShown)))
        lines.append(QStringList{displayText(lease.keyName, 64), entriesOf(lease),
                                 lease.readsLeft == 1 ? tr("1 read") : tr("%Ln reads", nullptr, lease.readsLeft), until(lease.until, now)}.join(u" · "_s));
    if (const auto more = static_cast<int>(leases.size()) - kLinesShown; more > 0)
        lines.append(more == 1 ? tr("And one lease more") : tr("And %Ln leases more", nullptr, more));
    return lines.join(u'\n');
}

QString LeaseText::notKept()
{
    return tr("The vault is locked, and no lease could be kept going.");
}

QString LeaseText::inMemory()
{
    return tr("Until it ends the vault's file stays open: the keys to Shared values are in this computer's memory. Personal is shut.");
}

} // namespace clavitor::ui
