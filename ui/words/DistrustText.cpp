// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/DistrustText.h"

#include "ui/words/DisplayText.h"

#include <QLocale>

#include <algorithm>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

QString DistrustText::part(VaultPart part)
{
    switch (part) {
    case VaultPart::Entries:
        return tr("entries");
    case VaultPart::Versions:
        return tr("earlier versions of entries");
    case VaultPart::Imports:
        return tr("the record of imports");
    case VaultPart::Keys:
        return tr("agents' keys");
    case VaultPart::Grants:
        return tr("what keys were allowed or asked for");
    case VaultPart::Settings:
        return tr("the vault's own settings");
    case VaultPart::Log:
        return tr("the audit log");
    case VaultPart::Structure:
        return tr("the tables that hold all of it");
    case VaultPart::SearchIndex:
        return tr("the search index");
    case VaultPart::Manifest:
        return tr("the list of what the vault should hold");
    case VaultPart::KeyFile:
        return tr("vault.keys, the file with its keys, which is older");
    }
    return {};
}

DistrustText DistrustText::of(const Distrust &distrust)
{
    DistrustText text;
    const QString held = tr("Until you decide, the vault is open for looking only: nothing is written, not even to the log, and no "
                            "agent gets an answer.");
    const QString after = tr("Every key is then paused until you let it go on, and the log says that you decided so.");
    if (distrust.kind == Distrust::Kind::OlderCopy) {
        const QLocale locale;
        text.title = tr("This is an older copy of the vault");
        text.found = distrust.newest == 0
            ? tr("It is from before its keys were replaced, as the keychain of this computer remembers.")
            : distrust.generation == distrust.newest
            ? tr("It has seen %1 changes, as many as the keychain remembers, but not the same ones.").arg(locale.toString(distrust.generation))
            : tr("It has seen %1 changes; the keychain of this computer remembers %2.")
                  .arg(locale.toString(distrust.generation), locale.toString(distrust.newest));
        text.means = tr("A backup was put back, or the folder came from another computer. It may also be somebody's way to make a key "
                        "work again that you revoked.") + u' ' + held;
        text.next = tr("If you brought this copy back yourself, use it.") + u' ' + after;
        text.verb = tr("Use this copy");
        return text;
    }
    if (distrust.parts == QList{VaultPart::KeyFile}) {
        text.title = tr("The file with this vault's keys is an older one");
        text.found = tr("vault.keys is from before the last time a way to unlock was changed, added or taken away.");
        text.means = tr("It was put back from a copy, by you or by somebody who knows a password or has a sheet that you replaced. What opened the "
                        "vault then opens it again; what was made since does not.") + u' ' + held;
        text.next = tr("If you have the newer vault.keys and vault.keys.copy, quit Clavitor and put them back. Else use this one, and then choose a "
                       "new master password, make a new recovery sheet and remove the ways you had removed. If it was not you, replace all keys "
                       "as well.") + u' ' + after;
        text.verb = tr("Use this key file");
        return text;
    }
    QStringList parts;
    for (const VaultPart one : distrust.parts)
        parts.append(part(one));
    text.title = tr("This vault was changed outside Clavitor");
    text.found = tr("Not as it was left: %1.").arg(QLocale().createSeparatedList(parts));
    text.means = tr("Parts of an older file were put back, another program wrote into it, or the disk lost something.") + u' ' + held;
    text.next = tr("A backup of the vault's folder from before is the safer way back. If all you see is as it should be, trust it.")
        + u' ' + after;
    text.verb = tr("Trust what is here now");
    return text;
}

QString DistrustText::uncompared(ErrorCode why)
{
    switch (why) {
    case ErrorCode::KeychainLocked:
        return tr("not compared with the keychain: it is locked");
    case ErrorCode::KeychainTimeout:
        return tr("not compared with the keychain: it does not answer");
    case ErrorCode::KeychainDenied:
        return tr("not compared with the keychain: it was refused");
    default:
        return tr("not compared with the keychain: it cannot be read");
    }
}

QString DistrustText::uncomparedMeans(ErrorCode why)
{
    const QString means = tr("The keychain remembers how new the vault is. Until it is read, an older copy of the vault's folder would not be noticed; agents are "
                             "answered meanwhile.");
    switch (why) {
    case ErrorCode::KeychainLocked:
        return means + u' ' + tr("Unlock your keyring; Clavitor then compares by itself.");
    case ErrorCode::KeychainDenied:
        return means + u' ' + tr("Lock the vault and unlock it again, and let Clavitor read its item.");
    default:
        return means + u' ' + tr("Clavitor looks again every minute. If it stays so, see that your desktop's keychain runs.");
    }
}

QString DistrustText::removed(const QList<RemovedSurplus> &removed)
{
    constexpr qsizetype namesShown = 5;
    QStringList parts;
    for (const RemovedSurplus &one : removed) {
        QStringList names;
        for (const QString &name : one.names.first(std::min(namesShown, one.names.size())))
            names.append(displayText(name, 40));
        if (one.names.size() > namesShown)
            names.append(tr("%n more", nullptr, static_cast<int>(one.names.size() - namesShown)));
        parts.append(names.isEmpty() ? part(one.part) : tr("%1 (%2)").arg(part(one.part), QLocale().createSeparatedList(names)));
    }
    if (parts.isEmpty())
        return {};
    return tr("An older page had rows that were there twice: %1. One copy of each stayed, the later one where that can be told. "
              "Where a value differed, the other one is among the earlier versions of its entry where it could be kept. The log says so, too.")
        .arg(QLocale().createSeparatedList(parts));
}

QString DistrustText::line() const
{
    return title + u". "_s + found + u' ' + tr("Nothing is written, and no agent gets an answer.");
}

} // namespace clavitor::ui
