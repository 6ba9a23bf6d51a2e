// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/Keychain.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>

namespace clavitor::test {

/// A keychain in memory that fails as it is told. Answers from the event loop like the real one, and keeps its rules: a
/// failed read writes nothing, what is there already stays. UI thread.
class ScriptedKeychain : public QObject, public Keychain {
public:
    /// Set to make the next calls fail; nullopt for success.
    std::optional<ErrorCode> readError;
    std::optional<ErrorCode> writeError;
    std::optional<ErrorCode> removeError;
    std::optional<ErrorCode> openError;
    /// Milliseconds until an answer.
    int delay = 0;
    /// What is stored, by vault id. May be planted or inspected.
    std::map<QString, crypto::SecretBytes> items;
    int reads = 0;
    int writes = 0;
    int removals = 0;
    int openings = 0;

    ScriptedKeychain();
    ~ScriptedKeychain() override;

    void read(const QString &vaultId, Found found) override;
    void write(const QString &vaultId, crypto::SecretBytes secret, Done done) override;
    void remove(const QString &vaultId, Done done) override;
    void open(const QString &, Done done) override;

private:
    void later(std::move_only_function<void()> work);
    [[nodiscard]] Result<crypto::SecretBytes> look(const QString &vaultId) const;
    [[nodiscard]] Result<> store(const QString &vaultId, crypto::SecretBytes secret);
};

} // namespace clavitor::test
