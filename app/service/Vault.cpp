// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "app/base/Monotonic.h"
#include "app/service/BridgeChannel.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Calls to a locked vault that are remembered for the log; beyond it they are only counted.
constexpr qsizetype kLockedCallsKept = 200;

LockState lockStateOf(VaultSession::State state)
{
    switch (state) {
    case VaultSession::State::NoVault:
        return LockState::NoVault;
    case VaultSession::State::Locked:
        return LockState::Locked;
    case VaultSession::State::Unlocked:
        return LockState::Unlocked;
    }
    return LockState::NoVault;
}

} // namespace

Vault::Vault(Parts parts)
    : m_clock(parts.clock)
    , m_random(parts.random)
    , m_session(VaultFolder(parts.folder), parts.clock, parts.random, std::move(parts.passwordCost))
    , m_personalWindow(this)
{
    m_personalWindow.setSingleShot(true);
    // A coarse timer may be three seconds late, and the key would stay that much longer.
    m_personalWindow.setTimerType(Qt::PreciseTimer);
    connect(&m_personalWindow, &QTimer::timeout, this, &Vault::shutPersonal);
    m_facts.folder = parts.folder;
    const Result<> loaded = m_session.load();
    if (!loaded && loaded.error().code != ErrorCode::NoVault)
        m_facts.problem = loaded.error();
    m_facts.state = m_facts.problem ? LockState::Locked : lockStateOf(m_session.state());
    m_facts.vaultId = m_session.vaultId();
    m_facts.name = m_session.name();
    m_facts.hasKeychainSlot = m_session.hasKeychainSlot();
    m_facts.hasReducedCost = m_session.hasReducedCost();
}

Vault::~Vault() = default;

Result<> Vault::create(const QString &name, const crypto::SecretText &password)
{
    setState(LockState::Unlocking);
    const Result<> created = m_session.create(name, password);
    if (!created) {
        setState(lockStateOf(m_session.state()));
        return created;
    }
    return opened("create"_L1);
}

Result<> Vault::unlock(const crypto::SecretText &password)
{
    if (m_open)
        return {};
    setState(LockState::Unlocking);
    const Result<> unlocked = m_session.unlockWithPassword(password);
    if (!unlocked) {
        setState(lockStateOf(m_session.state()));
        return unlocked;
    }
    return opened("password"_L1);
}

Result<> Vault::unlockWithKeychainSecret(const crypto::SecretBytes &secret)
{
    if (m_open)
        return {};
    setState(LockState::Unlocking);
    const Result<> unlocked = m_session.unlockWithKeychainSecret(secret);
    if (!unlocked) {
        setState(lockStateOf(m_session.state()));
        return unlocked;
    }
    return opened("keychain"_L1);
}

Result<> Vault::opened(QLatin1StringView how)
{
    m_facts.problem.reset();
    auto open = OpenVault::open({m_session.database(), m_session.sealingKeys(), m_session.tokenKey(), m_session.name(), m_clock, m_random});
    if (!open) {
        (void)m_session.lock();
        setState(lockStateOf(m_session.state()));
        return std::unexpected(open.error());
    }
    m_open = std::move(*open);
    m_open->audit().committed = [this](const QList<AuditEvent> &rows) { emit auditAppended(rows); };
    AuditEvent row = m_open->owner().row("unlock"_L1, m_session.name());
    row.why = QString(how);
    if (const Result<> recorded = m_open->owner().record(std::move(row)); !recorded) {
        // Reading may still be wanted from a full or read-only disk; agents are refused call by call then.
        emit trouble(recorded.error());
    }
    writeLockedCalls();
    announceAgents();
    setState(LockState::Unlocked);
    emit entriesChanged();
    return {};
}

Result<> Vault::lock()
{
    if (!m_open)
        return {};
    const Result<> recorded = m_open->owner().record(m_open->owner().row("lock"_L1, m_session.name()));
    shutPersonal();
    m_open.reset();
    const Result<> closed = m_session.lock();
    setState(lockStateOf(m_session.state()));
    if (!recorded)
        return recorded;
    return closed;
}

template<typename Act>
Result<> Vault::onRecord(AuditEvent row, Act act)
{
    if (const Result<> recorded = m_open->owner().record(row); !recorded)
        return fail(ErrorCode::AuditUnavailable, recorded.error().detail);
    const Result<> done = act();
    if (!done) {
        row.outcome = Outcome::Error;
        row.why = QString(errorName(done.error().code));
        tell(m_open->owner().record(std::move(row)));
    }
    if (const auto trouble = m_session.takeTrouble())
        tell(std::unexpected(*trouble));
    return done;
}

void Vault::recordWrongPassword(QLatin1StringView action)
{
    AuditEvent row = m_open->owner().row(action, m_session.name());
    row.outcome = Outcome::Denied;
    row.why = u"wrong password"_s;
    tell(m_open->owner().record(std::move(row)));
}

void Vault::tell(const Result<> &result)
{
    if (!result)
        emit trouble(result.error());
}

Result<> Vault::changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    auto work = m_session.beginChangePassword(current, next);
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    if (!header) {
        if (header.error().code == ErrorCode::WrongPassword)
            recordWrongPassword("password.change"_L1);
        return std::unexpected(header.error());
    }
    return onRecord(m_open->owner().row("password.change"_L1, m_session.name()),
                    [&] { return m_session.finishChangePassword(std::move(*header)); });
}

Result<> Vault::addKeychainSlot(const crypto::SecretBytes &secret)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    const Result<> added = onRecord(m_open->owner().row("slot.add"_L1, u"keychain"_s),
                                    [&] { return m_session.addKeychainSlot(secret); });
    setState(LockState::Unlocked);
    return added;
}

Result<> Vault::removeKeychainSlot()
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    if (!m_session.hasKeychainSlot())
        return {};
    const Result<> removed = onRecord(m_open->owner().row("slot.remove"_L1, u"keychain"_s),
                                      [&] { return m_session.removeKeychainSlot(); });
    setState(LockState::Unlocked);
    return removed;
}

Result<> Vault::openPersonal(const crypto::SecretText &password)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    auto work = m_session.beginOpenPersonal(password);
    if (!work)
        return std::unexpected(work.error());
    auto keys = (*work)();
    if (!keys) {
        if (keys.error().code == ErrorCode::WrongPassword)
            recordWrongPassword("personal.open"_L1);
        return std::unexpected(keys.error());
    }
    return onRecord(m_open->owner().row("personal.open"_L1, m_session.name()), [&]() -> Result<> {
        m_personalWindow.start(static_cast<int>(PersonalWindow::length));
        return m_session.finishOpenPersonal(std::move(*keys));
    });
}

void Vault::shutPersonal()
{
    m_personalWindow.stop();
    const bool wasOpen = m_session.personalUntil() != 0;
    m_session.shutPersonal();
    if (wasOpen)
        emit personalShut();
}

const crypto::PersonalKeyPair *Vault::personalKeys()
{
    const bool wasOpen = m_session.personalUntil() != 0;
    const crypto::PersonalKeyPair *keys = m_session.personalKeys();
    if (wasOpen && !keys) {
        // Found run out before the timer said so: after a suspend, or by a clock that was set.
        m_personalWindow.stop();
        emit personalShut();
    }
    return keys;
}

void Vault::attachBridge(int descriptor, std::uint16_t port)
{
    m_bridge = std::make_unique<BridgeChannel>(*this, descriptor, port);
}

void Vault::shutDown()
{
    if (m_bridge)
        m_bridge->flush();
    m_bridge.reset();
    (void)lock();
}

void Vault::announceAgents()
{
    if (m_open) {
        if (const auto agents = m_open->agents().list()) {
            m_knownKeys.clear();
            for (const Agent &agent : *agents)
                m_knownKeys.insert(agent.keyId, agent.name);
        }
    }
    emit agentsChanged();
}

void Vault::setState(LockState state)
{
    m_facts.state = state;
    m_facts.vaultId = m_session.vaultId();
    m_facts.name = m_session.name();
    m_facts.hasKeychainSlot = m_session.hasKeychainSlot();
    m_facts.hasReducedCost = m_session.hasReducedCost();
    emit factsChanged(m_facts);
}

void Vault::noteLockedCall(const link::Question &question)
{
    const QString keyId = claimedKeyId(question.token).value_or(QString());
    const QString door = question.door == link::Door::Mcp ? u"mcp:"_s : u"api:"_s;
    AuditEvent row;
    row.time = m_clock();
    row.action = QString(actionOf(question.query));
    row.actor = door + m_knownKeys.value(keyId, u"unknown key"_s);
    row.keyId = keyId;
    row.outcome = Outcome::Locked;
    row.why = u"vault locked; the key was not checked"_s;
    row.reason = question.reason;
    row.requestId = question.requestId;
    row.caller.client = question.client;
    emit lockedCall({row.actor, row.action, row.caller});
    if (m_lockedCalls.size() < kLockedCallsKept)
        m_lockedCalls.append(std::move(row));
    else
        ++m_lockedCallsDropped;
}

void Vault::writeLockedCalls()
{
    if (m_lockedCalls.isEmpty())
        return;
    auto transaction = AuditTransaction::begin(m_open->database(), m_open->audit());
    if (!transaction)
        return;
    if (m_lockedCallsDropped > 0)
        m_lockedCalls.last().why += u"; %1 more after it"_s.arg(m_lockedCallsDropped);
    for (const AuditEvent &row : m_lockedCalls) {
        if (!m_open->audit().append(row))
            return;
    }
    // Kept for the next unlock when the disk is full now.
    if (!transaction->commit())
        return;
    m_lockedCalls.clear();
    m_lockedCallsDropped = 0;
}

} // namespace clavitor
