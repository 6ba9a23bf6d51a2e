// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/Error.h"
#include "crypto/SecretBytes.h"

#include <tss2/tss2_esys.h>

#include <string>
#include <vector>

namespace clavitor {

/// One connection to a TPM with the primary key and a salted session in it, both gone with this object. On one thread.
/// Errors as TpmKey has them.
class TpmConversation {
public:
    /// A sealed object as the TPM gave it out: public.
    struct Sealed {
        TPM2B_PUBLIC publicPart{};
        TPM2B_PRIVATE privatePart{};
    };

    [[nodiscard]] static Result<TpmConversation> begin(const std::string &connection);
    TpmConversation(TpmConversation &&other) noexcept;
    TpmConversation(const TpmConversation &) = delete;
    TpmConversation &operator=(const TpmConversation &) = delete;
    TpmConversation &operator=(TpmConversation &&) = delete;
    ~TpmConversation();

    /// Of the primary key: the same for as long as the TPM is not cleared, and no other TPM's.
    [[nodiscard]] const std::vector<std::byte> &name() const { return m_name; }

    /// `pin` is the authorisation, at most 32 bytes.
    [[nodiscard]] Result<Sealed> seal(const crypto::SecretBytes &secret, const crypto::SecretBytes &pin);
    /// DamagedFile: the TPM did not make it so.
    [[nodiscard]] Result<crypto::SecretBytes> unseal(const Sealed &sealed, const crypto::SecretBytes &pin);

private:
    TpmConversation() = default;
    [[nodiscard]] Result<> makePrimary();
    [[nodiscard]] Result<> startSession();
    [[nodiscard]] Result<> prepareSession(TPMA_SESSION encrypted);
    [[nodiscard]] Error meaning(TSS2_RC code, const char *step) const;
    [[nodiscard]] QString standing(TPM2_PT property) const;

    TSS2_TCTI_CONTEXT *m_wire = nullptr;
    ESYS_CONTEXT *m_esys = nullptr;
    ESYS_TR m_primary = ESYS_TR_NONE;
    ESYS_TR m_session = ESYS_TR_NONE;
    std::vector<std::byte> m_name;
};

} // namespace clavitor
