// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/service/TrustTest.h"

namespace clavitor::test {

TrustTest::TrustTest() = default;
TrustTest::~TrustTest() = default;

void TrustTest::lockAndClose()
{
    QVERIFY(vault().lock());
}

void TrustTest::resurrect()
{
    m_token = makeKey(m_vault->open(), u"codex"_s);
    const auto saved = m_vault->open().save(draft(u"github.com"_s, {{"password", FieldKind::Password, "canary"}}));
    REQUIRE_OK(saved);
    m_entry = saved->id;
    QCOMPARE(askAgain(), link::Status::Ok);
    lockAndClose();
    const QByteArray before = contentOf(database());
    REQUIRE_OK(m_vault->unlock());
    const auto keys = m_vault->open().agents().list();
    REQUIRE_OK(keys);
    REQUIRE_OK(m_vault->open().revokeKey(keys->first().keyId));
    lockAndClose();
    const QByteArray after = contentOf(database());
    for (qsizetype at = 0; at + pageSize <= before.size(); at += pageSize) {
        if (!restartWithPage(at, before, after))
            continue;
        if (m_vault->unlock() && m_facts.distrust && m_facts.distrust->parts.contains(VaultPart::Keys)
            && !m_vault->open().agents().list()->first().isRevoked())
            return;
        (void)vault().lock();
    }
    QFAIL("no page brought the key back");
}

bool TrustTest::restartWithPage(qsizetype at, const QByteArray &before, const QByteArray &after)
{
    const auto mixed = withPageOf(before, after, at);
    if (!mixed)
        return false;
    if (!overwrite(database(), *mixed))
        qFatal("the vault's file cannot be written");
    m_vault->restart();
    listen();
    return true;
}

void TrustTest::watchWith(ScriptedMirror &mirror)
{
    m_watch = std::make_unique<FreshnessWatch>(&vault(), mirror);
    QCoreApplication::processEvents(); // expectMirror() comes by post
}

link::Status TrustTest::askAgain()
{
    BridgeSide bridge;
    vault().attachBridge(bridge.keeperEnd, 1984);
    bridge.ask(++m_calls, m_token, link::ReadQuery{m_entry.toString()});
    return QTest::qWaitFor([&] { return !bridge.answers.isEmpty(); }) ? bridge.answers.first().status : link::Status::Internal;
}

void TrustTest::listen()
{
    QObject::connect(&vault(), &Vault::factsChanged, this, [this](const VaultFacts &facts) { m_facts = facts; });
}

} // namespace clavitor::test

#include "moc_TrustTest.cpp"
