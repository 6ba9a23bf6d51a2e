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

    QByteArray makeKey(const QString &name, const KeyPolicy &policy, Scope scope = {true, {}, {}, {}})
    {
        auto made = m_vault->open().createKey({name, {}, std::move(scope),
                                               {Action::List, Action::Search, Action::Read, Action::Totp, Action::Generate}, 0, policy});
        Q_ASSERT(made);
        m_nightlyId = made->agent.keyId;
        return QByteArray(made->token.view().data(), static_cast<qsizetype>(made->token.size()));
    }

    /// As the bridge would, with an answer to wait for.
    link::Answer ask(const QByteArray &token, link::Query query)
    {
        const quint64 id = ++m_call;
        m_bridge->ask(id, token, std::move(query));
        link::Answer answer;
        const bool came = QTest::qWaitFor([&] {
            for (const link::Answer &one : std::as_const(m_bridge->answers))
                if (one.id == id) {
                    answer = one;
                    return true;
                }
            return false;
        });
        return came ? answer : link::Answer{};
    }
    link::Answer read(const QByteArray &token, EntryId entry) { return ask(token, link::ReadQuery{entry.toString()}); }

    /// The last rows, newest first; the vault is open.
    [[nodiscard]] QList<AuditEvent> rows(int count) { return m_vault->open().rows().page({}, 0, count)->events; }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void init()
    {
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_github = m_vault->open().save(draft(u"github.com"_s, {{"username", FieldKind::Username, "octo"},
                                                                {"password", FieldKind::Password, "hunter2-canary"},
                                                                {"one-time code", FieldKind::Totp, kSeed},
                                                                {"recovery codes", FieldKind::RecoveryCodes, "recovery-canary"}}))->id;
        m_staging = m_vault->open().save(draft(u"staging.example"_s, {{"password", FieldKind::Password, "staging-canary"}}))->id;
        m_codex = makeKey(u"codex-agent"_s, policyOf(Preset::Trusted));
        m_nightly = makeKey(u"nightly-build"_s, policyOf(Preset::AskFirst));
        m_lease = *m_vault->open().addLease({m_nightlyId, {m_github}, true, 6, m_vault->now + kNight});
        vault().announceAgents();
        m_bridge = std::make_unique<BridgeSide>();
        vault().attachBridge(m_bridge->keeperEnd, 1984);
    }
    void cleanup()
    {
        m_bridge.reset();
        m_vault.reset();
    }
};

} // namespace clavitor::test
