// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "app/model/Agent.h"
#include "app/store/AgentStore.h"
#include "crypto/Random.h"
#include "crypto/SecretBytes.h"
#include "crypto/SecretText.h"

#include <optional>

namespace clavitor {

/// A fresh token and what of it is stored.
struct MintedToken {
    crypto::SecretText token;       ///< "clavitor_…", shown once
    QString keyId;
    crypto::Digest32 digest{};
};

/// Whether a token is well formed, and the key id it claims; for a locked vault, which can prove nothing more.
[[nodiscard]] std::optional<QString> claimedKeyId(QByteArrayView token);

/// Tells tokens and their keys: keyed BLAKE2b digests, compared in constant time; an unknown id costs the same work.
///
/// `pepper` (the vault's token key) and the store outlive it. Vault thread.
class AgentTokens {
public:
    AgentTokens(AgentStore &agents, const crypto::SecretBytes &pepper);

    /// The key a token belongs to, whatever its state; nullopt when the token is malformed, unknown or wrong.
    /// An error only when the vault cannot be read.
    [[nodiscard]] Result<std::optional<Agent>> authenticate(QByteArrayView token) const;
    [[nodiscard]] MintedToken mint(const crypto::RandomSource &random) const;
    /// What is stored of a token that was made elsewhere. InvalidValue: it is none.
    [[nodiscard]] Result<MintedToken> adopt(crypto::SecretText token) const;

private:
    AgentStore &m_agents;
    const crypto::SecretBytes &m_pepper;
};

} // namespace clavitor
