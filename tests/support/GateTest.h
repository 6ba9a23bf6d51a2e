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

inline QByteArray bytesOf(const crypto::SecretText &text)
{
    return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
}

inline QJsonObject jsonOf(const link::Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

inline QJsonObject fieldOfKind(const QJsonObject &entry, const QString &kind)
{
    for (const QJsonValue &field : entry["fields"_L1].toArray())
        if (field["kind"_L1] == kind)
            return field.toObject();
    return {};
}

/// A fresh, open vault for each case, with "github.com" (login, tag "dev") and "staging.example" (database, tag "work").
class GateTest : public QObject {
    Q_OBJECT

protected:
    std::unique_ptr<TemporaryVault> m_vault;
    EntryId m_github;
    EntryId m_staging;

    /// A key of a preset for everything, or of any policy.
    QByteArray keyWith(const KeyPolicy &policy, const QString &name = u"codex-agent"_s, QList<Action> actions = kAllActions)
    {
        auto made = m_vault->open().createKey({name, {}, everything(), std::move(actions), 0, policy});
        Q_ASSERT(made);
        m_keyId = made->agent.keyId;
        return bytesOf(made->token);
    }
    QByteArray key(const QString &name, Scope scope, QList<Action> actions = kAllActions, qint64 expiresAt = 0)
    {
        auto made = m_vault->open().createKey({name, {}, std::move(scope), std::move(actions), expiresAt, policyOf(Preset::Trusted)});
        Q_ASSERT(made);
        m_keyId = made->agent.keyId;
        return bytesOf(made->token);
    }
    QString m_keyId;

    /// The call of the last ask() or tryToAsk().
    quint64 m_call = 7;

    link::Answer ask(const QByteArray &token, link::Query query, link::Door door = link::Door::Mcp, const QString &prefix = {})
    {
        std::optional<link::Answer> answer = tryToAsk(token, std::move(query), door, prefix);
        Q_ASSERT(answer);
        return std::move(*answer);
    }
    /// Nothing when the person is asked.
    std::optional<link::Answer> tryToAsk(const QByteArray &token, link::Query query, link::Door door = link::Door::Mcp,
                                         const QString &prefix = {})
    {
        link::Question question;
        question.id = m_call;
        question.door = door;
        question.token = token;
        question.vaultPrefix = prefix;
        question.reason = u"deploy"_s;
        question.requestId = u"req-1"_s;
        question.query = std::move(query);
        auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
        Q_ASSERT(transaction);
        std::optional<link::Answer> answer = m_vault->open().gate().answer(question, steadyMicroseconds());
        const Result<> committed = transaction->commit();
        Q_ASSERT(committed);
        return answer;
    }

    /// With its row committed and what follows from that settled, as a bridge's question is; nothing when the person is asked.
    std::optional<link::Answer> settle(const link::Question &question)
    {
        auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
        std::optional<link::Answer> answer = gate().answer(question, steadyMicroseconds());
        if (!transaction->commit())
            qFatal("not committed");
        gate().settled(true);
        return answer;
    }

    [[nodiscard]] AccessGate &gate() { return m_vault->open().gate(); }
    [[nodiscard]] QList<ApprovalRequest> waiting() { return gate().questions().waiting(); }
    void answerTheQuestion(ApprovalAnswer answer)
    {
        QCOMPARE(waiting().size(), 1);
        QVERIFY(m_vault->open().answerApproval(waiting().first().id, answer));
    }
    /// Another entry, with a password.
    [[nodiscard]] EntryId another(const QString &title)
    {
        return m_vault->open().save(draft(title, {{"password", FieldKind::Password, "pw"}}))->id;
    }

    QList<AuditEvent> rows(int count) { return m_vault->open().rows().page({}, 0, count)->events; }

    static Scope everything() { return {true, {}, {}, {}}; }

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void init()
    {
        m_call = 7;
        m_vault = std::make_unique<TemporaryVault>();
        QVERIFY(m_vault->create());
        m_github = m_vault->open().save(draft(u"github.com"_s,
                                              {{"username", FieldKind::Username, "octo"},
                                               {"password", FieldKind::Password, "hunter2-canary"},
                                               {"one-time code", FieldKind::Totp, kSeed},
                                               {"recovery codes", FieldKind::RecoveryCodes, "recovery-canary"}},
                                              {u"dev"_s}))->id;
        m_staging = m_vault->open().save(draft(u"staging.example"_s, {{"password", FieldKind::Password, "staging-canary"}},
                                               {u"work"_s}, EntryType::Database))->id;
    }
    void cleanup() { m_vault.reset(); }
};

} // namespace clavitor::test
