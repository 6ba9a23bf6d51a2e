// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/Arguments.h"

#include "app/link/Characters.h"
#include "app/link/Utf8.h"

#include <QJsonArray>
#include <QSet>

#include <algorithm>
#include <cmath>
#include <optional>

namespace clavitor::bridge {

using namespace Qt::StringLiterals;

namespace {

using Kind = Parameter::Kind;
using Checked = std::expected<ArgumentValue, QString>;

/// How a face names a parameter.
using Naming = QLatin1StringView (*)(const Parameter &);
QLatin1StringView inQuery(const Parameter &parameter)
{
    return parameter.nameInQuery();
}
QLatin1StringView inJson(const Parameter &parameter)
{
    return parameter.name;
}

const Parameter *find(std::span<const Parameter> parameters, Naming naming, const QString &name)
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter &parameter) { return name == naming(parameter); });
    return found == parameters.end() ? nullptr : &*found;
}

QString namesOf(std::span<const Parameter> parameters, Naming naming)
{
    QStringList names;
    for (const Parameter &parameter : parameters)
        names.append(QString(naming(parameter)));
    return names.isEmpty() ? u"none"_s : names.join(u", "_s);
}

/// A name that came from outside, fit to be shown: short and printable.
QString shown(const QString &name)
{
    QString text = name.left(40);
    for (QChar &c : text)
        if (!c.isPrint())
            c = u'?';
    return text;
}

QString range(const Parameter &parameter)
{
    return u"from %1 to %2"_s.arg(parameter.least).arg(parameter.most);
}

QString choicesOf(const Parameter &parameter)
{
    QStringList names;
    for (const QLatin1StringView choice : parameter.choices)
        names.append(choice);
    return names.join(u", "_s);
}

Checked checkText(const Parameter &parameter, QLatin1StringView name, const QString &text)
{
    if (link::characters(text) < parameter.least || link::characters(text) > parameter.most)
        return std::unexpected(u"'%1' must have %2 characters."_s.arg(name, range(parameter)));
    for (const QChar c : text)
        if (c.category() == QChar::Other_Control)
            return std::unexpected(u"'%1' may not hold control characters."_s.arg(name));
    const auto isIt = [&text](QLatin1StringView choice) { return text == choice; };
    if (!parameter.choices.empty() && std::ranges::none_of(parameter.choices, isIt))
        return std::unexpected(u"'%1' must be one of: %2."_s.arg(name, choicesOf(parameter)));
    return text;
}

Checked checkTexts(const Parameter &parameter, QLatin1StringView name, const QJsonArray &array)
{
    if (array.size() < parameter.least || array.size() > parameter.most)
        return std::unexpected(u"'%1' must have %2 items."_s.arg(name, range(parameter)));
    const Parameter each{name, Kind::Text, true, 1, parameter.mostEach, {}};
    QStringList texts;
    for (const QJsonValue &value : array) {
        if (!value.isString())
            return std::unexpected(u"'%1' must be a list of strings."_s.arg(name));
        const Checked checked = checkText(each, name, value.toString());
        if (!checked)
            return std::unexpected(u"Each of "_s + checked.error());
        texts.append(std::get<QString>(*checked));
    }
    return texts;
}

Checked checkNumber(const Parameter &parameter, QLatin1StringView name, double number, bool isNumber)
{
    if (!isNumber || number != std::floor(number) || number < parameter.least || number > parameter.most)
        return std::unexpected(u"'%1' must be a whole number %2."_s.arg(name, range(parameter)));
    return static_cast<int>(number);
}

Checked fromText(const Parameter &parameter, const QString &text)
{
    const QLatin1StringView name = inQuery(parameter);
    switch (parameter.kind) {
    case Kind::Text:
        return checkText(parameter, name, text);
    case Kind::Number: {
        bool isNumber = !text.isEmpty() && text.size() <= 6;
        for (const QChar c : text)
            isNumber = isNumber && c >= u'0' && c <= u'9';
        return checkNumber(parameter, name, text.toDouble(), isNumber);
    }
    case Kind::Flag:
        if (text == "true"_L1 || text == "1"_L1)
            return true;
        if (text == "false"_L1 || text == "0"_L1)
            return false;
        break;
    case Kind::Texts:
        return std::unexpected(u"'%1' must be a list of strings."_s.arg(name));
    }
    return std::unexpected(u"'%1' must be true or false."_s.arg(name));
}

Checked fromJson(const Parameter &parameter, const QJsonValue &value)
{
    const QLatin1StringView name = inJson(parameter);
    switch (parameter.kind) {
    case Kind::Text:
        if (value.isString())
            return checkText(parameter, name, value.toString());
        return std::unexpected(u"'%1' must be a string."_s.arg(name));
    case Kind::Texts:
        if (value.isArray())
            return checkTexts(parameter, name, value.toArray());
        return std::unexpected(u"'%1' must be a list of strings."_s.arg(name));
    case Kind::Number:
        return checkNumber(parameter, name, value.toDouble(), value.isDouble());
    case Kind::Flag:
        if (value.isBool())
            return value.toBool();
        break;
    }
    return std::unexpected(u"'%1' must be true or false."_s.arg(name));
}

/// Percent-decoding with '+' for a space; nullopt for a broken escape or what is not UTF-8 then.
std::optional<QString> formDecoded(QByteArrayView encoded)
{
    QByteArray bytes;
    bytes.reserve(encoded.size());
    for (qsizetype at = 0; at < encoded.size(); ++at) {
        if (encoded[at] == '+') {
            bytes.append(' ');
            continue;
        }
        if (encoded[at] != '%') {
            bytes.append(encoded[at]);
            continue;
        }
        const QByteArray digits =
            encoded.sliced(at + 1, std::min<qsizetype>(2, encoded.size() - at - 1)).toByteArray();
        const QByteArray byte = QByteArray::fromHex(digits);
        if (digits.size() != 2 || byte.toHex() != digits.toLower())
            return std::nullopt;
        bytes.append(byte);
        at += 2;
    }
    if (!bytes.isValidUtf8())
        return std::nullopt;
    return link::fromUtf8(bytes);
}

bool countsAsAbsent(const Parameter &parameter, const QString &text)
{
    return text.isEmpty() && !parameter.isRequired && parameter.kind == Kind::Text && parameter.least > 0;
}

std::expected<void, QString> checkRequired(const Arguments &arguments, std::span<const Parameter> parameters,
                                           Naming naming)
{
    for (const Parameter &parameter : parameters)
        if (parameter.isRequired && !arguments.has(parameter.name))
            return std::unexpected(u"'%1' is missing."_s.arg(naming(parameter)));
    return {};
}

} // namespace

QString Arguments::text(QLatin1StringView name, const QString &otherwise) const
{
    const auto found = m_values.constFind(QString(name));
    return found == m_values.constEnd() ? otherwise : std::get<QString>(*found);
}
QStringList Arguments::texts(QLatin1StringView name) const
{
    const auto found = m_values.constFind(QString(name));
    return found == m_values.constEnd() ? QStringList() : std::get<QStringList>(*found);
}
int Arguments::number(QLatin1StringView name, int otherwise) const
{
    const auto found = m_values.constFind(QString(name));
    return found == m_values.constEnd() ? otherwise : std::get<int>(*found);
}
bool Arguments::flag(QLatin1StringView name, bool otherwise) const
{
    const auto found = m_values.constFind(QString(name));
    return found == m_values.constEnd() ? otherwise : std::get<bool>(*found);
}

std::expected<Arguments, QString> argumentsFromQuery(QByteArrayView query,
                                                     std::span<const Parameter> parameters)
{
    Arguments arguments;
    QSet<QString> seen;
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        const std::optional<QString> name = formDecoded(equals < 0 ? pair : pair.first(equals));
        const std::optional<QString> value =
            formDecoded(equals < 0 ? QByteArrayView() : pair.sliced(equals + 1));
        if (!name || !value)
            return std::unexpected(u"The query has a broken percent escape or is not UTF-8."_s);
        const Parameter *const parameter = find(parameters, inQuery, *name);
        if (!parameter)
            return std::unexpected(u"The parameter '%1' is unknown here. Known: %2."_s.arg(
                shown(*name), namesOf(parameters, inQuery)));
        if (seen.contains(*name))
            return std::unexpected(u"'%1' was sent more than once."_s.arg(inQuery(*parameter)));
        seen.insert(*name);
        if (countsAsAbsent(*parameter, *value))
            continue;
        Checked checked = fromText(*parameter, *value);
        if (!checked)
            return std::unexpected(std::move(checked.error()));
        arguments.set(parameter->name, std::move(*checked));
    }
    if (auto complete = checkRequired(arguments, parameters, inQuery); !complete)
        return std::unexpected(std::move(complete.error()));
    return arguments;
}

std::expected<ArgumentValue, QString> argumentFromText(const Parameter &parameter, const QString &text)
{
    return fromText(parameter, text);
}

std::expected<Arguments, QString> argumentsFromJson(const QJsonObject &object,
                                                    std::span<const Parameter> parameters)
{
    Arguments arguments;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const Parameter *const parameter = find(parameters, inJson, member.key());
        if (!parameter)
            return std::unexpected(u"The argument '%1' is unknown here. Known: %2."_s.arg(
                shown(member.key()), namesOf(parameters, inJson)));
        if (member.value().isNull() ||
            (member.value().isString() && countsAsAbsent(*parameter, member.value().toString())))
            continue;
        Checked checked = fromJson(*parameter, member.value());
        if (!checked)
            return std::unexpected(std::move(checked.error()));
        arguments.set(parameter->name, std::move(*checked));
    }
    if (auto complete = checkRequired(arguments, parameters, inJson); !complete)
        return std::unexpected(std::move(complete.error()));
    return arguments;
}

} // namespace clavitor::bridge
