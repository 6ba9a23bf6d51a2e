// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ManifestSums.h"

#include "app/store/RowHashing.h"

#include <QtEndian>

#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

namespace clavitor {

namespace {

constexpr std::size_t digestSize = sizeof(crypto::Digest32);
constexpr std::size_t numberSize = 8;
constexpr std::size_t sumSize = numberSize + digestSize;
// Each use of the key begins with its own words.
constexpr std::string_view rowLabel = "clavitor/manifest/row/v1";
constexpr std::string_view stateLabel = "clavitor/manifest/state/v1";
// The first number of a state: its generation, and above it the witness.
constexpr int generationBits = 64 - PageWitness::bits;
constexpr quint64 generationMask = (1ULL << generationBits) - 1;

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

/// A row as the bytes its hash is taken of: every value with its type and, where it varies, its length, so that two different
/// rows are never the same bytes. Refers to the values and to the label.
class RowBytes {
public:
    RowBytes(std::string_view label, std::span<sqlite3_value *> columns)
        : m_label(label)
        , m_columns(columns)
        , m_size(label.size() + numberSize)
    {
        for (sqlite3_value *column : columns)
            m_size += 1 + sizeOf(column);
    }

    [[nodiscard]] std::size_t size() const { return m_size; }
    /// Into as many bytes. Among them may be values of fields.
    void writeTo(std::span<std::byte> bytes) const
    {
        put(bytes, std::as_bytes(std::span(m_label)));
        putNumber(bytes, m_columns.size());
        for (sqlite3_value *column : m_columns) {
            const int type = sqlite3_value_type(column);
            const auto kind = static_cast<std::byte>(type);
            put(bytes, std::span(&kind, 1));
            if (type == SQLITE_INTEGER) {
                putNumber(bytes, static_cast<quint64>(sqlite3_value_int64(column)));
            } else if (type == SQLITE_FLOAT) {
                putNumber(bytes, std::bit_cast<quint64>(sqlite3_value_double(column)));
            } else if (type != SQLITE_NULL) {
                // SQLite's own bytes, in place.
                const auto *data = static_cast<const std::byte *>(sqlite3_value_blob(column));
                const auto length = static_cast<std::size_t>(sqlite3_value_bytes(column));
                if (length > 0 && !data)
                    throw std::bad_alloc();
                putNumber(bytes, length);
                put(bytes, std::span(data, length));
            }
        }
    }

private:
    static std::size_t sizeOf(sqlite3_value *column)
    {
        switch (sqlite3_value_type(column)) {
        case SQLITE_NULL:
            return 0;
        case SQLITE_INTEGER:
        case SQLITE_FLOAT:
            return numberSize;
        default:
            return numberSize + static_cast<std::size_t>(sqlite3_value_bytes(column));
        }
    }
    static void put(std::span<std::byte> &to, std::span<const std::byte> bytes)
    {
        std::ranges::copy(bytes, to.begin());
        to = to.subspan(bytes.size());
    }
    static void putNumber(std::span<std::byte> &to, quint64 number)
    {
        qToLittleEndian(number, to.data());
        to = to.subspan(numberSize);
    }

    std::string_view m_label;
    std::span<sqlite3_value *> m_columns;
    std::size_t m_size;
};

crypto::Digest32 rowHash(const ManifestSums &sums, std::size_t slot, std::span<sqlite3_value *> columns)
{
    const RowBytes row(sums.rowLabelOf(slot), columns);
    const auto hashed = [&](std::span<std::byte> bytes) {
        row.writeTo(bytes);
        return crypto::KeyedDigest(sums.key().bytes()).add(bytes).finish();
    };
    std::array<std::byte, 1024> few;
    if (row.size() > few.size())
        return hashed(crypto::SecretBytes(row.size()).writable());
    const std::span<std::byte> bytes = std::span(few).first(row.size());
    const crypto::Digest32 hash = hashed(bytes);
    explicit_bzero(bytes.data(), bytes.size());
    return hash;
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
        sums.changedSlots |= 1ULL << slot;
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

/// Of the aggregate that is being made: SQLite keeps the pointer, zeroed at first, and always ends an aggregate it began.
RowHashing **hashingOf(sqlite3_context *context)
{
    return static_cast<RowHashing **>(sqlite3_aggregate_context(context, sizeof(RowHashing *)));
}

void sumStep(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    guarded(context, [&] {
        const std::span values(arguments, static_cast<std::size_t>(count));
        RowHashing **hashing = hashingOf(context);
        const ManifestSums &sums = sumsOf(context);
        const auto slot = static_cast<std::size_t>(sqlite3_value_int64(values[0]));
        if (!hashing || slot >= sums.tables().size())
            throw std::bad_alloc();
        if (!*hashing)
            *hashing = new RowHashing(sums.key());
        const RowBytes row(sums.rowLabelOf(slot), values.subspan(1));
        row.writeTo((*hashing)->add(row.size()));
    });
}

void sumEnd(sqlite3_context *context)
{
    guarded(context, [&] {
        RowHashing **begun = hashingOf(context);
        const std::unique_ptr<RowHashing> hashing(begun ? *begun : nullptr);
        std::array<std::byte, sumSize> bytes{};
        putSum(hashing ? hashing->sum() : RowSum(), bytes);
        sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    });
}

/// Where the rows of an aggregate that is being made have come to; zeroed at first.
struct Order {
    std::array<qint64, 3> last;
    bool isBegun;
    bool isBroken;
};

void orderStep(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    auto *order = static_cast<Order *>(sqlite3_aggregate_context(context, sizeof(Order)));
    if (!order || static_cast<std::size_t>(count) > order->last.size()) {
        sqlite3_result_error_nomem(context);
        return;
    }
    std::array<qint64, 3> now{};
    std::ranges::transform(std::span(arguments, static_cast<std::size_t>(count)), now.begin(), sqlite3_value_int64);
    order->isBroken = order->isBroken || (order->isBegun && now <= order->last);
    order->isBegun = true;
    order->last = now;
}

void orderEnd(sqlite3_context *context)
{
    const auto *order = static_cast<const Order *>(sqlite3_aggregate_context(context, 0));
    sqlite3_result_int(context, order && order->isBroken ? 0 : 1);
}

} // namespace

QByteArray ManifestState::toBytes() const
{
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(numberSize + tables.size() * sumSize + digestSize));
    append(bytes, (generation & generationMask) | static_cast<quint64>(witness) << generationBits);
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
    const quint64 first = number();
    state.generation = first & generationMask;
    state.witness = static_cast<quint32>(first >> generationBits);
    state.tables.resize(tables);
    for (RowSum &table : state.tables) {
        table.rows = number();
        table.sum = digest();
    }
    state.mac = digest();
    return state;
}

quint32 ManifestState::renewWitness(std::span<std::byte> state)
{
    const quint64 generation = (qFromLittleEndian<quint64>(state.data()) & generationMask) + 1;
    const quint32 witness = PageWitness::of(generation);
    qToLittleEndian(generation | static_cast<quint64>(witness) << generationBits, state.data());
    return witness;
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
    const auto aggregate = [&](const char *name, void (*step)(sqlite3_context *, int, sqlite3_value **), void (*end)(sqlite3_context *)) {
        return sqlite3_create_function_v2(handle, name, -1, flags | SQLITE_DIRECTONLY, this, nullptr, step, end, nullptr);
    };
    int code = aggregate("manifest_sum", sumStep, sumEnd);
    if (code == SQLITE_OK)
        code = aggregate("manifest_in_order", orderStep, orderEnd);
    if (code == SQLITE_OK)
        code = scalar("manifest_added", changed<Change::Added>);
    if (code == SQLITE_OK)
        code = scalar("manifest_removed", changed<Change::Removed>);
    return code == SQLITE_OK ? scalar("manifest_replaced", changed<Change::Replaced>) : code;
}

} // namespace clavitor
