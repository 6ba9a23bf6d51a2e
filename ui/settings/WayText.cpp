// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/WayText.h"

#include "ui/words/DisplayText.h"

#include <algorithm>

namespace clavitor::ui {

using crypto::SlotKind;

namespace {

bool hasKind(const QList<UnlockWay> &ways, SlotKind kind)
{
    return std::ranges::any_of(ways, [kind](const UnlockWay &way) { return way.name.kind == kind; });
}

QList<UnlockWay> without(const UnlockWay &way, QList<UnlockWay> ways)
{
    ways.removeIf([&](const UnlockWay &one) { return one.name == way.name; });
    return ways;
}

} // namespace

Symbol WayText::symbol(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Keychain:
        return Symbol::Key;
    case SlotKind::Recovery:
        return Symbol::Note;
    case SlotKind::SecurityKey:
        return Symbol::ShieldCheck;
    case SlotKind::Tpm:
        return Symbol::Server;
    case SlotKind::Password:
        break;
    }
    return Symbol::Password;
}

QString WayText::title(const UnlockWay &way)
{
    switch (way.name.kind) {
    case SlotKind::Keychain:
        return tr("Keychain of this computer");
    case SlotKind::Recovery:
        return tr("Recovery sheet");
    case SlotKind::SecurityKey:
        return way.label.isEmpty() ? tr("Security key") : tr("Security key %1").arg(displayText(way.label, 40));
    case SlotKind::Tpm:
        return tr("TPM of this computer");
    case SlotKind::Password:
        break;
    }
    return tr("Master password");
}

QString WayText::effect(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Keychain:
        return tr("Opens Shared while you are logged in, after a check that it is you: your finger on the reader or, without one, the system's dialog, unless that is switched off below. If it is lost nothing else is, but programs that run as you may read an open keychain.");
    case SlotKind::Recovery:
        return tr("Opens Shared and Personal, from paper. If it is lost or somebody has seen it, make a new one: the old one then opens only copies of the vault from before.");
    case SlotKind::SecurityKey:
        return tr("Opens Shared and Personal, with a touch, and with its PIN if it has one. If it is lost, remove it here.");
    case SlotKind::Tpm:
        return tr("Opens Shared and Personal, on this computer only. It is gone with the computer.");
    case SlotKind::Password:
        break;
    }
    return tr("Opens Shared and Personal, and adds the other ways, so it stays. It is stored nowhere and nobody can reset it.");
}

QString WayText::offer(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Keychain:
        return tr("Off. It opens Shared while you are logged in, after a check that it is you, and never Personal.");
    case SlotKind::Recovery:
        return tr("None yet. On paper, it opens Shared and Personal when the master password is forgotten.");
    case SlotKind::SecurityKey:
        return tr("It opens Shared and Personal with a touch, and with its PIN if it has one.");
    case SlotKind::Tpm:
        return tr("Off. It opens Shared and Personal on this computer only.");
    case SlotKind::Password:
        break;
    }
    return {};
}

QString WayText::removalTitle(const UnlockWay &way)
{
    switch (way.name.kind) {
    case SlotKind::Keychain:
        return tr("Stop unlocking with the keychain?");
    case SlotKind::Recovery:
        return tr("Remove the recovery sheet?");
    default:
        return tr("Remove “%1”?").arg(title(way));
    }
}

QString WayText::removal(const UnlockWay &way, const QList<UnlockWay> &ways)
{
    QString words;
    switch (way.name.kind) {
    case SlotKind::Keychain:
        words = tr("The vault's key is deleted from the keychain. After every start and every lock you unlock another way.");
        break;
    case SlotKind::Recovery:
        words = tr("The printed sheet opens nothing any more but copies of the vault from before, and cannot be added again.");
        break;
    default:
        words = tr("It opens this vault no more. The device itself stays as it is.");
        break;
    }
    if (leavesOneWay(way, ways))
        words += u' ' + singlePoint(without(way, ways));
    return words;
}

bool WayText::leavesOneWay(const UnlockWay &way, const QList<UnlockWay> &ways)
{
    return way.opensPersonal() && singlePoint(ways).isEmpty() && !singlePoint(without(way, ways)).isEmpty();
}

QString WayText::singlePoint(const QList<UnlockWay> &ways)
{
    if (std::ranges::count_if(ways, &UnlockWay::opensPersonal) != 1)
        return {};
    return hasKind(ways, SlotKind::Keychain)
        ? tr("Only the master password opens Personal. If it is forgotten, what is in Personal is lost, and without the keychain of this computer all the rest.")
        : tr("Only the master password opens this vault. If it is forgotten, everything in it is lost, and nobody can bring it back.");
}

QString WayText::reminder(const QList<UnlockWay> &ways)
{
    const QString point = singlePoint(ways);
    return point.isEmpty() ? QString() : QString(point + u' ' + tr("Settings, Ways to unlock, makes a recovery sheet."));
}

} // namespace clavitor::ui
