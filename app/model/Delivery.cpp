// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Delivery.h"

namespace clavitor {

using namespace Qt::StringLiterals;

QLatin1StringView wireName(Delivery delivery)
{
    switch (delivery) {
    case Delivery::Show:
        return "show"_L1;
    case Delivery::UseOnly:
        return "use-only"_L1;
    case Delivery::CodeOnly:
        return "code-only"_L1;
    case Delivery::Never:
        return "never"_L1;
    }
    return "never"_L1;
}

std::optional<Delivery> deliveryFromWireName(QStringView name)
{
    for (const Delivery delivery : {Delivery::Show, Delivery::UseOnly, Delivery::CodeOnly, Delivery::Never})
        if (name == wireName(delivery))
            return delivery;
    return std::nullopt;
}

Delivery fitting(Delivery wanted, FieldKind kind)
{
    // A passkey signs in as the person on any site that trusts it and no agent API takes one.
    if (kind == FieldKind::Passkey)
        return Delivery::Never;
    if (kind == FieldKind::Totp)
        return wanted == Delivery::Show ? Delivery::CodeOnly : wanted;
    return wanted == Delivery::CodeOnly ? Delivery::Never : wanted;
}

bool isCredential(FieldKind kind)
{
    return isMasked(kind) || kind == FieldKind::Notes;
}

} // namespace clavitor
