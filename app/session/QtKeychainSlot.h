// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/Keychain.h"

#include <QObject>

#include <memory>

namespace clavitor {

/// The platform's keychain through QtKeychain: Secret Service (GNOME Keyring, KeePassXC, KWallet ≥ 5.97), macOS
/// Keychain, Windows Credential Manager. Service "clavitor", key = vault id, binary mode only.
///
/// Lives on the UI thread and needs its event loop. QtKeychain runs one job at a time and says "not found" for a locked
/// keyring and "other error" for a missing service (F12), so after a failure the Secret Service itself is asked, over
/// D-Bus and without waiting, what is the matter.
class QtKeychainSlot : public QObject, public Keychain {
    Q_OBJECT
public:
    explicit QtKeychainSlot(QObject *parent = nullptr);
    ~QtKeychainSlot() override;

    void read(const QString &vaultId, Found found) override;
    void write(const QString &vaultId, crypto::SecretBytes secret, Done done) override;
    void remove(const QString &vaultId, Done done) override;
    void open(const QString &vaultId, Done done) override;

    /// Milliseconds until a call is answered with KeychainTimeout; 10,000 unless a test changes it.
    void setTimeout(int milliseconds) { m_timeout = milliseconds; }

private:
    void put(const QString &vaultId, crypto::SecretBytes secret, Done done);
    void verify(const QString &vaultId, crypto::SecretBytes secret, Done done);

    int m_timeout = 10'000;
};

} // namespace clavitor
