// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace clavitor::ui {

/// Makes the dialog `part` stands in as high as its contents need at its width: it had its size before `part` had anything to
/// say. Once the layout knows the new words, from the event loop; never makes one smaller, and leaves other windows alone. GUI thread.
void growDialog(QWidget *part);

} // namespace clavitor::ui
