// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/Policy.h"
#include "app/access/SecretJson.h"
#include "app/model/Entry.h"

#include <vector>

namespace clavitor {

/// One field of an answer as policy left it. `text` is looked at for Delivery::Show (the value) and Delivery::CodeOnly (the
/// code) only; a Personal field has nowhere to put its value.
struct AnswerField {
    FieldOutline outline;
    Delivery delivery = Delivery::Never;
    crypto::SecretText text;
    int expiresInSeconds = 0;   ///< of a code
    bool isFilled = true;       ///< false: named with its delivery, without what it would be
};

/// Writes entries for agents from an allow-list: only what is written here, name by name, can be told of an entry
/// (CONTRACT "REST"). Personal fields are the constant {"value":"[REDACTED]","l2":true} beside id, label and kind.
/// AnswerBody writes what stands around entries.
class Redactor {
public:
    /// id, title, type, urls, tags, updated_at, field ids, labels and kinds. No values.
    /// `asks`: reading it would ask the person.
    static void writeSummary(SecretJson &json, const EntrySummary &entry, bool asks = false);
    static void writeEntry(SecretJson &json, const EntrySummary &entry, const std::vector<AnswerField> &fields);
};

} // namespace clavitor
