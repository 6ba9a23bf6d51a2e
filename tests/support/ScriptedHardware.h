// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKeys.h"

#include <QByteArray>
#include <QMutex>
#include <QStringList>

#include <atomic>

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
    ScriptedHardware(std::shared_ptr<HardwareScript> script, ErrorCode absent);

    QStringList present() const override { return m_script->there ? QStringList{QStringLiteral("Scripted")} : QStringList(); }
    Result<Enrolled> enrol(const crypto::SecretText &pin, const QString &label, const HardwareCall &call) override;
    Result<Opened> open(std::span<const Parameters> ways, const crypto::SecretText &pin, const HardwareCall &call) override;

    [[nodiscard]] static crypto::SecretBytes secret();

private:
    Result<> play(const crypto::SecretText &pin, const HardwareCall &call, HardwareCall::Step step);

    std::shared_ptr<HardwareScript> m_script;
    ErrorCode m_absent;
};

} // namespace clavitor::test
