// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/crypto/Vectors.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <sodium.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

using namespace Qt::StringLiterals;

namespace clavitor::test {

std::span<const std::byte> bytesOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

std::vector<std::byte> fromHex(const QByteArray &hex)
{
    const QByteArray decoded = QByteArray::fromHex(hex);
    if (decoded.toHex() != hex.toLower())
        throw std::invalid_argument("not hexadecimal");
    const auto bytes = bytesOf(decoded);
    return {bytes.begin(), bytes.end()};
}

QByteArray toHex(std::span<const std::byte> bytes)
{
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()))
        .toHex();
}

QByteArray toByteArray(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray contentOf(const char *path)
{
    QFile file(QLatin1StringView(CLAVITOR_TEST_DATA) + u'/' + QLatin1StringView(path));
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error(file.fileName().toStdString() + ": cannot be read");
    return file.readAll();
}

QList<QList<QByteArray>> tsvRows(const char *path)
{
    QList<QList<QByteArray>> rows;
    for (const QByteArray &line : contentOf(path).split('\n')) {
        if (!line.isEmpty() && !line.startsWith('#'))
            rows.append(line.split('\t'));
    }
    if (rows.isEmpty())
        throw std::runtime_error("no rows");
    return rows;
}

QList<QJsonObject> wycheproofTests(const char *path)
{
    QList<QJsonObject> tests;
    const QJsonObject file = QJsonDocument::fromJson(contentOf(path)).object();
    for (const QJsonValue &groupValue : file["testGroups"_L1].toArray()) {
        const QJsonObject group = groupValue.toObject();
        for (const QJsonValue &testValue : group["tests"_L1].toArray()) {
            QJsonObject test = testValue.toObject();
            test["tagSize"_L1] = group["tagSize"_L1];
            tests.append(test);
        }
    }
    if (tests.size() != file["numberOfTests"_L1].toInt())
        throw std::runtime_error("the file does not hold as many tests as it says");
    return tests;
}

std::vector<std::byte> hexIn(const QJsonObject &test, const char *key)
{
    return fromHex(test[QLatin1StringView(key)].toString().toLatin1());
}

ScriptedRandom ScriptedRandom::ofNumbers(std::initializer_list<std::uint32_t> numbers)
{
    std::vector<std::byte> script;
    for (const std::uint32_t number : numbers) {
        for (int shift = 0; shift < 32; shift += 8)
            script.push_back(std::byte(number >> shift & 0xff));
    }
    return ScriptedRandom(std::move(script));
}

crypto::RandomSource ScriptedRandom::source()
{
    return [this](std::span<std::byte> out) {
        if (out.size() > left())
            throw std::out_of_range("the script of random bytes is used up");
        std::copy_n(m_script.begin() + static_cast<std::ptrdiff_t>(m_used), out.size(), out.begin());
        m_used += out.size();
    };
}

crypto::RandomSource seededRandom(std::uint8_t seed)
{
    return [seed, round = std::uint32_t(0)](std::span<std::byte> out) mutable {
        std::array<unsigned char, randombytes_SEEDBYTES> key{seed};
        ++round;
        std::memcpy(key.data() + 1, &round, sizeof(round));
        if (!out.empty())
            randombytes_buf_deterministic(out.data(), out.size(), key.data());
    };
}

} // namespace clavitor::test
