// SPDX-License-Identifier: GPL-3.0-or-later
// The scripted client's part that asks whether the person is there: by the real PresenceGate, where a test sets one.
#include "tests/support/ScriptedPlay.h"

#include "app/service/PresenceGate.h"

namespace clavitor {

using namespace Qt::StringLiterals;
using test::play;

void VaultClient::setPresence(PresenceGate *gate)
{
    m_gate = gate;
    connect(gate, &PresenceGate::refusedTooOften, this, &VaultClient::forgetPersonal);
}

void VaultClient::cancelPresence()
{
    if (m_gate)
        m_gate->cancel();
}

void VaultClient::unlockWithKeychain(Reply<Result<>> reply)
{
    if (!m_gate) {
        readKeychain(m_locks, std::move(reply));
        return;
    }
    m_gate->beforeKeychain([this, reply = std::move(reply)](Result<> passed) mutable {
        if (passed)
            readKeychain(m_locks, std::move(reply));
        else
            reply(std::move(passed));
    });
}

void VaultClient::readKeychain(quint64, Reply<Result<>> reply)
{
    play(u"unlockWithKeychain"_s, {}, std::move(reply), [this] {
        m_facts.state = LockState::Unlocked;
        emit factsChanged(m_facts);
    });
}

void VaultClient::openKeychain(Reply<Result<>> reply)
{
    play(u"openKeychain"_s, {}, std::move(reply), [] {});
}

void VaultClient::reopenPersonal(Reply<Result<>> reply)
{
    if (!m_gate || !m_facts.keepsPersonal) {
        reply(fail(ErrorCode::PersonalShut));
        return;
    }
    m_gate->beforePersonal([reply = std::move(reply)](Result<> passed) mutable {
        if (passed)
            play(u"reopenPersonal"_s, {}, std::move(reply), [] {});
        else
            reply(std::move(passed));
    });
}

void VaultClient::keepPersonal(bool kept)
{
    (void)test::ScriptedVault::current().enter(u"keepPersonal"_s, kept ? u"on"_s : u"off"_s);
}

void VaultClient::forgetPersonal()
{
    m_facts.keepsPersonal = false;
    emit factsChanged(m_facts);
}

} // namespace clavitor
