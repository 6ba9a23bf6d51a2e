// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Entry.h"
#include "ui/style/Icons.h"

#include <QCoreApplication>
#include <QList>

namespace clavitor::ui {

/// How entries and their fields are called and drawn.
class EntryText {
    Q_DECLARE_TR_FUNCTIONS(EntryText)
public:
    /// "Login"
    [[nodiscard]] static QString type(EntryType type);
    /// "Logins"
    [[nodiscard]] static QString types(EntryType type);
    [[nodiscard]] static Symbol symbol(EntryType type);
    /// "Password", "One-time code"
    [[nodiscard]] static QString kind(FieldKind kind);
    [[nodiscard]] static Symbol symbol(FieldKind kind);
    /// The label of a field, or its kind's name when it has none.
    [[nodiscard]] static QString label(const FieldOutline &field);
    /// What a title-less entry is called.
    [[nodiscard]] static QString title(const EntrySummary &entry);
    /// What the avatar's tint comes from: the first URL's host, else the title.
    [[nodiscard]] static QString seed(const EntrySummary &entry);
    /// The fields a new entry of this type starts with, in order; unlabelled where the kind says it.
    [[nodiscard]] static QList<FieldOutline> fieldsOfNew(EntryType type);
};

} // namespace clavitor::ui
