// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/Vault.h"

#include "app/base/Monotonic.h"
#include "app/link/PortUser.h"
#include "app/service/BridgeChannel.h"

#include <QFileInfo>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Milliseconds agents wait for what is remembered outside. A keychain that is there answers within a tenth of that.
constexpr int kPatience = 3000;
// Microseconds that are spent on who is behind calls that one message is about.
constexpr qint64 kCallersTurn = 20'000;
// Rows about a bridge that could not have its port, while they cannot be written.
constexpr qsizetype kBlockedKept = 16;

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
    , m_session(VaultFolder(parts.folder, std::move(parts.headerSteps), std::move(parts.replacementSteps)), parts.clock, parts.random, std::move(parts.passwordCost))
    , m_deriver(parts.deriver)
    , m_caller(std::move(parts.caller))
    , m_links(std::move(parts.links))
    , m_steady(std::move(parts.steady))
    , m_approvalTimes(parts.approvalTimes)
    , m_personalWindow(this)
    , m_questionTimer(this)
    , m_leaseTimer(this)
    , m_mirrorPatience(this)
    , m_mirrorTimer(this)
    , m_logTimer(this)
{
    m_questionTimer.setSingleShot(true);
    connect(&m_questionTimer, &QTimer::timeout, this, &Vault::questionsDue);
    m_leaseTimer.setSingleShot(true);
    // A coarse timer would leave the keys there some seconds longer than was said.
    m_leaseTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_leaseTimer, &QTimer::timeout, this, &Vault::tendLeases);
    m_mirrorPatience.setSingleShot(true);
    connect(&m_mirrorPatience, &QTimer::timeout, this, &Vault::mirrorIsLate);
    m_mirrorTimer.setSingleShot(true);
    connect(&m_mirrorTimer, &QTimer::timeout, this, &Vault::tellMirror);
    m_logTimer.setSingleShot(true);
    connect(&m_logTimer, &QTimer::timeout, this, &Vault::cleanLog);
    m_personalWindow.setSingleShot(true);
    // A coarse timer may be three seconds late, and the key would stay that much longer.
    m_personalWindow.setTimerType(Qt::PreciseTimer);
    connect(&m_personalWindow, &QTimer::timeout, this, &Vault::shutPersonal);
    m_facts.folder = parts.folder;
    const Result<> loaded = m_session.load();
    if (!loaded && loaded.error().code != ErrorCode::NoVault)
        m_facts.problem = loaded.error();
    m_facts.state = m_facts.problem ? LockState::Locked : lockStateOf(m_session.state());
    if (m_facts.state == LockState::Locked && m_session.folder().isMarkedPaused()) {
        m_pauseWish = true;
        m_facts.agentsPaused = true;
    }
    takeHeader();
}

Vault::~Vault() = default;

Result<> Vault::opened(QLatin1StringView how)
{
    m_facts.problem.reset();
    m_wrongPasswords = 0;
    m_mirror = Mirror::NotAsked;
    const Manifest::Report &contents = m_session.contents();
    m_facts.uncompared.reset();
    m_facts.distrust.reset();
    m_facts.removedSurplus.clear();
    if (m_leased) {
        if (contents.wrong.isEmpty())
            tell(m_leased->recordUnwritten());
        m_leased.reset();
    }
    auto open = makeOpen();
    if (!open) {
        (void)m_session.lock();
        showState();
        return std::unexpected(open.error());
    }
    m_open = std::move(*open);
    ++m_turns;
    // Of what is open, and never of what did not come to be.
    if (!contents.wrong.isEmpty())
        m_facts.distrust = Distrust{Distrust::Kind::ChangedOutside, contents.wrong, static_cast<qint64>(contents.state.generation), 0};
    if (!isDistrusted()) {
        AuditEvent row = m_open->owner().row("unlock"_L1, m_session.name());
        row.why = QString(how);
        row.why += formerKeysInWords();
        // Reading may still be wanted from a full or read-only disk; agents are refused call by call then.
        const Result<> recorded = m_open->owner().record({std::move(row)});
        if (recorded)
            tell(m_session.formerKeysAreOnRecord());
        tell(recorded ? writeLockedCalls() : recorded);
        if (m_written)
            checkpointWritten(*m_written);
        applyPauseWish();
        if (m_expectsMirror) {
            m_mirror = Mirror::Awaited;
            m_mirrorPatience.start(kPatience);
        } else {
            tell(m_session.discardFormer(true)); // nothing outside remembers it
        }
        if (contents.later) {
            m_sweep.emplace();
            QTimer::singleShot(0, this, &Vault::sweepLog);
        }
        if (contents.isSearchLater)
            lookAtSearchLater(m_turns);
    }
    if (const auto trouble = m_session.takeTrouble())
        tell(std::unexpected(*trouble));
    announceAgents();
    setState(LockState::Unlocked);
    tellEndedLeases(*m_open);
    emit entriesChanged();
    return {};
}

Result<> Vault::lock(LockCause cause)
{
    m_session.wantLock(false);
    m_session.stopWork();
    endReplacement(fail(ErrorCode::Locked, u"locked meanwhile"_s));
    ++m_turns;
    if (m_leased)
        return endKeeping(inWords(cause), false);
    if (!m_open) {
        const Result<> closed = m_session.isUnfinished() ? m_session.lock() : Result<>();
        showState();
        return closed;
    }
    // A disk that takes its time is not waited for with them.
    const auto sealed = [this] { m_session.letKeysGo(); };
    const Result<> recorded = isDistrusted() ? Result<>() : m_open->recordLock(inWords(cause), false, sealed);
    const QList<ApprovalQueue::Ended> ended = leaveOpen();
    m_note.clear();
    const Result<> closed = m_session.lock();
    tellLocked(ended);
    if (!recorded)
        return recorded;
    return closed;
}

QList<ApprovalQueue::Ended> Vault::leaveOpen()
{
    tellMirror();
    endVerify(fail(ErrorCode::Locked, u"locked meanwhile"_s));
    m_sweep.reset();
    m_mirrorPatience.stop();
    m_facts.uncompared.reset();
    m_facts.distrust.reset();
    m_facts.removedSurplus.clear();
    shutPersonal();
    QList<ApprovalQueue::Ended> ended = m_open->gate().questions().drop({}, m_steady());
    m_open.reset();
    return ended;
}

void Vault::tellLocked(const QList<ApprovalQueue::Ended> &ended)
{
    for (const ApprovalQueue::Ended &question : ended)
        emit approvalEnded(question.request.id, question.how);
    if (m_bridge)
        m_bridge->askAllAgain();
    tendQuestions();
    showState();
}

void Vault::tell(const Result<> &result)
{
    if (!result)
        emit trouble(result.error());
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
    (void)lock(LockCause::Quit);
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
    tendLeases();
}

Result<> Vault::pauseAllKeys(bool paused)
{
    if (m_session.state() == VaultSession::State::NoVault)
        return fail(ErrorCode::NoVault);
    if (m_leased && paused) {
        // The brake stops what goes on under a lease as well, and that was all there was.
        const Result<> done = m_leased->pauseAllKeys(true);
        tell(endKeeping(u"all keys are paused"_s, false));
        if (done) {
            m_facts.agentsPaused = true;
            emit factsChanged(m_facts);
            return {};
        }
    }
    if (!m_open || m_session.isReplacing()) {
        if (paused == m_facts.agentsPaused)
            return {};
        // Who is in front of a locked vault takes back what was said in front of it, and not what the owner said within.
        if (!m_open && !paused && m_pauseWish != true)
            return fail(ErrorCode::Locked, u"the keys were paused while it was open"_s);
        if (const Result<> kept = m_session.folder().markPaused(paused); !kept)
            return kept;
        m_pauseWish = paused;
        if (!m_open && !paused)
            m_pauseWish.reset();
        m_facts.agentsPaused = paused;
        emit factsChanged(m_facts);
        return {};
    }
    const Result<> done = m_open->pauseAllKeys(paused);
    tendLeases();
    // One that could not be written at the unlock.
    if (done) {
        m_pauseWish.reset();
        tell(m_session.folder().markPaused(false));
    }
    showState();
    return done;
}

QString Vault::formerKeysInWords() const
{
    return m_session.isByFormerKeys() ? u", with vault.keys.before: neither copy of vault.keys could be read"_s : QString();
}

void Vault::applyPauseWish()
{
    const auto wish = std::exchange(m_pauseWish, std::nullopt);
    if (!wish)
        return;
    const Result<> applied = *wish == m_open->areKeysPaused() ? Result<>() : m_open->pauseAllKeys(*wish);
    // The brake holds for this time even if the disk does not take it.
    if (*wish)
        m_open->gate().setPaused(true);
    // What the disk did not take is still wished at the next unlock.
    if (!applied && *wish)
        m_pauseWish = true;
    tell(applied ? m_session.folder().markPaused(false) : applied);
}

void Vault::showState()
{
    // What a locked vault is opened with takes its time, whatever else ends meanwhile.
    const bool opening = m_deriving == Deriving::ToOpen && !m_open;
    // A vault that cannot be read is no vault yet to the session, but there is one.
    const bool unreadable = m_facts.problem && !m_open;
    setState(opening ? LockState::Unlocking : unreadable ? LockState::Locked : lockStateOf(m_session.state()));
}

void Vault::takeHeader()
{
    m_facts.vaultId = m_session.vaultId();
    m_facts.name = m_session.name();
    m_facts.hasKeychainSlot = m_session.hasKeychainSlot();
    m_facts.keychainItem = m_session.keychainItem();
    m_facts.ways = m_session.ways();
    m_facts.isUnfinished = m_session.isUnfinished();
    m_facts.keepsPersonal = m_session.keepsPersonal();
    m_facts.hasReducedCost = m_session.hasReducedCost();
    m_facts.repairNote = m_session.repairNote();
    m_facts.formerKeys = m_session.formerKeys();
}

void Vault::setState(LockState state)
{
    m_facts.state = state;
    takeHeader();
    if (m_open)
        m_facts.agentsPaused = m_pauseWish.value_or(m_open->areKeysPaused());
    m_facts.leases = m_open ? m_open->leases() : m_leased ? m_leased->leases() : QList<LeaseStanding>();
    emit factsChanged(m_facts);
}

link::Callers Vault::callersAt(const link::WhoCalls &who) const
{
    link::Callers callers{who.id, {}};
    const qint64 begun = steadyMicroseconds();
    // Those that asked are remembered. To search all processes for each of a list that is made up would keep a lock waiting.
    for (const link::Peer &peer : who.peers)
        callers.processes.append(steadyMicroseconds() - begun < kCallersTurn ? m_caller(peer).process : 0);
    return callers;
}

void Vault::noteLockedCall(const link::Question &question, const QString &keyId)
{
    if (const auto call = m_lockedCalls.note(question, keyId, m_clock(), m_caller(question.peer).caller))
        emit lockedCall(*call);
}

Result<> Vault::writeLockedCalls()
{
    QList<AuditEvent> rows = m_blocked;
    const qint64 now = m_clock();
    for (AuditEvent &row : rows) {
        // A row of an earlier time would read as a clock that was set back.
        if (row.time < now)
            row.why = u"seen at %1: "_s.arg(toIso8601(row.time)) + row.why;
        row.time = now;
    }
    rows += m_lockedCalls.rows();
    if (rows.isEmpty())
        return {};
    const Result<> written = m_open->owner().record(rows);
    // Kept for the next unlock when the disk is full now.
    if (written) {
        m_blocked.clear();
        m_lockedCalls.clear();
    }
    return written;
}

void Vault::bridgeSaid(const link::BridgeUp &message)
{
    emit bridgeUp(message);
    if (message.failure.isEmpty() || message.port == 0)
        return;
    AuditEvent row;
    row.time = m_clock();
    row.action = u"bridge.blocked"_s;
    row.subject = u"port %1"_s.arg(message.port);
    row.actor = u"app:clavitor"_s;
    row.outcome = Outcome::Error;
    row.why = message.failure;
    const auto holder = link::userOfPort(link::LoopbackAddress::V4, message.port);
    if (const auto user = holder ? holder : link::userOfPort(link::LoopbackAddress::V6, message.port)) {
        row.caller.program = user->program;
        row.caller.pid = user->pid;
        row.subject = user->program.isEmpty() ? u"a program of the user %1"_s.arg(user->uid)
                                              : u"%1 (process %2)"_s.arg(QFileInfo(user->program).fileName()).arg(user->pid);
    }
    if (m_blocked.size() >= kBlockedKept)
        m_blocked.removeFirst();
    m_blocked.append(std::move(row));
    if (m_open && !isDistrusted() && !m_session.isReplacing())
        tell(writeLockedCalls());
}

} // namespace clavitor
