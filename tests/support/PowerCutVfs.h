// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>
#include <map>
#include <optional>

namespace clavitor::test {

/// A disk that the power can leave: an SQLite VFS over the system's that remembers what was written since each file was last synced. What a cut
/// leaves is what was synced, and of everything since any part: each write there, gone or torn at a sector of 512 bytes, in any
/// combination, and a truncation or removal done or not. Nothing really waits for the disk, so it is fast.
///
/// One for the process and not thread safe, so one test at a time, and one database at a time by each path.
class PowerCutVfs {
public:
    /// Content by path; a file that is not there has none.
    using Image = std::map<QString, std::optional<QByteArray>>;

    static constexpr char name[] = "clavitor-power-cut";
    /// Registers it with SQLite, once; `asDefault`: whoever names no VFS gets it. False when SQLite refuses.
    [[nodiscard]] static bool install(bool asDefault = false);
    /// Forgets every file; to be called while none is open.
    static void forget();

    /// What the disk could hold were the power cut now; the same for the same seed and history.
    [[nodiscard]] static Image image(quint32 seed);
    /// Makes the files so. What was open is not to be used any more.
    static bool leave(const Image &image);
    /// Called before each change of a file, with its number since the last call of this function, from 0 on. Empty: nobody.
    static void watch(std::function<void(int change)> watcher);
};

} // namespace clavitor::test
