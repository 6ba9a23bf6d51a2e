// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedVault.h"

#include "app/base/SecretString.h"
#include "app/session/Keychain.h"


#include <algorithm>
#include <map>

namespace clavitor {

using namespace Qt::StringLiterals;
using test::ScriptedVault;

namespace {

/// Notes the call and answers with the scripted error or with what `make` gives.
template<typename T, typename Make>
void play(const QString &function, const QString &about, Reply<Result<T>> reply, Make make)
{
    ScriptedVault &vault = ScriptedVault::current();
    const auto error = vault.enter(function, about);
    auto shared = std::make_shared<Reply<Result<T>>>(std::move(reply));
    if (error) {
        vault.answer(function, [shared, error] { (*shared)(std::unexpected(*error)); });
        return;
    }
    auto result = std::make_shared<Result<T>>(make());
    vault.answer(function, [shared, result] { (*shared)(std::move(*result)); });
}

template<typename Make>
void play(const QString &function, const QString &about, Reply<Result<>> reply, Make make)
{
    play<void>(function, about, std::move(reply), [&make]() -> Result<> {
        make();
        return {};
    });
}

bool matches(const AuditFilter &filter, const AuditEvent &event)
{
    const auto has = [&filter](const QString &text) { return text.contains(filter.text, Qt::CaseInsensitive); };
    return (filter.text.isEmpty() || has(event.subject) || has(event.actor) || has(event.action))
        && (filter.actions.isEmpty() || filter.actions.contains(event.action))
        && (filter.keyId.isEmpty() || filter.keyId == event.keyId) && (filter.entry.isNull() || filter.entry == event.entry)
        && (filter.outcomes.isEmpty() || filter.outcomes.contains(event.outcome))
        && (filter.from == 0 || event.time >= filter.from) && (filter.to == 0 || event.time < filter.to);
}

Agent *find(const QString &keyId)
{
    auto &agents = ScriptedVault::current().agents;
    const auto it = std::find_if(agents.begin(), agents.end(), [&keyId](const Agent &agent) { return agent.keyId == keyId; });
    return it == agents.end() ? nullptr : &*it;
}

EntrySummary *find(EntryId id)
{
    auto &entries = ScriptedVault::current().entries;
    const auto it = std::find_if(entries.begin(), entries.end(), [&id](const EntrySummary &entry) { return entry.id == id; });
    return it == entries.end() ? nullptr : &*it;
}

crypto::SecretText sampleToken(const QString &keyId)
{
    const QByteArray text = "clavitor_" + keyId.toLatin1() + "n4Qw8ZrT2kVbY7sJ5mXe1LgHc9PaUf3DoRi6WtBvNqE0Kx";
    return crypto::SecretText::copyOf({text.constData(), static_cast<std::size_t>(text.size())});
}

/// Never asked: the scripted client answers by itself.
class NoKeychain : public Keychain {
public:
    void read(const QString &, Found) override {}
    void write(const QString &, crypto::SecretBytes, Done) override {}
    void remove(const QString &, Done) override {}
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

void VaultClient::create(QString name, crypto::SecretText password, bool withKeychainSlot, Reply<Result<>> reply)
{
    play(u"create"_s, name, std::move(reply), [&] {
        ScriptedVault &vault = ScriptedVault::current();
        vault.password = revealToQString(password);
        m_facts = {LockState::Unlocked, u"8k3v0q7m2x5d"_s, name, u"/home/octo/.local/share/clavitor/"_s + name, withKeychainSlot, false, {}};
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

void VaultClient::unlockWithKeychain(Reply<Result<>> reply)
{
    play(u"unlockWithKeychain"_s, {}, std::move(reply), [this] {
        m_facts.state = LockState::Unlocked;
        emit factsChanged(m_facts);
    });
}

void VaultClient::lock(Reply<Result<>> reply)
{
    play(u"lock"_s, {}, std::move(reply), [this] {
        m_facts.state = LockState::Locked;
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
    play(u"setKeychainSlot"_s, enabled ? u"on"_s : u"off"_s, std::move(reply), [&] {
        m_facts.hasKeychainSlot = enabled;
        emit factsChanged(m_facts);
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

void VaultClient::entries(EntryQuery query, Reply<Result<QList<EntrySummary>>> reply)
{
    play<QList<EntrySummary>>(u"entries"_s, query.text, std::move(reply), [&]() -> Result<QList<EntrySummary>> {
        QList<EntrySummary> found;
        for (const EntrySummary &entry : ScriptedVault::current().entries) {
            if (entry.trashed != (query.place == EntryQuery::Place::Trash) || (query.type && *query.type != entry.type)
                || (!query.tag.isEmpty() && !entry.tags.contains(query.tag)) || (query.favouritesOnly && !entry.favourite)
                || (query.personalOnly && !entry.hasPersonal())
                || !QString(entry.title + u' ' + entry.subtitle).contains(query.text, Qt::CaseInsensitive))
                continue;
            found << entry;
        }
        std::sort(found.begin(), found.end(), [](const EntrySummary &a, const EntrySummary &b) {
            return a.title.compare(b.title, Qt::CaseInsensitive) < 0;
        });
        return found;
    });
}

void VaultClient::counts(Reply<Result<EntryCounts>> reply)
{
    play<EntryCounts>(u"counts"_s, {}, std::move(reply), []() -> Result<EntryCounts> {
        EntryCounts counts;
        std::map<EntryType, int> types;
        std::map<QString, int> tags;
        for (const EntrySummary &entry : ScriptedVault::current().entries) {
            if (entry.trashed) {
                ++counts.trash;
                continue;
            }
            ++counts.all;
            counts.favourites += entry.favourite ? 1 : 0;
            counts.personal += entry.hasPersonal() ? 1 : 0;
            ++types[entry.type];
            for (const QString &tag : entry.tags)
                ++tags[tag];
        }
        for (const auto &[type, count] : types)
            counts.types << std::pair(type, count);
        for (const auto &[tag, count] : tags)
            counts.tags << std::pair(tag, count);
        return counts;
    });
}

void VaultClient::entry(EntryId id, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"entry"_s, {}, std::move(reply), [id]() -> Result<EntrySummary> {
        if (const EntrySummary *found = find(id))
            return *found;
        return fail(ErrorCode::NotFound);
    });
}

void VaultClient::openValues(EntryId id, Reply<Result<QHash<int, QString>>> reply)
{
    play<QHash<int, QString>>(u"openValues"_s, {}, std::move(reply), [id]() -> Result<QHash<int, QString>> {
        QHash<int, QString> values;
        if (const EntrySummary *found = find(id))
            for (const FieldOutline &field : found->fields)
                if (field.tier == Tier::Shared && !isMasked(field.kind))
                    values[field.number] = ScriptedVault::current().values.value(id.toString() + u'/' + QString::number(field.number));
        return values;
    });
}

void VaultClient::reveal(EntryId id, int field, Purpose, Reply<Result<crypto::SecretText>> reply)
{
    play<crypto::SecretText>(u"reveal"_s, QString::number(field), std::move(reply), [id, field]() -> Result<crypto::SecretText> {
        return takeSecret(QString(ScriptedVault::current().values.value(id.toString() + u'/' + QString::number(field))));
    });
}

void VaultClient::code(EntryId, int field, Purpose, Reply<Result<CodeOnShow>> reply)
{
    play<CodeOnShow>(u"code"_s, QString::number(field), std::move(reply),
                     []() -> Result<CodeOnShow> { return CodeOnShow{u"847203"_s, 30, 17}; });
}

void VaultClient::save(EntryDraft draft, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"save"_s, draft.title, std::move(reply), [&]() -> Result<EntrySummary> {
        EntrySummary saved = ScriptedVault::entry(draft.type, draft.title, {}, draft.urls, draft.tags);
        for (const FieldDraft &field : draft.fields)
            saved.fields << FieldOutline{static_cast<int>(saved.fields.size()) + 1, field.label, field.kind, field.tier};
        if (EntrySummary *old = find(draft.id)) {
            saved.id = old->id;
            saved.version = old->version + 1;
            *old = saved;
        } else {
            ScriptedVault::current().entries << saved;
        }
        emit entriesChanged();
        return saved;
    });
}

void VaultClient::setFavourite(EntryId id, bool favourite, Reply<Result<>> reply)
{
    play(u"setFavourite"_s, {}, std::move(reply), [&] {
        if (EntrySummary *found = find(id))
            found->favourite = favourite;
        emit entriesChanged();
    });
}

void VaultClient::moveToTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"moveToTrash"_s, {}, std::move(reply), [&] {
        for (EntryId id : ids)
            if (EntrySummary *found = find(id))
                found->trashed = true;
        emit entriesChanged();
    });
}

void VaultClient::restoreFromTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"restoreFromTrash"_s, {}, std::move(reply), [&] {
        for (EntryId id : ids)
            if (EntrySummary *found = find(id))
                found->trashed = false;
        emit entriesChanged();
    });
}

void VaultClient::deleteForever(QList<EntryId> ids, Reply<Result<>> reply)
{
    play(u"deleteForever"_s, {}, std::move(reply), [&] {
        ScriptedVault::current().entries.removeIf([&ids](const EntrySummary &entry) { return ids.contains(entry.id); });
        emit entriesChanged();
    });
}

void VaultClient::history(EntryId id, Reply<Result<QList<EntryVersion>>> reply)
{
    play<QList<EntryVersion>>(u"history"_s, {}, std::move(reply), [id]() -> Result<QList<EntryVersion>> {
        QList<EntryVersion> versions;
        if (const EntrySummary *found = find(id))
            versions << EntryVersion{1, found->createdAt, *found};
        return versions;
    });
}

void VaultClient::revealVersion(EntryId, int version, int, Reply<Result<crypto::SecretText>> reply)
{
    play<crypto::SecretText>(u"revealVersion"_s, QString::number(version), std::move(reply),
                             []() -> Result<crypto::SecretText> { return takeSecret(u"an older value"_s); });
}

void VaultClient::restoreVersion(EntryId id, int version, Reply<Result<EntrySummary>> reply)
{
    play<EntrySummary>(u"restoreVersion"_s, QString::number(version), std::move(reply), [id]() -> Result<EntrySummary> {
        if (const EntrySummary *found = find(id))
            return *found;
        return fail(ErrorCode::NotFound);
    });
}

void VaultClient::agents(Reply<Result<QList<Agent>>> reply)
{
    play<QList<Agent>>(u"agents"_s, {}, std::move(reply),
                       []() -> Result<QList<Agent>> { return ScriptedVault::current().agents; });
}

void VaultClient::createKey(AgentDraft draft, Reply<Result<NewKey>> reply)
{
    play<NewKey>(u"createKey"_s, draft.name, std::move(reply), [&]() -> Result<NewKey> {
        auto &agents = ScriptedVault::current().agents;
        for (const Agent &agent : agents)
            if (!agent.isRevoked() && agent.name == draft.name)
                return fail(ErrorCode::NameTaken);
        Agent agent;
        agent.keyId = u"Kq7"_s + QString::number(agents.size() + 10000);
        agent.name = draft.name;
        agent.note = draft.note;
        agent.scope = draft.scope;
        agent.actions = draft.actions;
        agent.expiresAt = draft.expiresAt;
        agents << agent;
        emit agentsChanged();
        return NewKey{agent, sampleToken(agent.keyId)};
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
    play<NewKey>(u"rotateKey"_s, keyId, std::move(reply), [&]() -> Result<NewKey> {
        if (const Agent *agent = find(keyId))
            return NewKey{*agent, sampleToken(keyId)};
        return fail(ErrorCode::NotFound);
    });
}

void VaultClient::auditPage(AuditFilter filter, qint64 beforeSequence, int limit, Reply<Result<AuditPage>> reply)
{
    play<AuditPage>(u"auditPage"_s, QString::number(beforeSequence), std::move(reply), [&]() -> Result<AuditPage> {
        AuditPage page;
        const auto &rows = ScriptedVault::current().audit;
        for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
            if ((beforeSequence > 0 && it->sequence >= beforeSequence) || !matches(filter, *it))
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
            if (matches(filter, event))
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
