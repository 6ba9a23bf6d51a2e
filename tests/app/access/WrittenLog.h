// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AuditTransaction.h"
#include "app/access/AuditVerifier.h"
#include "tests/support/OpenVaultTest.h"
#include "tests/support/ResultChecks.h"

#include <memory>
#include <vector>

namespace clavitor::test {

using namespace Qt::StringLiterals;

inline constexpr qint64 kRows = 120;

/// A log signed with a key of the test's, and the checkpoints that are kept of it outside.
class WrittenLog : public OpenVaultTest {
    Q_OBJECT

protected:
    WrittenLog();
    ~WrittenLog() override;

    [[nodiscard]] Database &database() { return m_vault->open().database(); }
    [[nodiscard]] QString vaultId() { return m_vault->vault().initialFacts().vaultId; }
    /// Rows up to kRows, the last of them with a checkpoint that is kept outside.
    void fill();
    [[nodiscard]] crypto::SecretBytes firstKey();
    [[nodiscard]] AuditVerifier::Parts parts();
    [[nodiscard]] static LogVerdict verdictOf(AuditVerifier::Parts parts, int limit = 1000);
    static void must(const Result<> &done);
    void execute(const std::string &sql) { must(database().run(sql)); }

    std::vector<AuditCheckpoint> m_outside;
    std::unique_ptr<crypto::SigningKey> m_signing;
};

} // namespace clavitor::test
