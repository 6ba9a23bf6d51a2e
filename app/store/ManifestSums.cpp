// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ManifestSums.h"

#include <QtEndian>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <utility>

namespace clavitor {

namespace {

constexpr std::size_t digestSize = sizeof(crypto::Digest32);
constexpr std::size_t numberSize = 8;
constexpr std::size_t sumSize = numberSize + digestSize;
// Each use of the key begins with its own words.
constexpr std::string_view rowLabel = "clavitor/manifest/row/v1";
constexpr std::string_view stateLabel = "clavitor/manifest/state/v1";

std::array<quint64, 4> words(const crypto::Digest32 &digest)
{
    std::array<quint64, 4> result{};
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = qFromLittleEndian<quint64>(digest.data() + i * numberSize);
    return result;
}

void store(crypto::Digest32 &digest, const std::array<quint64, 4> &from)
{
    for (std::size_t i = 0; i < from.size(); ++i)
        qToLittleEndian(from[i], digest.data() + i * numberSize);
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

void append(QByteArray &bytes, quint64 number)
{
    std::array<char, numberSize> raw{};
    qToLittleEndian(number, raw.data());
    bytes.append(raw.data(), raw.size());
}

void append(QByteArray &bytes, const crypto::Digest32 &digest)
{
    bytes.append(reinterpret_cast<const char *>(digest.data()), static_cast<qsizetype>(digest.size()));
}

std::string numbered(quint64 number)
{
    std::array<char, numberSize> raw{};
    qToLittleEndian(number, raw.data());
    return {raw.data(), raw.size()};
}

/// As KeyedDigest::addField() would add it.
std::string field(std::string_view text)
{
    return numbered(text.size()) + std::string(text);
}

/// The columns of a row on their way into a hash, gathered: a call for each number would cost more than the hash itself. Among
/// them are values of fields, so it is wiped.
class RowBytes {
public:
    explicit RowBytes(crypto::KeyedDigest &hash)
        : m_hash(hash)
    {
    }
    RowBytes(const RowBytes &) = delete;
    RowBytes &operator=(const RowBytes &) = delete;
    ~RowBytes() { explicit_bzero(m_bytes.data(), m_reached); }

    /// Every value with its type and, where it varies, its length: two different rows are never the same bytes.
    void add(sqlite3_value *value)
    {
        const int type = sqlite3_value_type(value);
        const auto kind = static_cast<std::byte>(type);
        put(std::span(&kind, 1));
        if (type == SQLITE_NULL)
            return;
        if (type == SQLITE_INTEGER) {
            putNumber(static_cast<quint64>(sqlite3_value_int64(value)));
            return;
        }
        // SQLite's own bytes, in place.
        const void *data = sqlite3_value_blob(value);
        const auto size = data ? static_cast<std::size_t>(sqlite3_value_bytes(value)) : 0;
        putNumber(size);
        put(std::span(static_cast<const std::byte *>(data), size));
    }
    void putNumber(quint64 number)
    {
        std::array<std::byte, numberSize> raw{};
        qToLittleEndian(number, raw.data());
        put(raw);
    }
    void put(std::span<const std::byte> bytes)
    {
        if (bytes.size() > m_bytes.size() - m_used)
            flush();
        if (bytes.size() > m_bytes.size()) {
            m_hash.add(bytes);
            return;
        }
        std::ranges::copy(bytes, m_bytes.begin() + static_cast<std::ptrdiff_t>(m_used));
        m_used += bytes.size();
        m_reached = std::max(m_reached, m_used);
    }
    void flush()
    {
        m_hash.add(std::span<const std::byte>(m_bytes).first(m_used));
        m_used = 0;
    }

private:
    crypto::KeyedDigest &m_hash;
    std::array<std::byte, 1024> m_bytes;
    std::size_t m_used = 0;
    std::size_t m_reached = 0;
};

crypto::Digest32 rowHash(const ManifestSums &sums, std::size_t slot, std::span<sqlite3_value *> columns)
{
    crypto::KeyedDigest hash(sums.key().bytes());
    RowBytes row(hash);
    row.put(std::as_bytes(std::span(sums.rowLabelOf(slot))));
    row.putNumber(columns.size());
    for (sqlite3_value *column : columns)
        row.add(column);
    row.flush();
    return hash.finish();
}

ManifestSums &sumsOf(sqlite3_context *context)
{
    return *static_cast<ManifestSums *>(sqlite3_user_data(context));
}

RowSum sumAt(std::span<const std::byte> bytes)
{
    RowSum sum;
    sum.rows = qFromLittleEndian<quint64>(bytes.data());
    std::ranges::copy(bytes.subspan(numberSize, digestSize), sum.sum.begin());
    return sum;
}

void putSum(const RowSum &sum, std::span<std::byte> bytes)
{
    qToLittleEndian(sum.rows, bytes.data());
    std::ranges::copy(sum.sum, bytes.begin() + numberSize);
}

enum class Change { Added, Removed, Replaced };

/// An exception must not pass through SQLite.
template<typename Work>
void guarded(sqlite3_context *context, Work work) noexcept
{
    try {
        work();
    } catch (const std::exception &) {
        sqlite3_result_error_nomem(context);
    }
}

template<Change change>
void changed(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    guarded(context, [&] {
        ManifestSums &sums = sumsOf(context);
        const std::span values(arguments, static_cast<std::size_t>(count));
        const std::span stored(static_cast<const std::byte *>(sqlite3_value_blob(values[0])),
                               static_cast<std::size_t>(sqlite3_value_bytes(values[0])));
        const auto slot = static_cast<std::size_t>(sqlite3_value_int64(values[1]));
        // What does not verify is not built upon.
        const std::span<std::byte> state = slot < sums.tables().size() ? sums.recognise(stored) : std::span<std::byte>();
        if (state.empty()) {
            sqlite3_result_error(context, "the manifest does not verify", -1);
            return;
        }
        sums.forget();
        const std::span columns = values.subspan(2);
        const std::span<std::byte> place = state.subspan(numberSize + slot * sumSize, sumSize);
        RowSum table = sumAt(place);
        if constexpr (change == Change::Added) {
            table.add(rowHash(sums, slot, columns));
        } else if constexpr (change == Change::Removed) {
            table.remove(rowHash(sums, slot, columns));
        } else {
            table.remove(rowHash(sums, slot, columns.first(columns.size() / 2)));
            table.add(rowHash(sums, slot, columns.subspan(columns.size() / 2)));
        }
        putSum(table, place);
        qToLittleEndian(qFromLittleEndian<quint64>(state.data()) + 1, state.data());
        sums.sign();
        sqlite3_result_blob64(context, state.data(), state.size(), SQLITE_TRANSIENT);
    });
}

RowSum *runningSum(sqlite3_context *context)
{
    // SQLite zeroes what it makes, and an all-zero RowSum is an empty one.
    static_assert(std::is_trivially_copyable_v<RowSum>);
    return static_cast<RowSum *>(sqlite3_aggregate_context(context, sizeof(RowSum)));
}

void sumStep(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    guarded(context, [&] {
        const std::span values(arguments, static_cast<std::size_t>(count));
        RowSum *sum = runningSum(context);
        const ManifestSums &sums = sumsOf(context);
        const auto slot = static_cast<std::size_t>(sqlite3_value_int64(values[0]));
        if (!sum || slot >= sums.tables().size())
            throw std::bad_alloc();
        sum->add(rowHash(sums, slot, values.subspan(1)));
    });
}

void sumEnd(sqlite3_context *context)
{
    guarded(context, [&] {
        const RowSum *sum = runningSum(context);
        std::array<std::byte, sumSize> bytes{};
        putSum(sum ? *sum : RowSum(), bytes);
        sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    });
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

QByteArray ManifestState::toBytes() const
{
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(numberSize + tables.size() * sumSize + digestSize));
    append(bytes, generation);
    for (const RowSum &table : tables) {
        append(bytes, table.rows);
        append(bytes, table.sum);
    }
    append(bytes, mac);
    return bytes;
}

std::optional<ManifestState> ManifestState::fromBytes(std::span<const std::byte> bytes, std::size_t tables)
{
    if (bytes.size() != numberSize + tables * sumSize + digestSize)
        return std::nullopt;
    const auto number = [&] {
        const quint64 value = qFromLittleEndian<quint64>(bytes.data());
        bytes = bytes.subspan(numberSize);
        return value;
    };
    const auto digest = [&] {
        crypto::Digest32 value{};
        std::ranges::copy(bytes.first(digestSize), value.begin());
        bytes = bytes.subspan(digestSize);
        return value;
    };
    ManifestState state;
    state.generation = number();
    state.tables.resize(tables);
    for (RowSum &table : state.tables) {
        table.rows = number();
        table.sum = digest();
    }
    state.mac = digest();
    return state;
}

ManifestSums::ManifestSums(const crypto::SecretBytes &key, std::string vault, std::vector<std::string> tables)
    : m_key(crypto::SecretBytes::copyOf(key.bytes()))
    , m_vault(std::move(vault))
    , m_tables(std::move(tables))
    , m_stateLabel(field(stateLabel) + field(m_vault))
    , m_known(numberSize + m_tables.size() * sumSize + digestSize)
{
    for (const std::string &table : m_tables)
        m_rowLabels.push_back(field(rowLabel) + field(table));
}

crypto::Digest32 ManifestSums::macOf(const ManifestState &state) const
{
    const QByteArray bytes = state.toBytes();
    return macOf(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

crypto::Digest32 ManifestSums::macOf(std::span<const std::byte> state) const
{
    const std::span<const std::byte> summed = state.first(state.size() - digestSize);
    crypto::KeyedDigest mac(m_key.bytes());
    mac.add(m_stateLabel).add(summed.first(numberSize)).addNumber((summed.size() - numberSize) / sumSize);
    mac.add(summed.subspan(numberSize));
    return mac.finish();
}

std::span<std::byte> ManifestSums::recognise(std::span<const std::byte> state)
{
    if (state.size() != m_known.size())
        return {};
    const std::span<std::byte> known = m_known.writable();
    // Both are the vault's own bytes, so how soon they differ tells nobody anything.
    if (m_isKnown && std::memcmp(known.data(), state.data(), known.size()) == 0)
        return known;
    crypto::Digest32 mac{};
    std::ranges::copy(state.last(digestSize), mac.begin());
    if (!crypto::equals(mac, macOf(state)))
        return {};
    std::ranges::copy(state, known.begin());
    m_isKnown = true;
    return known;
}

void ManifestSums::sign()
{
    const std::span<std::byte> known = m_known.writable();
    std::ranges::copy(macOf(known), known.last(digestSize).begin());
    m_isKnown = true;
}

int ManifestSums::addTo(sqlite3 *handle)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    const auto scalar = [&](const char *name, void (*function)(sqlite3_context *, int, sqlite3_value **)) {
        return sqlite3_create_function_v2(handle, name, -1, flags, this, function, nullptr, nullptr, nullptr);
    };
    int code = sqlite3_create_function_v2(handle, "manifest_sum", -1, flags | SQLITE_DIRECTONLY, this, nullptr, sumStep, sumEnd, nullptr);
    if (code == SQLITE_OK)
        code = scalar("manifest_added", changed<Change::Added>);
    if (code == SQLITE_OK)
        code = scalar("manifest_removed", changed<Change::Removed>);
    return code == SQLITE_OK ? scalar("manifest_replaced", changed<Change::Replaced>) : code;
}

} // namespace clavitor
