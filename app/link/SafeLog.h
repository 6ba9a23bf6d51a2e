// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace clavitor::link {

/// `text` with every agent token in it (`clavitor_` and at least eight more letters, digits or underscores) replaced by
/// `clavitor_[MASKED]`. The shape is the token's own, so nothing else is ever masked by accident that matters.
[[nodiscard]] QString maskTokens(QStringView text);

/// Logs warnings, and what is said outright, whatever a qtlogging.ini of the person's wants: nothing of Qt's debugging, which has a line for each key
/// that is pressed. Makes Qt's log of this process unable to print a token: drops every message of the `qt.httpserver` categories, which
/// print whole request heads (SECURITY.md F7), masks the rest and writes it to stderr as "program: level: category: text",
/// one line a message, control characters escaped (a message cannot forge another line). Never writes a file.
/// Call first thing after hardenProcess(), before QCoreApplication. Thread safe once installed.
void installSafeLog(const char *program);

} // namespace clavitor::link
