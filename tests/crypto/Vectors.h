// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crypto/Random.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

#include <cstdint>
#include <vector>

namespace clavitor::test {

/// Published vectors and controlled randomness for the tests of crypto/.

[[nodiscard]] std::span<const std::byte> bytesOf(const QByteArray &bytes);
[[nodiscard]] std::vector<std::byte> fromHex(const QByteArray &hex);
[[nodiscard]] QByteArray toHex(std::span<const std::byte> bytes);
[[nodiscard]] QByteArray toByteArray(std::string_view text);

/// The rows of a tab-separated file below tests/data; lines that begin with # are comments.
[[nodiscard]] QList<QList<QByteArray>> tsvRows(const char *path);
/// Every test of a Wycheproof file below tests/data, with its group's sizes beside it.
[[nodiscard]] QList<QJsonObject> wycheproofTests(const char *path);
[[nodiscard]] std::vector<std::byte> hexIn(const QJsonObject &test, const char *key);
[[nodiscard]] QByteArray contentOf(const char *path);

/// Replays bytes and throws when they are used up, so a test knows exactly how much was drawn.
class ScriptedRandom
{
public:
    explicit ScriptedRandom(std::vector<std::byte> script)
        : m_script(std::move(script))
    {
    }
    /// 32-bit draws, as uniformBelow() reads them.
    [[nodiscard]] static ScriptedRandom ofNumbers(std::initializer_list<std::uint32_t> numbers);

    /// Refers to this object.
    [[nodiscard]] crypto::RandomSource source();
    [[nodiscard]] std::size_t left() const { return m_script.size() - m_used; }

private:
    std::vector<std::byte> m_script;
    std::size_t m_used = 0;
};

/// The same endless stream for the same seed.
[[nodiscard]] crypto::RandomSource seededRandom(std::uint8_t seed);

} // namespace clavitor::test
