// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedPlay.h"

#include "app/base/SecretString.h"
#include "app/session/Keychain.h"
#include "app/store/AuditMatch.h"
#include "crypto/AgentToken.h"

#include <algorithm>
#include <map>

namespace clavitor {

using namespace Qt::StringLiterals;
using test::play;
using test::ScriptedVault;

namespace {

bool isIn(const AuditFilter &filter, const AuditEvent &event)
{
    const auto now = [](const QString &keyId) { return ScriptedVault::current().formerIds.value(keyId, keyId); };
    AuditFilter rest = filter;
    rest.keyId.clear();
    return (filter.keyId.isEmpty() || now(filter.keyId) == now(event.keyId)) && matches(rest, event);
}

Agent *find(const QString &keyId)
{
    auto &agents = ScriptedVault::current().agents;
    const auto it = std::find_if(agents.begin(), agents.end(), [&keyId](const Agent &agent) { return agent.keyId == keyId; });
    return it == agents.end() ? nullptr : &*it;
}

/// Which a token names itself.
QString idOf(const crypto::SecretText &token)
{
    return QString::fromStdString(std::string(token.view().substr(crypto::AgentToken::prefix.size(), crypto::AgentToken::idLength)));
}

/// Well-formed, and the same each time: a picture shows it.
crypto::SecretText sampleToken(const QString &keyId)
{
    const QByteArray secret("what a picture may show of a key", Keychain::SecretSize);
    return crypto::AgentToken{keyId.toStdString(), crypto::SecretBytes::copyOf(std::as_bytes(std::span(secret.constData(), Keychain::SecretSize)))}.text();
}

/// Never asked: the scripted client answers by itself.
class NoKeychain : public Keychain {
public:
    void read(const QString &, Found) override {}
    void write(const QString &, crypto::SecretBytes, Done) override {}
    void remove(const QString &, Done) override {}
    void open(const QString &, Done) override {}
};

} // namespace

std::unique_ptr<VaultClient> ScriptedVault::makeClient()
{
    static NoKeychain keychain;
    return std::make_unique<VaultClient>(nullptr, keychain, crypto::RandomSource{});
}

VaultClient::VaultClient(Vault *vault, Keychain &keychain, crypto::RandomSource random, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_keychain(keychain)
    , m_random(std::move(random))
    , m_facts(ScriptedVault::current().facts)
{
    qRegisterMetaType<clavitor::VaultFacts>();
}

VaultClient::~VaultClient() = default;

void VaultClient::create(NewVault made, crypto::SecretText password, Reply<Result<>> reply)
{
    play(u"create"_s, made.name, std::move(reply), [&] {
        ScriptedVault &vault = ScriptedVault::current();
        vault.password = revealToQString(password);
        m_facts = {made.withSecondWay ? LockState::NoVault : LockState::Unlocked, u"8k3v0q7m2x5d"_s, made.name, u"/home/octo/.local/share/clavitor/"_s + made.name, false, false, {}};
        m_facts.ways = {UnlockWay{}};
        m_facts.isUnfinished = made.withSecondWay;
        m_wantsKeychain = made.withKeychainSlot && made.withSecondWay;
        if (made.withKeychainSlot && !made.withSecondWay)
            ScriptedVault::setWay(m_facts, UnlockWay{{crypto::SlotKind::Keychain, 0}, {}, {}}, true);
        vault.facts = m_facts;
        emit factsChanged(m_facts);
    });
}

void VaultClient::unlock(crypto::SecretText password, Reply<Result<>> reply)
{
    play<void>(u"unlock"_s, {}, std::move(reply), [&]() -> Result<> {
        if (revealToQString(password) != ScriptedVault::current().password)
            return fail(ErrorCode::WrongPassword);
        m_facts.state = LockState::Unlocked;
        emit factsChanged(m_facts);
        return {};
    });
}

void VaultClient::lock(LockCause, Reply<Result<>> reply)
{
    emit lockAsked();
    play(u"lock"_s, {}, std::move(reply), [this] {
        if (m_facts.isUnfinished)
            m_facts = {};
        else
            m_facts.state = LockState::Locked;
        m_facts.leases.clear();
        emit factsChanged(m_facts);
    });
}

void VaultClient::forgetTyped()
{
    emit lockAsked();
}

void VaultClient::lockKeepingLeases(LockCause, Reply<Result<>> reply)
{
    emit lockAsked();
    Reply<Result<>> locked(this, [this, reply = std::move(reply)](const Result<> &kept) mutable {
        if (!kept)
            emit leaseNotKept();
        reply(kept);
    });
    play(u"lockKeepingLeases"_s, {}, std::move(locked), [this] {
        m_facts.state = LockState::Locked;
        emit factsChanged(m_facts);
    });
}

void VaultClient::endKeptLeases(Reply<Result<>> reply)
{
    play(u"endKeptLeases"_s, {}, std::move(reply), [this] {
        m_facts.state = LockState::Locked;
        m_facts.leases.clear();
        emit factsChanged(m_facts);
    });
}

void VaultClient::changePassword(crypto::SecretText current, crypto::SecretText next, Reply<Result<>> reply)
{
    play<void>(u"changePassword"_s, {}, std::move(reply), [&]() -> Result<> {
        if (revealToQString(current) != ScriptedVault::current().password)
            return fail(ErrorCode::WrongPassword);
        ScriptedVault::current().password = revealToQString(next);
        return {};
    });
}

void VaultClient::setKeychainSlot(bool enabled, Reply<Result<>> reply)
{
    play<void>(u"setKeychainSlot"_s, enabled ? u"on"_s : u"off"_s, std::move(reply), [&]() -> Result<> {
        m_facts.hasKeychainSlot = enabled;
        ScriptedVault::setWay(m_facts, {{crypto::SlotKind::Keychain, 0}, {}, {}}, enabled);
        emit factsChanged(m_facts);
        // After the slot, as the real one.
        const auto &failures = ScriptedVault::current().failures;
        if (const auto left = failures.constFind(u"deleteKeychainItem"_s); !enabled && left != failures.cend())
            return std::unexpected(*left);
        return {};
    });
}

void VaultClient::openPersonal(crypto::SecretText password, Reply<Result<>> reply)
{
    play<void>(u"openPersonal"_s, {}, std::move(reply), [&]() -> Result<> {
        if (revealToQString(password) != ScriptedVault::current().password)
            return fail(ErrorCode::WrongPassword);
        return {};
    });
}

void VaultClient::shutPersonal()
{
    emit personalShut();
}

void VaultClient::takeBackPersonal()
{
    (void)ScriptedVault::current().enter(u"takeBackPersonal"_s);
}

void VaultClient::agents(Reply<Result<QList<Agent>>> reply)
{
    play<QList<Agent>>(u"agents"_s, {}, std::move(reply),
                       []() -> Result<QList<Agent>> { return ScriptedVault::current().agents; });
}

void VaultClient::createKey(AgentDraft draft, Reply<Result<NewKey>> reply)
{
    createKey(std::move(draft), {}, std::move(reply));
}

void VaultClient::createKey(AgentDraft draft, crypto::SecretText token, Reply<Result<NewKey>> reply)
{
    play<NewKey>(u"createKey"_s, draft.name, std::move(reply), [&]() -> Result<NewKey> {
        auto &agents = ScriptedVault::current().agents;
        for (const Agent &agent : agents)
            if (!agent.isRevoked() && agent.name == draft.name)
                return fail(ErrorCode::NameTaken);
        Agent agent;
        agent.keyId = token.isEmpty() ? QString(u"Kq7"_s + QString::number(agents.size() + 10000)) : idOf(token);
        agent.name = draft.name;
        agent.note = draft.note;
        agent.scope = draft.scope;
        agent.actions = draft.actions;
        agent.policy = draft.policy;
        agent.expiresAt = draft.expiresAt;
        agents << agent;
        emit agentsChanged();
        return NewKey{agent, token.isEmpty() ? sampleToken(agent.keyId) : std::move(token)};
    });
}

void VaultClient::updateKey(QString keyId, AgentDraft draft, Reply<Result<>> reply)
{
    play(u"updateKey"_s, draft.name, std::move(reply), [&] {
        if (Agent *agent = find(keyId)) {
            agent->name = draft.name;
            agent->note = draft.note;
            agent->scope = draft.scope;
            agent->actions = draft.actions;
            agent->policy = draft.policy;
            agent->expiresAt = draft.expiresAt;
        }
        emit agentsChanged();
    });
}

void VaultClient::setKeyPaused(QString keyId, bool paused, Reply<Result<>> reply)
{
    play(u"setKeyPaused"_s, paused ? u"on"_s : u"off"_s, std::move(reply), [&] {
        if (Agent *agent = find(keyId))
            agent->paused = paused;
        emit agentsChanged();
    });
}

void VaultClient::useFormerKeys(Reply<Result<>> reply)
{
    play(u"useFormerKeys"_s, {}, std::move(reply), [&] {
        m_facts.problem.reset();
        m_facts.formerKeys->isInUse = true;
        ScriptedVault::current().facts = m_facts;
        emit factsChanged(m_facts);
    });
}

void VaultClient::trustContents(Reply<Result<>> reply)
{
    play(u"trustContents"_s, {}, std::move(reply), [&] {
        m_facts.distrust.reset();
        m_facts.removedSurplus = ScriptedVault::current().surplus;
        ScriptedVault::current().facts.distrust.reset();
        emit factsChanged(m_facts);
        emit agentsChanged();
    });
}

void VaultClient::verifyLog(QByteArray, Reply<Result<LogVerdict>> reply)
{
    play<LogVerdict>(u"verifyLog"_s, {}, std::move(reply), [] { return ScriptedVault::current().verdict; });
}

void VaultClient::keptCheckpoints(Reply<Result<KeptCheckpoints>> reply)
{
    play<KeptCheckpoints>(u"keptCheckpoints"_s, {}, std::move(reply), [] { return ScriptedVault::current().keptCheckpoints; });
}

void VaultClient::keepCheckpoints(QString path, Reply<Result<>> reply)
{
    play(u"keepCheckpoints"_s, path, std::move(reply), [&] { ScriptedVault::current().keptCheckpoints = {path, 0}; });
}

void VaultClient::cancelVerify()
{
    ScriptedVault::current().calls << u"cancelVerify"_s;
}

void VaultClient::pauseAllKeys(bool paused, Reply<Result<>> reply)
{
    play(u"pauseAllKeys"_s, paused ? u"on"_s : u"off"_s, std::move(reply), [&] {
        m_facts.agentsPaused = paused;
        ScriptedVault::current().facts.agentsPaused = paused;
        emit factsChanged(m_facts);
        emit agentsChanged();
    });
}

void VaultClient::revokeKey(QString keyId, Reply<Result<>> reply)
{
    play(u"revokeKey"_s, keyId, std::move(reply), [&] {
        if (Agent *agent = find(keyId))
            agent->revokedAt = 1;
        emit agentsChanged();
    });
}

void VaultClient::rotateKey(QString keyId, Reply<Result<NewKey>> reply)
{
    rotateKey(std::move(keyId), {}, std::move(reply));
}

void VaultClient::rotateKey(QString keyId, crypto::SecretText token, Reply<Result<NewKey>> reply)
{
    play<NewKey>(u"rotateKey"_s, keyId, std::move(reply), [&]() -> Result<NewKey> {
        Agent *agent = find(keyId);
        if (!agent)
            return fail(ErrorCode::NotFound);
        auto &former = ScriptedVault::current().formerIds;
        const QString next = token.isEmpty() ? QString(u"Rx8"_s + QString::number(former.size() + 10000)) : idOf(token);
        for (QString &now : former)
            if (now == keyId)
                now = next;
        former.insert(keyId, next);
        agent->keyId = next;
        emit agentsChanged();
        return NewKey{*agent, token.isEmpty() ? sampleToken(next) : std::move(token)};
    });
}

void VaultClient::auditPage(AuditFilter filter, qint64 beforeSequence, int limit, Reply<Result<AuditPage>> reply)
{
    play<AuditPage>(u"auditPage"_s, QString::number(beforeSequence), std::move(reply), [&]() -> Result<AuditPage> {
        AuditPage page;
        const auto &rows = ScriptedVault::current().audit;
        for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
            if ((beforeSequence > 0 && it->sequence >= beforeSequence) || !isIn(filter, *it))
                continue;
            if (page.events.size() == limit) {
                page.more = true;
                break;
            }
            page.events << *it;
        }
        return page;
    });
}

void VaultClient::auditTimeline(AuditFilter filter, qint64 bucketMilliseconds, Reply<Result<QList<AuditBucket>>> reply)
{
    play<QList<AuditBucket>>(u"auditTimeline"_s, {}, std::move(reply), [&]() -> Result<QList<AuditBucket>> {
        std::map<std::pair<qint64, QString>, int> counts;
        for (const AuditEvent &event : ScriptedVault::current().audit)
            if (isIn(filter, event))
                ++counts[{event.time - event.time % bucketMilliseconds, event.actor}];
        QList<AuditBucket> buckets;
        for (const auto &[key, count] : counts)
            buckets << AuditBucket{key.first, key.second, count};
        return buckets;
    });
}

void VaultClient::applyImport(ImportPlan plan, Reply<Result<ImportOutcome>> reply)
{
    play<ImportOutcome>(u"applyImport"_s, plan.source, std::move(reply), [&]() -> Result<ImportOutcome> {
        ScriptedVault &vault = ScriptedVault::current();
        const int written = static_cast<int>(plan.entries.size());
        const int personal = plan.personalFields();
        vault.imported = std::move(plan.entries);
        emit entriesChanged();
        return ImportOutcome{ImportId{QUuid::createUuid()}, written, personal, 0};
    });
}

void VaultClient::undoImport(ImportId, Reply<Result<int>> reply)
{
    play<int>(u"undoImport"_s, {}, std::move(reply), []() -> Result<int> {
        ++ScriptedVault::current().importsUndone;
        return 0;
    });
}

} // namespace clavitor
