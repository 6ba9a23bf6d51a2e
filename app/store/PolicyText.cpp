// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/PolicyText.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kFirstTime = "first-time"_L1;
constexpr auto kNever = "never"_L1;

/// Every member through `parse` and a delivery; false when one is not understood.
template<typename Key, typename Parse>
bool readRules(const QJsonValue &value, QMap<Key, Delivery> &rules, Parse parse)
{
    if (!value.isObject())
        return false;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const auto key = parse(it.key());
        const auto delivery = deliveryFromWireName(it.value().toString());
        if (!key || !delivery)
            return false;
        rules.insert(*key, *delivery);
    }
    return true;
}

bool readLimit(const QJsonValue &value, int &limit)
{
    limit = value.toInt(-1);
    return limit >= 0;
}

} // namespace

QString policyText(const KeyPolicy &policy)
{
    QJsonObject kinds;
    for (auto it = policy.kinds.begin(); it != policy.kinds.end(); ++it)
        kinds.insert(QString(wireName(it.key())), QString(wireName(it.value())));
    QJsonObject entries;
    for (auto it = policy.entries.begin(); it != policy.entries.end(); ++it)
        entries.insert(it.key().toString(), QString(wireName(it.value())));
    const QJsonObject object{
        {"asking"_L1, policy.asking == Asking::FirstTime ? kFirstTime : kNever},
        {"budget"_L1, QJsonArray{policy.budget.perMinute, policy.budget.perHour, policy.budget.freezeAt}},
        {"code_needs_tap"_L1, policy.codeNeedsTap},
        {"entries"_L1, entries},
        {"kinds"_L1, kinds},
        {"pin"_L1, QJsonObject{{"folder"_L1, policy.pin.folder}, {"program"_L1, policy.pin.program}}}};
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

std::optional<KeyPolicy> policyFromText(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const QString asking = object.value("asking"_L1).toString();
    const QJsonArray budget = object.value("budget"_L1).toArray();
    const QJsonValue tap = object.value("code_needs_tap"_L1);
    const QJsonObject pin = object.value("pin"_L1).toObject();
    if (object.size() != 6 || (asking != kFirstTime && asking != kNever) || budget.size() != 3 || !tap.isBool() || pin.size() != 2)
        return std::nullopt;
    KeyPolicy policy;
    policy.asking = asking == kFirstTime ? Asking::FirstTime : Asking::Never;
    policy.codeNeedsTap = tap.toBool();
    policy.pin = {pin.value("program"_L1).toString(), pin.value("folder"_L1).toString()};
    const bool read = readLimit(budget[0], policy.budget.perMinute) && readLimit(budget[1], policy.budget.perHour)
        && readLimit(budget[2], policy.budget.freezeAt)
        && readRules(object.value("kinds"_L1), policy.kinds, [](const QString &name) { return fieldKindFromWireName(name); })
        && readRules(object.value("entries"_L1), policy.entries, [](const QString &id) { return EntryId::fromString(id); });
    return read ? std::optional(policy) : std::nullopt;
}

} // namespace clavitor
