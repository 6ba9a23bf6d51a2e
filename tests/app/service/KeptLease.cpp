// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/service/KeptLease.h"

namespace clavitor::test {

KeptLease::KeptLease() = default;
KeptLease::~KeptLease() = default;

QByteArray KeptLease::makeKey(const QString &name, const KeyPolicy &policy, Scope scope)
{
    auto made = m_vault->open().createKey({name, {}, std::move(scope),
                                           {Action::List, Action::Search, Action::Read, Action::Totp, Action::Generate}, 0, policy});
    Q_ASSERT(made);
    m_nightlyId = made->agent.keyId;
    return QByteArray(made->token.view().data(), static_cast<qsizetype>(made->token.size()));
}

link::Answer KeptLease::ask(const QByteArray &token, link::Query query)
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

link::Answer KeptLease::read(const QByteArray &token, EntryId entry)
{
    return ask(token, link::ReadQuery{entry.toString()});
}

QList<AuditEvent> KeptLease::rows(int count)
{
    return m_vault->open().rows().page({}, 0, count)->events;
}

void KeptLease::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void KeptLease::init()
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

void KeptLease::cleanup()
{
    m_bridge.reset();
    m_vault.reset();
}

} // namespace clavitor::test

#include "moc_KeptLease.cpp"
