// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace clavitor::crypto {

/// Starts libsodium, once however often it is called. Call it first and look at the answer: false means no secret may be handled.
/// Guarded memory calls it too, for secrets in static objects, and throws std::bad_alloc where this says false.
[[nodiscard]] bool initialise();

/// A run of secret bytes in guarded memory (sodium_malloc: locked when the limits allow, fenced by guard pages,
/// wiped when freed). Move-only, so every copy is visible as a call of copyOf().
///
/// Owns its memory. Not thread safe: one owner at a time, handed over by move. Has no stream, comparison or
/// conversion operators on purpose. Throws std::bad_alloc when guarded memory cannot be had.
class SecretBytes {
public:
    SecretBytes() noexcept = default;
    /// `size` zero bytes.
    explicit SecretBytes(std::size_t size);
    SecretBytes(SecretBytes &&other) noexcept;
    SecretBytes &operator=(SecretBytes &&other) noexcept;
    SecretBytes(const SecretBytes &) = delete;
    SecretBytes &operator=(const SecretBytes &) = delete;
    ~SecretBytes();

    [[nodiscard]] static SecretBytes copyOf(std::span<const std::byte> bytes);
    /// The same as SecretBytes(size), but small ones share memory as SecretPool describes: for texts, not for keys.
    [[nodiscard]] static SecretBytes pooled(std::size_t size);

    [[nodiscard]] bool isEmpty() const noexcept { return m_size == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {m_data, m_size}; }
    [[nodiscard]] std::span<std::byte> writable() noexcept { return {m_data, m_size}; }

    /// Constant in time for equal sizes (sodium_memcmp).
    [[nodiscard]] bool equals(std::span<const std::byte> other) const noexcept;

    /// Wipes and frees now; empty afterwards.
    void wipe() noexcept;

private:
    std::byte *m_data = nullptr;
    std::size_t m_size = 0;
    bool m_pooled = false;
};

} // namespace clavitor::crypto
