// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Id.h"

#include <QList>

#include <utility>

namespace clavitor {

/// Proof that somebody may have the values of these fields of this entry, once. EntryStore hands out no value without
/// one and consumes it. Only AccessGate (for agents, after policy and audit) and OwnerGate (for the person, after
/// audit) can make it, so a read that skipped them does not compile.
class Authorization {
public:
    enum class Holder { Agent, Owner };

    Authorization(Authorization &&) noexcept = default;
    Authorization &operator=(Authorization &&) noexcept = default;
    Authorization(const Authorization &) = delete;
    Authorization &operator=(const Authorization &) = delete;

    [[nodiscard]] EntryId entry() const { return m_entry; }
    [[nodiscard]] const QList<int> &fields() const { return m_fields; }
    [[nodiscard]] Holder holder() const { return m_holder; }

private:
    friend class AccessGate;
    friend class OwnerGate;
    Authorization(EntryId entry, QList<int> fields, Holder holder)
        : m_entry(entry)
        , m_fields(std::move(fields))
        , m_holder(holder)
    {
    }

    EntryId m_entry;
    QList<int> m_fields;
    Holder m_holder;
};

} // namespace clavitor
