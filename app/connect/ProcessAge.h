// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace clavitor {

/// Whether a process was started before a file was put where it lies, as a program is that was updated while it runs. Which file it
/// runs it may let nobody see; when it was started everybody sees. What lies within two seconds is not told apart and false. nullopt on other
/// systems than Linux, and when one of the two is not there. Any thread.
[[nodiscard]] std::optional<bool> wasStartedBefore(qint64 pid, const QString &file);

} // namespace clavitor
