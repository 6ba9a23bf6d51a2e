// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"

#include <QHash>
#include <QList>
#include <QString>

namespace clavitor {

/// Counts the distinct credentials every key was given within the last hour. A value: no clock, no I/O.
class BudgetMeter {
public:
    struct Reading {
        bool hasHad = false;    ///< the entry asked about is among them
        int inMinute = 0;
        int inHour = 0;
    };
    /// `now` in ms since the epoch. `entry` itself is not counted.
    [[nodiscard]] Reading reading(const QString &keyId, EntryId entry, qint64 now) const;
    /// Given again within the hour, it counts once, at its first time.
    void given(const QString &keyId, EntryId entry, qint64 now);
    /// From nothing again: the person released the key.
    void reset(const QString &keyId) { m_given.remove(keyId); }
    void moveToKey(const QString &keyId, const QString &newKeyId) { m_given.insert(newKeyId, m_given.take(keyId)); }

private:
    struct Given {
        EntryId entry;
        qint64 time = 0;
    };
    QHash<QString, QList<Given>> m_given;
};

} // namespace clavitor
