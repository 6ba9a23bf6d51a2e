// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultTypes.h"
#include "ui/widgets/RaisedDialog.h"

class QPushButton;

namespace clavitor {
class Settings;
class VaultClient;
}

namespace clavitor::ui {

class Label;

/// Where the log's checkpoints are kept besides the vault: nowhere, or in a text file the person chooses. GUI thread.
class CheckpointSheet : public RaisedDialog {
    Q_OBJECT
public:
    /// Both outlive it. The vault remembers what is chosen, and its log tells of it.
    CheckpointSheet(VaultClient *client, Settings *settings, QWidget *parent = nullptr);

private:
    void choose();
    void keep(const QString &path);
    void refresh();
    void tell(const KeptCheckpoints &kept);

    VaultClient *m_client;
    Settings *m_settings;
    Label *m_where;
    QPushButton *m_stop;
};

} // namespace clavitor::ui
