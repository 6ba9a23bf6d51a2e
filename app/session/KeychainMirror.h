// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/FreshnessMirror.h"

#include <QObject>

namespace clavitor {

/// A second item of the vault in the desktop's keychain, beside the one with its secret: service "clavitor", key
/// "<vault id>.freshness", binary. It holds no secret, and is there in strict mode, too.
///
/// Lives on the UI thread and needs its event loop. A locked keyring would be unlocked with a dialog of its own by a
/// question about an item, so the Secret Service is asked first whether it is open.
class KeychainMirror : public QObject, public FreshnessMirror {
    Q_OBJECT
public:
    explicit KeychainMirror(QObject *parent = nullptr);

    void read(const QString &vaultId, Found found) override;
    void write(const QString &vaultId, const QByteArray &record, Done done) override;
    void onChange(std::move_only_function<void()> changed) override;

    /// Milliseconds until a call is answered with KeychainTimeout; 3,000 unless a test changes it.
    void setTimeout(int milliseconds) { m_timeout = milliseconds; }

private slots:
    void tellChange();

private:
    /// Runs `work` when the keychain is open, else answers why not.
    void whenOpen(const QString &item, std::move_only_function<void(Result<bool>)> work);

    int m_timeout = 3'000;
    std::move_only_function<void()> m_changed;
};

} // namespace clavitor
