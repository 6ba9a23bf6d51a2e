// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words/StoppedText.h"

namespace clavitor::ui {

QString StoppedText::of(LongWork work)
{
    switch (work) {
    case LongWork::Import:
        return tr("The vault was locked in the middle of an import. Nothing of it was kept. Import the file again.");
    case LongWork::ImportUndo:
        return tr("The vault was locked while an import was being taken back. All of its entries are still there. "
                  "Select those you do not want and move them to the trash.");
    case LongWork::Trash:
        return tr("The vault was locked while entries were on their way to the trash. All of them are where they were. Move them again.");
    case LongWork::Restore:
        return tr("The vault was locked while entries were being restored. All of them are still in the trash. Restore them again.");
    case LongWork::Purge:
        return tr("The vault was locked while entries were being deleted for good. All of them are still in the trash. Delete them again.");
    }
    return {};
}

} // namespace clavitor::ui
