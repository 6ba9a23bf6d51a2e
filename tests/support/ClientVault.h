// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/VaultClient.h"
#include "app/session/Keychain.h"
#include "tests/support/TemporaryVault.h"

namespace clavitor::test {

/// A desktop without a keychain.
class NoKeychain : public Keychain {
public:
    void read(const QString &, Found found) override { found(fail(ErrorCode::KeychainAbsent)); }
    void write(const QString &, crypto::SecretBytes, Done done) override { done(fail(ErrorCode::KeychainAbsent)); }
    void remove(const QString &, Done done) override { done({}); }
    void open(const QString &, Done done) override { done(fail(ErrorCode::KeychainAbsent)); }
};

/// A real, unlocked vault in a temporary folder behind the client that windows talk to. The vault lives on the test's
/// thread too, so the clock can be set and rows be read directly; calls stay asynchronous.
class ClientVault {
public:
    ClientVault();
    ~ClientVault();

    [[nodiscard]] bool isReady() const { return m_created.has_value() && m_client.isUnlocked(); }
    [[nodiscard]] VaultClient *client() { return &m_client; }
    [[nodiscard]] Vault &vault() { return m_vault.vault(); }
    [[nodiscard]] Result<> openPersonal() { return m_vault.openPersonal(); }
    [[nodiscard]] Clock clock();
    void advance(qint64 milliseconds) { m_vault.now += milliseconds; }

    EntrySummary store(EntryDraft draft);

    /// Actions of the last rows, newest first.
    [[nodiscard]] QStringList actions(int limit = 5);

    /// The value as the owner sees it, without a window.
    [[nodiscard]] QByteArray value(EntryId id, int field);

private:
    TemporaryVault m_vault;
    Result<> m_created;
    NoKeychain m_keychain;
    VaultClient m_client;
};

} // namespace clavitor::test
