// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keys/PolicyText.h"

#include "ui/words/CallerText.h"
#include "ui/words/DisplayText.h"

#include <QFileInfo>

#include <algorithm>
#include <array>

namespace clavitor::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kGroups{KindGroup::Passwords, KindGroup::Codes, KindGroup::Tokens,
                             KindGroup::Notes,     KindGroup::OtherSecrets, KindGroup::Open};

} // namespace

std::span<const KindGroup> allKindGroups()
{
    return kGroups;
}

KindGroup groupOf(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Password:
        return KindGroup::Passwords;
    case FieldKind::Totp:
        return KindGroup::Codes;
    case FieldKind::Token:
    case FieldKind::PrivateKey:
        return KindGroup::Tokens;
    case FieldKind::Notes:
        return KindGroup::Notes;
    default:
        return isCredential(kind) ? KindGroup::OtherSecrets : KindGroup::Open;
    }
}

QString PolicyText::word(Preset preset)
{
    switch (preset) {
    case Preset::AskFirst:
        return tr("Ask first");
    case Preset::Trusted:
        return tr("Trusted");
    case Preset::UseWithoutSeeing:
        return tr("Use without seeing");
    case Preset::Custom:
        break;
    }
    return tr("Custom");
}

QString PolicyText::explanation(Preset preset)
{
    switch (preset) {
    case Preset::AskFirst:
        return tr("Asks you once for each entry and remembers your answer while the vault is unlocked.");
    case Preset::Trusted:
        return tr("Gets what it may see without a question, as long as it does not take too much at once.");
    case Preset::UseWithoutSeeing:
        return tr("Gets one-time codes without a question. Passwords and tokens stay in the vault: it learns their names, and you are asked before a command gets one.");
    case Preset::Custom:
        break;
    }
    return tr("As you set it below.");
}

QString PolicyText::word(KindGroup group)
{
    switch (group) {
    case KindGroup::Passwords:
        return tr("Passwords");
    case KindGroup::Codes:
        return tr("One-time codes");
    case KindGroup::Tokens:
        return tr("Tokens and private keys");
    case KindGroup::Notes:
        return tr("Notes");
    case KindGroup::OtherSecrets:
        return tr("Other secrets");
    case KindGroup::Open:
        break;
    }
    return tr("User names and open text");
}

QString PolicyText::word(Delivery delivery)
{
    switch (delivery) {
    case Delivery::Show:
        return tr("Shown");
    case Delivery::UseOnly:
        return tr("Use only");
    case Delivery::CodeOnly:
        return tr("Codes only");
    case Delivery::Never:
        break;
    }
    return tr("Never");
}

QString PolicyText::explanation(Delivery delivery)
{
    switch (delivery) {
    case Delivery::Show:
        return tr("The value is in the answer.");
    case Delivery::UseOnly:
        return tr("The agent learns what it is called, not the value. “clavitor run” puts that into a command, once you allowed the command.");
    case Delivery::CodeOnly:
        return tr("The current one-time code, nothing else.");
    case Delivery::Never:
        break;
    }
    return tr("The agent learns that the field is there, and no more.");
}

QString PolicyText::budget(const Budget &budget)
{
    QStringList parts;
    if (budget.perMinute > 0)
        parts << tr("%1 a minute").arg(budget.perMinute);
    if (budget.perHour > 0)
        parts << tr("%1 an hour").arg(budget.perHour);
    if (budget.freezeAt > 0 && (budget.freezeAt != Budget{}.freezeAt || parts.isEmpty()))
        parts << tr("frozen at %1").arg(budget.freezeAt);
    return parts.join(tr(", "));
}

QString PolicyText::pin(const Pin &pin)
{
    const QString program = displayText(QFileInfo(pin.program).fileName(), 40);
    if (!pin.program.isEmpty() && !pin.folder.isEmpty())
        return tr("only %1 in %2").arg(program, CallerText::folder(pin.folder));
    if (!pin.program.isEmpty())
        return tr("only %1").arg(program);
    return pin.folder.isEmpty() ? QString() : tr("only in %1").arg(CallerText::folder(pin.folder));
}

QString PolicyText::onlyFrom(const Pin &pin)
{
    if (pin.isEmpty())
        return {};
    const QString program = displayText(pin.program, 120);
    const QString place = pin.folder.isEmpty() ? program
        : pin.program.isEmpty()                ? CallerText::folder(pin.folder)
                                               : tr("%1 / %2").arg(program, CallerText::folder(pin.folder));
    return tr("Only from %1. From elsewhere every call is refused.").arg(place);
}

QString PolicyText::summary(const KeyPolicy &policy)
{
    QStringList parts;
    parts << (policy.asking == Asking::FirstTime ? tr("asks once per entry") : tr("does not ask"));
    if (policy.asking == Asking::FirstTime && !policy.codeNeedsTap)
        parts << tr("codes without a question of their own");
    else if (policy.asking == Asking::Never && policy.codeNeedsTap)
        parts << tr("asks again for codes");
    if (presetOf(policy) == Preset::UseWithoutSeeing) {
        parts << tr("names and codes only");
    } else if (!policy.kinds.isEmpty()) {
        for (KindGroup group : allKindGroups()) {
            const auto delivery = deliveryOf(policy, group);
            if (!delivery)
                parts << tr("some of %1 kept back").arg(word(group).toLower());
            else if (*delivery == Delivery::UseOnly)
                parts << tr("%1 to use only").arg(word(group).toLower());
            else if (*delivery == Delivery::Never)
                parts << tr("%1 never").arg(word(group).toLower());
        }
    }
    if (const auto differing = static_cast<int>(policy.entries.size()); differing > 0)
        parts << (differing == 1 ? tr("1 entry differs") : tr("%Ln entries differ", nullptr, differing));
    const QString limits = budget(policy.budget);
    parts << (limits.isEmpty() ? tr("no budget") : limits);
    if (!policy.pin.isEmpty())
        parts << pin(policy.pin);
    return parts.join(tr(" · "));
}

std::optional<Delivery> PolicyText::deliveryOf(const KeyPolicy &policy, KindGroup group)
{
    std::optional<Delivery> one;
    for (const FieldKind kind : allFieldKinds()) {
        // A passkey is never given, whatever is set for it.
        if (groupOf(kind) != group || kind == FieldKind::Passkey)
            continue;
        const Delivery delivery = fitting(policy.kinds.value(kind, Delivery::Show), kind);
        if (one && *one != delivery)
            return std::nullopt;
        one = delivery;
    }
    return one;
}

void PolicyText::setDelivery(KeyPolicy &policy, KindGroup group, Delivery delivery)
{
    for (const FieldKind kind : allFieldKinds()) {
        if (groupOf(kind) != group)
            continue;
        // As it is stored: what a kind gets anyway is left out, so that a preset set by hand is known as one.
        if (delivery == Delivery::Show || delivery == fitting(Delivery::Show, kind))
            policy.kinds.remove(kind);
        else
            policy.kinds.insert(kind, delivery);
    }
}

QList<Delivery> PolicyText::choices(KindGroup group)
{
    if (group == KindGroup::Codes)
        return {Delivery::CodeOnly, Delivery::UseOnly, Delivery::Never};
    return {Delivery::Show, Delivery::UseOnly, Delivery::Never};
}

} // namespace clavitor::ui
