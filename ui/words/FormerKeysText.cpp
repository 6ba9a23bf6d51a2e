// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/FormerKeysText.h"

#include "ui/words/TimeText.h"

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

QString dayOf(const FormerKeys &keys, qint64 now)
{
    return keys.writtenAt > 0 ? TimeText(now).date(keys.writtenAt) : FormerKeysText::tr("an earlier day");
}

} // namespace

FormerKeysText FormerKeysText::of(const FormerKeys &keys, qint64 now)
{
    const QString day = dayOf(keys, now);
    FormerKeysText text;
    text.title = tr("The file with the vault's keys is damaged");
    if (!keys.opensVault) {
        text.found = tr("Neither vault.keys nor its copy can be read. vault.keys.before, from %1, is whole, but all keys were replaced since: it "
                        "cannot open the vault that is here. Nothing was changed. Bring back a backup of the vault's folder, or of vault.keys alone.")
                         .arg(day);
        return text;
    }
    text.found = tr("Neither vault.keys nor its copy can be read. vault.keys.before, from %1, is whole and belongs to the vault. Nothing was changed. "
                    "A backup of vault.keys is the better way back; without one, that file may open the vault.")
                     .arg(day);
    text.verb = tr("Open with the key file of before…");
    text.question = tr("Open with the key file of %1?").arg(day);
    text.means = tr("The vault then opens by what opened it on %1: a password that was changed since does not, and a password, a sheet or a "
                    "device that was replaced or removed since does again.\n\nWhere the vault knows of a newer key file it says so, and is open for "
                    "looking only until you decide.")
                     .arg(day);
    if (keys.hasLaterFile)
        text.means += u"\n\n"_s + tr("All keys were being replaced that day: what may have been written with the new ones is kept in a file beside the "
                                "vault, which nothing opens without the lost key file.");
    text.means += u"\n\n"_s + tr("Nothing is written before it has opened, and the damaged files are kept.");
    return text;
}

QString FormerKeysText::inUse(const FormerKeys &keys, qint64 now)
{
    return tr("It opens by what opened it on %1: vault.keys.before stands in for the damaged file.").arg(dayOf(keys, now));
}

} // namespace clavitor::ui
