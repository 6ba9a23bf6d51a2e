// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/VaultClientAsk.h"

#include "app/session/Keychain.h"

#include <QCoreApplication>
#include <QPointer>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

EntryFilter filterOf(const EntryQuery &query)
{
    EntryFilter filter;
    filter.place = query.place == EntryQuery::Place::Trash ? EntryFilter::Place::Trash : EntryFilter::Place::Vault;
    filter.text = query.text;
    filter.type = query.type;
    filter.tag = query.tag;
    filter.favouritesOnly = query.favouritesOnly;
    filter.personalOnly = query.personalOnly;
    return filter;
}

} // namespace

VaultClient::VaultClient(Vault *vault, Keychain &keychain, crypto::RandomSource random, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_keychain(keychain)
    , m_random(std::move(random))
    , m_facts(vault->initialFacts())
{
    qRegisterMetaType<VaultFacts>();
    qRegisterMetaType<LockedCall>();
    qRegisterMetaType<LongWork>();
    qRegisterMetaType<Error>();
    qRegisterMetaType<QList<AuditEvent>>();
    qRegisterMetaType<ApprovalRequest>();
    qRegisterMetaType<ApprovalId>();
    qRegisterMetaType<ApprovalEnd>();
    qRegisterMetaType<RuleSuggestion>();
    qRegisterMetaType<EntryRequest>();
    qRegisterMetaType<KeyAlert>();
    connect(vault, &Vault::factsChanged, this, [this](const VaultFacts &facts) {
        if (m_facts == facts)
            return;
        // What was committed before the lock is told before it.
        m_feed.flush();
        m_facts = facts;
        emit factsChanged(m_facts);
        if (m_facts.state == LockState::NoVault && !m_facts.isUnfinished)
            m_wantsKeychain = false;
        if (m_wantsKeychain && isUnlocked())
            makeWantedSlot();
    });
    connect(vault, &Vault::entriesChanged, this, &VaultClient::entriesChanged);
    connect(vault, &Vault::agentsChanged, this, &VaultClient::agentsChanged);
    connect(vault, &Vault::auditAppended, &m_feed, &AuditFeed::add);
    connect(&m_feed, &AuditFeed::appended, this, &VaultClient::auditAppended);
    connect(vault, &Vault::lockedCall, this, &VaultClient::lockedCall);
    connect(vault, &Vault::trouble, this, &VaultClient::trouble);
    connect(vault, &Vault::stoppedByLock, this, &VaultClient::stoppedByLock);
    connect(vault, &Vault::personalShut, this, &VaultClient::personalShut);
    connect(vault, &Vault::approvalAsked, this, &VaultClient::approvalAsked);
    connect(vault, &Vault::approvalEnded, this, &VaultClient::approvalEnded);
    connect(vault, &Vault::ruleSuggested, this, &VaultClient::ruleSuggested);
    connect(vault, &Vault::entryRequested, this, &VaultClient::entryRequested);
    connect(vault, &Vault::entryRequestsChanged, this, &VaultClient::entryRequestsChanged);
    connect(vault, &Vault::grantsChanged, this, &VaultClient::grantsChanged);
    connect(vault, &Vault::keyAlert, this, &VaultClient::keyAlert);
    connect(vault, &Vault::verifyProgress, this, &VaultClient::verifyProgress);
    connect(vault, &Vault::replacementProgress, this, &VaultClient::replacementProgress);
}

VaultClient::~VaultClient() = default;

void VaultClient::create(NewVault vault, crypto::SecretText password, Reply<Result<>> reply)
{
    const auto kept = vault.withSecondWay ? VaultSession::Kept::WithSecondWay : VaultSession::Kept::AtOnce;
    // The keychain is asked only for a vault that exists, and its failure does not undo the vault. What was ticked waits for the second
    // way, or, of one that was locked since, for the next unlock.
    Reply<Result<>> made(this, [this, how = vault, reply = std::move(reply)](const Result<> &result) mutable {
        const bool isLocked = !result && result.error().code == ErrorCode::Locked && !how.withSecondWay;
        m_wantsKeychain = how.withKeychainSlot && (result || isLocked);
        if (m_wantsKeychain && isUnlocked())
            makeWantedSlot();
        reply(result);
    });
    post(m_vault, [thread = m_vault, name = std::move(vault.name), kept, password = std::move(password), made = std::move(made)]() mutable {
        thread->create(name, password, kept, std::move(made));
    });
}

void VaultClient::makeWantedSlot()
{
    m_wantsKeychain = false;
    emit keychainIsAwaited(true);
    // First, as a person needs longer for a password than any other answer may take. What cannot be opened so may still be written.
    openKeychain({this, [this](const Result<> &opened) {
        const bool isOver = !opened && (opened.error().code == ErrorCode::KeychainStaysLocked || opened.error().code == ErrorCode::KeychainDenied
                                        || opened.error().code == ErrorCode::KeychainTimeout);
        if (isOver || !isUnlocked())
            wantedSlotMade(isOver ? opened : fail(ErrorCode::Locked));
        else
            setKeychainSlot(true, {this, [this](const Result<> &slot) { wantedSlotMade(slot); }});
    }});
}

void VaultClient::wantedSlotMade(const Result<> &slot)
{
    emit keychainIsAwaited(false);
    if (!slot && slot.error().code == ErrorCode::Locked)
        m_wantsKeychain = true;
    else if (!slot)
        emit keychainNotAdded(slot.error());
}

void VaultClient::unlock(crypto::SecretText password, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, password = std::move(password), reply = std::move(reply)]() mutable {
        vault->unlock(password, std::move(reply));
    });
}

void VaultClient::lock(LockCause cause, Reply<Result<>> reply)
{
    ++m_locks;
    cancelPresence();
    m_vault->wantLock();
    emit lockAsked();
    post(m_vault, [vault = m_vault, cause, reply = std::move(reply)]() mutable { reply(vault->lock(cause)); });
}

void VaultClient::forgetTyped()
{
    cancelPresence();
    emit lockAsked();
}

void VaultClient::lockKeepingLeases(LockCause cause, Reply<Result<>> reply)
{
    ++m_locks;
    cancelPresence();
    // The look that keeps the lease is not to be ended by its being asked for twice, as screen and session do.
    if (m_keepsAsked++ == 0)
        m_vault->wantLock();
    emit lockAsked();
    Reply<Result<>> locked(this, [this, reply = std::move(reply)](const Result<> &kept) mutable {
        --m_keepsAsked;
        if (!kept)
            emit leaseNotKept();
        reply(kept);
    });
    post(m_vault, [vault = m_vault, cause, locked = std::move(locked)]() mutable { locked(vault->lockKeepingLeases(cause)); });
}

void VaultClient::endKeptLeases(Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, reply = std::move(reply)]() mutable { reply(vault->endKeptLeases()); });
}

void VaultClient::useFormerKeys(Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, reply = std::move(reply)]() mutable { reply(vault->useFormerKeys()); });
}

void VaultClient::trustContents(Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, reply = std::move(reply)]() mutable { reply(vault->trustContents()); });
}

void VaultClient::verifyLog(QByteArray notes, Reply<Result<LogVerdict>> reply)
{
    post(m_vault, [vault = m_vault, notes = std::move(notes), reply = std::move(reply)]() mutable {
        vault->verifyLog(notes, std::move(reply));
    });
}

void VaultClient::cancelVerify()
{
    post(m_vault, [vault = m_vault] { vault->cancelVerify(); });
}

void VaultClient::changePassword(crypto::SecretText current, crypto::SecretText next, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, current = std::move(current), next = std::move(next), reply = std::move(reply)]() mutable {
        vault->changePassword(current, next, std::move(reply));
    });
}

void VaultClient::openPersonal(crypto::SecretText password, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, password = std::move(password), reply = openedFor(std::move(reply))]() mutable {
        vault->openPersonal(password, std::move(reply));
    });
}

Reply<Result<>> VaultClient::openedFor(Reply<Result<>> reply)
{
    // Also what was asked just before the end is answered: this object may be gone by then.
    return {QCoreApplication::instance(), [client = QPointer(this), reply = std::move(reply)](Result<> opened) mutable {
        if (!opened || reply.isAwaited())
            reply(std::move(opened));
        else if (client)
            client->takeBackPersonal();
    }};
}

void VaultClient::takeBackPersonal()
{
    post(m_vault, [vault = m_vault] { vault->takeBackPersonal(); });
}

void VaultClient::shutPersonal()
{
    post(m_vault, [vault = m_vault] { vault->shutPersonal(); });
}

void VaultClient::entries(EntryQuery query, Reply<Result<QList<EntrySummary>>> reply)
{
    ask(std::move(reply), [query = std::move(query)](Vault &, OpenVault &open) { return open.catalog().list(filterOf(query)); });
}

void VaultClient::counts(Reply<Result<EntryCounts>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) { return open.catalog().counts(); });
}

void VaultClient::entry(EntryId id, Reply<Result<EntrySummary>> reply)
{
    ask(std::move(reply), [id](Vault &, OpenVault &open) { return open.catalog().find(id); });
}

void VaultClient::openValues(EntryId id, Reply<Result<QHash<int, QString>>> reply)
{
    ask(std::move(reply), [id](Vault &, OpenVault &open) { return open.entries().openValues(id); });
}

void VaultClient::reveal(EntryId id, int field, Purpose purpose, Reply<Result<crypto::SecretText>> reply)
{
    ask(std::move(reply), [id, field, purpose](Vault &vault, OpenVault &open) {
        return open.reveal(id, field, purpose, vault.personalKeys());
    });
}

void VaultClient::code(EntryId id, int field, Purpose purpose, Reply<Result<CodeOnShow>> reply)
{
    ask(std::move(reply), [id, field, purpose](Vault &vault, OpenVault &open) {
        return open.code(id, field, purpose, vault.personalKeys());
    });
}

void VaultClient::save(EntryDraft draft, Reply<Result<EntrySummary>> reply)
{
    ask(std::move(reply), [draft = std::move(draft)](Vault &vault, OpenVault &open) mutable {
        auto saved = open.save(std::move(draft), vault.personalKeys());
        announceEntries(vault, saved);
        return saved;
    });
}

void VaultClient::setFavourite(EntryId id, bool favourite, Reply<Result<>> reply)
{
    ask(std::move(reply), [id, favourite](Vault &vault, OpenVault &open) {
        auto result = open.setFavourite(id, favourite);
        announceEntries(vault, result);
        return result;
    });
}

void VaultClient::moveToTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    ask(std::move(reply), [ids = std::move(ids)](Vault &vault, OpenVault &open) {
        auto result = open.moveToTrash(ids);
        announceMany(vault, LongWork::Trash, result);
        return result;
    });
}

void VaultClient::restoreFromTrash(QList<EntryId> ids, Reply<Result<>> reply)
{
    ask(std::move(reply), [ids = std::move(ids)](Vault &vault, OpenVault &open) {
        auto result = open.restoreFromTrash(ids);
        announceMany(vault, LongWork::Restore, result);
        return result;
    });
}

void VaultClient::deleteForever(QList<EntryId> ids, Reply<Result<>> reply)
{
    ask(std::move(reply), [ids = std::move(ids)](Vault &vault, OpenVault &open) {
        auto result = open.deleteForever(ids);
        announceMany(vault, LongWork::Purge, result);
        return result;
    });
}

void VaultClient::history(EntryId id, Reply<Result<QList<EntryVersion>>> reply)
{
    ask(std::move(reply), [id](Vault &, OpenVault &open) { return open.entries().history(id); });
}

void VaultClient::revealVersion(EntryId id, int version, int field, Reply<Result<crypto::SecretText>> reply)
{
    ask(std::move(reply), [id, version, field](Vault &vault, OpenVault &open) {
        return open.revealVersion(id, version, field, vault.personalKeys());
    });
}

void VaultClient::restoreVersion(EntryId id, int version, Reply<Result<EntrySummary>> reply)
{
    ask(std::move(reply), [id, version](Vault &vault, OpenVault &open) {
        auto restored = open.restoreVersion(id, version);
        announceEntries(vault, restored);
        return restored;
    });
}

void VaultClient::agents(Reply<Result<QList<Agent>>> reply)
{
    ask(std::move(reply), [](Vault &, OpenVault &open) { return open.keys(); });
}

void VaultClient::createKey(AgentDraft draft, Reply<Result<NewKey>> reply)
{
    createKey(std::move(draft), {}, std::move(reply));
}

void VaultClient::createKey(AgentDraft draft, crypto::SecretText token, Reply<Result<NewKey>> reply)
{
    ask(std::move(reply), [draft = std::move(draft), token = std::move(token)](Vault &vault, OpenVault &open) mutable {
        auto made = open.createKey(draft, std::move(token));
        announceAgents(vault, made);
        return made;
    });
}

void VaultClient::updateKey(QString keyId, AgentDraft draft, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), draft = std::move(draft)](Vault &vault, OpenVault &open) {
        auto result = open.updateKey(keyId, draft);
        announceAgents(vault, result);
        vault.dropQuestions(keyId);
        return result;
    });
}

void VaultClient::setKeyPaused(QString keyId, bool paused, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), paused](Vault &vault, OpenVault &open) {
        auto result = open.setKeyPaused(keyId, paused);
        announceAgents(vault, result);
        vault.dropQuestions(keyId);
        return result;
    });
}

void VaultClient::pauseAllKeys(bool paused, Reply<Result<>> reply)
{
    post(m_vault, [vault = m_vault, paused, reply = std::move(reply)]() mutable {
        const Result<> result = vault->pauseAllKeys(paused);
        announceAgents(*vault, result);
        if (paused)
            vault->dropQuestions({});
        reply(result);
    });
}

void VaultClient::revokeKey(QString keyId, Reply<Result<>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId)](Vault &vault, OpenVault &open) {
        auto result = open.revokeKey(keyId);
        announceAgents(vault, result);
        vault.announceGrants();
        vault.dropQuestions(keyId);
        return result;
    });
}

void VaultClient::rotateKey(QString keyId, Reply<Result<NewKey>> reply)
{
    rotateKey(std::move(keyId), {}, std::move(reply));
}

void VaultClient::rotateKey(QString keyId, crypto::SecretText token, Reply<Result<NewKey>> reply)
{
    ask(std::move(reply), [keyId = std::move(keyId), token = std::move(token)](Vault &vault, OpenVault &open) mutable {
        auto made = open.rotateKey(keyId, std::move(token));
        announceAgents(vault, made);
        vault.announceGrants();
        vault.dropQuestions(keyId);
        return made;
    });
}

void VaultClient::auditPage(AuditFilter filter, qint64 beforeSequence, int limit, Reply<Result<AuditPage>> reply)
{
    ask(std::move(reply), [filter = std::move(filter), beforeSequence, limit](Vault &, OpenVault &open) {
        return open.rows().page(filter, beforeSequence, limit);
    });
}

void VaultClient::auditTimeline(AuditFilter filter, qint64 bucketMilliseconds, Reply<Result<QList<AuditBucket>>> reply)
{
    ask(std::move(reply), [filter = std::move(filter), bucketMilliseconds](Vault &, OpenVault &open) {
        return open.rows().timeline(filter, bucketMilliseconds);
    });
}

void VaultClient::applyImport(ImportPlan plan, Reply<Result<ImportOutcome>> reply)
{
    ask(std::move(reply), [plan = std::move(plan)](Vault &vault, OpenVault &open) mutable {
        auto outcome = open.applyImport(std::move(plan), vault.personalKeys());
        announceMany(vault, LongWork::Import, outcome);
        return outcome;
    });
}

void VaultClient::undoImport(ImportId id, Reply<Result<int>> reply)
{
    ask(std::move(reply), [id](Vault &vault, OpenVault &open) {
        auto kept = open.undoImport(id);
        announceMany(vault, LongWork::ImportUndo, kept);
        return kept;
    });
}

} // namespace clavitor
