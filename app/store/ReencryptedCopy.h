// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Distrust.h"
#include "app/store/Manifest.h"
#include "app/store/SealingKeys.h"
#include "app/store/Statement.h"
#include "app/store/Transaction.h"
#include "crypto/PersonalKey.h"
#include "crypto/Signature.h"

#include <QList>

#include <optional>
#include <string>
#include <vector>

namespace clavitor {

class Database;

/// Copies a vault into an empty one under other keys, row by row and a piece at a time. Personal records and the start of the
/// log's chain are sealed anew to the next Personal key, fingerprints are keyed anew, the log's rows stay as they were
/// chained, and the key that signed its checkpoints is kept to check them by. No token comes along: what is stored of one
/// cannot be keyed anew.
///
/// All of it is one transaction of the new database. Vault thread; both databases and what the keys refer to outlive it, and
/// nothing is written to the old one meanwhile.
class ReencryptedCopy {
public:
    struct Vault {
        Database &database;
        SealingKeys keys;
    };
    /// `personal` is the pair of `from.keys`, `signer` the key of its checkpoints.
    ReencryptedCopy(Vault from, const crypto::PersonalKeyPair &personal, const crypto::VerifyingKey &signer, Vault to);

    /// Looks at the old database against its manifest first, since the new one is sealed over what is read: ChangedOutside when
    /// it is not as it was left, and wrong() says where.
    [[nodiscard]] Result<> begin();
    /// Up to `limit` rows more; true when all of it is committed. DamagedFile names the entry whose Personal record does not
    /// open · ChangedOutside · DiskFull · Io. After an error the object is only to be destroyed, which leaves the new one empty.
    [[nodiscard]] Result<bool> step(int limit);

    /// Rows so far, and all there are.
    [[nodiscard]] qint64 done() const { return m_done; }
    [[nodiscard]] qint64 total() const { return m_total; }
    [[nodiscard]] const QList<VaultPart> &wrong() const { return m_wrong; }

private:
    [[nodiscard]] Result<> openTable();
    [[nodiscard]] Result<> copyRow();
    /// Binds what is not copied as it is.
    [[nodiscard]] Result<> change(Statement &insert);
    [[nodiscard]] Result<std::vector<std::byte>> sealedAnew(std::span<const std::byte> record, const crypto::SealContext &was,
                                                            const crypto::SealContext &is) const;
    [[nodiscard]] Result<std::vector<std::byte>> fieldAnew(const Statement &row) const;
    [[nodiscard]] Result<crypto::Digest32> fingerprintAnew(const Statement &row) const;
    [[nodiscard]] Result<> compareLog();
    [[nodiscard]] Result<> finish();
    [[nodiscard]] int column(std::string_view name) const;

    Vault m_from;
    Vault m_to;
    const crypto::PersonalKeyPair &m_personal;
    crypto::VerifyingKey m_signer;
    std::vector<std::string> m_tables;
    std::vector<qint64> m_counts;           ///< rows of each
    std::size_t m_table = 0;
    qint64 m_copied = 0;                    ///< rows of the present one
    std::vector<std::string> m_columns;
    std::string m_insert;
    std::optional<Transaction> m_transaction;
    std::optional<Statement> m_rows;        ///< stands at the next row; gone before the databases are
    qint64 m_done = 0;
    qint64 m_total = 0;
    quint64 m_generation = 0;
    std::optional<Manifest::Audit> m_later; ///< what the manifest says of a long log
    RowSum m_logSum;
    qint64 m_logSeen = 0;
    QList<VaultPart> m_wrong;
};

} // namespace clavitor
