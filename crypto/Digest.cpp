// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Digest.h"

#include "crypto/SodiumBytes.h"

#include <sodium.h>

#include <stdexcept>

namespace clavitor::crypto {

namespace {

crypto_generichash_state *stateOf(std::array<std::byte, 384> &storage)
{
    static_assert(sizeof(crypto_generichash_state) <= 384 && alignof(crypto_generichash_state) <= 64);
    return reinterpret_cast<crypto_generichash_state *>(storage.data());
}

} // namespace

Digest32 digest(std::span<const std::byte> bytes)
{
    Digest32 out;
    crypto_generichash(reinterpret_cast<unsigned char *>(out.data()), out.size(), sodiumBytes(bytes), bytes.size(),
                       nullptr, 0);
    return out;
}

bool equals(const Digest32 &a, const Digest32 &b) noexcept
{
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

KeyedDigest::KeyedDigest(std::span<const std::byte> key)
{
    if (key.size() < crypto_generichash_KEYBYTES_MIN || key.size() > crypto_generichash_KEYBYTES_MAX)
        throw std::invalid_argument("KeyedDigest: the key must have 16 to 64 bytes");
    crypto_generichash_init(stateOf(m_state), sodiumBytes(key), key.size(), std::tuple_size_v<Digest32>);
}

KeyedDigest::~KeyedDigest()
{
    sodium_memzero(m_state.data(), m_state.size());
}

KeyedDigest &KeyedDigest::add(std::span<const std::byte> bytes)
{
    crypto_generichash_update(stateOf(m_state), sodiumBytes(bytes), bytes.size());
    return *this;
}

KeyedDigest &KeyedDigest::add(std::string_view text)
{
    return add(std::as_bytes(std::span(text)));
}

KeyedDigest &KeyedDigest::addField(std::span<const std::byte> bytes)
{
    return addNumber(bytes.size()).add(bytes);
}

KeyedDigest &KeyedDigest::addField(std::string_view text)
{
    return addField(std::as_bytes(std::span(text)));
}

KeyedDigest &KeyedDigest::addNumber(std::uint64_t number)
{
    std::array<std::byte, 8> bytes;
    for (std::byte &byte : bytes) {
        byte = std::byte(number & 0xff);
        number >>= 8;
    }
    return add(bytes);
}

Digest32 KeyedDigest::finish()
{
    Digest32 out;
    crypto_generichash_final(stateOf(m_state), reinterpret_cast<unsigned char *>(out.data()), out.size());
    return out;
}

} // namespace clavitor::crypto
