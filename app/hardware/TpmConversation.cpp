// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hardware/TpmConversation.h"

#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#include <cstring>
#include <memory>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

struct EsysFree {
    void operator()(void *memory) const { Esys_Free(memory); }
};
template<typename T>
using EsysPointer = std::unique_ptr<T, EsysFree>;

/// The primary key's template, the storage root of the TCG's provisioning guidance. A part of the format: another template is
/// another key, and nothing sealed under this one opens.
TPM2B_PUBLIC primaryTemplate()
{
    TPM2B_PUBLIC made{};
    TPMT_PUBLIC &area = made.publicArea;
    area.type = TPM2_ALG_ECC;
    area.nameAlg = TPM2_ALG_SHA256;
    area.objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT | TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT
        | TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
    area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_AES;
    area.parameters.eccDetail.symmetric.keyBits.aes = 128;
    area.parameters.eccDetail.symmetric.mode.aes = TPM2_ALG_CFB;
    area.parameters.eccDetail.scheme.scheme = TPM2_ALG_NULL;
    area.parameters.eccDetail.curveID = TPM2_ECC_NIST_P256;
    area.parameters.eccDetail.kdf.scheme = TPM2_ALG_NULL;
    return made;
}

/// Without noDA, so that a wrong PIN counts; without a policy, so that only the PIN opens it.
TPM2B_PUBLIC sealedTemplate()
{
    TPM2B_PUBLIC made{};
    made.publicArea.type = TPM2_ALG_KEYEDHASH;
    made.publicArea.nameAlg = TPM2_ALG_SHA256;
    made.publicArea.objectAttributes = TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT;
    made.publicArea.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
    return made;
}

/// What the TPM itself said, without whom it came through and which of the handles it was about; 0 when it was not the TPM.
TPM2_RC tpmAnswer(TSS2_RC code)
{
    const TSS2_RC layer = code & TSS2_RC_LAYER_MASK;
    if (layer != TSS2_TPM_RC_LAYER && layer != TSS2_RESMGR_TPM_RC_LAYER)
        return 0;
    const TSS2_RC answer = code & 0xFFFF;
    return (answer & TPM2_RC_FMT1) != 0 ? answer & (TPM2_RC_FMT1 | 0x3F) : answer;
}

/// A handle in the TPM, taken out of it again. A TPM without a resource manager has room for three.
class Loaded {
public:
    Loaded(ESYS_CONTEXT *esys, ESYS_TR handle)
        : m_esys(esys)
        , m_handle(handle)
    {
    }
    Loaded(const Loaded &) = delete;
    Loaded &operator=(const Loaded &) = delete;
    ~Loaded() { Esys_FlushContext(m_esys, m_handle); }

private:
    ESYS_CONTEXT *m_esys;
    ESYS_TR m_handle;
};

/// In its place, so that there is one to overwrite.
void setAuthorisation(TPM2B_AUTH &authorisation, const crypto::SecretBytes &pin)
{
    authorisation.size = static_cast<UINT16>(pin.size());
    std::memcpy(authorisation.buffer, pin.bytes().data(), pin.size());
}

} // namespace

Result<TpmConversation> TpmConversation::begin(const std::string &connection)
{
    TpmConversation made;
    if (Tss2_TctiLdr_Initialize(connection.c_str(), &made.m_wire) != TSS2_RC_SUCCESS)
        return fail(ErrorCode::TpmAbsent, u"no TPM answers at "_s + QString::fromStdString(connection));
    if (const TSS2_RC code = Esys_Initialize(&made.m_esys, made.m_wire, nullptr); code != TSS2_RC_SUCCESS)
        return std::unexpected(made.meaning(code, "Esys_Initialize"));
    if (auto primary = made.makePrimary(); !primary)
        return std::unexpected(primary.error());
    if (auto session = made.startSession(); !session)
        return std::unexpected(session.error());
    return made;
}

TpmConversation::TpmConversation(TpmConversation &&other) noexcept
    : m_wire(std::exchange(other.m_wire, nullptr))
    , m_esys(std::exchange(other.m_esys, nullptr))
    , m_primary(std::exchange(other.m_primary, ESYS_TR_NONE))
    , m_session(std::exchange(other.m_session, ESYS_TR_NONE))
    , m_name(std::move(other.m_name))
{
}

TpmConversation::~TpmConversation()
{
    if (m_session != ESYS_TR_NONE)
        Esys_FlushContext(m_esys, m_session);
    if (m_primary != ESYS_TR_NONE)
        Esys_FlushContext(m_esys, m_primary);
    Esys_Finalize(&m_esys);
    Tss2_TctiLdr_Finalize(&m_wire);
}

Result<> TpmConversation::makePrimary()
{
    const TPM2B_SENSITIVE_CREATE nothing{};
    const TPM2B_PUBLIC wanted = primaryTemplate();
    const TPM2B_DATA outside{};
    const TPML_PCR_SELECTION noPcrs{};
    const TSS2_RC code = Esys_CreatePrimary(m_esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &nothing,
                                            &wanted, &outside, &noPcrs, &m_primary, nullptr, nullptr, nullptr, nullptr);
    if (code != TSS2_RC_SUCCESS) {
        m_primary = ESYS_TR_NONE;
        if (tpmAnswer(code) == TPM2_RC_BAD_AUTH)
            return fail(ErrorCode::TpmDenied, u"the TPM's owner hierarchy has a password"_s);
        return std::unexpected(meaning(code, "CreatePrimary"));
    }
    TPM2B_NAME *name = nullptr;
    if (const TSS2_RC named = Esys_TR_GetName(m_esys, m_primary, &name); named != TSS2_RC_SUCCESS)
        return std::unexpected(meaning(named, "Esys_TR_GetName"));
    const EsysPointer<TPM2B_NAME> owned(name);
    const auto bytes = std::as_bytes(std::span(name->name, name->size));
    m_name.assign(bytes.begin(), bytes.end());
    return {};
}

Result<> TpmConversation::startSession()
{
    TPMT_SYM_DEF cipher{};
    cipher.algorithm = TPM2_ALG_AES;
    cipher.keyBits.aes = 128;
    cipher.mode.aes = TPM2_ALG_CFB;
    const TSS2_RC code = Esys_StartAuthSession(m_esys, m_primary, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, nullptr,
                                               TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256, &m_session);
    if (code != TSS2_RC_SUCCESS) {
        m_session = ESYS_TR_NONE;
        return std::unexpected(meaning(code, "StartAuthSession"));
    }
    return {};
}

Result<> TpmConversation::prepareSession(TPMA_SESSION encrypted)
{
    const TPMA_SESSION wanted = encrypted | TPMA_SESSION_CONTINUESESSION;
    if (const TSS2_RC code = Esys_TRSess_SetAttributes(m_esys, m_session, wanted, 0xFF); code != TSS2_RC_SUCCESS)
        return std::unexpected(meaning(code, "Esys_TRSess_SetAttributes"));
    return {};
}

Result<TpmConversation::Sealed> TpmConversation::seal(const crypto::SecretBytes &secret, const crypto::SecretBytes &pin)
{
    if (auto ready = prepareSession(TPMA_SESSION_DECRYPT); !ready)
        return std::unexpected(ready.error());
    TPM2B_SENSITIVE_CREATE sensitive{};
    setAuthorisation(sensitive.sensitive.userAuth, pin);
    sensitive.sensitive.data.size = static_cast<UINT16>(secret.size());
    std::memcpy(sensitive.sensitive.data.buffer, secret.bytes().data(), secret.size());
    const TPM2B_PUBLIC wanted = sealedTemplate();
    const TPM2B_DATA outside{};
    const TPML_PCR_SELECTION noPcrs{};
    TPM2B_PRIVATE *privatePart = nullptr;
    TPM2B_PUBLIC *publicPart = nullptr;
    const TSS2_RC code = Esys_Create(m_esys, m_primary, m_session, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &wanted, &outside,
                                     &noPcrs, &privatePart, &publicPart, nullptr, nullptr, nullptr);
    explicit_bzero(&sensitive, sizeof sensitive);
    if (code != TSS2_RC_SUCCESS)
        return std::unexpected(meaning(code, "Create"));
    const EsysPointer<TPM2B_PRIVATE> ownedPrivate(privatePart);
    const EsysPointer<TPM2B_PUBLIC> ownedPublic(publicPart);
    return Sealed{*publicPart, *privatePart};
}

Result<crypto::SecretBytes> TpmConversation::unseal(const Sealed &sealed, const crypto::SecretBytes &pin)
{
    if (auto ready = prepareSession(0); !ready)
        return std::unexpected(ready.error());
    ESYS_TR object = ESYS_TR_NONE;
    if (const TSS2_RC code = Esys_Load(m_esys, m_primary, m_session, ESYS_TR_NONE, ESYS_TR_NONE, &sealed.privatePart,
                                       &sealed.publicPart, &object);
        code != TSS2_RC_SUCCESS) {
        // The parent is the right one, so whatever the TPM dislikes about the object was done to it.
        if ((tpmAnswer(code) & TPM2_RC_FMT1) != 0)
            return fail(ErrorCode::DamagedFile, u"the sealed object was changed"_s);
        return std::unexpected(meaning(code, "Load"));
    }
    const Loaded loaded(m_esys, object);
    TPM2B_AUTH auth{};
    setAuthorisation(auth, pin);
    const TSS2_RC given = Esys_TR_SetAuth(m_esys, object, &auth);
    explicit_bzero(&auth, sizeof auth);
    if (given != TSS2_RC_SUCCESS)
        return std::unexpected(meaning(given, "Esys_TR_SetAuth"));
    if (auto ready = prepareSession(TPMA_SESSION_ENCRYPT); !ready)
        return std::unexpected(ready.error());
    TPM2B_SENSITIVE_DATA *data = nullptr;
    if (const TSS2_RC code = Esys_Unseal(m_esys, object, m_session, ESYS_TR_NONE, ESYS_TR_NONE, &data); code != TSS2_RC_SUCCESS)
        return std::unexpected(meaning(code, "Unseal"));
    const EsysPointer<TPM2B_SENSITIVE_DATA> owned(data);
    auto secret = crypto::SecretBytes::copyOf(std::as_bytes(std::span(data->buffer, data->size)));
    explicit_bzero(data, sizeof *data);
    return secret;
}

Error TpmConversation::meaning(TSS2_RC code, const char *step) const
{
    switch (tpmAnswer(code)) {
    case TPM2_RC_AUTH_FAIL:
        return {ErrorCode::HardwareWrongPin, standing(TPM2_PT_LOCKOUT_COUNTER)};
    case TPM2_RC_LOCKOUT:
        return {ErrorCode::TpmLockout, standing(TPM2_PT_LOCKOUT_INTERVAL)};
    default:
        return {ErrorCode::TpmFailed, QString::fromLatin1(step) + u": "_s + QString::fromLatin1(Tss2_RC_Decode(code))};
    }
}

QString TpmConversation::standing(TPM2_PT property) const
{
    TPMI_YES_NO more = 0;
    TPMS_CAPABILITY_DATA *found = nullptr;
    // The counter, what it may reach and the time between two tries stand in a row.
    if (Esys_GetCapability(m_esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES, TPM2_PT_LOCKOUT_COUNTER, 3,
                           &more, &found)
        != TSS2_RC_SUCCESS)
        return {};
    const EsysPointer<TPMS_CAPABILITY_DATA> owned(found);
    const TPML_TAGGED_TPM_PROPERTY &list = found->data.tpmProperties;
    UINT32 tried = 0, allowed = 0, interval = 0;
    for (UINT32 i = 0; i < list.count; ++i) {
        const auto &[tag, value] = list.tpmProperty[i];
        if (tag == TPM2_PT_LOCKOUT_COUNTER)
            tried = value;
        else if (tag == TPM2_PT_MAX_AUTH_FAIL)
            allowed = value;
        else if (tag == TPM2_PT_LOCKOUT_INTERVAL)
            interval = value;
    }
    return QString::number(property == TPM2_PT_LOCKOUT_INTERVAL ? interval : allowed > tried ? allowed - tried : 0);
}

} // namespace clavitor
