// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretText.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace clavitor::crypto {

SecretText SecretText::copyOf(std::string_view utf8)
{
    SecretText text;
    text.append(utf8);
    return text;
}

SecretText::SecretText(SecretText &&other) noexcept
    : m_block(std::move(other.m_block))
    , m_length(std::exchange(other.m_length, 0))
{
}

SecretText &SecretText::operator=(SecretText &&other) noexcept
{
    m_block = std::move(other.m_block);
    m_length = std::exchange(other.m_length, 0);
    return *this;
}

std::string_view SecretText::view() const noexcept
{
    return {reinterpret_cast<const char *>(m_block.bytes().data()), m_length};
}

void SecretText::reserve(std::size_t capacity)
{
    if (capacity <= m_block.size())
        return;
    auto larger = SecretBytes::pooled(capacity);
    if (m_length > 0)
        std::memcpy(larger.writable().data(), m_block.bytes().data(), m_length);
    m_block = std::move(larger);
}

void SecretText::append(std::string_view utf8)
{
    if (utf8.empty())
        return;
    const std::size_t needed = m_length + utf8.size();
    if (needed > m_block.size())
        reserve(m_length == 0 ? needed : std::max(needed, 2 * m_block.size()));
    std::memcpy(m_block.writable().data() + m_length, utf8.data(), utf8.size());
    m_length = needed;
}

bool SecretText::equals(std::string_view utf8) const noexcept
{
    if (m_length != utf8.size())
        return false;
    return m_length == 0 || sodium_memcmp(m_block.bytes().data(), utf8.data(), m_length) == 0;
}

void SecretText::wipe() noexcept
{
    m_block.wipe();
    m_length = 0;
}

} // namespace clavitor::crypto
