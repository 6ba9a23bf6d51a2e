// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/AgentStore.h"
#include "app/store/ScopeText.h"
#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

crypto::Digest32 digest(unsigned char byte)
{
    crypto::Digest32 bytes;
    bytes.fill(std::byte{byte});
    return bytes;
}

Agent agent(const QString &keyId, const QString &name)
{
    Agent agent;
    agent.keyId = keyId;
    agent.name = name;
    agent.note = u"a project"_s;
    agent.scope.entries = {EntryId{newUuid(1)}, EntryId{newUuid(2)}};
    agent.scope.tags = {u"dev"_s, u"\"quoted\", und ümläute"_s};
    agent.scope.types = {EntryType::ApiKey, EntryType::SshKey};
    agent.actions = {Action::Search, Action::Read};
    agent.createdAt = 100;
    agent.expiresAt = 200;
    return agent;
}

} // namespace

class tst_AgentStore : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void findsWhatWasInserted();
    void storesEveryScope_data();
    void storesEveryScope();
    void guessesNoHalfUnderstoodScope_data();
    void guessesNoHalfUnderstoodScope();
    void keepsNamesUniqueAmongTheLiving();
    void changesWhatADraftSays();
    void replacesTheToken();
    void pausesOneKey();
    void revokesForGood();
    void remembersTheLastUse();
    void listsTheLivingFirst();
    void tellsAnUnknownKey();

private:
    std::unique_ptr<TemporaryStore> m_vault;
    std::unique_ptr<AgentStore> m_agents;
};

void tst_AgentStore::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_AgentStore::init()
{
    m_vault = std::make_unique<TemporaryStore>();
    REQUIRE_OK(m_vault->open());
    m_agents = std::make_unique<AgentStore>(m_vault->database());
}

void tst_AgentStore::findsWhatWasInserted()
{
    const Agent wanted = agent(u"aaaaaaaa"_s, u"codex"_s);
    REQUIRE_OK(m_agents->insert(wanted, digest(1)));
    REQUIRE_OK(m_vault->reopen());
    const auto found = AgentStore(m_vault->database()).find(u"aaaaaaaa"_s);
    REQUIRE_OK(found);
    QCOMPARE(found->agent, wanted);
    QVERIFY(found->tokenDigest == digest(1));
}

void tst_AgentStore::storesEveryScope_data()
{
    QTest::addColumn<Scope>("scope");
    QTest::newRow("nothing") << Scope();
    QTest::newRow("everything") << Scope{true, {}, {}, {}};
    QTest::newRow("everything and more") << Scope{true, {EntryId{newUuid(1)}}, {u"t"_s}, {EntryType::Note}};
    QTest::newRow("entries") << Scope{false, {EntryId{newUuid(1)}}, {}, {}};
    QTest::newRow("odd tags") << Scope{false, {}, {u""_s, u"\"'\\\n"_s, u"密码"_s}, {}};
}

void tst_AgentStore::storesEveryScope()
{
    QFETCH(Scope, scope);
    const auto read = scopeFromText(scopeText(scope).toUtf8());
    QVERIFY(read.has_value());
    QCOMPARE(*read, scope);
}

void tst_AgentStore::guessesNoHalfUnderstoodScope_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("everything");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("a missing part") << QByteArray(R"({"entries":[],"tags":[]})");
    QTest::newRow("an unknown part") << QByteArray(R"({"entries":[],"tags":[],"types":[],"except":["x"]})");
    QTest::newRow("an unknown type") << QByteArray(R"({"entries":[],"tags":[],"types":["starship"]})");
    QTest::newRow("a bad id") << QByteArray(R"({"entries":["1"],"tags":[],"types":[]})");
    QTest::newRow("a number as tag") << QByteArray(R"({"entries":[],"tags":[1],"types":[]})");
}

void tst_AgentStore::guessesNoHalfUnderstoodScope()
{
    QFETCH(QByteArray, text);
    QVERIFY(!scopeFromText(text).has_value());
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"codex"_s), digest(1)));
    REQUIRE_OK(m_vault->database().run("UPDATE agents SET scope = ?", QString::fromUtf8(text)));
    REQUIRE_ERROR(m_agents->find(u"aaaaaaaa"_s), ErrorCode::DamagedFile);
}

void tst_AgentStore::keepsNamesUniqueAmongTheLiving()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"codex"_s), digest(1)));
    REQUIRE_ERROR(m_agents->insert(agent(u"bbbbbbbb"_s, u"Codex"_s), digest(2)), ErrorCode::NameTaken);
    REQUIRE_ERROR(m_agents->insert(agent(u"aaaaaaaa"_s, u"other"_s), digest(2)), ErrorCode::Conflict);
    REQUIRE_OK(m_agents->insert(agent(u"bbbbbbbb"_s, u"other"_s), digest(2)));
    AgentDraft rename;
    rename.name = u"CODEX"_s;
    REQUIRE_ERROR(m_agents->update(u"bbbbbbbb"_s, rename), ErrorCode::NameTaken);
    REQUIRE_OK(m_agents->update(u"aaaaaaaa"_s, rename));
    REQUIRE_OK(m_agents->revoke(u"aaaaaaaa"_s, 300));
    REQUIRE_OK(m_agents->update(u"bbbbbbbb"_s, rename));
}

void tst_AgentStore::changesWhatADraftSays()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"codex"_s), digest(1)));
    AgentDraft draft;
    draft.name = u"new name"_s;
    draft.note = u"new note"_s;
    draft.scope.everything = true;
    draft.actions = {Action::Generate};
    draft.expiresAt = 0;
    REQUIRE_OK(m_agents->update(u"aaaaaaaa"_s, draft));
    const auto found = m_agents->find(u"aaaaaaaa"_s);
    QCOMPARE(found->agent.name, draft.name);
    QCOMPARE(found->agent.note, draft.note);
    QCOMPARE(found->agent.scope, draft.scope);
    QCOMPARE(found->agent.actions, draft.actions);
    QCOMPARE(found->agent.expiresAt, 0);
    QCOMPARE(found->agent.createdAt, 100);
    QVERIFY(found->tokenDigest == digest(1));
}

void tst_AgentStore::replacesTheToken()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"codex"_s), digest(1)));
    REQUIRE_OK(m_agents->insert(agent(u"bbbbbbbb"_s, u"other"_s), digest(2)));
    REQUIRE_ERROR(m_agents->replaceToken(u"aaaaaaaa"_s, u"bbbbbbbb"_s, digest(3)), ErrorCode::Conflict);
    REQUIRE_OK(m_agents->replaceToken(u"aaaaaaaa"_s, u"cccccccc"_s, digest(3)));
    REQUIRE_ERROR(m_agents->find(u"aaaaaaaa"_s), ErrorCode::NotFound);
    QCOMPARE(m_agents->find(u"cccccccc"_s)->agent.name, u"codex"_s);
    QVERIFY(m_agents->find(u"cccccccc"_s)->tokenDigest == digest(3));
    REQUIRE_OK(m_agents->replaceToken(u"cccccccc"_s, u"cccccccc"_s, digest(4)));
    QVERIFY(m_agents->find(u"cccccccc"_s)->tokenDigest == digest(4));
}

void tst_AgentStore::pausesOneKey()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"a"_s), digest(1)));
    REQUIRE_OK(m_agents->insert(agent(u"bbbbbbbb"_s, u"b"_s), digest(2)));
    REQUIRE_OK(m_agents->setPaused(u"aaaaaaaa"_s, true));
    QVERIFY(m_agents->find(u"aaaaaaaa"_s)->agent.paused);
    QVERIFY(!m_agents->find(u"bbbbbbbb"_s)->agent.paused);
    REQUIRE_OK(m_agents->setPaused(u"aaaaaaaa"_s, false));
    QVERIFY(!m_agents->find(u"aaaaaaaa"_s)->agent.paused);
}

void tst_AgentStore::revokesForGood()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"a"_s), digest(1)));
    REQUIRE_OK(m_agents->revoke(u"aaaaaaaa"_s, 300));
    REQUIRE_OK(m_agents->revoke(u"aaaaaaaa"_s, 400));
    QCOMPARE(m_agents->find(u"aaaaaaaa"_s)->agent.revokedAt, 300);
    REQUIRE_ERROR(m_agents->update(u"aaaaaaaa"_s, {}), ErrorCode::KeyRevoked);
    REQUIRE_ERROR(m_agents->setPaused(u"aaaaaaaa"_s, false), ErrorCode::KeyRevoked);
    REQUIRE_ERROR(m_agents->replaceToken(u"aaaaaaaa"_s, u"bbbbbbbb"_s, digest(2)), ErrorCode::KeyRevoked);
}

void tst_AgentStore::remembersTheLastUse()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"a"_s), digest(1)));
    REQUIRE_OK(m_agents->touch(u"aaaaaaaa"_s, 500));
    REQUIRE_OK(m_agents->touch(u"aaaaaaaa"_s, 400));
    QCOMPARE(m_agents->find(u"aaaaaaaa"_s)->agent.lastUsedAt, 500);
}

void tst_AgentStore::listsTheLivingFirst()
{
    REQUIRE_OK(m_agents->insert(agent(u"aaaaaaaa"_s, u"zeta"_s), digest(1)));
    REQUIRE_OK(m_agents->insert(agent(u"bbbbbbbb"_s, u"old"_s), digest(2)));
    REQUIRE_OK(m_agents->insert(agent(u"cccccccc"_s, u"Beta"_s), digest(3)));
    REQUIRE_OK(m_agents->insert(agent(u"dddddddd"_s, u"older"_s), digest(4)));
    REQUIRE_OK(m_agents->revoke(u"dddddddd"_s, 300));
    REQUIRE_OK(m_agents->revoke(u"bbbbbbbb"_s, 400));
    const auto listed = m_agents->list();
    REQUIRE_OK(listed);
    QStringList names;
    for (const Agent &each : *listed)
        names.append(each.name);
    QCOMPARE(names, QStringList({u"Beta"_s, u"zeta"_s, u"old"_s, u"older"_s}));
}

void tst_AgentStore::tellsAnUnknownKey()
{
    REQUIRE_ERROR(m_agents->find(u"nobody00"_s), ErrorCode::NotFound);
    REQUIRE_ERROR(m_agents->update(u"nobody00"_s, {}), ErrorCode::NotFound);
    REQUIRE_ERROR(m_agents->setPaused(u"nobody00"_s, true), ErrorCode::NotFound);
    REQUIRE_ERROR(m_agents->revoke(u"nobody00"_s, 1), ErrorCode::NotFound);
    REQUIRE_ERROR(m_agents->replaceToken(u"nobody00"_s, u"x"_s, digest(1)), ErrorCode::NotFound);
    REQUIRE_OK(m_agents->touch(u"nobody00"_s, 1));
}

QTEST_GUILESS_MAIN(tst_AgentStore)
#include "tst_AgentStore.moc"
