// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/EntryOutline.h"

#include "app/link/Utf8.h"
#include "app/store/Statement.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr char formatByte = 1;

class Writer {
public:
    explicit Writer(QByteArray &out)
        : m_out(out)
    {
    }

    void number(quint64 value)
    {
        for (; value >= 0x80; value >>= 7)
            m_out.append(static_cast<char>((value & 0x7f) | 0x80));
        m_out.append(static_cast<char>(value));
    }

    void text(QByteArrayView utf8)
    {
        number(static_cast<quint64>(utf8.size()));
        m_out.append(utf8);
    }

    void text(const QString &value) { text(QByteArrayView(value.toUtf8())); }

    void list(const QStringList &values)
    {
        number(static_cast<quint64>(values.size()));
        for (const QString &value : values)
            text(value);
    }

private:
    QByteArray &m_out;
};

/// Reads past the end as nothing and remembers it, so callers check once.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes)
        : m_rest(bytes)
    {
    }

    [[nodiscard]] bool isDone() const { return m_good && m_rest.empty(); }
    [[nodiscard]] bool isGood() const { return m_good; }

    quint64 number()
    {
        quint64 value = 0;
        for (unsigned shift = 0; shift < 35 && !m_rest.empty(); shift += 7) {
            const auto byte = std::to_integer<quint64>(m_rest.front());
            m_rest = m_rest.subspan(1);
            value |= (byte & 0x7f) << shift;
            if (byte < 0x80)
                return value;
        }
        m_good = false;
        return 0;
    }

    /// A count of things that take at least a byte each.
    qsizetype count()
    {
        const quint64 value = number();
        if (value <= m_rest.size())
            return static_cast<qsizetype>(value);
        m_good = false;
        return 0;
    }

    QByteArrayView bytes()
    {
        const qsizetype size = count();
        const QByteArrayView view(reinterpret_cast<const char *>(m_rest.data()), size);
        m_rest = m_rest.subspan(static_cast<std::size_t>(size));
        return view;
    }

    QString text() { return link::fromUtf8(bytes()); }

    QStringList list()
    {
        QStringList values;
        const qsizetype size = count();
        values.reserve(size);
        for (qsizetype i = 0; i < size && m_good; ++i)
            values.append(text());
        return values;
    }

private:
    std::span<const std::byte> m_rest;
    bool m_good = true;
};

// Not fieldKindFromWireName(): this runs for every field of every entry of a list, without a QString for the name.
std::optional<FieldKind> kindOf(QByteArrayView name)
{
    for (const FieldKind kind : allFieldKinds()) {
        const QLatin1StringView known = wireName(kind);
        if (known.size() == name.size() && std::equal(name.begin(), name.end(), known.begin()))
            return kind;
    }
    return std::nullopt;
}

} // namespace

QByteArray encodeOutline(const EntrySummary &summary)
{
    QByteArray out;
    out.reserve(256);
    out.append(formatByte);
    Writer writer(out);
    writer.text(summary.subtitle);
    writer.list(summary.urls);
    writer.list(summary.tags);
    writer.number(static_cast<quint64>(summary.fields.size()));
    for (const FieldOutline &field : summary.fields) {
        const QLatin1StringView kind = wireName(field.kind);
        writer.number(static_cast<quint64>(field.number));
        writer.number(field.tier == Tier::Personal ? 1 : 0);
        writer.text(QByteArrayView(kind.data(), kind.size()));
        writer.text(field.label);
    }
    return out;
}

bool decodeOutline(std::span<const std::byte> bytes, EntrySummary &summary)
{
    if (bytes.empty() || bytes.front() != std::byte{formatByte})
        return false;
    Reader reader(bytes.subspan(1));
    summary.subtitle = reader.text();
    summary.urls = reader.list();
    summary.tags = reader.list();
    const qsizetype count = reader.count();
    summary.fields.clear();
    summary.fields.reserve(count);
    for (qsizetype i = 0; i < count && reader.isGood(); ++i) {
        FieldOutline field;
        field.number = static_cast<int>(reader.number());
        field.tier = reader.number() == 1 ? Tier::Personal : Tier::Shared;
        const std::optional<FieldKind> kind = kindOf(reader.bytes());
        if (!kind)
            return false;
        field.kind = *kind;
        field.label = reader.text();
        summary.fields.append(std::move(field));
    }
    return reader.isDone();
}

Result<EntrySummary> readSummary(const Statement &row)
{
    EntrySummary summary;
    summary.id = EntryId::fromBytes(row.blob(0));
    const std::optional<EntryType> type = entryTypeFromWireName(row.text(1));
    summary.title = row.text(2);
    summary.favourite = row.integer(3) != 0;
    summary.createdAt = row.integer(4);
    summary.updatedAt = row.integer(5);
    summary.trashedAt = row.integer(6);
    summary.trashed = summary.trashedAt != 0;
    summary.version = row.number(7);
    if (!type || !decodeOutline(row.bytes(8), summary))
        return fail(ErrorCode::DamagedFile, "the outline of entry "_L1 + summary.id.toString());
    summary.type = *type;
    summary.decoy = row.integer(9) != 0;
    return summary;
}

} // namespace clavitor
