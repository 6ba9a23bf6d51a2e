// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretBytes.h"

#include "crypto/SecretPool.h"

#include <sodium.h>

#include <cstring>
#include <new>
#include <utility>

namespace clavitor::crypto {

bool initialise()
{
    static const bool started = sodium_init() >= 0;
    return started;
}

SecretBytes::SecretBytes(std::size_t size)
{
    if (size == 0)
        return;
    // A block made before libsodium's start could not be freed after it: the canaries differ.
    m_data = initialise() ? static_cast<std::byte *>(sodium_malloc(size)) : nullptr;
    if (m_data == nullptr)
        throw std::bad_alloc();
    m_size = size;
    std::memset(m_data, 0, size);
}

SecretBytes::SecretBytes(SecretBytes &&other) noexcept
    : m_data(std::exchange(other.m_data, nullptr))
    , m_size(std::exchange(other.m_size, 0))
    , m_pooled(std::exchange(other.m_pooled, false))
{
}

SecretBytes &SecretBytes::operator=(SecretBytes &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
        m_pooled = std::exchange(other.m_pooled, false);
    }
    return *this;
}

SecretBytes::~SecretBytes()
{
    wipe();
}

SecretBytes SecretBytes::copyOf(std::span<const std::byte> bytes)
{
    SecretBytes copy(bytes.size());
    if (!bytes.empty())
        std::memcpy(copy.m_data, bytes.data(), bytes.size());
    return copy;
}

SecretBytes SecretBytes::pooled(std::size_t size)
{
    if (size == 0 || size > SecretPool::largest)
        return SecretBytes(size);
    SecretBytes bytes;
    bytes.m_data = SecretPool::take(size);
    bytes.m_size = size;
    bytes.m_pooled = true;
    return bytes;
}

bool SecretBytes::equals(std::span<const std::byte> other) const noexcept
{
    if (m_size != other.size())
        return false;
    return m_size == 0 || sodium_memcmp(m_data, other.data(), m_size) == 0;
}

void SecretBytes::wipe() noexcept
{
    if (m_pooled)
        SecretPool::give(m_data, m_size);
    else
        sodium_free(m_data);
    m_pooled = false;
    m_data = nullptr;
    m_size = 0;
}

} // namespace clavitor::crypto
