// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/ScopeText.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

/// Every string of the list, each through `parse`; false when one is not understood.
template<typename List, typename Parse>
bool readList(const QJsonValue &value, List &list, Parse parse)
{
    if (!value.isArray())
        return false;
    const QJsonArray items = value.toArray();
    for (const QJsonValue &item : items) {
        const auto parsed = item.isString() ? parse(item.toString()) : std::nullopt;
        if (!parsed)
            return false;
        list.append(*parsed);
    }
    return true;
}

} // namespace

QString scopeText(const Scope &scope)
{
    QJsonObject object;
    if (scope.everything)
        object.insert("everything"_L1, true);
    QJsonArray entries;
    for (const EntryId &id : scope.entries)
        entries.append(id.toString());
    QJsonArray types;
    for (const EntryType type : scope.types)
        types.append(QString(wireName(type)));
    object.insert("entries"_L1, entries);
    object.insert("tags"_L1, QJsonArray::fromStringList(scope.tags));
    object.insert("types"_L1, types);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

std::optional<Scope> scopeFromText(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        return std::nullopt;
    const QJsonObject object = document.object();
    const bool everything = object.value("everything"_L1).toBool();
    if (object.size() != (everything ? 4 : 3))
        return std::nullopt;
    Scope scope;
    scope.everything = everything;
    const bool read =
        readList(object.value("entries"_L1), scope.entries, [](const QString &text) { return EntryId::fromString(text); })
        && readList(object.value("tags"_L1), scope.tags, [](const QString &text) { return std::optional(text); })
        && readList(object.value("types"_L1), scope.types,
                    [](const QString &text) { return entryTypeFromWireName(text); });
    return read ? std::optional(scope) : std::nullopt;
}

} // namespace clavitor
