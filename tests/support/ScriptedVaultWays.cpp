// SPDX-License-Identifier: GPL-3.0-or-later
// The scripted client's ways to unlock.
#include "tests/support/ScriptedPlay.h"

#include "app/base/SecretString.h"
#include "crypto/Random.h"
#include "crypto/RecoverySheet.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;
using crypto::SlotKind;
using test::play;
using test::ScriptedVault;

namespace {

QByteArray plain(const crypto::SecretBytes &secret)
{
    return {reinterpret_cast<const char *>(secret.bytes().data()), static_cast<qsizetype>(secret.size())};
}

Result<> tryOut(WayName way, const crypto::SecretBytes &secret)
{
    const auto &secrets = ScriptedVault::current().secrets;
    const auto known = secrets.constFind(static_cast<quint8>(way.kind));
    if (known == secrets.constEnd())
        return fail(ErrorCode::NoSuchWay);
    if (*known != plain(secret))
        return fail(way.kind == SlotKind::Recovery ? ErrorCode::WrongRecoverySheet : ErrorCode::WrongDevice);
    return {};
}

} // namespace

void ScriptedVault::setWay(VaultFacts &facts, const UnlockWay &way, bool there)
{
    facts.ways.removeIf([&](const UnlockWay &one) {
        return one.name == way.name || (there && one.name.kind == way.name.kind && way.name.kind != SlotKind::SecurityKey);
    });
    if (there)
        facts.ways.append(way);
    std::stable_sort(facts.ways.begin(), facts.ways.end(),
                     [](const UnlockWay &a, const UnlockWay &b) { return a.name.kind < b.name.kind; });
}

QString ScriptedVault::addSheet()
{
    const auto sheet = crypto::RecoverySheet::make(crypto::systemRandom());
    const auto secret = sheet.slotSecret();
    secrets.insert(static_cast<quint8>(SlotKind::Recovery), QByteArray(reinterpret_cast<const char *>(secret.bytes().data()), 32));
    setWay(facts, {{SlotKind::Recovery, 0}, {}, {}}, true);
    return revealToQString(sheet.text());
}

void VaultClient::replaceKeys(crypto::SecretText password, Reply<Result<KeysReplaced>> reply)
{
    ScriptedVault &vault = ScriptedVault::current();
    KeysReplaced replaced;
    if (revealToQString(password) == vault.password && !vault.failures.contains(u"replaceKeys"_s)) {
        for (Agent &agent : vault.agents)
            if (!agent.isRevoked()) {
                agent.needsToken = true;
                ++replaced.tokens;
            }
        const bool hadKeychain = m_facts.hasKeychainSlot;
        replaced.keychain = vault.keychainAfterReplacement;
        QList<UnlockWay> left;
        for (const UnlockWay &way : std::as_const(m_facts.ways)) {
            const bool stays = way.name.kind == SlotKind::Password || (way.name.kind == SlotKind::Keychain && !replaced.keychain);
            (stays ? left : replaced.gone).append(way);
        }
        m_facts.ways = left;
        m_facts.hasKeychainSlot = m_facts.hasKeychainSlot && !replaced.keychain;
        emit factsChanged(m_facts);
        if (hadKeychain)
            emit keychainIsRenewed();
    }
    play<KeysReplaced>(u"replaceKeys"_s, {}, std::move(reply), [&]() -> Result<KeysReplaced> {
        if (revealToQString(password) != vault.password)
            return fail(ErrorCode::WrongPassword);
        return replaced;
    });
}

void VaultClient::cancelReplacement()
{
    (void)ScriptedVault::current().enter(u"cancelReplacement"_s);
}

void VaultClient::unlockWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply)
{
    play<void>(u"unlockWithSecret"_s, wayWord(way.kind), std::move(reply), [&]() -> Result<> {
        if (const Result<> fits = tryOut(way, secret); !fits)
            return fits;
        m_facts.state = LockState::Unlocked;
        emit factsChanged(m_facts);
        return {};
    });
}

void VaultClient::openPersonalWithSecret(WayName way, crypto::SecretBytes secret, Reply<Result<>> reply)
{
    play<void>(u"openPersonalWithSecret"_s, wayWord(way.kind), std::move(reply), [&] { return tryOut(way, secret); });
}

void VaultClient::addWay(NewWay way, crypto::SecretBytes secret, crypto::SecretText password, Reply<Result<>> reply)
{
    play<void>(u"addWay"_s, wayWord(way.kind), std::move(reply), [&]() -> Result<> {
        if (revealToQString(password) != ScriptedVault::current().password)
            return fail(ErrorCode::WrongPassword);
        ScriptedVault::current().secrets.insert(static_cast<quint8>(way.kind), plain(secret));
        const quint32 id = way.kind == SlotKind::Recovery ? 0 : quint32(m_facts.ways.size() + 100);
        ScriptedVault::setWay(m_facts, {{way.kind, id}, way.label, way.parameters}, true);
        if (std::exchange(m_facts.isUnfinished, false))
            m_facts.state = LockState::Unlocked;
        if (std::exchange(m_wantsKeychain, false)) {
            m_facts.hasKeychainSlot = true;
            ScriptedVault::setWay(m_facts, {{SlotKind::Keychain, 0}, {}, {}}, true);
        }
        emit factsChanged(m_facts);
        return {};
    });
}

void VaultClient::removeWay(WayName way, Reply<Result<>> reply)
{
    if (way.kind == SlotKind::Keychain) {
        setKeychainSlot(false, std::move(reply));
        return;
    }
    play<void>(u"removeWay"_s, wayWord(way.kind), std::move(reply), [&]() -> Result<> {
        const auto isIt = [way](const UnlockWay &one) { return one.name == way; };
        if (std::none_of(m_facts.ways.cbegin(), m_facts.ways.cend(), isIt))
            return fail(ErrorCode::NoSuchWay);
        ScriptedVault::setWay(m_facts, {way, {}, {}}, false);
        emit factsChanged(m_facts);
        return {};
    });
}

void VaultClient::setPassword(WayName by, crypto::SecretBytes secret, crypto::SecretText next, Reply<Result<>> reply)
{
    play<void>(u"setPassword"_s, wayWord(by.kind), std::move(reply), [&]() -> Result<> {
        if (const Result<> fits = tryOut(by, secret); !fits)
            return fits;
        ScriptedVault::current().password = revealToQString(next);
        return {};
    });
}

} // namespace clavitor
