// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/store/AuditStore.h"
#include "app/store/Manifest.h"
#include "app/store/Transaction.h"
#include "tests/support/FileContent.h"
#include "tests/support/TemporaryStore.h"

#include <memory>
#include <string>

namespace clavitor::test {

using namespace Qt::StringLiterals;

Agent agentNamed(const QString &keyId, const QString &name);

/// A store with a manifest that follows it, from start() on.
class ManifestFixture {
protected:
    ManifestFixture();
    ~ManifestFixture();

    void start();
    Result<> reopen();
    Result<Manifest::Report> checkAgain();
    /// Closes, hands out the file, opens again.
    QByteArray photographed();

    Result<> saveEntry(const QString &title);
    Result<> appendRow(qint64 sequence);

    [[nodiscard]] QByteArray storedState();
    Result<> putState(const QByteArray &state);

    std::unique_ptr<TemporaryStore> m_store;
    crypto::SecretBytes m_key = TemporaryStore::filled(0x22);
    const std::string m_vaultId = "7k3m9q2w4x8z";
};

} // namespace clavitor::test
