// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QHash>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <expected>
#include <span>
#include <variant>

namespace clavitor::bridge {

/// One argument of an operation. REST reads it from the path, the query or the body, MCP from the tool's
/// arguments; all hold it to the same limits, and every description of it is made from this.
struct Parameter
{
    enum class Kind { Text, Texts, Number, Flag };
    enum class Face { Both, RestOnly };

    QLatin1StringView name;
    Kind kind = Kind::Text;
    bool isRequired = false;
    int least = 0; ///< characters of a text, number of texts, value of a number
    int most = 0;
    QLatin1StringView description;
    Face face = Face::Both;
    QLatin1StringView queryName = {}; ///< its name in a query string, where that differs
    int mostEach = 0;                 ///< characters of each of several texts, which have at least one
    std::span<const QLatin1StringView> choices = {}; ///< of a text, when only these will do
    QLatin1StringView header = {};    ///< `x-mcp-header` (MCP 2026-07-28) of a text that clients repeat

    [[nodiscard]] QLatin1StringView nameInQuery() const { return queryName.isEmpty() ? name : queryName; }
};

/// Checked arguments: of the right kind, within the limits, none unknown.
using ArgumentValue = std::variant<QString, QStringList, int, bool>;
class Arguments
{
public:
    void set(QLatin1StringView name, ArgumentValue value)
    {
        m_values.insert(QString(name), std::move(value));
    }
    [[nodiscard]] bool has(QLatin1StringView name) const { return m_values.contains(QString(name)); }
    [[nodiscard]] QString text(QLatin1StringView name, const QString &otherwise = {}) const;
    [[nodiscard]] QStringList texts(QLatin1StringView name) const;
    [[nodiscard]] int number(QLatin1StringView name, int otherwise) const;
    [[nodiscard]] bool flag(QLatin1StringView name, bool otherwise) const;

private:
    QHash<QString, ArgumentValue> m_values;
};

/// From a query string (application/x-www-form-urlencoded): strict, so an unknown name, a name twice, a
/// broken escape or a value out of range is refused with a sentence that says what is allowed. An empty
/// optional text counts as absent.
[[nodiscard]] std::expected<Arguments, QString> argumentsFromQuery(QByteArrayView query,
                                                                   std::span<const Parameter> parameters);
/// One of them by itself, as from a path.
[[nodiscard]] std::expected<ArgumentValue, QString> argumentFromText(const Parameter &parameter, const QString &text);
/// From a tool call, or the body of a request. null and an empty optional text count as absent.
[[nodiscard]] std::expected<Arguments, QString> argumentsFromJson(const QJsonObject &object,
                                                                  std::span<const Parameter> parameters);

} // namespace clavitor::bridge
