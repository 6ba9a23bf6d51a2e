// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"
#include "tests/support/FileContent.h"

#include <QByteArray>
#include <QString>

#include <algorithm>

namespace clavitor::test {

inline constexpr qint64 kNow = 1'790'000'000'000; // September 2026

QString importSample(const QString &file);

/// The first entry of that title; null when there is none.
const EntryDraft *entryOf(const ImportPlan &plan, QStringView title);

/// The first field of that label; null when there is none.
const FieldDraft *fieldOf(const EntryDraft *entry, QStringView label);

/// "<absent>" for a field that is not there, so that a comparison shows it.
QByteArray valueOf(const EntryDraft *entry, QStringView label);

/// Remarks of that kind whose text contains `part`.
int countRemarks(const ImportPlan &plan, ImportRemark::Kind kind, const QString &part = {});

/// The same for one subject.
bool hasRemark(const ImportPlan &plan, ImportRemark::Kind kind, QStringView subject, const QString &part);

} // namespace clavitor::test
