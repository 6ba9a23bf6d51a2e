// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"

#include <QList>
#include <QString>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

namespace clavitor {

/// An open line to one security key: reports of 64 bytes (CTAP 2.1, §11.2, USB HID). Used by one thread.
class SecurityKeyLine {
public:
    static constexpr std::size_t ReportSize = 64;
    enum class Read { Report, Nothing, Gone };

    SecurityKeyLine() = default;
    SecurityKeyLine(const SecurityKeyLine &) = delete;
    SecurityKeyLine &operator=(const SecurityKeyLine &) = delete;
    virtual ~SecurityKeyLine() = default;

    /// Waits that long for a report. Nothing: none came. Gone: the key is no longer there.
    [[nodiscard]] virtual Read read(std::span<std::byte, ReportSize> report, std::chrono::milliseconds wait) = 0;
    /// False when the key is no longer there.
    [[nodiscard]] virtual bool write(std::span<const std::byte, ReportSize> report) = 0;
};

/// Where security keys are plugged in.
class SecurityKeyPort {
public:
    struct Device {
        QString path;
        QString name;          ///< as the maker has it: untrusted text
        bool mayOpen = true;   ///< false: it is there, and the system keeps it from this user
        bool operator==(const Device &) const = default;
    };

    SecurityKeyPort() = default;
    SecurityKeyPort(const SecurityKeyPort &) = delete;
    SecurityKeyPort &operator=(const SecurityKeyPort &) = delete;
    virtual ~SecurityKeyPort() = default;

    [[nodiscard]] virtual QList<Device> devices() const = 0;
    /// SecurityKeyDenied · SecurityKeyRemoved: it was listed and is gone.
    [[nodiscard]] virtual Result<std::unique_ptr<SecurityKeyLine>> open(const QString &path) = 0;
};

} // namespace clavitor
