// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/RaisedDialog.h"

class QPushButton;

namespace clavitor {
class Settings;
}

namespace clavitor::ui {

class Label;

/// Where the log's checkpoints are kept besides the vault: nowhere, or in a text file the person chooses. GUI thread.
class CheckpointSheet : public RaisedDialog {
    Q_OBJECT
public:
    /// `settings` outlives it.
    explicit CheckpointSheet(Settings *settings, QWidget *parent = nullptr);

private:
    void choose();
    void refresh();

    Settings *m_settings;
    Label *m_where;
    QPushButton *m_stop;
};

} // namespace clavitor::ui
