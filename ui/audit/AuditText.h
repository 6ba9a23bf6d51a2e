// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/AuditEvent.h"
#include "ui/style/Icons.h"

#include <QCoreApplication>
#include <QStringList>

namespace clavitor::ui {

/// Rows of the audit log in a person's words. Actions and actors stay as the contract writes them.
class AuditText {
    Q_DECLARE_TR_FUNCTIONS(AuditText)
public:
    /// "Allowed", "Denied", "Asks", "Locked", "Failed"
    [[nodiscard]] static QString word(Outcome outcome);
    [[nodiscard]] static Symbol symbol(Outcome outcome);
    [[nodiscard]] static Ink ink(Outcome outcome);
    /// The actions a filter offers, as the log writes them.
    [[nodiscard]] static QStringList filterActions();
    /// What a row about questions, grants, requests or keys says, in a sentence; empty for what speaks for itself.
    [[nodiscard]] static QString meaning(const QString &action);
    /// One line for assistive tools: "10:23:14 read github.com by mcp:codex-agent, allowed".
    [[nodiscard]] static QString sentence(const AuditEvent &event, const QString &clock);
};

} // namespace clavitor::ui
