// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/Vault.h"
#include "crypto/PasswordHash.h"

#include <QTemporaryDir>

#include <memory>

namespace clavitor::test {

/// The cheapest password cost the format allows, so that tests do not spend a second on each vault.
[[nodiscard]] PasswordCost cheapestCost();

/// A vault in a folder of its own that goes with the object, with a clock that is set by hand. Used on the test's own
/// thread, as the vault thread would.
class TemporaryVault {
public:
    static constexpr char Password[] = "correct horse battery staple";

    TemporaryVault();
    ~TemporaryVault();

    [[nodiscard]] Vault &vault() { return *m_vault; }
    [[nodiscard]] OpenVault &open() { return *m_vault->open(); }
    [[nodiscard]] QString folder() const { return m_folder.filePath(QStringLiteral("vault")); }
    [[nodiscard]] static crypto::SecretText password() { return crypto::SecretText::copyOf(Password); }

    // Without a thread for passwords the vault answers before the call returns.
    [[nodiscard]] Result<> create();
    [[nodiscard]] Result<> unlock(const crypto::SecretText &with = password());
    [[nodiscard]] Result<> openPersonal(const crypto::SecretText &with = password());
    [[nodiscard]] Result<> changePassword(const crypto::SecretText &current, const crypto::SecretText &next);
    /// A second object over the same folder, as after a restart of the program.
    void restart();

    /// Set before restart(): where passwords are worked out.
    QObject *deriver = nullptr;
    qint64 now = 1'772'965'394'000;     ///< 2026-03-08 10:23:14 UTC
    qint64 steadyAhead = 0;             ///< ms that the clock which never goes back is ahead of the computer's
    /// Who asks, whatever the connection.
    CallerCard caller;
    /// Set before restart(): how long questions to the person wait.
    ApprovalQueue::Times approvalTimes{};

private:
    std::unique_ptr<Vault> makeVault();

    QTemporaryDir m_folder;
    std::unique_ptr<Vault> m_vault;
};

struct DraftField {
    const char *label;
    FieldKind kind;
    const char *value;
};

/// A draft with the given fields; tiers as the kinds' defaults.
[[nodiscard]] EntryDraft draft(const QString &title, std::initializer_list<DraftField> fields, const QStringList &tags = {},
                               EntryType type = EntryType::Login);

} // namespace clavitor::test
