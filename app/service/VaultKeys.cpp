// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Vault about its keys: what takes a password, the keychain's slot, Personal.
#include "app/service/VaultDerive.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

template<typename Act>
Result<> Vault::onRecord(AuditEvent row, Act act)
{
    if (m_session.isReplacing())
        return fail(ErrorCode::Busy);
    // What is only looked at has no place for a row, and its header is as little to be changed as the rest.
    if (isDistrusted())
        return row.action == "personal.open"_L1 ? act() : fail(ErrorCode::ChangedOutside);
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

void Vault::recordWrongSecret(QLatin1StringView action, const Error &error)
{
    if (isDistrusted())
        return;
    QString why;
    if (error.code == ErrorCode::WrongPassword)
        why = u"wrong password"_s;
    else if (error.code == ErrorCode::WrongRecoverySheet)
        why = u"wrong recovery sheet"_s;
    else if (error.code == ErrorCode::WrongDevice)
        why = u"wrong device"_s;
    else
        return;
    AuditEvent row = m_open->owner().row(action, m_session.name());
    row.outcome = Outcome::Denied;
    row.why = std::move(why);
    tell(m_open->owner().record({std::move(row)}));
}

QString Vault::wayNamed(WayName way) const
{
    QString words = wayWord(way.kind);
    for (const UnlockWay &one : m_session.ways())
        if (one.name == way && !one.label.isEmpty())
            words += u' ' + one.label;
    return words;
}

void Vault::create(const QString &name, const crypto::SecretText &password, VaultSession::Kept kept, Done done)
{
    if (m_deriving != Deriving::Nothing)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginCreate(name, password);
    if (!work)
        return done(std::unexpected(work.error()));
    setState(LockState::Unlocking);
    derive(Deriving::ToOpen, std::move(*work), [this, kept, turn = m_turns, done = std::move(done)](Result<HeaderAndKey> made) mutable {
        done(created(std::move(made), kept, turn));
    });
}

Result<> Vault::created(Result<HeaderAndKey> made, VaultSession::Kept kept, quint64 turn)
{
    Result<> result = made ? m_session.finishCreate(std::move(*made), kept) : Result<>(std::unexpected(made.error()));
    if (result && turn == m_turns && !m_session.isUnfinished())
        return opened("create"_L1);
    if (result && turn != m_turns) {
        m_facts.problem.reset();
        tell(m_session.lock());
        result = fail(ErrorCode::Locked, u"locked meanwhile"_s);
    }
    showState();
    return result;
}

void Vault::unlock(const crypto::SecretText &password, Done done)
{
    if (m_open)
        return done({});
    if (m_deriving != Deriving::Nothing)
        return done(fail(ErrorCode::Busy));
    auto work = m_session.beginUnlock(password);
    if (!work) {
        showState();
        return done(std::unexpected(work.error()));
    }
    setState(LockState::Unlocking);
    derive(Deriving::ToOpen, std::move(*work), [this, turn = m_turns, done = std::move(done)](Result<HeaderAndKey> answer) mutable {
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
    // A header that was changed by somebody without a key may look like a password that is wrong, and nothing tells. Who is sure of it is told the second time.
    if (result.error().code == ErrorCode::WrongPassword && ++m_wrongPasswords > 1)
        result = fail(ErrorCode::WrongPasswordAgain, result.error().detail);
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

Result<> Vault::useFormerKeys()
{
    if (m_open || m_deriving != Deriving::Nothing)
        return m_open ? Result<>() : fail(ErrorCode::Busy);
    const Result<> used = m_session.useFormerKeys();
    m_facts.problem = used ? std::nullopt : std::optional(used.error());
    showState();
    return used;
}

Result<> Vault::unlockWithSecret(WayName way, const crypto::SecretBytes &secret)
{
    if (m_open)
        return {};
    setState(LockState::Unlocking);
    const Result<> unlocked = m_session.unlockWithSecret(way, secret);
    if (!unlocked) {
        showState();
        return unlocked;
    }
    return opened(wayWord(way.kind));
}

template<typename T, typename Begin, typename Finish>
void Vault::deriveWhileOpen(QLatin1StringView action, Begin begin, Finish finish, Done done)
{
    if (!m_open)
        return done(fail(ErrorCode::Locked));
    if (m_deriving != Deriving::Nothing || m_replaced)
        return done(fail(ErrorCode::Busy));
    Result<PasswordWork<T>> work = begin();
    if (!work)
        return done(std::unexpected(work.error()));
    derive(Deriving::Other, std::move(*work),
           [this, turn = m_turns, action, finish = std::move(finish), done = std::move(done)](Result<T> answer) mutable {
        if (turn != m_turns)
            return done(fail(ErrorCode::Locked, u"locked meanwhile"_s));
        if (answer)
            return done(finish(std::move(*answer)));
        recordWrongSecret(action, answer.error());
        done(std::unexpected(answer.error()));
    });
}

void Vault::changePassword(const crypto::SecretText &current, const crypto::SecretText &next, Done done)
{
    constexpr auto action = "password.change"_L1;
    deriveWhileOpen<crypto::VaultHeader>(action, [&] { return m_session.beginChangePassword(current, next); },
                                         [this, action](crypto::VaultHeader header) {
        const Result<> changed = onRecord(m_open->owner().row(action, m_session.name()),
                                          [&] { return m_session.finishRewrap(std::move(header)); });
        showState();
        return changed;
    }, std::move(done));
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
    constexpr auto action = "personal.open"_L1;
    keepOpening();
    auto takenBack = std::make_shared<bool>(false);
    deriveWhileOpen<crypto::PersonalKeyPair>(action, [&] {
        m_openingTakenBack = takenBack;
        return m_session.beginOpenPersonal(password);
    }, [this, action, takenBack](crypto::PersonalKeyPair keys) -> Result<> {
        if (*takenBack)
            return fail(ErrorCode::Cancelled);
        const bool keptBefore = m_session.keepsPersonal();
        const Result<> opened = onRecord(m_open->owner().row(action, m_session.name()), [&] {
            m_personalWindow.start(static_cast<int>(PersonalWindow::length));
            return m_session.finishOpenPersonal(std::move(keys));
        });
        if (opened)
            noteOpening(keptBefore);
        showState(); // what is kept for the next time
        return opened;
    }, [takenBack, done = std::move(done)](const Result<> &opened) mutable {
        done(*takenBack ? fail(ErrorCode::Cancelled, u"taken back"_s) : opened);
    });
}

void Vault::takeBackPersonal()
{
    if (const auto takenBack = m_openingTakenBack.lock()) {
        *takenBack = true;
        m_session.stopWork(); // there is no other while this one runs
        return;
    }
    const auto opening = std::exchange(m_lastOpening, {});
    if (!opening)
        return;
    shutPersonal();
    if (opening->isKept)
        m_session.forgetPersonal();
    if (!isDistrusted()) {
        AuditEvent row = m_open->owner().row("personal.open"_L1, m_session.name());
        row.outcome = Outcome::Denied;
        row.why = u"taken back: shut again at once"_s;
        tell(m_open->owner().record({std::move(row)}));
    }
    showState();
}

Result<> Vault::openPersonalWithSecret(WayName way, const crypto::SecretBytes &secret)
{
    constexpr auto action = "personal.open"_L1;
    if (!m_open)
        return fail(ErrorCode::Locked);
    // Tried before its row is written, which says that it was opened; shut again when that cannot be.
    keepOpening();
    const bool keptBefore = m_session.keepsPersonal();
    if (const Result<> opened = m_session.openPersonalWithSecret(way, secret); !opened) {
        recordWrongSecret(action, opened.error());
        return opened;
    }
    AuditEvent row = m_open->owner().row(action, m_session.name());
    row.why = wayNamed(way);
    const Result<> recorded = onRecord(std::move(row), [&] {
        m_personalWindow.start(static_cast<int>(PersonalWindow::length));
        return Result<>();
    });
    if (recorded) {
        noteOpening(keptBefore);
    } else {
        shutPersonal();
        m_session.forgetPersonal();
    }
    showState();
    return recorded;
}

Result<> Vault::reopenPersonal()
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    if (!m_session.keepsPersonal())
        return fail(ErrorCode::PersonalShut);
    AuditEvent row = m_open->owner().row("personal.open"_L1, m_session.name());
    row.why = u"presence check"_s;
    const Result<> opened = onRecord(std::move(row), [&] {
        const Result<> reopened = m_session.reopenPersonal();
        if (reopened)
            m_personalWindow.start(static_cast<int>(PersonalWindow::length));
        return reopened;
    });
    if (opened)
        noteOpening(true);
    showState(); // what was kept may be lost
    return opened;
}

void Vault::keepPersonal(bool kept)
{
    m_session.setKeepsPersonal(kept);
    showState();
}

void Vault::forgetPersonal()
{
    m_session.forgetPersonal();
    showState();
}

void Vault::addWay(NewWay way, crypto::SecretBytes secret, const crypto::SecretText &password, Done done)
{
    constexpr auto action = "slot.add"_L1;
    const QString name = way.label.isEmpty() ? QString(wayWord(way.kind)) : QString(wayWord(way.kind) + u' ' + way.label);
    if (m_session.isUnfinished()) {
        auto work = m_deriving == Deriving::Nothing ? m_session.beginAddWay(std::move(way), std::move(secret), password) : fail(ErrorCode::Busy);
        if (!work)
            return done(std::unexpected(work.error()));
        return derive(Deriving::Other, std::move(*work),
                      [this, name, turn = m_turns, done = std::move(done)](Result<crypto::VaultHeader> header) mutable {
            done(finished(std::move(header), name, turn));
        });
    }
    deriveWhileOpen<crypto::VaultHeader>(action, [&] { return m_session.beginAddWay(std::move(way), std::move(secret), password); },
                                         [this, action, name](crypto::VaultHeader header) {
        const Result<> added = onRecord(m_open->owner().row(action, name), [&] { return m_session.finishRewrap(std::move(header)); });
        showState();
        return added;
    }, std::move(done));
}

Result<> Vault::finished(Result<crypto::VaultHeader> header, const QString &way, quint64 turn)
{
    if (turn != m_turns)
        return fail(ErrorCode::Locked, u"locked meanwhile"_s);
    if (!header)
        return std::unexpected(header.error());
    if (const Result<> kept = m_session.finishRewrap(std::move(*header)); !kept)
        return kept;
    const Result<> now = opened("create"_L1);
    if (now)
        tell(m_open->owner().record({m_open->owner().row("slot.add"_L1, way)}));
    return now;
}

Result<> Vault::removeWay(WayName way)
{
    if (!m_open)
        return fail(ErrorCode::Locked);
    const QList<UnlockWay> ways = m_session.ways();
    const auto isIt = [way](const UnlockWay &one) { return one.name == way; };
    if (std::none_of(ways.begin(), ways.end(), isIt))
        return fail(ErrorCode::NoSuchWay);
    const Result<> removed = onRecord(m_open->owner().row("slot.remove"_L1, wayNamed(way)), [&] { return m_session.removeWay(way); });
    showState();
    return removed;
}

void Vault::setPassword(WayName by, crypto::SecretBytes secret, const crypto::SecretText &next, Done done)
{
    constexpr auto action = "password.change"_L1;
    deriveWhileOpen<crypto::VaultHeader>(action, [&] { return m_session.beginSetPassword(by, std::move(secret), next); },
                                         [this, action, by](crypto::VaultHeader header) {
        AuditEvent row = m_open->owner().row(action, m_session.name());
        row.why = wayNamed(by);
        const Result<> changed = onRecord(std::move(row), [&] { return m_session.finishRewrap(std::move(header)); });
        showState();
        return changed;
    }, std::move(done));
}

void Vault::shutPersonal()
{
    m_personalWindow.stop();
    m_lastOpening.reset();
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

} // namespace clavitor
