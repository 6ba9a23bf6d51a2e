// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/KeyPolicy.h"

namespace clavitor {

Delivery KeyPolicy::deliveryOf(EntryId entry, FieldKind kind) const
{
    const auto ofEntry = entries.constFind(entry);
    if (ofEntry != entries.constEnd() && isCredential(kind))
        return fitting(*ofEntry, kind);
    return fitting(kinds.value(kind, Delivery::Show), kind);
}

KeyPolicy policyOf(Preset preset)
{
    KeyPolicy policy;
    switch (preset) {
    case Preset::AskFirst:
    case Preset::Custom:
        break;
    case Preset::Trusted:
        policy.asking = Asking::Never;
        policy.codeNeedsTap = false;
        break;
    case Preset::UseWithoutSeeing:
        policy.asking = Asking::Never;
        policy.codeNeedsTap = false;
        for (const FieldKind kind : allFieldKinds())
            if (isCredential(kind) && kind != FieldKind::Totp)
                policy.kinds.insert(kind, Delivery::UseOnly);
        break;
    }
    return policy;
}

Preset presetOf(const KeyPolicy &policy)
{
    for (const Preset preset : {Preset::AskFirst, Preset::Trusted, Preset::UseWithoutSeeing}) {
        const KeyPolicy known = policyOf(preset);
        if (policy.asking == known.asking && policy.codeNeedsTap == known.codeNeedsTap && policy.kinds == known.kinds)
            return preset;
    }
    return Preset::Custom;
}

} // namespace clavitor
