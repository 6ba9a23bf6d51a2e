// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"

#include <QList>
#include <QString>

#include <vector>

namespace clavitor {

/// One line of an import's report: something that was changed, or not kept, and why. Nothing is dropped
/// without one.
struct ImportRemark
{
    enum class Kind {
        Note,     ///< kept, with a change worth knowing ("algorithm unknown, SHA-1 assumed")
        Personal, ///< became Personal
        Skipped,  ///< left out on purpose ("browser plumbing")
        Lost,     ///< the format or Clavitor cannot keep it
        Broken,   ///< the file is damaged here
    };
    Kind kind = Kind::Note;
    QString subject; ///< the entry's title, or "row 12"
    QString text;    ///< what and why; free of secrets
};

/// What an importer read: drafts ready to be written and the report. Move-only, since drafts hold secrets.
struct ImportPlan
{
    QString format; ///< "Bitwarden JSON"
    QString source; ///< file name without its folder
    int read = 0;   ///< records in the file
    std::vector<EntryDraft> entries;
    QList<ImportRemark> remarks;

    [[nodiscard]] int personalFields() const;
    [[nodiscard]] int totpFields() const;
};

} // namespace clavitor
