// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/SecurityKeyWire.h"

#include <array>
#include <cstring>

namespace clavitor {

using namespace std::chrono_literals;

namespace {

// CTAP 2.1, §11.2.9
constexpr std::byte InitialPacket{0x80};
constexpr std::byte Cancel{0x80 | 0x11};
constexpr std::byte KeepAlive{0x80 | 0x3b};
constexpr std::byte UserPresenceNeeded{2};
constexpr std::size_t HeadSize = 7; ///< channel, command, size

/// How soon a stop is noticed.
constexpr auto Slice = 50ms;

/// libfido2 opens by a path and nothing else: whose wire it is goes beside.
thread_local SecurityKeyWire *opening = nullptr;

} // namespace

SecurityKeyWire::SecurityKeyWire(std::unique_ptr<SecurityKeyLine> line, const HardwareCall &call, std::chrono::milliseconds touchTime)
    : m_line(std::move(line))
    , m_call(call)
    , m_touchTime(touchTime)
{
}

SecurityKeyWire::~SecurityKeyWire()
{
    if (m_device != nullptr) {
        fido_dev_close(m_device);
        fido_dev_free(&m_device);
    }
}

int SecurityKeyWire::open()
{
    // Both are kept by thread. FIDO_DEBUG in the environment would have it print what is said.
    fido_init(FIDO_DISABLE_U2F_FALLBACK);
    fido_set_log_handler([](const char *) {});
    m_device = fido_dev_new();
    if (m_device == nullptr)
        return FIDO_ERR_INTERNAL;
    const fido_dev_io_t ours{adopt, hangUp, read, write};
    if (const int code = fido_dev_set_io_functions(m_device, &ours); code != FIDO_OK)
        return code;
    opening = this;
    const int code = fido_dev_open(m_device, "security key");
    opening = nullptr;
    return code;
}

void *SecurityKeyWire::adopt(const char *)
{
    return opening;
}

void SecurityKeyWire::hangUp(void *) {}

int SecurityKeyWire::write(void *wire, const unsigned char *report, std::size_t size)
{
    auto &self = *static_cast<SecurityKeyWire *>(wire);
    // The report's number goes in front, and none is 0.
    if (size != SecurityKeyLine::ReportSize + 1 || self.m_end != End::None)
        return -1;
    const auto bytes = std::as_bytes(std::span(report, size)).subspan<1, SecurityKeyLine::ReportSize>();
    if ((bytes[4] & InitialPacket) != std::byte{0}) {
        std::memcpy(self.m_channel.data(), bytes.data(), self.m_channel.size());
        self.m_deadline = std::chrono::steady_clock::now() + self.m_touchTime;
        self.m_told = false;
    }
    if (!self.m_line->write(bytes)) {
        self.m_end = End::Removed;
        return -1;
    }
    return static_cast<int>(size);
}

int SecurityKeyWire::read(void *wire, unsigned char *report, std::size_t size, int)
{
    if (size != SecurityKeyLine::ReportSize)
        return -1;
    return static_cast<SecurityKeyWire *>(wire)->takeReport(
        std::as_writable_bytes(std::span(report, size)).first<SecurityKeyLine::ReportSize>());
}

int SecurityKeyWire::takeReport(std::span<std::byte, SecurityKeyLine::ReportSize> report)
{
    while (m_end == End::None) {
        if (m_call.stop.stop_requested()) {
            cancel(End::Stopped);
            break;
        }
        if (std::chrono::steady_clock::now() >= m_deadline) {
            cancel(End::Untouched);
            break;
        }
        switch (m_line->read(report, Slice)) {
        case SecurityKeyLine::Read::Nothing:
            continue;
        case SecurityKeyLine::Read::Gone:
            m_end = End::Removed;
            continue;
        case SecurityKeyLine::Read::Report:
            break;
        }
        // Everybody who has the key open reads all it says: what it says to another program is not about our question.
        if (std::memcmp(report.data(), m_channel.data(), m_channel.size()) != 0)
            continue;
        if (report[4] == KeepAlive && report[HeadSize] == UserPresenceNeeded && !m_told) {
            m_told = true;
            m_call.tell(m_touch);
        }
        return static_cast<int>(report.size());
    }
    return -1;
}

/// The key stops blinking; what it answers to that goes unread, as the line closes.
void SecurityKeyWire::cancel(End why)
{
    m_end = why;
    std::array<std::byte, SecurityKeyLine::ReportSize> report{};
    std::memcpy(report.data(), m_channel.data(), m_channel.size());
    report[4] = Cancel;
    if (!m_line->write(report))
        m_end = End::Removed;
}

} // namespace clavitor
