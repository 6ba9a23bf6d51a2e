// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace clavitor {

/// One value of a parsed JSON document (RFC 8259), which overwrites its text when it goes. QJsonDocument is
/// not used for imports because the strings it holds cannot be overwritten.
///
/// Move-only, so secrets are not copied by accident. Reads are total: a member that is absent, or asked of
/// something that is no object, is null().
class JsonValue
{
public:
    enum class Kind { Null, Bool, Number, String, Array, Object };
    using Array = std::vector<JsonValue>;
    using Object = std::vector<std::pair<QByteArray, JsonValue>>;

    JsonValue() = default;
    explicit JsonValue(bool value);
    explicit JsonValue(Array items);
    explicit JsonValue(Object members);
    [[nodiscard]] static JsonValue string(QByteArray &&utf8);
    /// `literal` as it stood in the document, so that nothing is rounded.
    [[nodiscard]] static JsonValue number(QByteArray &&literal);
    [[nodiscard]] static const JsonValue &null();

    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool isNull() const { return kind() == Kind::Null; }
    [[nodiscard]] bool isString() const { return kind() == Kind::String; }
    [[nodiscard]] bool isArray() const { return kind() == Kind::Array; }
    [[nodiscard]] bool isObject() const { return kind() == Kind::Object; }

    /// UTF-8 of a string; empty for every other kind.
    [[nodiscard]] QByteArrayView text() const;
    /// text() for what is no secret.
    [[nodiscard]] QString toQString() const { return QString::fromUtf8(text()); }
    [[nodiscard]] bool isTrue() const;
    /// A whole number; nullopt for every other kind and for fractions.
    [[nodiscard]] std::optional<qint64> toInteger() const;
    [[nodiscard]] const Array &items() const;
    [[nodiscard]] const Object &members() const;
    /// The last member of that name, as most parsers take it.
    [[nodiscard]] const JsonValue &operator[](QByteArrayView name) const;

    /// Compact JSON, appended to `out`. The caller owns what becomes of the secrets in it.
    void write(QByteArray &out) const;
    /// The length write() appends, so that the buffer can be reserved and never grows.
    [[nodiscard]] qsizetype writtenSize() const;

    JsonValue(JsonValue &&) noexcept = default;
    JsonValue &operator=(JsonValue &&other) noexcept;
    JsonValue(const JsonValue &) = delete;
    JsonValue &operator=(const JsonValue &) = delete;
    ~JsonValue();

private:
    struct Number
    {
        QByteArray literal;
    };
    // Containers behind a pointer keep a value at four words: a document may hold millions.
    using Content = std::variant<std::monostate, bool, Number, QByteArray, std::unique_ptr<Array>,
                                 std::unique_ptr<Object>>;
    void wipe();

    Content m_content;
};

} // namespace clavitor
