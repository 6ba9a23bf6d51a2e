// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AnswerBody.h"

#include "app/base/Clock.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

QString scopeInWords(const Scope &scope)
{
    if (scope.everything)
        return u"everything"_s;
    QStringList parts;
    if (!scope.entries.isEmpty())
        parts.append(u"%1 chosen entries"_s.arg(scope.entries.size()));
    if (!scope.tags.isEmpty())
        parts.append(u"tags: "_s + scope.tags.join(u", "_s));
    if (!scope.types.isEmpty()) {
        QStringList types;
        for (EntryType type : scope.types)
            types.append(QString(wireName(type)));
        parts.append(u"types: "_s + types.join(u", "_s));
    }
    return parts.isEmpty() ? u"nothing"_s : parts.join(u"; "_s);
}

/// While it is open, also where to ask again and after how many seconds.
void writeStanding(SecretJson &json, const QString &id, QLatin1StringView state, int retryAfterSeconds)
{
    json.key("id"_L1);
    json.value(id);
    json.key("status"_L1);
    json.value(QString(state));
    if (state != "pending"_L1)
        return;
    json.key("poll"_L1);
    json.value(QString(u"/api/approvals/"_s + id));
    json.key("retry_after"_L1);
    json.value(qint64{retryAfterSeconds});
}

} // namespace

crypto::SecretText AnswerBody::nothing()
{
    SecretJson json;
    json.beginObject();
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::status(const QString &vaultId, const QString &vaultName, const Agent &agent)
{
    SecretJson json;
    json.beginObject();
    json.key("vault_id"_L1);
    json.value(vaultId);
    json.key("vault"_L1);
    json.value(vaultName);
    json.key("locked"_L1);
    json.value(false);
    json.key("key"_L1);
    json.beginObject();
    json.key("name"_L1);
    json.value(agent.name);
    json.key("id"_L1);
    json.value(agent.keyId);
    json.key("expires_at"_L1);
    if (agent.expiresAt == 0)
        json.null();
    else
        json.value(toIso8601(agent.expiresAt));
    json.key("actions"_L1);
    json.beginArray();
    for (Action action : agent.actions)
        json.value(QString(wireName(action)));
    json.endArray();
    json.key("scope"_L1);
    json.value(scopeInWords(agent.scope));
    json.key("delivery"_L1);
    json.value(QString(wireName(agent.policy.deliveryOf({}, FieldKind::Password))));
    json.key("asks"_L1);
    json.value(agent.policy.asking == Asking::FirstTime);
    json.endObject();
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::list(const EntryPage &page)
{
    SecretJson json;
    json.beginObject();
    json.key("entries"_L1);
    json.beginArray();
    for (const EntrySummary &entry : page.entries)
        Redactor::writeSummary(json, entry);
    json.endArray();
    json.key("next_cursor"_L1);
    if (page.nextCursor.isEmpty())
        json.null();
    else
        json.value(page.nextCursor);
    json.key("total"_L1);
    json.value(qint64{page.total});
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::summary(const EntrySummary &entry)
{
    SecretJson json;
    Redactor::writeSummary(json, entry);
    return json.take();
}

crypto::SecretText AnswerBody::entry(const EntrySummary &entry, const std::vector<AnswerField> &fields)
{
    SecretJson json;
    Redactor::writeEntry(json, entry, fields);
    return json.take();
}

crypto::SecretText AnswerBody::search(const QString &query, const std::vector<crypto::SecretText> &found,
                                      const QList<FoundSummary> &more, int total)
{
    SecretJson json;
    json.beginObject();
    json.key("query"_L1);
    json.value(query);
    json.key("entries"_L1);
    json.beginArray();
    for (const crypto::SecretText &entry : found)
        json.object(entry.view());
    json.endArray();
    json.key("total"_L1);
    json.value(qint64{total});
    if (!more.isEmpty()) {
        json.key("more"_L1);
        json.beginArray();
        std::size_t room = forSummaries;
        for (const FoundSummary &match : more) {
            SecretJson summary;
            Redactor::writeSummary(summary, match.entry, match.asks);
            const crypto::SecretText one = summary.take();
            if (one.size() > room)
                continue;
            room -= one.size();
            json.object(one.view());
        }
        json.endArray();
    }
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::code(const EntrySummary &entry, const crypto::Totp &source, qint64 now)
{
    const qint64 seconds = now / 1000;
    const int left = source.secondsLeft(seconds);
    const crypto::SecretText code = source.codeAt(seconds);
    SecretJson json;
    json.beginObject();
    json.key("id"_L1);
    json.value(entry.id.toString());
    json.key("title"_L1);
    json.value(entry.title);
    json.key("code"_L1);
    json.value(code.view());
    json.key("digits"_L1);
    json.value(qint64{source.digits()});
    json.key("period"_L1);
    json.value(qint64{source.periodSeconds()});
    json.key("expires_in"_L1);
    json.value(qint64{left});
    json.key("valid_until"_L1);
    json.value(toIso8601((seconds + left) * 1000));
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::used(const crypto::SecretText &value)
{
    SecretJson json;
    json.beginObject();
    json.key("value"_L1);
    json.value(value.view());
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::approval(const QString &id, QLatin1StringView state)
{
    SecretJson json;
    json.beginObject();
    json.key("approval"_L1);
    json.beginObject();
    writeStanding(json, id, state, 2);
    json.endObject();
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::request(const QString &id, QLatin1StringView state, EntryId entry)
{
    SecretJson json;
    json.beginObject();
    json.key("request"_L1);
    json.beginObject();
    writeStanding(json, id, state, 5);
    if (!entry.isNull()) {
        json.key("entry_id"_L1);
        json.value(entry.toString());
    }
    json.endObject();
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::completion(const QStringList &values, int total, bool hasMore)
{
    SecretJson json;
    json.beginObject();
    json.key("values"_L1);
    json.beginArray();
    for (const QString &value : values)
        json.value(value);
    json.endArray();
    json.key("total"_L1);
    json.value(qint64{total});
    json.key("hasMore"_L1);
    json.value(hasMore);
    json.endObject();
    return json.take();
}

crypto::SecretText AnswerBody::generated(const crypto::GeneratedSecret &secret)
{
    SecretJson json;
    json.beginObject();
    json.key("password"_L1);
    json.value(secret.text.view());
    json.key("length"_L1);
    json.value(static_cast<qint64>(secret.text.size()));
    json.key("entropy_bits"_L1);
    json.value(secret.entropyBits);
    json.endObject();
    return json.take();
}

} // namespace clavitor
