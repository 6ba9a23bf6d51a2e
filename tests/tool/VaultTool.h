// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/service/OpenVault.h"
#include "app/session/VaultSession.h"

#include <QJsonObject>
#include <QStringList>

#include <memory>
#include <span>

namespace clavitor {

/// A vault opened with the keeper's own code, without windows, bridge or event loop. Prints JSON lines on standard output.
/// One thread; owns the session.
class VaultTool {
public:
    /// New vaults get the cheapest password hash that is accepted, so that a test opens one in a tenth of a second.
    explicit VaultTool(const QString &folder);

    [[nodiscard]] Result<> create(const crypto::SecretText &password);
    [[nodiscard]] Result<> open(const crypto::SecretText &password);

    [[nodiscard]] Result<> addSamples(int count);
    [[nodiscard]] Result<> import(const QString &file);
    /// "NAME" for everything or "NAME:tag=TAG"; prints the token.
    [[nodiscard]] Result<> addKey(const QString &description);
    /// "KEY:TITLE:READS:SECONDS": leases the entry of that title to the key of that name; prints both.
    [[nodiscard]] Result<> addLease(const QString &description);
    /// Lets the desktop's keychain open the vault, by a secret in it; prints that.
    [[nodiscard]] Result<> addKeychain();
    [[nodiscard]] Result<> changePassword(const crypto::SecretText &current, const crypto::SecretText &next);
    [[nodiscard]] Result<> removeSheet();
    /// Every row, oldest first.
    [[nodiscard]] Result<> printAudit();
    [[nodiscard]] Result<> printEntries();
    /// Every key of a test's vault, in hexadecimal. Takes no lock, so the program may have the vault open.
    [[nodiscard]] Result<> printKeys(const crypto::SecretText &password);
    /// Saves until it is killed: new entries and, every third time, a new version of an earlier one. Each line is printed
    /// when its save was confirmed, not before.
    [[nodiscard]] Result<> writeForEver();

private:
    [[nodiscard]] Result<> wire();
    static void print(const QJsonObject &row);
    static void printKey(const QString &name, std::span<const std::byte> bytes);

    QString m_folder;
    VaultSession m_session;
    std::unique_ptr<OpenVault> m_open;
};

} // namespace clavitor
