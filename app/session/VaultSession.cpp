// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/VaultSession.h"

#include "app/session/Keychain.h"
#include "app/session/PasswordStrength.h"
#include "crypto/KeySlots.h"
#include "crypto/SubKeys.h"

#include <QFile>
#include <QLoggingCategory>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::CryptoError;
using crypto::SlotKind;

namespace {

Q_LOGGING_CATEGORY(sessionLog, "clavitor.session")

constexpr std::chrono::milliseconds UnlockTarget{1000};

ErrorCode meaning(CryptoError error, ErrorCode wrongKey)
{
    switch (error) {
    case CryptoError::WrongKey:
    case CryptoError::Malformed:
        return wrongKey;
    case CryptoError::NoSlot:
        return wrongKey == ErrorCode::KeychainWrongItem ? ErrorCode::KeychainNoItem : ErrorCode::DamagedFile;
    case CryptoError::Refused:
        return ErrorCode::ParametersRefused;
    case CryptoError::OutOfMemory:
        return ErrorCode::OutOfMemory;
    case CryptoError::Foreign:
        return ErrorCode::ForeignFile;
    case CryptoError::Newer:
        return ErrorCode::NewerSchema;
    case CryptoError::Damaged:
    case CryptoError::Unsupported:
        break;
    }
    return ErrorCode::DamagedFile;
}

std::unexpected<Error> failLocked()
{
    return fail(ErrorCode::Locked, u"the vault is locked"_s);
}

Result<> checkStrength(const crypto::SecretText &password, const QString &vaultName)
{
    if (!passwordStrength(password, {vaultName}).isAcceptable)
        return fail(ErrorCode::WeakPassword, u"a master password has at least 12 characters or is hard to guess"_s);
    return {};
}

} // namespace

struct VaultSession::OpenVault {
    crypto::SecretBytes vaultKey;
    crypto::SecretBytes tokenKey;
    crypto::SecretBytes manifestKey;
    Database database;
};

PasswordCost calibratedCost()
{
    return [](const crypto::RandomSource &random) { return crypto::calibrate(UnlockTarget, random); };
}

VaultSession::VaultSession(VaultFolder folder, Clock clock, crypto::RandomSource random, PasswordCost cost)
    : m_folder(std::move(folder))
    , m_clock(std::move(clock))
    , m_random(std::move(random))
    , m_cost(std::move(cost))
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

Result<> VaultSession::load()
{
    if (m_open)
        return {};
    m_headers.clear();
    if (auto claimed = claim(); !claimed)
        return claimed;
    auto reading = m_folder.readHeader();
    if (!reading)
        return std::unexpected(reading.error());
    m_headers = std::move(reading->headers);
    if (!reading->trouble.isEmpty()) {
        m_repairNote = reading->trouble;
        qCWarning(sessionLog).noquote() << m_repairNote;
    }
    // Two whole copies that differ wait until a key has told which of them is genuine.
    if (reading->needsRepair)
        repairCopies(m_headers.front());
    else
        m_folder.discardStaged();
    return {};
}

void VaultSession::repairCopies(const crypto::VaultHeader &header)
{
    auto written = m_folder.writeHeader(header);
    m_repairNote += written ? "; repaired from the other copy"_L1 : "; the repair failed"_L1;
    if (!written)
        qCWarning(sessionLog).noquote() << m_repairNote << written.error().detail;
}

VaultSession::State VaultSession::state() const
{
    if (m_open)
        return State::Unlocked;
    return m_headers.empty() ? State::NoVault : State::Locked;
}

QString VaultSession::vaultId() const
{
    return m_headers.empty() ? QString() : QString::fromStdString(m_headers.front().vaultId);
}

QString VaultSession::name() const
{
    return m_headers.empty() ? QString() : QString::fromStdString(m_headers.front().name);
}

bool VaultSession::hasKeychainSlot() const
{
    return !m_headers.empty() && m_headers.front().slot(SlotKind::Keychain) != nullptr;
}

bool VaultSession::hasReducedCost() const
{
    const auto *slot = m_headers.empty() ? nullptr : m_headers.front().slot(SlotKind::Password);
    return slot != nullptr && slot->parameters->memoryBytes() < crypto::PasswordHashParameters::usualMemory;
}

Result<> VaultSession::create(const QString &name, const crypto::SecretText &password,
                              const crypto::SecretBytes *keychainSecret)
{
    const QString shown = name.trimmed();
    if (shown.isEmpty())
        return fail(ErrorCode::InvalidValue, u"a vault needs a name"_s);
    if (keychainSecret != nullptr && keychainSecret->size() != Keychain::SecretSize)
        return fail(ErrorCode::InvalidValue, u"a keychain secret has 32 bytes"_s);
    if (auto strong = checkStrength(password, shown); !strong)
        return strong;
    if (m_open || m_folder.isOccupied())
        return fail(ErrorCode::VaultExists, m_folder.path());
    if (auto made = m_folder.make(); !made)
        return made;
    if (auto claimed = claim(); !claimed)
        return claimed;
    if (m_folder.isOccupied()) // made by somebody else before the lock was ours
        return fail(ErrorCode::VaultExists, m_folder.path());

    auto cost = m_cost(m_random);
    if (!cost)
        return fail(meaning(cost.error(), ErrorCode::Internal), u"the password hash"_s);
    auto vaultKey = crypto::makeVaultKey(m_random);
    const auto personalKeys = crypto::PersonalKeyPair::make(m_random);
    auto header = crypto::makeVaultHeader(shown.toStdString(), personalKeys.publicKey, m_random);
    auto slot = crypto::addPasswordSlot(header, vaultKey, personalKeys, normalisedPassword(password), cost->parameters,
                                        m_random);
    if (slot && keychainSecret != nullptr)
        slot = crypto::addKeychainSlot(header, vaultKey, *keychainSecret, m_random);
    if (!slot)
        return fail(meaning(slot.error(), ErrorCode::Internal), u"wrapping the new keys"_s);
    return store(std::move(header), std::move(vaultKey));
}

/// The header is staged before the database and renamed after it: whatever a crash leaves is no vault or a whole one.
Result<> VaultSession::store(crypto::VaultHeader header, crypto::SecretBytes vaultKey)
{
    if (auto staged = m_folder.stageHeader(header); !staged)
        return staged;
    auto opened = openDatabase(header, std::move(vaultKey), Database::Mode::Create);
    if (!opened) {
        m_folder.discardStaged();
        return opened;
    }
    if (auto committed = m_folder.commitHeader(); !committed) {
        m_open.reset();
        m_folder.removeVault();
        return committed;
    }
    m_headers.clear();
    m_headers.push_back(std::move(header));
    return {};
}

Result<> VaultSession::openDatabase(const crypto::VaultHeader &header, crypto::SecretBytes vaultKey,
                                    Database::Mode mode)
{
    const auto key = crypto::deriveSubKey(vaultKey, crypto::SubKey::Database);
    auto database = Database::open(m_folder.databasePath(), key, header.databaseSalt, mode);
    m_folder.tightenPermissions();
    if (!database) {
        Error error = std::move(database.error());
        // The key is right, the header proved it: so it is the file that is not.
        if (mode == Database::Mode::Existing
            && (error.code == ErrorCode::WrongPassword || error.code == ErrorCode::NoVault)) {
            error = {ErrorCode::DamagedFile, error.code == ErrorCode::NoVault
                                                 ? u"vault.db is missing"_s
                                                 : u"vault.db does not belong to vault.keys"_s};
        }
        return std::unexpected(std::move(error));
    }
    auto tokenKey = crypto::deriveSubKey(vaultKey, crypto::SubKey::Token);
    auto manifestKey = crypto::deriveSubKey(vaultKey, crypto::SubKey::Manifest);
    m_open.reset(new OpenVault{std::move(vaultKey), std::move(tokenKey), std::move(manifestKey), std::move(*database)});
    return {};
}

Result<> VaultSession::unlockWithPassword(const crypto::SecretText &password)
{
    const auto normalised = normalisedPassword(password);
    return unlock([&](const crypto::VaultHeader &header) { return crypto::openWithPassword(header, normalised); },
                  ErrorCode::WrongPassword);
}

Result<> VaultSession::unlockWithKeychainSecret(const crypto::SecretBytes &secret)
{
    return unlock([&](const crypto::VaultHeader &header) { return crypto::openWithKeychainSecret(header, secret); },
                  ErrorCode::KeychainWrongItem);
}

Result<> VaultSession::unlock(const HeaderKey &keyOf, ErrorCode wrongKey)
{
    if (auto loaded = load(); !loaded)
        return loaded;
    const std::size_t count = m_open ? 1 : m_headers.size();
    for (std::size_t i = 0; i < count; ++i) {
        auto vaultKey = keyOf(m_headers[i]);
        if (vaultKey && m_open)
            return {};
        if (vaultKey)
            return enter(i, std::move(*vaultKey));
        // "Damaged" here means changed by somebody without the key; the other copy may be genuine.
        if (vaultKey.error() != CryptoError::Damaged)
            return fail(meaning(vaultKey.error(), wrongKey));
    }
    return fail(ErrorCode::DamagedFile, u"vault.keys was changed by something else than Clavitor"_s);
}

Result<> VaultSession::enter(std::size_t headerIndex, crypto::SecretBytes vaultKey)
{
    if (auto opened = openDatabase(m_headers[headerIndex], std::move(vaultKey), Database::Mode::Existing); !opened)
        return opened;
    if (m_headers.size() > 1) {
        auto genuine = std::move(m_headers[headerIndex]);
        m_headers.clear();
        m_headers.push_back(std::move(genuine));
        repairCopies(m_headers.front());
    }
    return {};
}

Result<> VaultSession::lock()
{
    shutPersonal();
    const auto open = std::move(m_open);
    if (!open)
        return {};
    open->vaultKey.wipe();
    open->tokenKey.wipe();
    open->manifestKey.wipe();
    return open->database.close();
}

Result<> VaultSession::changePassword(const crypto::SecretText &current, const crypto::SecretText &next)
{
    if (!m_open)
        return failLocked();
    if (auto strong = checkStrength(next, name()); !strong)
        return strong;
    auto header = m_headers.front();
    const auto *slot = header.slot(SlotKind::Password);
    if (slot == nullptr)
        return fail(ErrorCode::DamagedFile, u"the vault has no password slot"_s);
    const auto cost = *slot->parameters; // the slot is replaced while its cost is read
    auto replaced = crypto::replacePasswordSlot(header, normalisedPassword(current), normalisedPassword(next), cost,
                                                m_random);
    if (!replaced)
        return fail(meaning(replaced.error(), ErrorCode::WrongPassword));
    return keep(std::move(header));
}

Result<> VaultSession::addKeychainSlot(const crypto::SecretBytes &secret)
{
    if (!m_open)
        return failLocked();
    auto header = m_headers.front();
    if (auto added = crypto::addKeychainSlot(header, m_open->vaultKey, secret, m_random); !added)
        return fail(meaning(added.error(), ErrorCode::InvalidValue), u"a keychain secret has 32 bytes"_s);
    return keep(std::move(header));
}

Result<> VaultSession::removeKeychainSlot()
{
    if (!m_open)
        return failLocked();
    if (!hasKeychainSlot())
        return {};
    auto header = m_headers.front();
    if (auto removed = crypto::removeSlot(header, SlotKind::Keychain, m_open->vaultKey); !removed)
        return fail(meaning(removed.error(), ErrorCode::Internal), u"removing the keychain slot"_s);
    return keep(std::move(header));
}

Result<> VaultSession::keep(crypto::VaultHeader header)
{
    auto written = m_folder.writeHeader(header);
    if (written) {
        m_headers.front() = std::move(header);
    } else if (auto reading = m_folder.readHeader(); reading) {
        // Whether the change reached the disk before it failed, the disk says.
        m_headers = std::move(reading->headers);
    }
    return written;
}

crypto::SecretBytes VaultSession::makeKeychainSecret() const
{
    return crypto::makeKeychainSecret(m_random);
}

Result<> VaultSession::openPersonal(const crypto::SecretText &password)
{
    if (!m_open)
        return failLocked();
    auto keys = crypto::openPersonalWithPassword(m_headers.front(), normalisedPassword(password));
    if (!keys)
        return fail(meaning(keys.error(), ErrorCode::WrongPassword));
    m_personal.open(std::move(*keys), m_clock());
    return {};
}

Database &VaultSession::database()
{
    Q_ASSERT(m_open);
    return m_open->database;
}

const crypto::SecretBytes &VaultSession::tokenKey() const
{
    Q_ASSERT(m_open);
    return m_open->tokenKey;
}

const crypto::SecretBytes &VaultSession::manifestKey() const
{
    Q_ASSERT(m_open);
    return m_open->manifestKey;
}

const crypto::PersonalPublicKey &VaultSession::personalPublicKey() const
{
    Q_ASSERT(m_open);
    return m_headers.front().personalKey;
}

SealingKeys VaultSession::sealingKeys() const
{
    return {m_headers.front().vaultId, m_headers.front().epoch, personalPublicKey(), &manifestKey()};
}

} // namespace clavitor
