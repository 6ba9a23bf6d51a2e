// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hardware/SecurityKeyPort.h"

namespace clavitor {

/// The HID devices of Linux that say they are security keys (usage page 0xF1D0). The list is read from sysfs, which tells it to
/// everyone, so that a key this user may not open is told from no key at all.
class HidrawPort : public SecurityKeyPort {
public:
    /// `classes` has a folder a device as /sys/class/hidraw has, `nodes` the device files. Absolute paths.
    explicit HidrawPort(QString classes = QStringLiteral("/sys/class/hidraw"), QString nodes = QStringLiteral("/dev"));

    [[nodiscard]] QList<Device> devices() const override;
    [[nodiscard]] Result<std::unique_ptr<SecurityKeyLine>> open(const QString &path) override;

    /// Whether a HID report descriptor (HID 1.11, §6.2.2) opens the FIDO usage page with the usage of an authenticator.
    [[nodiscard]] static bool describesSecurityKey(std::span<const std::byte> descriptor);

private:
    QString m_classes;
    QString m_nodes;
};

} // namespace clavitor
