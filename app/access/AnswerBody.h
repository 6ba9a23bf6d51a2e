// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/access/Redactor.h"
#include "app/store/EntryCatalog.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/Totp.h"

#include <vector>

namespace clavitor {

/// A match a search names without its values.
struct FoundSummary {
    EntrySummary entry;
    bool asks = false;          ///< reading it would ask the person
};

/// The JSON objects that answer an agent, one function a call (CONTRACT "REST"): values in, guarded text out. What stands
/// in an entry is Redactor's.
class AnswerBody {
public:
    /// Bytes of a body that leaves. A frame of the link holds twice that, and one that did not fit would end the bridge.
    static constexpr std::size_t largest = std::size_t{4} << 20;
    /// Of it, what a search leaves to its summaries.
    static constexpr std::size_t forSummaries = std::size_t{1} << 20;

    [[nodiscard]] static crypto::SecretText nothing();
    [[nodiscard]] static crypto::SecretText status(const QString &vaultId, const QString &vaultName, const Agent &agent);
    [[nodiscard]] static crypto::SecretText list(const EntryPage &page);
    [[nodiscard]] static crypto::SecretText summary(const EntrySummary &entry);
    [[nodiscard]] static crypto::SecretText entry(const EntrySummary &entry, const std::vector<AnswerField> &fields);
    /// `found` are bodies of entry(); as many of `more` are named as fit, and `total` tells that there are others.
    [[nodiscard]] static crypto::SecretText search(const QString &query, const std::vector<crypto::SecretText> &found,
                                                   const QList<FoundSummary> &more, int total);
    /// `now` in ms since the epoch.
    [[nodiscard]] static crypto::SecretText code(const EntrySummary &entry, const crypto::Totp &source, qint64 now);
    /// A value for a command.
    [[nodiscard]] static crypto::SecretText used(const crypto::SecretText &value);
    /// Where a question to the person stands: `state` is "pending", "allowed" … `entry` for a request that was fulfilled.
    [[nodiscard]] static crypto::SecretText approval(const QString &id, QLatin1StringView state);
    [[nodiscard]] static crypto::SecretText request(const QString &id, QLatin1StringView state, EntryId entry);
    /// `total` is of what could be completed with, as far as it is known; with `hasMore` it counts entries, whose titles may repeat.
    [[nodiscard]] static crypto::SecretText completion(const QStringList &values, int total, bool hasMore);
    [[nodiscard]] static crypto::SecretText generated(const crypto::GeneratedSecret &secret);
};

} // namespace clavitor
