// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/VerdictText.h"

#include "ui/words/DisplayText.h"

#include <QLocale>

namespace clavitor::ui {

namespace {

QString number(qint64 count)
{
    return QLocale().toString(count);
}

} // namespace

bool VerdictText::lacksFile(const LogVerdict &verdict, const File &file)
{
    return verdict.fault == LogVerdict::Fault::None && !verdict.isCancelled && !file.path.isEmpty()
        && (file.trouble || file.isUnnamed || verdict.fileRow == 0 || file.isShort(verdict));
}

QString VerdictText::of(const LogVerdict &verdict, const TimeText &time)
{
    return of(verdict, time, File());
}

QString VerdictText::of(const LogVerdict &verdict, const TimeText &time, const File &file)
{
    if (verdict.isCancelled)
        return tr("Stopped after %1 rows. Those are as they were written; the rest was not looked at.").arg(number(verdict.rows));
    const QString row = number(verdict.row);
    switch (verdict.fault) {
    case LogVerdict::Fault::None:
        break;
    case LogVerdict::Fault::Missing:
        return tr("Row %1 is missing. The rows before it are as they were written; what it told, and how many after it are gone, cannot be known.").arg(row);
    case LogVerdict::Fault::Altered:
        return tr("Row %1 is not as it was written, or was put there. The rows before it are genuine; none from there on is proven.").arg(row);
    case LogVerdict::Fault::Disagrees:
        return tr("Row %1 is not what a checkpoint remembers: the log was written anew up to there. No row of it is proven.").arg(row);
    case LogVerdict::Fault::Checkpoint:
        return tr("The checkpoint at row %1 does not bear this vault's signature. The rows up to there fit each other.").arg(row);
    case LogVerdict::Fault::HeadAltered:
        return tr("The end of the log was changed: row %1 is not the one that was to follow. The rows before it are genuine.").arg(row);
    }
    QString said;
    if (lacksFile(verdict, file)) {
        const QString path = displayText(file.path, 200);
        if (file.isUnnamed)
            said = tr("The vault remembers that its checkpoints are kept in %1, and the settings do not name that file any more. If you did not change that, another "
                      "program did. Choose it again, or give it up, under Checkpoints outside the vault. ").arg(path);
        if (file.trouble == ErrorCode::NotFound)
            said += tr("Your checkpoint file %1 is missing. A stick or share that is not there looks like a file that somebody took away to rewrite the log "
                      "unnoticed. Bring it back and verify again, before the vault locks: a file that is begun anew knows nothing of what was before. If you chose it just "
                      "now, it comes with the next checkpoint.").arg(path);
        else if (file.trouble)
            said += tr("Your checkpoint file %1 cannot be read. See that it can, and verify again.").arg(path);
        else if (file.isShort(verdict))
            said += tr("Your checkpoint file %1 ends at row %2, and row %3 was written to it: what was added since was taken out, or it is an older copy.")
                        .arg(path, number(verdict.fileRow), number(file.row));
        else if (verdict.fileRow == 0)
            said += tr("Your checkpoint file %1 holds no checkpoint of this vault. It is another file, or what it held was taken out. If you have a copy of it, put "
                      "that back and verify again. If you chose it just now, the first comes at the latest when the vault locks.").arg(path);
        said = said.trimmed() + u' ';
    }
    said += verdict.rows == 1 ? tr("The only row is as it was written.") : tr("All %1 rows are as they were written.").arg(number(verdict.rows));
    if (verdict.anchor) {
        const QString until = tr("%1, %2").arg(time.day(verdict.anchorTime), time.shortClock(verdict.anchorTime));
        said += u' ';
        if (*verdict.anchor == LogVerdict::Place::File)
            said += tr("Your checkpoint file, kept since %1, agrees up to row %2 (%3): up to there nothing was taken out or changed since.")
                        .arg(time.day(verdict.fileSince), number(verdict.anchorRow), until);
        else
            said += tr("The keychain agrees up to row %1 (%2): up to there nothing was taken out or changed, unless the keychain was, too.")
                        .arg(number(verdict.anchorRow), until);
        if (*verdict.anchor != LogVerdict::Place::File && verdict.fileRow > 0)
            said += u' ' + tr("Your checkpoint file, kept since %1, agrees up to row %2.").arg(time.day(verdict.fileSince), number(verdict.fileRow));
    } else {
        said += u' ' + tr("Nothing outside the vault remembers how long it was, so rows cut off at its end together with their checkpoints would not show.");
    }
    return said + u' ' + tr("It does not prove that what was written was true.");
}

} // namespace clavitor::ui
