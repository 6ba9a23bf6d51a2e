// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/SessionSlot.h"

#include "crypto/SecretBox.h"

#include <QByteArray>

#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

QByteArray slotContext(const QString &vaultId)
{
    return "clavitor/session-slot/v1" + vaultId.toUtf8();
}

std::span<const std::byte> spanOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

} // namespace

SessionSlot::SessionSlot(crypto::RandomSource random, HiddenKey::Maker hide)
    : m_random(std::move(random))
    , m_hide(std::move(hide))
{
}

void SessionSlot::setEnabled(bool enabled)
{
    m_isEnabled = enabled;
    if (!enabled)
        forget();
}

void SessionSlot::keep(const crypto::PersonalKeyPair &keys, const QString &vaultId)
{
    forget();
    if (!m_isEnabled)
        return;
    crypto::SecretBytes key(HiddenKey::size);
    m_random(key.writable());
    m_key = m_hide(key);
    if (m_key)
        m_box = crypto::SecretBytes::copyOf(crypto::sealBox(key, keys.secretKey.bytes(), spanOf(slotContext(vaultId)), m_random));
}

Result<crypto::PersonalKeyPair> SessionSlot::open(const QString &vaultId)
{
    if (!m_key)
        return fail(ErrorCode::PersonalShut, u"nothing is kept"_s);
    const auto key = m_key->read();
    auto secret = key ? crypto::openBox(*key, m_box.bytes(), spanOf(slotContext(vaultId))) : std::unexpected(crypto::CryptoError::Damaged);
    if (secret) {
        if (auto keys = crypto::PersonalKeyPair::fromSecretKey(std::move(*secret)))
            return std::move(*keys);
    }
    forget();
    return fail(ErrorCode::PersonalShut, u"what was kept is lost"_s);
}

void SessionSlot::forget()
{
    m_key.reset();
    m_box.wipe();
}

} // namespace clavitor
