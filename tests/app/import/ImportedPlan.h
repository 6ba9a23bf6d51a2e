// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"
#include "tests/support/FileContent.h"

#include <QByteArray>
#include <QString>

#include <algorithm>

namespace clavitor::test {

inline constexpr qint64 kNow = 1'790'000'000'000; // September 2026

inline QString importSample(const QString &file)
{
    return QStringLiteral(CLAVITOR_TEST_DATA) + QLatin1StringView("/import/") + file;
}

/// The first entry of that title; null when there is none.
inline const EntryDraft *entryOf(const ImportPlan &plan, QStringView title)
{
    const auto found =
        std::ranges::find_if(plan.entries, [&](const EntryDraft &entry) { return entry.title == title; });
    return found == plan.entries.end() ? nullptr : &*found;
}

/// The first field of that label; null when there is none.
inline const FieldDraft *fieldOf(const EntryDraft *entry, QStringView label)
{
    if (!entry)
        return nullptr;
    const auto found =
        std::ranges::find_if(entry->fields, [&](const FieldDraft &field) { return field.label == label; });
    return found == entry->fields.end() ? nullptr : &*found;
}

/// "<absent>" for a field that is not there, so that a comparison shows it.
inline QByteArray valueOf(const EntryDraft *entry, QStringView label)
{
    const FieldDraft *field = fieldOf(entry, label);
    if (!field || !field->value)
        return "<absent>";
    const auto view = field->value->view();
    return {view.data(), static_cast<qsizetype>(view.size())};
}

/// Remarks of that kind whose text contains `part`.
inline int countRemarks(const ImportPlan &plan, ImportRemark::Kind kind, const QString &part = {})
{
    return static_cast<int>(std::ranges::count_if(plan.remarks, [&](const ImportRemark &remark) {
        return remark.kind == kind && remark.text.contains(part);
    }));
}

/// The same for one subject.
inline bool hasRemark(const ImportPlan &plan, ImportRemark::Kind kind, QStringView subject,
                      const QString &part)
{
    return std::ranges::any_of(plan.remarks, [&](const ImportRemark &remark) {
        return remark.kind == kind && remark.subject == subject && remark.text.contains(part);
    });
}

} // namespace clavitor::test
