// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultSession.h"

#include "app/session/CryptoMeaning.h"
#include "app/session/PasswordStrength.h"
#include "app/session/VaultSessionParts.h"
#include "crypto/KeySlots.h"
#include "crypto/SubKeys.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::CryptoError;
using crypto::SlotKind;

namespace {

Result<> checkStrength(const crypto::SecretText &password, const QString &vaultName)
{
    if (!passwordStrength(password, {vaultName}).isAcceptable)
        return fail(ErrorCode::WeakPassword, u"a master password has at least 12 characters or is hard to guess"_s);
    return {};
}

} // namespace

VaultSession::VaultSession(VaultFolder folder, Clock clock, crypto::RandomSource random, PasswordCost cost)
    : m_folder(std::move(folder))
    , m_clock(std::move(clock))
    , m_random(std::move(random))
    , m_cost(std::move(cost))
    , m_slot(m_random)
{
}

VaultSession::~VaultSession()
{
    lock();
}

Result<> VaultSession::claim()
{
    if (m_lock)
        return {};
    auto acquired = VaultLock::acquire(m_folder.path());
    if (!acquired)
        return std::unexpected(acquired.error());
    m_lock.emplace(std::move(*acquired));
    return {};
}

VaultSession::State VaultSession::state() const
{
    if (m_open && !m_isUnfinished)
        return State::Unlocked;
    return m_headers.empty() || m_isUnfinished ? State::NoVault : State::Locked;
}

QString VaultSession::vaultId() const
{
    return m_headers.empty() ? QString() : QString::fromStdString(m_headers.front().vaultId);
}

QString VaultSession::name() const
{
    return m_headers.empty() ? QString() : QString::fromStdString(m_headers.front().name);
}

bool VaultSession::hasReducedCost() const
{
    const auto *slot = m_headers.empty() ? nullptr : m_headers.front().slot(SlotKind::Password);
    return slot != nullptr && slot->parameters->memoryBytes() < crypto::PasswordHashParameters::usualMemory;
}

Result<PasswordWork<HeaderAndKey>> VaultSession::beginCreate(const QString &name, const crypto::SecretText &password)
{
    const QString shown = name.trimmed();
    if (shown.isEmpty())
        return fail(ErrorCode::InvalidValue, u"a vault needs a name"_s);
    if (auto strong = checkStrength(password, shown); !strong)
        return std::unexpected(strong.error());
    // What a lock could not remove.
    if (m_lock && !m_open)
        if (const Result<> discarded = m_folder.discardUnfinished(); !discarded)
            return std::unexpected(discarded.error());
    if (auto possible = requireFree(); !possible) {
        // What is in the way may be another Clavitor's, which has not finished it.
        const bool isOthers = !m_lock && m_folder.isHeldElsewhere();
        return isOthers ? fail(ErrorCode::AlreadyOpen, m_folder.path()) : std::unexpected(possible.error());
    }
    if (auto made = m_folder.make(); !made)
        return std::unexpected(made.error());
    if (auto claimed = claim(); !claimed)
        return std::unexpected(claimed.error());
    return [shown, password = normalisedPassword(password), cost = m_cost, random = m_random]() mutable {
        return makeKeys(shown, std::move(password), cost, random);
    };
}

Result<> VaultSession::finishCreate(HeaderAndKey made, Kept kept)
{
    // Asked again: somebody else may have made one before the lock was ours.
    if (auto possible = requireFree(); !possible)
        return possible;
    return store(std::move(made.header), std::move(made.vaultKey), kept);
}

Result<> VaultSession::create(const QString &name, const crypto::SecretText &password, Kept kept)
{
    auto work = beginCreate(name, password);
    if (!work)
        return std::unexpected(work.error());
    auto made = (*work)();
    return made ? finishCreate(std::move(*made), kept) : std::unexpected(made.error());
}

Result<> VaultSession::requireFree() const
{
    if (m_open || m_narrowed || m_folder.isOccupied())
        return fail(ErrorCode::VaultExists, m_folder.path());
    return {};
}

/// Without a header the database is no vault, and marked so: whatever a crash leaves is none or a whole one.
Result<> VaultSession::store(crypto::VaultHeader header, crypto::SecretBytes vaultKey, Kept kept)
{
    const auto discarded = [this](Result<> why) {
        m_open.reset();
        (void)m_folder.discardUnfinished();
        return why;
    };
    if (const Result<> marked = m_folder.markUnfinished(header); !marked)
        return discarded(marked);
    auto opened = openDatabase(header, std::move(vaultKey), Database::Mode::Create);
    if (!opened)
        return discarded(std::unexpected(opened.error()));
    m_open = std::move(*opened);
    if (const Result<> marked = m_folder.markUnfinished(header); !marked)
        return discarded(marked);
    m_isUnfinished = kept == Kept::WithSecondWay;
    if (!m_isUnfinished) {
        if (const Result<> written = writeInPlace(header); !written)
            return discarded(written);
        if (const Result<> ended = m_folder.discardUnfinished(); !ended && !m_trouble)
            m_trouble = ended.error();
    }
    m_headers.clear();
    m_headers.push_back(std::move(header));
    return {};
}

Result<std::unique_ptr<VaultSession::Opened>> VaultSession::openDatabase(const crypto::VaultHeader &header,
                                                                         crypto::SecretBytes vaultKey, Database::Mode mode) const
{
    const QString path = m_folder.databasePath(header.epoch);
    const auto key = crypto::deriveSubKey(vaultKey, crypto::SubKey::Database);
    auto manifestKey = crypto::deriveSubKey(vaultKey, crypto::SubKey::Manifest);
    // A vault that gets its manifest now is taken as it is, once.
    const auto migrated = [&](Database &made) -> Result<> {
        Manifest manifest(made);
        const Result<> attached = manifest.attach(manifestKey, header.vaultId);
        return attached ? manifest.follow() : attached;
    };
    const auto migrating = [&](Database &old) -> Result<> {
        Manifest manifest(old);
        const Result<> attached = manifest.attach(manifestKey, header.vaultId);
        return attached ? manifest.prepareToFollow() : attached;
    };
    auto database = Database::open(path, key, header.databaseSalt, mode, nullptr, migrated, migrating);
    m_folder.tightenPermissions(header.epoch);
    if (!database) {
        Error error = std::move(database.error());
        // The key is right, the header proved it: so it is the file that is not.
        if (mode == Database::Mode::Existing
            && (error.code == ErrorCode::WrongPassword || error.code == ErrorCode::NoVault)) {
            const QString file = QFileInfo(path).fileName();
            error = {ErrorCode::DamagedFile, error.code == ErrorCode::NoVault ? file + " is missing"_L1
                                                                              : file + " does not belong to vault.keys"_L1};
        }
        return std::unexpected(std::move(error));
    }
    database->stopBy(m_lockIsWanted);
    auto tokenKey = crypto::deriveSubKey(vaultKey, crypto::SubKey::Token);
    auto contents = compare(*database, manifestKey, header);
    if (!contents)
        return std::unexpected(contents.error());
    std::unique_ptr<Opened> opened(new Opened{std::move(vaultKey), std::move(tokenKey), std::move(manifestKey), std::move(*database),
                                              std::move(*contents)});
    // A disk that is full or read-only keeps nobody from reading.
    if (opened->contents.wrong.isEmpty())
        (void)remember(*opened, header);
    return opened;
}

Result<PasswordWork<HeaderAndKey>> VaultSession::beginUnlock(const crypto::SecretText &password)
{
    if (auto loaded = load(); !loaded)
        return std::unexpected(loaded.error());
    auto headers = candidates();
    // Nobody but the holder of the lock writes it, and that is this session.
    const bool isChanged = m_lastHeader && std::ranges::find(headers, *m_lastHeader) == headers.end();
    return [isChanged, headers = std::move(headers), password = normalisedPassword(password), stop = newStop()]() mutable {
        auto opened = openFirstWithPassword(headers, std::move(password), *stop);
        if (!opened && opened.error().code == ErrorCode::WrongPassword && isChanged)
            opened = fail(ErrorCode::KeysChanged, u"vault.keys is not as it was when the vault was locked"_s);
        return opened;
    };
}

Result<> VaultSession::unlockWithPassword(const crypto::SecretText &password)
{
    auto work = beginUnlock(password);
    if (!work)
        return std::unexpected(work.error());
    auto opened = (*work)();
    return opened ? finishUnlock(std::move(*opened)) : std::unexpected(opened.error());
}

std::vector<crypto::VaultHeader> VaultSession::candidates() const
{
    return m_open ? std::vector{m_headers.front()} : m_headers;
}

Result<> VaultSession::finishUnlock(HeaderAndKey opened)
{
    if (m_open)
        return {};
    if (std::ranges::find(m_headers, opened.header) == m_headers.end())
        return fail(ErrorCode::Busy, u"the header was changed meanwhile"_s);
    if (m_narrowed)
        return widen(std::move(opened.vaultKey));
    auto entered = openDatabase(opened.header, std::move(opened.vaultKey), Database::Mode::Existing);
    if (!entered)
        return entered.error().code == ErrorCode::DamagedFile ? goBackFrom(opened.header, entered.error())
                                                              : std::unexpected(entered.error());
    m_open = std::move(*entered);
    m_open->isByFormerKeys = m_formerKeys || m_folder.isMarkedFormer(opened.header);
    const bool needsRepair = m_headers.size() > 1 || std::exchange(m_hasStaleCopy, false) || m_formerKeys;
    m_headers.clear();
    m_headers.push_back(std::move(opened.header));
    // An older header takes the place of no other before the person has said so.
    m_isRepairPutOff = needsRepair && m_open->contents.wrong.contains(VaultPart::KeyFile);
    if (needsRepair && !m_isRepairPutOff)
        repairCopies(m_headers.front());
    return {};
}

VaultSession::Opened &VaultSession::held() const
{
    Q_ASSERT(m_open || m_narrowed);
    return m_open ? *m_open : *m_narrowed;
}

void VaultSession::wantLock(bool wanted) noexcept
{
    m_lockIsWanted = wanted;
    if (wanted)
        stopWork();
}

std::shared_ptr<WorkStop> VaultSession::newStop(crypto::SecretText password, crypto::SecretBytes secret)
{
    auto stop = std::make_shared<WorkStop>(std::move(password), std::move(secret));
    {
        const std::scoped_lock lock(m_stopsMutex);
        std::erase_if(m_stops, [](const std::weak_ptr<WorkStop> &other) { return other.expired(); });
        m_stops.push_back(stop);
    }
    // Wanted since: whoever wanted it has not seen this one.
    if (m_lockIsWanted)
        stop->stop();
    return stop;
}

void VaultSession::stopWork() noexcept
{
    const std::scoped_lock lock(m_stopsMutex);
    for (const std::weak_ptr<WorkStop> &stop : m_stops)
        if (const auto work = stop.lock())
            work->stop();
    m_stops.clear();
}

void VaultSession::letKeysGo()
{
    shutPersonal();
    if (!m_open)
        return;
    m_open->vaultKey.wipe();
    m_open->tokenKey.wipe();
    m_open->signingKey.reset();
}

Result<> VaultSession::lock()
{
    stopWork();
    cancelReplacement();
    shutPersonal();
    const auto open = std::move(m_open ? m_open : m_narrowed);
    if (!open)
        return {};
    m_isRepairPutOff = false;
    if (open->isHeaderOwed)
        (void)remember(*open, m_headers.front());
    open->vaultKey.wipe();
    open->tokenKey.wipe();
    open->signingKey.reset();
    open->manifestKey.wipe();
    const Result<> closed = open->database.close();
    if (!std::exchange(m_isUnfinished, false)) {
        m_lastHeader = m_headers.front();
        return closed;
    }
    m_headers.clear();
    forgetPersonal();
    return m_folder.discardUnfinished();
}

Result<PasswordWork<crypto::VaultHeader>> VaultSession::beginChangePassword(const crypto::SecretText &current,
                                                                            const crypto::SecretText &next)
{
    if (!m_open)
        return failLocked();
    if (auto strong = requireStrong(next); !strong)
        return std::unexpected(strong.error());
    return [header = m_headers.front(), stop = newStop(normalisedPassword(current)), next = normalisedPassword(next), cost = m_cost,
            random = m_random]() mutable { return withPassword(std::move(header), *stop, std::move(next), cost, random); };
}

Result<> VaultSession::changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
{
    auto work = beginChangePassword(current, next);
    if (!work)
        return std::unexpected(work.error());
    auto header = (*work)();
    return header ? finishRewrap(std::move(*header)) : std::unexpected(header.error());
}

Result<> VaultSession::requireStrong(const crypto::SecretText &password) const
{
    return checkStrength(password, name());
}

Database &VaultSession::database()
{
    return held().database;
}

const crypto::SecretBytes &VaultSession::vaultKey() const
{
    Q_ASSERT(m_open);
    return m_open->vaultKey;
}

const crypto::SecretBytes &VaultSession::tokenKey() const
{
    return held().tokenKey;
}

const crypto::SecretBytes &VaultSession::manifestKey() const
{
    return held().manifestKey;
}

const crypto::SigningKey &VaultSession::signingKey() const
{
    Q_ASSERT(m_open);
    return *m_open->signingKey;
}

const crypto::PersonalPublicKey &VaultSession::personalPublicKey() const
{
    Q_ASSERT(m_open || m_narrowed);
    return m_headers.front().personalKey;
}

SealingKeys VaultSession::sealingKeys() const
{
    return {m_headers.front().vaultId, m_headers.front().epoch, personalPublicKey(), &manifestKey()};
}

} // namespace clavitor
