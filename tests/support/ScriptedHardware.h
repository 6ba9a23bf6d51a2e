// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKeys.h"

#include <QByteArray>
#include <QMutex>
#include <QStringList>

#include <atomic>
#include <chrono>
#include <thread>

namespace clavitor::test {

/// A piece of hardware for tests and pictures of windows: it does what the script says. The script is shared with the test, which
/// changes it from its own thread.
struct HardwareScript {
    std::atomic<bool> there = true;
    std::atomic<bool> waits = false;        ///< for a touch, until `waits` is taken away or it is stopped
    std::atomic<int> calls = 0;
    std::atomic<int> stopped = 0;

    void setPin(const QByteArray &pin) { set(m_pin, pin); }
    void fail(std::optional<Error> error) { set(m_error, std::move(error)); }
    [[nodiscard]] QByteArray pin() const { return read(m_pin); }
    [[nodiscard]] std::optional<Error> error() const { return read(m_error); }
    [[nodiscard]] QString label() const { return read(m_label); }
    void setLabel(const QString &label) { set(m_label, label); }

private:
    template<typename T>
    void set(T &place, T value)
    {
        const QMutexLocker locked(&m_guard);
        place = std::move(value);
    }
    template<typename T>
    [[nodiscard]] T read(const T &place) const
    {
        const QMutexLocker locked(&m_guard);
        return place;
    }

    mutable QMutex m_guard;
    QByteArray m_pin;                       ///< empty: it has none
    std::optional<Error> m_error;           ///< what the next calls answer
    QString m_label;
};

class ScriptedHardware : public HardwareKey {
public:
    ScriptedHardware(std::shared_ptr<HardwareScript> script, ErrorCode absent)
        : m_script(std::move(script))
        , m_absent(absent)
    {
    }

    QStringList present() const override { return m_script->there ? QStringList{QStringLiteral("Scripted")} : QStringList(); }
    Result<Enrolled> enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call) override
    {
        m_script->setLabel(label);
        if (auto played = play(pin, call, HardwareCall::Step::Touch); !played)
            return std::unexpected(played.error());
        if (auto played = play(pin, call, HardwareCall::Step::TouchAgain); !played)
            return std::unexpected(played.error());
        return Enrolled{{std::byte{1}, std::byte{2}, std::byte{3}}, secret()};
    }
    Result<Opened> open(std::span<const Parameters> ways, const crypto::SecretText &pin, const HardwareCall &call) override
    {
        if (auto played = play(pin, call, HardwareCall::Step::Touch); !played)
            return std::unexpected(played.error());
        if (ways.empty())
            return clavitor::fail(ErrorCode::SecurityKeyUnknown);
        return Opened{ways.size() - 1, secret()};
    }

    [[nodiscard]] static crypto::SecretBytes secret()
    {
        crypto::SecretBytes made(SecretSize);
        for (std::byte &byte : made.writable())
            byte = std::byte{0x51};
        return made;
    }

private:
    Result<> play(const crypto::SecretText &pin, const HardwareCall &call, HardwareCall::Step step)
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

    std::shared_ptr<HardwareScript> m_script;
    ErrorCode m_absent;
};

} // namespace clavitor::test
