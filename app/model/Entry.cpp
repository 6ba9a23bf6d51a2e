// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model/Entry.h"

#include <QUrl>

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

bool EntrySummary::hasTotp() const
{
    return std::ranges::any_of(fields, [](const FieldOutline &field) { return field.kind == FieldKind::Totp; });
}

bool EntrySummary::hasPersonal() const
{
    return std::ranges::any_of(fields, [](const FieldOutline &field) { return field.tier == Tier::Personal; });
}

QString hostOf(const QString &url)
{
    const QString text = url.trimmed();
    if (text.isEmpty())
        return {};
    const QUrl parsed(text.contains("://"_L1) ? text : "https://"_L1 + text);
    return parsed.host();
}

} // namespace clavitor
