// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/GateTest.h"

namespace clavitor::test {

QByteArray bytesOf(const crypto::SecretText &text)
{
    return QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
}

QJsonObject jsonOf(const link::Answer &answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QJsonObject fieldOfKind(const QJsonObject &entry, const QString &kind)
{
    for (const QJsonValue &field : entry["fields"_L1].toArray())
        if (field["kind"_L1] == kind)
            return field.toObject();
    return {};
}

GateTest::GateTest() = default;
GateTest::~GateTest() = default;

QByteArray GateTest::keyWith(const KeyPolicy &policy, const QString &name, QList<Action> actions)
{
    auto made = m_vault->open().createKey({name, {}, everything(), std::move(actions), 0, policy});
    Q_ASSERT(made);
    m_keyId = made->agent.keyId;
    return bytesOf(made->token);
}

QByteArray GateTest::key(const QString &name, Scope scope, QList<Action> actions, qint64 expiresAt)
{
    auto made = m_vault->open().createKey({name, {}, std::move(scope), std::move(actions), expiresAt, policyOf(Preset::Trusted)});
    Q_ASSERT(made);
    m_keyId = made->agent.keyId;
    return bytesOf(made->token);
}

link::Answer GateTest::ask(const QByteArray &token, link::Query query, link::Door door, const QString &prefix)
{
    std::optional<link::Answer> answer = tryToAsk(token, std::move(query), door, prefix);
    Q_ASSERT(answer);
    return std::move(*answer);
}

std::optional<link::Answer> GateTest::tryToAsk(const QByteArray &token, link::Query query, link::Door door, const QString &prefix)
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

std::optional<link::Answer> GateTest::settle(const link::Question &question)
{
    auto transaction = AuditTransaction::begin(m_vault->open().database(), m_vault->open().audit());
    std::optional<link::Answer> answer = gate().answer(question, steadyMicroseconds());
    if (!transaction->commit())
        qFatal("not committed");
    gate().settled(true);
    return answer;
}

QList<ApprovalRequest> GateTest::waiting()
{
    return gate().questions().waiting();
}

void GateTest::answerTheQuestion(ApprovalAnswer answer)
{
    QCOMPARE(waiting().size(), 1);
    QVERIFY(m_vault->open().answerApproval(waiting().first().id, answer));
}

EntryId GateTest::another(const QString &title)
{
    return m_vault->open().save(draft(title, {{"password", FieldKind::Password, "pw"}}))->id;
}

QList<AuditEvent> GateTest::rows(int count)
{
    return m_vault->open().rows().page({}, 0, count)->events;
}

Scope GateTest::everything()
{
    return {true, {}, {}, {}};
}

void GateTest::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void GateTest::init()
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

void GateTest::cleanup()
{
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_GateTest.cpp"
