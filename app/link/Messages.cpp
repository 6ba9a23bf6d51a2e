// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/link/Messages.h"

#include "app/link/Characters.h"
#include "app/link/Utf8.h"
#include "app/link/Wipe.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <concepts>
#include <tuple>
#include <type_traits>

namespace clavitor::link {

namespace {

template <typename T, typename Message>
concept Is = std::same_as<std::remove_const_t<T>, Message>;

// ---- the fields of every message, in wire order: the one list that encoder and decoder share
// ---------------------

auto fields(Is<HealthQuery> auto &)
{
    return std::tie();
}
auto fields(Is<AuthenticateQuery> auto &)
{
    return std::tie();
}
auto fields(Is<StatusQuery> auto &)
{
    return std::tie();
}
auto fields(Is<ListQuery> auto &q)
{
    return std::tie(q.type, q.tag, q.cursor, q.limit);
}
auto fields(Is<ReadQuery> auto &q)
{
    return std::tie(q.entryId, q.metadataOnly);
}
auto fields(Is<SearchQuery> auto &q)
{
    return std::tie(q.query, q.limit);
}
auto fields(Is<TotpQuery> auto &q)
{
    return std::tie(q.entryId);
}
auto fields(Is<GenerateQuery> auto &q)
{
    return std::tie(q.length, q.symbols, q.digits, q.upper, q.lower, q.avoidAmbiguous, q.words, q.separator);
}
auto fields(Is<ApprovalQuery> auto &q)
{
    return std::tie(q.id);
}
auto fields(Is<RequestQuery> auto &q)
{
    return std::tie(q.title, q.why, q.fields);
}
auto fields(Is<CompleteQuery> auto &q)
{
    return std::tie(q.text, q.ids);
}
auto fields(Is<UseQuery> auto &q)
{
    return std::tie(q.reference, q.command);
}
auto fields(Is<Peer> auto &p)
{
    return std::tie(p.port, p.ipv6, p.socket);
}
auto fields(Is<Question> auto &q)
{
    return std::tie(q.id, q.door, q.token, q.vaultPrefix, q.reason, q.client, q.requestId, q.peer, q.query);
}
auto fields(Is<Answer> auto &a)
{
    return std::tie(a.id, a.status, a.body, a.detail, a.retryAfterSeconds, a.process);
}
auto fields(Is<ClientGone> auto &m)
{
    return std::tie(m.id);
}
auto fields(Is<WhoCalls> auto &m)
{
    return std::tie(m.id, m.peers);
}
auto fields(Is<Callers> auto &m)
{
    return std::tie(m.id, m.processes);
}
auto fields(Is<BridgeUp> auto &m)
{
    return std::tie(m.port, m.failure);
}
auto fields(Is<Start> auto &m)
{
    return std::tie(m.build, m.port);
}

// ---- what a decoded value may be; beyond its type
// ---------------------------------------------------------------

bool inRange(int value, int least, int most)
{
    return value >= least && value <= most;
}

template <typename T>
bool isValid(const T &)
{
    return true;
}
bool isValid(const ListQuery &q)
{
    return inRange(q.limit, 1, 100);
}
bool isValid(const SearchQuery &q)
{
    return inRange(q.limit, 1, 20);
}
bool isValid(const GenerateQuery &q)
{
    return inRange(q.length, 8, 256) && (q.words == 0 || inRange(q.words, 3, 20));
}
bool isValid(const RequestQuery &q)
{
    return inRange(static_cast<int>(characters(q.title)), 1, MaxRequestTitle) && inRange(static_cast<int>(characters(q.why)), 1, MaxReason)
        && q.fields.size() <= MaxRequestFields
        && std::ranges::all_of(q.fields, [](const QString &label) { return characters(label) <= MaxRequestLabel; });
}
bool isValid(const CompleteQuery &q)
{
    return characters(q.text) <= MaxTyped;
}
bool isValid(const UseQuery &q)
{
    return characters(q.reference) <= MaxReference && inRange(static_cast<int>(characters(q.command)), 1, MaxCommand);
}
bool isValid(const Question &q)
{
    return characters(q.reason) <= MaxReason && characters(q.client) <= MaxClient && characters(q.requestId) <= MaxRequestId;
}
bool isValid(const Answer &a)
{
    return a.retryAfterSeconds >= 0;
}
bool isValid(const WhoCalls &m)
{
    return m.peers.size() <= WhoCalls::Most;
}
bool isValid(const Callers &m)
{
    return m.processes.size() <= WhoCalls::Most;
}
bool isValid(Door door)
{
    return door <= Door::Mcp;
}
bool isValid(Status status)
{
    return status <= Status::Internal;
}

// ---- encoding
// ---------------------------------------------------------------------------------------------------

/// Counts or appends; run twice, so that the buffer is allocated once and no secret stays in an outgrown one.
class Writer
{
public:
    explicit Writer(QByteArray *out)
        : m_out(out)
    {
    }

    [[nodiscard]] qsizetype size() const { return m_size; }

    template <std::integral T>
    void write(T value)
    {
        std::array<char, sizeof(T)> bytes;
        qToBigEndian(value, bytes.data());
        append({bytes.data(), static_cast<qsizetype>(bytes.size())});
    }
    void write(bool value) { write(static_cast<std::uint8_t>(value)); }
    template <typename T>
    requires std::is_enum_v<T>
    void write(T value) { write(static_cast<std::uint8_t>(value)); }
    void write(const QByteArray &bytes)
    {
        write(static_cast<std::uint32_t>(bytes.size()));
        append(bytes);
    }
    void write(const QString &text)
    {
        QByteArray utf8 = text.toUtf8();
        write(utf8);
        wipe(utf8);
    }
    template <typename T>
    void write(const QList<T> &list)
    {
        write(static_cast<std::uint32_t>(list.size()));
        for (const T &one : list)
            write(one);
    }
    template <typename... T>
    void write(const std::variant<T...> &variant)
    {
        write(static_cast<std::uint8_t>(variant.index()));
        std::visit([this](const auto &alternative) { write(alternative); }, variant);
    }
    template <typename T>
    requires requires(const T &message) { fields(message); }
    void write(const T &message)
    {
        std::apply([this](const auto &...field) { (write(field), ...); }, fields(message));
    }

private:
    void append(QByteArrayView bytes)
    {
        m_size += bytes.size();
        if (m_out)
            m_out->append(bytes);
    }

    QByteArray *m_out;
    qsizetype m_size = 0;
};

template <typename Message>
QByteArray encodeMessage(const Message &message)
{
    Writer measure(nullptr);
    measure.write(message);
    QByteArray frame;
    frame.reserve(static_cast<qsizetype>(sizeof(std::uint32_t)) + measure.size());
    Writer writer(&frame);
    writer.write(static_cast<std::uint32_t>(measure.size()));
    writer.write(message);
    return frame;
}

// ---- decoding
// ---------------------------------------------------------------------------------------------------

class Reader
{
public:
    explicit Reader(QByteArrayView bytes)
        : m_rest(bytes)
    {
    }

    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }
    /// As its length prefix says; 0 where there is none.
    [[nodiscard]] std::uint32_t sizeOfNext() const
    {
        return m_rest.size() < static_cast<qsizetype>(sizeof(std::uint32_t)) ? 0 : qFromBigEndian<std::uint32_t>(m_rest.data());
    }

    template <std::integral T>
    bool read(T &value)
    {
        const std::optional<QByteArrayView> bytes = take(sizeof(T));
        if (!bytes)
            return false;
        value = qFromBigEndian<T>(bytes->data());
        return true;
    }
    bool read(bool &value)
    {
        std::uint8_t byte = 0;
        if (!read(byte) || byte > 1)
            return false;
        value = byte == 1;
        return true;
    }
    template <typename T>
    requires std::is_enum_v<T>
    bool read(T &value)
    {
        std::uint8_t byte = 0;
        if (!read(byte))
            return false;
        value = static_cast<T>(byte);
        return isValid(value);
    }
    bool read(QByteArray &bytes)
    {
        const std::optional<QByteArrayView> view = takeSized();
        if (!view)
            return false;
        bytes = view->toByteArray();
        return true;
    }
    bool read(QString &text)
    {
        const std::optional<QByteArrayView> view = takeSized();
        if (!view || !view->isValidUtf8())
            return false;
        text = fromUtf8(*view);
        return true;
    }
    template <typename T>
    bool read(QList<T> &list)
    {
        // One takes four bytes at least, so a count that lies allocates nothing.
        std::uint32_t count = 0;
        if (!read(count) || count > static_cast<std::size_t>(m_rest.size()) / sizeof(std::uint32_t))
            return false;
        for (std::uint32_t i = 0; i < count; ++i)
            if (!read(list.emplaceBack()))
                return false;
        return true;
    }
    template <typename... T>
    bool read(std::variant<T...> &variant)
    {
        std::uint8_t index = 0;
        if (!read(index) || index >= sizeof...(T))
            return false;
        return readAlternative<0, T...>(variant, index);
    }
    template <typename T>
    requires requires(T &message) { fields(message); }
    bool read(T &message)
    {
        return std::apply([this](auto &...field) { return (read(field) && ...); }, fields(message)) &&
               isValid(message);
    }

private:
    template <std::size_t Index, typename... T>
    bool readAlternative(std::variant<T...> &variant, std::size_t index)
    {
        if constexpr (Index < sizeof...(T)) {
            if (index == Index)
                return read(variant.template emplace<Index>());
            return readAlternative<Index + 1, T...>(variant, index);
        } else {
            return false;
        }
    }

    std::optional<QByteArrayView> take(std::size_t count)
    {
        if (count > static_cast<std::size_t>(m_rest.size()))
            return std::nullopt;
        const QByteArrayView taken = m_rest.first(static_cast<qsizetype>(count));
        m_rest = m_rest.sliced(static_cast<qsizetype>(count));
        return taken;
    }
    std::optional<QByteArrayView> takeSized()
    {
        std::uint32_t size = 0;
        if (!read(size))
            return std::nullopt;
        return take(size);
    }

    QByteArrayView m_rest;
};

template <typename Message>
std::optional<Message> decodeMessage(QByteArrayView payload)
{
    Message message;
    Reader reader(payload);
    if (payload.size() > MaxFrame || !reader.read(message) || !reader.atEnd())
        return std::nullopt;
    return message;
}

} // namespace

QByteArray buildStamp()
{
    return QByteArrayLiteral(CLAVITOR_BUILD_STAMP);
}

QByteArray encode(const ToKeeper &message)
{
    return encodeMessage(message);
}
QByteArray encode(const ToBridge &message)
{
    return encodeMessage(message);
}

std::optional<ToKeeper> decodeToKeeper(QByteArrayView payload)
{
    return decodeMessage<ToKeeper>(payload);
}
std::optional<ToBridge> decodeToBridge(QByteArrayView payload)
{
    return decodeMessage<ToBridge>(payload);
}

std::optional<QByteArray> foreignBuild(QByteArrayView payload)
{
    static_assert(std::is_same_v<std::variant_alternative_t<0, ToBridge>, Start>);
    Reader reader(payload);
    std::uint8_t tag = 0;
    QByteArray stamp;
    // Looked at before it is copied: it may be as long as a frame.
    if (!reader.read(tag) || tag != 0 || reader.sizeOfNext() > MaxStamp || !reader.read(stamp) || stamp.isEmpty()
        || !std::ranges::all_of(stamp, [](char c) { return c > ' ' && c < '\x7f'; }) || stamp == buildStamp())
        return std::nullopt;
    return stamp;
}

} // namespace clavitor::link
