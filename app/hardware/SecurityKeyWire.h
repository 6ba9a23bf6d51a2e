// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/HardwareKey.h"
#include "app/hardware/SecurityKeyPort.h"

#include <fido.h>

#include <array>
#include <chrono>
#include <memory>

namespace clavitor {

/// A key opened by libfido2 over one of our lines. libfido2 tells every silence as the same error; the wire remembers why it
/// fell silent. Stays where it is: libfido2 points at it. One thread.
class SecurityKeyWire {
public:
    enum class End { None, Stopped, Untouched, Removed };
    /// How long a person has to touch the key after it was asked.
    static constexpr std::chrono::milliseconds TouchTime{30'000};

    /// `touch` is told when the key begins to wait for a touch.
    SecurityKeyWire(std::unique_ptr<SecurityKeyLine> line, const HardwareCall &call, std::chrono::milliseconds touchTime);
    SecurityKeyWire(const SecurityKeyWire &) = delete;
    SecurityKeyWire &operator=(const SecurityKeyWire &) = delete;
    ~SecurityKeyWire();

    /// A code of libfido2.
    [[nodiscard]] int open();
    [[nodiscard]] fido_dev_t *device() const { return m_device; }
    [[nodiscard]] End end() const { return m_end; }
    /// What is told at the next wait for a touch.
    void expect(HardwareCall::Step step) { m_touch = step; }

private:
    static void *adopt(const char *path);
    static void hangUp(void *wire);
    static int read(void *wire, unsigned char *report, std::size_t size, int milliseconds);
    static int write(void *wire, const unsigned char *report, std::size_t size);

    [[nodiscard]] int takeReport(std::span<std::byte, SecurityKeyLine::ReportSize> report);
    void cancel(End why);

    std::unique_ptr<SecurityKeyLine> m_line;
    const HardwareCall &m_call;
    std::chrono::milliseconds m_touchTime;
    std::chrono::steady_clock::time_point m_deadline;
    std::array<std::byte, 4> m_channel{};
    HardwareCall::Step m_touch = HardwareCall::Step::Touch;
    bool m_told = false; ///< that the key waits, since the last command
    End m_end = End::None;
    fido_dev_t *m_device = nullptr;
};

} // namespace clavitor
