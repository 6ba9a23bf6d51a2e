// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RowSum.h"

#include <QtEndian>

#include <array>

namespace clavitor {

namespace {

std::array<quint64, 4> words(const crypto::Digest32 &digest)
{
    std::array<quint64, 4> result{};
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = qFromLittleEndian<quint64>(digest.data() + i * sizeof(quint64));
    return result;
}

void store(crypto::Digest32 &digest, const std::array<quint64, 4> &from)
{
    for (std::size_t i = 0; i < from.size(); ++i)
        qToLittleEndian(from[i], digest.data() + i * sizeof(quint64));
}

void addTo(crypto::Digest32 &sum, const crypto::Digest32 &more)
{
    std::array<quint64, 4> a = words(sum);
    const std::array<quint64, 4> b = words(more);
    quint64 carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const quint64 partial = a[i] + b[i];
        const quint64 total = partial + carry;
        carry = (partial < a[i] || total < partial) ? 1 : 0;
        a[i] = total;
    }
    store(sum, a);
}

crypto::Digest32 negative(const crypto::Digest32 &digest)
{
    std::array<quint64, 4> a = words(digest);
    quint64 carry = 1;
    for (quint64 &word : a) {
        word = ~word + carry;
        carry = (carry == 1 && word == 0) ? 1 : 0;
    }
    crypto::Digest32 result{};
    store(result, a);
    return result;
}

} // namespace

void RowSum::add(const crypto::Digest32 &row)
{
    ++rows;
    addTo(sum, row);
}

void RowSum::remove(const crypto::Digest32 &row)
{
    --rows;
    addTo(sum, negative(row));
}

void RowSum::add(const RowSum &other)
{
    rows += other.rows;
    addTo(sum, other.sum);
}

} // namespace clavitor
