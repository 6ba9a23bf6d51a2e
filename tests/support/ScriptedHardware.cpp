// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedHardware.h"

#include <chrono>
#include <thread>

namespace clavitor::test {

ScriptedHardware::ScriptedHardware(std::shared_ptr<HardwareScript> script, ErrorCode absent)
    : m_script(std::move(script))
    , m_absent(absent)
{
}

Result<HardwareKey::Enrolled> ScriptedHardware::enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call)
{
    m_script->setLabel(label);
    if (auto played = play(pin, call, HardwareCall::Step::Touch); !played)
        return std::unexpected(played.error());
    if (auto played = play(pin, call, HardwareCall::Step::TouchAgain); !played)
        return std::unexpected(played.error());
    return Enrolled{{std::byte{1}, std::byte{2}, std::byte{3}}, secret()};
}

Result<HardwareKey::Opened> ScriptedHardware::open(std::span<const Parameters> ways, const crypto::SecretText &pin, const HardwareCall &call)
{
    if (auto played = play(pin, call, HardwareCall::Step::Touch); !played)
        return std::unexpected(played.error());
    if (ways.empty())
        return clavitor::fail(ErrorCode::SecurityKeyUnknown);
    return Opened{ways.size() - 1, secret()};
}

crypto::SecretBytes ScriptedHardware::secret()
{
    crypto::SecretBytes made(SecretSize);
    for (std::byte &byte : made.writable())
        byte = std::byte{0x51};
    return made;
}

Result<> ScriptedHardware::play(const crypto::SecretText &pin, const HardwareCall &call, HardwareCall::Step step)
{
    ++m_script->calls;
    if (!m_script->there)
        return clavitor::fail(m_absent);
    if (const auto error = m_script->error())
        return std::unexpected(*error);
    const QByteArray wanted = m_script->pin();
    if (!wanted.isEmpty() && pin.isEmpty())
        return clavitor::fail(ErrorCode::SecurityKeyPinNeeded);
    if (!wanted.isEmpty() && !pin.equals({wanted.data(), static_cast<std::size_t>(wanted.size())}))
        return clavitor::fail(ErrorCode::HardwareWrongPin, QStringLiteral("2"));
    call.tell(step);
    while (m_script->waits) {
        if (call.stop.stop_requested()) {
            ++m_script->stopped;
            return clavitor::fail(ErrorCode::Cancelled);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return {};
}

} // namespace clavitor::test
