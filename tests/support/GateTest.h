// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/AccessGate.h"
#include "app/access/AuditTransaction.h"
#include "app/base/Monotonic.h"
#include "tests/support/TemporaryVault.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

namespace clavitor::test {

using namespace Qt::StringLiterals;

inline constexpr char kSeed[] = "otpauth://totp/github.com:octo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=github.com";
inline const QList<Action> kAllActions{Action::List, Action::Search, Action::Read, Action::Totp, Action::Generate};

QByteArray bytesOf(const crypto::SecretText &text);
QJsonObject jsonOf(const link::Answer &answer);
QJsonObject fieldOfKind(const QJsonObject &entry, const QString &kind);

/// A fresh, open vault for each case, with "github.com" (login, tag "dev") and "staging.example" (database, tag "work").
class GateTest : public QObject {
    Q_OBJECT

protected:
    GateTest();
    ~GateTest() override;

    std::unique_ptr<TemporaryVault> m_vault;
    EntryId m_github;
    EntryId m_staging;

    /// A key of a preset for everything, or of any policy.
    QByteArray keyWith(const KeyPolicy &policy, const QString &name = u"codex-agent"_s, QList<Action> actions = kAllActions);
    QByteArray key(const QString &name, Scope scope, QList<Action> actions = kAllActions, qint64 expiresAt = 0);
    QString m_keyId;

    /// The call of the last ask() or tryToAsk().
    quint64 m_call = 7;

    link::Answer ask(const QByteArray &token, link::Query query, link::Door door = link::Door::Mcp, const QString &prefix = {});
    /// Nothing when the person is asked.
    std::optional<link::Answer> tryToAsk(const QByteArray &token, link::Query query, link::Door door = link::Door::Mcp,
                                         const QString &prefix = {});

    /// With its row committed and what follows from that settled, as a bridge's question is; nothing when the person is asked.
    std::optional<link::Answer> settle(const link::Question &question);

    [[nodiscard]] AccessGate &gate() { return m_vault->open().gate(); }
    [[nodiscard]] QList<ApprovalRequest> waiting();
    void answerTheQuestion(ApprovalAnswer answer);
    /// Another entry, with a password.
    [[nodiscard]] EntryId another(const QString &title);

    QList<AuditEvent> rows(int count);

    static Scope everything();

private slots:
    void initTestCase();
    void init();
    void cleanup();
};

} // namespace clavitor::test
