// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/import/ImportedPlan.h"

namespace clavitor::test {

QString importSample(const QString &file)
{
    return QStringLiteral(CLAVITOR_TEST_DATA) + QLatin1StringView("/import/") + file;
}

const EntryDraft *entryOf(const ImportPlan &plan, QStringView title)
{
    const auto found =
        std::ranges::find_if(plan.entries, [&](const EntryDraft &entry) { return entry.title == title; });
    return found == plan.entries.end() ? nullptr : &*found;
}

const FieldDraft *fieldOf(const EntryDraft *entry, QStringView label)
{
    if (!entry)
        return nullptr;
    const auto found =
        std::ranges::find_if(entry->fields, [&](const FieldDraft &field) { return field.label == label; });
    return found == entry->fields.end() ? nullptr : &*found;
}

QByteArray valueOf(const EntryDraft *entry, QStringView label)
{
    const FieldDraft *field = fieldOf(entry, label);
    if (!field || !field->value)
        return "<absent>";
    const auto view = field->value->view();
    return {view.data(), static_cast<qsizetype>(view.size())};
}

int countRemarks(const ImportPlan &plan, ImportRemark::Kind kind, const QString &part)
{
    return static_cast<int>(std::ranges::count_if(plan.remarks, [&](const ImportRemark &remark) {
        return remark.kind == kind && remark.text.contains(part);
    }));
}

bool hasRemark(const ImportPlan &plan, ImportRemark::Kind kind, QStringView subject, const QString &part)
{
    return std::ranges::any_of(plan.remarks, [&](const ImportRemark &remark) {
        return remark.kind == kind && remark.subject == subject && remark.text.contains(part);
    });
}

} // namespace clavitor::test
