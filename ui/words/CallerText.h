// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"

#include <QCoreApplication>

namespace clavitor::ui {

/// Who called, in a person's words. Everything from outside goes through displayText().
class CallerText {
    Q_DECLARE_TR_FUNCTIONS(CallerText)
public:
    /// "codex ← zsh ← kitty, in ~/src/shop"; empty when nothing is known.
    [[nodiscard]] static QString line(const Caller &caller);
    /// "codex (pid 4711)", or "unknown"
    [[nodiscard]] static QString program(const Caller &caller);
    /// The home folder as "~"; as it came, not made honest.
    [[nodiscard]] static QString shortFolder(const QString &path);
    /// The same, made honest.
    [[nodiscard]] static QString folder(const QString &path);
    /// "codex-agent" of "mcp:codex-agent"; "You" for the owner; "An unknown program" for an unknown key.
    [[nodiscard]] static QString actor(const QString &actor);
    /// "read an entry", "get a one-time code" …
    [[nodiscard]] static QString verb(const QString &action);
};

} // namespace clavitor::ui
