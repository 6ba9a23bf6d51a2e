// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/hardware/HardwareDialog.h"
#include "ui/settings/HardwareWays.h"
#include "ui/style/Icons.h"

#include <QObject>
#include <QPointer>

#include <functional>

namespace clavitor::ui {

/// The ways to security keys and the TPM that other windows offer: whether there are any, and the dialog for each purpose, one at a
/// time. GUI thread.
class HardwareDialogs : public QObject, public HardwareWays {
    Q_OBJECT
public:
    /// `client` and `hardware` outlive it.
    HardwareDialogs(VaultClient *client, HardwareThread *hardware, QObject *parent = nullptr);

    [[nodiscard]] bool isAvailable(crypto::SlotKind kind) const override;
    /// The kinds that this vault has a slot of and this computer can ask.
    [[nodiscard]] QList<crypto::SlotKind> usable() const;

    void add(crypto::SlotKind kind, QWidget *window) override;
    void unlock(crypto::SlotKind kind, QWidget *window);
    /// Runs `then` once Personal is open, and not when the person stops.
    void openPersonal(crypto::SlotKind kind, QWidget *window, std::function<void()> then);

    /// For a button: "Unlock with a security key".
    [[nodiscard]] static QString unlockWords(crypto::SlotKind kind);
    /// "Use a security key instead".
    [[nodiscard]] static QString insteadWords(crypto::SlotKind kind);

signals:
    /// One was added, in a sentence.
    void added(const QString &sentence);

private:
    HardwareDialog *make(HardwareDialog::Purpose purpose, crypto::SlotKind kind, QWidget *window);

    VaultClient *m_client;
    HardwareThread *m_hardware;
    QPointer<HardwareDialog> m_dialog;
};

} // namespace clavitor::ui
