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
    ClientVault()
        : m_created(m_vault.create())
        , m_client(&m_vault.vault(), m_keychain, crypto::systemRandom())
    {
    }

    [[nodiscard]] bool isReady() const { return m_created.has_value() && m_client.isUnlocked(); }
    [[nodiscard]] VaultClient *client() { return &m_client; }
    [[nodiscard]] Vault &vault() { return m_vault.vault(); }
    [[nodiscard]] Result<> openPersonal() { return m_vault.openPersonal(); }
    [[nodiscard]] Clock clock()
    {
        return [this] { return m_vault.now; };
    }
    void advance(qint64 milliseconds) { m_vault.now += milliseconds; }

    EntrySummary store(EntryDraft draft)
    {
        auto stored = m_vault.open().save(std::move(draft));
        Q_ASSERT(stored);
        m_vault.vault().announceEntries();
        return *stored;
    }

    /// Actions of the last rows, newest first.
    [[nodiscard]] QStringList actions(int limit = 5)
    {
        QStringList list;
        if (const auto page = m_vault.open().rows().page({}, 0, limit))
            for (const AuditEvent &event : page->events)
                list.append(event.action);
        return list;
    }

    /// The value as the owner sees it, without a window.
    [[nodiscard]] QByteArray value(EntryId id, int field)
    {
        const auto text = m_vault.open().reveal(id, field, Purpose::Show, m_vault.vault().personalKeys());
        return text ? QByteArray(text->view().data(), static_cast<qsizetype>(text->size())) : QByteArray();
    }

private:
    TemporaryVault m_vault;
    Result<> m_created;
    NoKeychain m_keychain;
    VaultClient m_client;
};

} // namespace clavitor::test
