// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

namespace clavitor::ui {

/// The rule that decided a call, as the log and a dry run name it, in a sentence for the person.
class RuleText {
    Q_DECLARE_TR_FUNCTIONS(RuleText)
public:
    /// "Outside what this key may see." A rule this version does not know stands as it is, made honest; empty stays empty.
    [[nodiscard]] static QString sentence(const QString &rule);
};

} // namespace clavitor::ui
