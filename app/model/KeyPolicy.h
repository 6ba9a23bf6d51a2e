// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"
#include "app/model/Delivery.h"

#include <QMap>
#include <QString>

namespace clavitor {

/// Whether the person is asked before a key gets an entry it did not have yet.
enum class Asking {
    FirstTime,      ///< once an entry, remembered as the person answers
    Never,          ///< what is in scope is given
};

/// Distinct credentials a key may have before the person is asked, and when it is stopped. A credential is an entry of which
/// a secret value or a code was given; giving it again costs nothing. 0 switches a limit off.
struct Budget {
    int perMinute = 3;
    int perHour = 10;
    int freezeAt = 30;      ///< an hour; the key is frozen until the person releases it
    bool operator==(const Budget &) const = default;
};

/// Where a key works. Empty parts do not bind; elsewhere it is refused and the person told.
struct Pin {
    QString program;        ///< path of an executable, or a link to it: the caller or one of its parents
    QString folder;         ///< the caller's working folder or one above it
    bool operator==(const Pin &) const = default;

    [[nodiscard]] bool isEmpty() const { return program.isEmpty() && folder.isEmpty(); }
};

/// What a key gets of the entries in its scope, how, and when the person is asked.
struct KeyPolicy {
    Asking asking = Asking::FirstTime;
    bool codeNeedsTap = true;           ///< asks for the code of an entry whose password the key has read
    QMap<FieldKind, Delivery> kinds;    ///< those that differ from Show
    QMap<EntryId, Delivery> entries;    ///< for every credential of these entries, in place of `kinds`
    Budget budget;
    Pin pin;
    bool operator==(const KeyPolicy &) const = default;

    /// How a Shared field of this kind of this entry reaches the key; fits the kind.
    [[nodiscard]] Delivery deliveryOf(EntryId entry, FieldKind kind) const;
};

/// The three policies a person picks from.
enum class Preset {
    AskFirst,           ///< the default: asks once an entry
    Trusted,            ///< no questions within scope
    UseWithoutSeeing,   ///< names and codes only
    Custom,             ///< none of them
};

[[nodiscard]] KeyPolicy policyOf(Preset preset);
/// Which preset this is, apart from overrides of entries, budget and pin.
[[nodiscard]] Preset presetOf(const KeyPolicy &policy);

} // namespace clavitor
