// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Redactor.h"

#include "app/base/Clock.h"
#include "app/model/Reference.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

void writeStrings(SecretJson &json, QLatin1StringView name, const QStringList &texts)
{
    json.key(name);
    json.beginArray();
    for (const QString &text : texts)
        json.value(text);
    json.endArray();
}

void writeHead(SecretJson &json, const EntrySummary &entry)
{
    json.key("id"_L1);
    json.value(entry.id.toString());
    json.key("title"_L1);
    json.value(entry.title);
    json.key("type"_L1);
    json.value(QString(wireName(entry.type)));
    writeStrings(json, "urls"_L1, entry.urls);
    writeStrings(json, "tags"_L1, entry.tags);
    json.key("updated_at"_L1);
    json.value(toIso8601(entry.updatedAt));
}

void writeOutline(SecretJson &json, const FieldOutline &field)
{
    json.key("id"_L1);
    json.value(field.wireId());
    json.key("label"_L1);
    json.value(field.label);
    json.key("kind"_L1);
    json.value(QString(wireName(field.kind)));
}

void writeField(SecretJson &json, const EntrySummary &entry, const AnswerField &field)
{
    json.beginObject();
    writeOutline(json, field.outline);
    // The tier is asked again here: a Personal field is redacted even if a mistake upstream said otherwise.
    if (field.outline.tier == Tier::Personal) {
        json.key("value"_L1);
        json.value(u"[REDACTED]");
        json.key("l2"_L1);
        json.value(true);
        json.endObject();
        return;
    }
    if (!field.isFilled && field.delivery != Delivery::UseOnly) {
        json.key("delivery"_L1);
        json.value(QString(wireName(field.delivery)));
        json.endObject();
        return;
    }
    switch (field.delivery) {
    case Delivery::Show:
        json.key("value"_L1);
        json.value(field.text.view());
        break;
    case Delivery::CodeOnly:
        json.key("code"_L1);
        json.value(field.text.view());
        json.key("expires_in"_L1);
        json.value(qint64{field.expiresInSeconds});
        break;
    case Delivery::UseOnly:
        json.key("delivery"_L1);
        json.value(QString(wireName(field.delivery)));
        json.key("ref"_L1);
        json.value(Reference{entry.title, field.outline.label}.toString());
        break;
    case Delivery::Never:
        json.key("delivery"_L1);
        json.value(QString(wireName(field.delivery)));
        break;
    }
    json.endObject();
}

} // namespace

void Redactor::writeSummary(SecretJson &json, const EntrySummary &entry, bool asks)
{
    json.beginObject();
    writeHead(json, entry);
    json.key("fields"_L1);
    json.beginArray();
    for (const FieldOutline &field : entry.fields) {
        json.beginObject();
        writeOutline(json, field);
        json.endObject();
    }
    json.endArray();
    if (asks) {
        json.key("ask"_L1);
        json.value(true);
    }
    json.endObject();
}

void Redactor::writeEntry(SecretJson &json, const EntrySummary &entry, const std::vector<AnswerField> &fields)
{
    json.beginObject();
    writeHead(json, entry);
    json.key("fields"_L1);
    json.beginArray();
    for (const AnswerField &field : fields)
        writeField(json, entry, field);
    json.endArray();
    json.endObject();
}

} // namespace clavitor
