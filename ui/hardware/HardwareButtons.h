// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/VaultHeader.h"

#include <QList>
#include <QWidget>

class QVBoxLayout;

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class HardwareDialogs;

/// A button for each kind of hardware that opens the locked vault; nothing where there is none. GUI thread.
class HardwareButtons : public QWidget {
    Q_OBJECT
public:
    /// Both outlive it.
    HardwareButtons(VaultClient *client, HardwareDialogs *hardware, QWidget *parent = nullptr);

private:
    void takeFacts();

    VaultClient *m_client;
    HardwareDialogs *m_hardware;
    QVBoxLayout *m_column;
    QList<crypto::SlotKind> m_shown;
};

} // namespace clavitor::ui
