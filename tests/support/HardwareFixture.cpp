// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/HardwareFixture.h"

namespace clavitor::test {

HardwareFixture::HardwareFixture()
    : key(std::make_shared<HardwareScript>())
    , chip(std::make_shared<HardwareScript>())
    , hardware(HardwareKeys{std::make_unique<ScriptedHardware>(key, ErrorCode::SecurityKeyAbsent),
                            std::make_unique<ScriptedHardware>(chip, ErrorCode::TpmAbsent)})
{
    vault.facts.state = LockState::Unlocked;
    client = ScriptedVault::makeClient();
}

HardwareFixture::~HardwareFixture() = default;

void HardwareFixture::addWay(crypto::SlotKind kind, quint32 id, const QString &label)
{
    ScriptedVault::setWay(vault.facts, {{kind, id}, label, QByteArray("\x01\x02\x03", 3)}, true);
    const auto secret = ScriptedHardware::secret();
    vault.secrets.insert(static_cast<quint8>(kind), QByteArray(reinterpret_cast<const char *>(secret.bytes().data()), 32));
}

void HardwareFixture::start(LockState state)
{
    vault.facts.state = state;
    client = ScriptedVault::makeClient();
}

} // namespace clavitor::test
