// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/KeyPolicy.h"

#include <QCoreApplication>
#include <QList>

#include <optional>
#include <span>

namespace clavitor::ui {

/// Kinds of fields as a person sets their delivery: together. Every kind belongs to one group.
enum class KindGroup { Passwords, Codes, Tokens, Notes, OtherSecrets, Open };

[[nodiscard]] std::span<const KindGroup> allKindGroups();
[[nodiscard]] KindGroup groupOf(FieldKind kind);

/// A key's policy in a person's words.
class PolicyText {
    Q_DECLARE_TR_FUNCTIONS(PolicyText)
public:
    /// "Ask first", "Trusted", "Use without seeing", "Custom"
    [[nodiscard]] static QString word(Preset preset);
    /// What happens under it, in one sentence.
    [[nodiscard]] static QString explanation(Preset preset);
    /// "Passwords", "One-time codes" …
    [[nodiscard]] static QString word(KindGroup group);
    /// "Shown", "Use only", "Codes only", "Never"
    [[nodiscard]] static QString word(Delivery delivery);
    [[nodiscard]] static QString explanation(Delivery delivery);

    /// "asks once per entry · 3 a minute, 10 an hour · only codex in ~/src/shop"
    [[nodiscard]] static QString summary(const KeyPolicy &policy);
    /// "3 a minute, 10 an hour"; empty when nothing is limited.
    [[nodiscard]] static QString budget(const Budget &budget);
    /// "only codex in ~/src/shop"; empty when it works everywhere.
    [[nodiscard]] static QString pin(const Pin &pin);
    /// "Only from /usr/bin/codex / ~/shop. …"; empty for a key that works everywhere.
    [[nodiscard]] static QString onlyFrom(const Pin &pin);
    /// The one delivery of all kinds of a group; nothing when they differ.
    [[nodiscard]] static std::optional<Delivery> deliveryOf(const KeyPolicy &policy, KindGroup group);
    static void setDelivery(KeyPolicy &policy, KindGroup group, Delivery delivery);
    /// What can be chosen for a group, the most open first.
    [[nodiscard]] static QList<Delivery> choices(KindGroup group);
};

} // namespace clavitor::ui
