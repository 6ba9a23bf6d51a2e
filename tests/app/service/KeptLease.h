// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/BridgeSide.h"
#include "tests/support/TemporaryVault.h"

#include <QObject>
#include <QTest>

namespace clavitor::test {

using namespace Qt::StringLiterals;

/// A real vault for each case, with a lease of "github.com" and its code, six reads, eight hours, for the key
/// "nightly-build"; and a bridge that asks. A read that holds the code uses up two. "codex-agent" may read everything without a question while the vault is open.
class KeptLease : public QObject {
    Q_OBJECT

protected:
    KeptLease();
    ~KeptLease() override;

    static constexpr qint64 kNight = 8 * ms::hour;
    static constexpr char kSeed[] = "otpauth://totp/github.com:octo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=github.com";

    std::unique_ptr<TemporaryVault> m_vault;
    std::unique_ptr<BridgeSide> m_bridge;
    EntryId m_github;
    EntryId m_staging;
    QByteArray m_nightly;       ///< tokens
    QByteArray m_codex;
    QString m_nightlyId;
    GrantId m_lease;
    quint64 m_call = 0;

    [[nodiscard]] Vault &vault() { return m_vault->vault(); }
    [[nodiscard]] bool isKeeping() { return vault().leased() != nullptr; }

    QByteArray makeKey(const QString &name, const KeyPolicy &policy, Scope scope = {true, {}, {}, {}});

    /// As the bridge would, with an answer to wait for.
    link::Answer ask(const QByteArray &token, link::Query query);
    link::Answer read(const QByteArray &token, EntryId entry);

    /// The last rows, newest first; the vault is open.
    [[nodiscard]] QList<AuditEvent> rows(int count);

private slots:
    void initTestCase();
    void init();
    void cleanup();
};

} // namespace clavitor::test
