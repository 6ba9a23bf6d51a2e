// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/RecoveryFault.h"

#include <QStringList>

namespace clavitor::ui {

using Kind = crypto::RecoverySheetFault::Kind;

QString RecoveryFault::sentence(const crypto::RecoverySheetFault &fault)
{
    switch (fault.kind) {
    case Kind::Empty:
        return tr("Type the eight groups of the sheet.");
    case Kind::TooShort:
        return tr("Something is missing: a sheet has eight groups of five characters.");
    case Kind::TooLong:
        return tr("This is more than a sheet has: eight groups of five characters.");
    case Kind::WrongGroups:
        break;
    }
    if (fault.groups.size() == static_cast<std::size_t>(crypto::RecoverySheet::groupCount))
        return tr("None of the groups is as printed. Is this a recovery sheet of Clavitor?");
    QStringList numbers;
    for (const int group : fault.groups)
        numbers.append(QString::number(group));
    if (numbers.size() == 1)
        return tr("Group %1 is not as printed. Compare it once more.").arg(numbers.first());
    const QString last = numbers.takeLast();
    return tr("Groups %1 and %2 are not as printed. Compare them once more.").arg(numbers.join(tr(", ")), last);
}

} // namespace clavitor::ui
