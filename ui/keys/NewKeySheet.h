// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"
#include "ui/keys/ClientSnippet.h"

#include <QDialog>

namespace clavitor::ui {

class ClipboardGuard;
class SecretView;

/// The token of a key just made or rotated, shown this once, with each client's configuration. GUI thread.
class NewKeySheet : public QDialog {
    Q_OBJECT
public:
    /// `clipboard` outlives the sheet.
    NewKeySheet(NewKey key, ClipboardGuard *clipboard, const OurSide &ours, QWidget *parent = nullptr);

    /// Done and Escape leave only after the token was copied, alone or in a configuration, or the person said so.
    void reject() override;

private:
    void copyToken();

    ClipboardGuard *m_clipboard;
    QString m_name;
    SecretView *m_token;
    bool m_copied = false;
};

} // namespace clavitor::ui
