// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportPlan.h"

namespace clavitor {

namespace {

template <typename Wanted>
int countFields(const std::vector<EntryDraft> &entries, Wanted wanted)
{
    int count = 0;
    for (const EntryDraft &entry : entries)
        for (const FieldDraft &field : entry.fields)
            count += wanted(field) ? 1 : 0;
    return count;
}

} // namespace

int ImportPlan::personalFields() const
{
    return countFields(entries, [](const FieldDraft &field) { return field.tier == Tier::Personal; });
}

int ImportPlan::totpFields() const
{
    return countFields(entries, [](const FieldDraft &field) { return field.kind == FieldKind::Totp; });
}

} // namespace clavitor
