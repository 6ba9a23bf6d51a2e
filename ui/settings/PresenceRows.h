// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Settings.h"
#include "app/presence/UserPresence.h"

#include <QWidget>

namespace clavitor {
class VaultClient;
}

namespace clavitor::ui {

class Label;
class Switch;

/// The settings about being there: a check before the keychain opens the vault, and one that opens Personal again. Says what
/// this computer can check with, and never more than that. GUI thread.
class PresenceRows : public QWidget {
    Q_OBJECT
public:
    /// Both outlive it.
    PresenceRows(VaultClient *client, Settings *settings, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void take();
    void look();
    [[nodiscard]] QString keychainWords() const;

    VaultClient *m_client;
    Settings *m_settings;
    Switch *m_check;
    Label *m_checkWords;
    Switch *m_personal;
    Label *m_personalWords;
    UserPresence::Probe m_probe;
    bool m_hasLooked = false;
    bool m_taking = false;
};

} // namespace clavitor::ui
