// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/PersonalKey.h"

#include <QtGlobal>

#include <optional>

namespace clavitor {

/// The time for which the Personal key exists in memory: it owns the key and wipes it when the time is over, on the
/// first question after that. Times are a Clock's. Vault thread.
class PersonalWindow {
public:
    static constexpr qint64 length = 60'000; ///< milliseconds

    void open(crypto::PersonalKeyPair keys, qint64 now);
    void shut();
    /// Null while shut. A clock that was set back shuts as well: it must not make the window longer.
    [[nodiscard]] const crypto::PersonalKeyPair *keys(qint64 now);
    /// 0 while shut.
    [[nodiscard]] qint64 until() const { return m_keys ? m_from + length : 0; }

private:
    std::optional<crypto::PersonalKeyPair> m_keys;
    qint64 m_from = 0;
};

} // namespace clavitor
