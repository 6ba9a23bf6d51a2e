// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>

#include <functional>
#include <optional>

namespace clavitor::link {

/// A block device as the kernel numbers it: "8:2".
using DeviceNumber = QString;
/// Of a device file, or of the file system a swap file lies on; nullopt when it cannot be told.
using DeviceLookup = std::function<std::optional<DeviceNumber>(const QString &path)>;

/// The first swap space, in the format of /proc/swaps, whose content reaches a disk as it is: not in compressed memory (zram), and not
/// on a device that dm-crypt encrypts, below LVM included. Empty when there is none. What cannot be told counts as not encrypted.
/// `blockDevices` is /sys/dev/block. Pure but for reading there; any thread.
[[nodiscard]] QString plainSwapIn(QByteArrayView swaps, const QString &blockDevices, const DeviceLookup &deviceOf);

/// The same of this system; empty on other systems than Linux. A warning is due: what a window shows is in ordinary memory.
[[nodiscard]] QString plainSwap();

} // namespace clavitor::link
