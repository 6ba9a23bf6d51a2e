// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model/Agent.h"
#include "app/model/Entry.h"

namespace clavitor {

/// What a key would be told, for one kind of call.
enum class Access { Given, Asks, Refused };

/// What a key sees of a field: never a value.
struct FieldView {
    FieldOutline outline;
    Delivery delivery = Delivery::Never;    ///< Never for a Personal one, which is redacted
    bool isWithheld = false;    ///< a code that a read does not hold: it is asked for by itself, so that two factors stay two
};

/// What a key sees of an entry, and why not.
struct EntryView {
    EntrySummary entry;
    bool isInScope = false;
    Access read = Access::Refused;
    Access code = Access::Refused;
    Access use = Access::Refused;   ///< of a value by a command: Given only where it is so for each field the key may use
    QString readWhy;            ///< the rule that decides, in English as in the log; empty when Given
    QString codeWhy;
    QString useWhy;
    bool isNamesOnly = false;   ///< a read tells how its secrets are called, and none of them
    QList<FieldView> fields;    ///< empty out of scope
};

/// The vault through the eyes of a key, from the same rules its calls go through.
struct KeyView {
    Agent agent;
    QString stopped;            ///< why every call is refused now, empty when none is
    QList<EntryView> entries;   ///< of the whole vault, by title
};

/// What a key did in a time. Counts and times, no values.
struct KeyReceipt {
    struct Line {
        EntryId entry;
        QString title;
        int reads = 0;
        int codes = 0;
        int denied = 0;
        qint64 first = 0;
        qint64 last = 0;
        int uses = 0;       ///< by commands, unseen
    };
    QString keyId;
    QString keyName;
    qint64 from = 0;            ///< ms, inclusive
    qint64 to = 0;              ///< ms, exclusive
    QStringList programs;       ///< where it was used from
    int calls = 0;
    int searches = 0;
    int lists = 0;
    int generated = 0;
    int asked = 0;              ///< put to the person
    int denied = 0;
    qint64 first = 0;
    qint64 last = 0;
    QList<Line> lines;          ///< by first use
};

/// One credential a key has had.
struct SeenCredential {
    EntryId entry;
    QString title;              ///< as it is now, or as it was in the log when the entry is gone
    QStringList urls;
    bool exists = true;         ///< neither deleted nor in the trash
    int reads = 0;
    int codes = 0;
    qint64 firstSeen = 0;
    qint64 lastSeen = 0;
    qint64 rotatedAt = 0;       ///< every secret it had was changed after lastSeen; 0 = not
    bool ticked = false;        ///< the person says it is dealt with
    int uses = 0;               ///< by commands, unseen
};

} // namespace clavitor
