// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "app/base/Post.h"
#include "app/service/BridgeChannel.h"

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

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
    , m_deriver(parts.deriver)
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
    takeHeader();
}

Vault::~Vault() = default;

template<typename T, typename Finish>
void Vault::derive(PasswordWork<T> work, Finish finish)
{
    m_deriving = true;
    auto finished = [this, finish = std::move(finish)](Result<T> answer) mutable {
        m_deriving = false;
        finish(std::move(answer));
    };
    if (!m_deriver) {
        finished(work());
        return;
    }
    // Posted back from a thread that ends before this object does.
    post(m_deriver, [this, work = std::move(work), finished = std::move(finished)]() mutable {
        post(this, [answer = work(), finished = std::move(finished)]() mutable { finished(std::move(answer)); });
    });
}

void Vault::create(const QString &name, const crypto::SecretText &password, Done done)
{
    if (m_deriving)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginCreate(name, password);
    if (!work)
        return done(std::unexpected(work.error()));
    setState(LockState::Unlocking);
    derive(std::move(*work), [this, done = std::move(done)](Result<HeaderAndKey> made) mutable {
        const Result<> created = made ? m_session.finishCreate(std::move(*made)) : std::unexpected(made.error());
        if (created)
            return done(opened("create"_L1));
        showState();
        done(created);
    });
}

void Vault::unlock(const crypto::SecretText &password, Done done)
{
    if (m_open)
        return done({});
    if (m_deriving)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginUnlock(password);
    if (!work) {
        showState();
        return done(std::unexpected(work.error()));
    }
    setState(LockState::Unlocking);
    derive(std::move(*work), [this, turn = m_turns, done = std::move(done)](Result<HeaderAndKey> answer) mutable {
        done(unlocked(std::move(answer), turn));
    });
}

Result<> Vault::unlocked(Result<HeaderAndKey> answer, quint64 turn)
{
    if (answer && m_open)
        return {}; // by the keychain, meanwhile
    Result<> result = fail(ErrorCode::Locked, u"locked meanwhile"_s);
    if (!answer)
        result = std::unexpected(answer.error());
    else if (turn == m_turns)
        result = m_session.finishUnlock(std::move(*answer));
    if (result)
        return opened("password"_L1);
    showState();
    return result;
}

Result<> Vault::unlockWithKeychainSecret(const crypto::SecretBytes &secret)
{
    if (m_open)
        return {};
    setState(LockState::Unlocking);
    const Result<> unlocked = m_session.unlockWithKeychainSecret(secret);
    if (!unlocked) {
        showState();
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
        showState();
        return std::unexpected(open.error());
    }
    m_open = std::move(*open);
    ++m_turns;
    m_open->audit().committed = [this](const QList<AuditEvent> &rows) { emit auditAppended(rows); };
    AuditEvent row = m_open->owner().row("unlock"_L1, m_session.name());
    row.why = QString(how);
    // Reading may still be wanted from a full or read-only disk; agents are refused call by call then.
    const Result<> recorded = m_open->owner().record({std::move(row)});
    tell(recorded ? writeLockedCalls() : recorded);
    applyPauseWish();
    announceAgents();
    setState(LockState::Unlocked);
    emit entriesChanged();
    return {};
}

Result<> Vault::lock()
{
    ++m_turns;
    if (!m_open) {
        showState();
        return {};
    }
    const Result<> recorded = m_open->recordLock();
    shutPersonal();
    m_open.reset();
    const Result<> closed = m_session.lock();
    showState();
    if (!recorded)
        return recorded;
    return closed;
}

template<typename Act>
Result<> Vault::onRecord(AuditEvent row, Act act)
{
    if (const Result<> recorded = m_open->owner().record({row}); !recorded)
        return fail(ErrorCode::AuditUnavailable, recorded.error().detail);
    const Result<> done = act();
    if (!done) {
        row.outcome = Outcome::Error;
        row.why = QString(errorName(done.error().code));
        tell(m_open->owner().record({std::move(row)}));
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
    tell(m_open->owner().record({std::move(row)}));
}

void Vault::tell(const Result<> &result)
{
    if (!result)
        emit trouble(result.error());
}

void Vault::changePassword(const crypto::SecretText &current, const crypto::SecretText &next, Done done)
{
    if (!m_open)
        return done(fail(ErrorCode::Locked));
    if (m_deriving)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginChangePassword(current, next);
    if (!work)
        return done(std::unexpected(work.error()));
    derive(std::move(*work), [this, turn = m_turns, done = std::move(done)](Result<crypto::VaultHeader> header) mutable {
        done(passwordChanged(std::move(header), turn));
    });
}

Result<> Vault::passwordChanged(Result<crypto::VaultHeader> header, quint64 turn)
{
    if (turn != m_turns)
        return fail(ErrorCode::Locked, u"locked meanwhile"_s);
    if (!header) {
        if (header.error().code == ErrorCode::WrongPassword)
            recordWrongPassword("password.change"_L1);
        return std::unexpected(header.error());
    }
    const Result<> changed = onRecord(m_open->owner().row("password.change"_L1, m_session.name()),
                                      [&] { return m_session.finishChangePassword(std::move(*header)); });
    showState();
    return changed;
}

Result<> Vault::addKeychainSlot(const crypto::SecretBytes &secret)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    const Result<> added = onRecord(m_open->owner().row("slot.add"_L1, u"keychain"_s),
                                    [&] { return m_session.addKeychainSlot(secret); });
    showState();
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
    showState();
    return removed;
}

void Vault::openPersonal(const crypto::SecretText &password, Done done)
{
    if (!m_open)
        return done(fail(ErrorCode::Locked));
    if (m_deriving)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginOpenPersonal(password);
    if (!work)
        return done(std::unexpected(work.error()));
    derive(std::move(*work), [this, turn = m_turns, done = std::move(done)](Result<crypto::PersonalKeyPair> keys) mutable {
        done(personalOpened(std::move(keys), turn));
    });
}

Result<> Vault::personalOpened(Result<crypto::PersonalKeyPair> keys, quint64 turn)
{
    if (turn != m_turns)
        return fail(ErrorCode::Locked, u"locked meanwhile"_s);
    if (!keys) {
        if (keys.error().code == ErrorCode::WrongPassword)
            recordWrongPassword("personal.open"_L1);
        return std::unexpected(keys.error());
    }
    return onRecord(m_open->owner().row("personal.open"_L1, m_session.name()), [&] {
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
    // Found run out before the timer said so: after a suspend, or by a clock that was set.
    if (wasOpen && !keys)
        emit personalShut();
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
            QHash<QString, QString> names;
            for (const Agent &agent : *agents)
                names.insert(agent.keyId, agent.name);
            m_lockedCalls.setKnownKeys(std::move(names));
        }
    }
    emit agentsChanged();
}

Result<> Vault::pauseAllKeys(bool paused)
{
    if (m_session.state() == VaultSession::State::NoVault)
        return fail(ErrorCode::NoVault);
    if (!m_open) {
        m_pauseWish = paused;
        m_facts.agentsPaused = paused;
        emit factsChanged(m_facts);
        return {};
    }
    const Result<> done = m_open->pauseAllKeys(paused);
    showState();
    return done;
}

void Vault::applyPauseWish()
{
    const auto wish = std::exchange(m_pauseWish, std::nullopt);
    if (!wish || *wish == m_open->areKeysPaused())
        return;
    tell(m_open->pauseAllKeys(*wish));
    // The brake holds for this time even if the disk does not take it.
    if (*wish)
        m_open->gate().setPaused(true);
}

void Vault::showState()
{
    setState(lockStateOf(m_session.state()));
}

void Vault::takeHeader()
{
    m_facts.vaultId = m_session.vaultId();
    m_facts.name = m_session.name();
    m_facts.hasKeychainSlot = m_session.hasKeychainSlot();
    m_facts.hasReducedCost = m_session.hasReducedCost();
    m_facts.repairNote = m_session.repairNote();
}

void Vault::setState(LockState state)
{
    m_facts.state = state;
    takeHeader();
    if (m_open)
        m_facts.agentsPaused = m_open->areKeysPaused();
    emit factsChanged(m_facts);
}

void Vault::noteLockedCall(const link::Question &question, const QString &keyId)
{
    if (const auto call = m_lockedCalls.note(question, keyId, m_clock()))
        emit lockedCall(*call);
}

Result<> Vault::writeLockedCalls()
{
    if (m_lockedCalls.isEmpty())
        return {};
    const Result<> written = m_open->owner().record(m_lockedCalls.rows());
    // Kept for the next unlock when the disk is full now.
    if (written)
        m_lockedCalls.clear();
    return written;
}

} // namespace clavitor
