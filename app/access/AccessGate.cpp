// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "app/base/Monotonic.h"
#include "app/access/Policy.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/Totp.h"
#include "crypto/WordList.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// An agent's last use is stored at most this often, so that a busy key does not write a row a request.
constexpr qint64 kTouchInterval = 10'000;

QString doorName(link::Door door)
{
    return door == link::Door::Mcp ? u"mcp"_s : u"api"_s;
}

link::Answer refusal(const link::Question &question, link::Status status, const QString &detail = {})
{
    link::Answer answer;
    answer.id = question.id;
    answer.status = status;
    answer.detail = detail;
    return answer;
}

/// A store that cannot be read or a row that cannot be written: nothing leaves.
link::Answer unavailable(const link::Question &question)
{
    return refusal(question, link::Status::AuditUnavailable);
}

link::Answer finished(const link::Question &question, SecretJson &json)
{
    const crypto::SecretText text = json.take();
    link::Answer answer;
    answer.id = question.id;
    answer.status = link::Status::Ok;
    answer.body = QByteArray(text.view().data(), static_cast<qsizetype>(text.size()));
    return answer;
}

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

} // namespace

QLatin1StringView actionOf(const link::Query &query)
{
    struct Name {
        QLatin1StringView operator()(const link::HealthQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::AuthenticateQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::StatusQuery &) const { return "status"_L1; }
        QLatin1StringView operator()(const link::ListQuery &) const { return "list"_L1; }
        QLatin1StringView operator()(const link::ReadQuery &) const { return "read"_L1; }
        QLatin1StringView operator()(const link::SearchQuery &) const { return "search"_L1; }
        QLatin1StringView operator()(const link::TotpQuery &) const { return "totp"_L1; }
        QLatin1StringView operator()(const link::GenerateQuery &) const { return "generate"_L1; }
    };
    return std::visit(Name{}, query);
}

AccessGate::AccessGate(Parts parts)
    : m_parts(std::move(parts))
{
}

link::Answer AccessGate::answer(const link::Question &question, qint64 arrived)
{
    const qint64 now = m_parts.clock();
    auto known = m_parts.tokens.authenticate(question.token);
    if (!known)
        return unavailable(question);
    if (!*known)
        return refuseToken(question, arrived, now);

    const QString actor = doorName(question.door) + u':' + (*known)->name;
    const Passage passage{question, arrived, now, std::move(**known), actor};
    // A token belongs to one vault; under another's prefix nothing exists.
    if (!question.vaultPrefix.isEmpty() && question.vaultPrefix != m_parts.vaultId)
        return refusal(question, link::Status::NotFound);

    const Decision alive = decideAlive(passage.agent, now);
    if (!alive.allowed) {
        if (!record(passage, actionOf(question.query), {}, {}, Outcome::Denied, alive.why))
            return unavailable(question);
        return refusal(question, alive.status);
    }
    if (now - passage.agent.lastUsedAt >= kTouchInterval) {
        if (!m_parts.agents.touch(passage.agent.keyId, now))
            return unavailable(question);
    }

    struct Visitor {
        AccessGate &gate;
        const Passage &passage;
        link::Answer operator()(const link::HealthQuery &) const { return gate.authenticate(passage); }
        link::Answer operator()(const link::AuthenticateQuery &) const { return gate.authenticate(passage); }
        link::Answer operator()(const link::StatusQuery &) const { return gate.status(passage); }
        link::Answer operator()(const link::ListQuery &query) const { return gate.list(passage, query); }
        link::Answer operator()(const link::ReadQuery &query) const { return gate.read(passage, query); }
        link::Answer operator()(const link::SearchQuery &query) const { return gate.search(passage, query); }
        link::Answer operator()(const link::TotpQuery &query) const { return gate.totp(passage, query); }
        link::Answer operator()(const link::GenerateQuery &query) const { return gate.generate(passage, query); }
    };
    return std::visit(Visitor{*this, passage}, question.query);
}

link::Answer AccessGate::refuseToken(const link::Question &question, qint64 arrived, qint64 now)
{
    const BadTokens::Verdict verdict = m_badTokens.refused(now);
    if (verdict.worthARow) {
        const Passage passage{question, arrived, now, {}, doorName(question.door) + u":unknown key"_s};
        const QString more = verdict.unwritten > 0 ? u"; %1 more before it"_s.arg(verdict.unwritten) : QString();
        if (!record(passage, actionOf(question.query), {}, {}, Outcome::Denied, u"unknown or malformed token"_s + more))
            return unavailable(question);
    }
    if (!verdict.tooOften)
        return refusal(question, link::Status::Unauthorized);
    link::Answer answer = refusal(question, link::Status::RateLimited);
    answer.retryAfterSeconds = verdict.retryAfterSeconds;
    return answer;
}

link::Answer AccessGate::authenticate(const Passage &passage)
{
    SecretJson json;
    json.beginObject();
    json.endObject();
    return finished(passage.question, json);
}

link::Answer AccessGate::status(const Passage &passage)
{
    const Agent &agent = passage.agent;
    SecretJson json;
    json.beginObject();
    json.key("vault_id"_L1);
    json.value(m_parts.vaultId);
    json.key("vault"_L1);
    json.value(m_parts.vaultName);
    json.key("locked"_L1);
    json.value(false);
    json.key("key"_L1);
    json.beginObject();
    json.key("name"_L1);
    json.value(agent.name);
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
    json.value(u"show");
    json.endObject();
    json.endObject();
    return finished(passage.question, json);
}

link::Answer AccessGate::list(const Passage &passage, const link::ListQuery &query)
{
    EntryFilter filter;
    filter.scope = passage.agent.scope;
    filter.tag = query.tag;
    QString subject;
    if (!query.type.isEmpty()) {
        filter.type = entryTypeFromWireName(query.type);
        if (!filter.type)
            return refusal(passage.question, link::Status::BadRequest, u"There is no entry type '%1'."_s.arg(query.type.left(40)));
        subject = u"type "_s + query.type;
    }
    if (!query.tag.isEmpty())
        subject += (subject.isEmpty() ? u"tag "_s : u", tag "_s) + query.tag;
    if (const auto permitted = permit(passage, Action::List, subject); !permitted)
        return permitted.error();

    const auto page = m_parts.catalog.page(filter, query.cursor, query.limit);
    if (!page) {
        if (page.error().code == ErrorCode::InvalidValue)
            return refusal(passage.question, link::Status::BadRequest, u"The cursor is not one of ours. Start again without it."_s);
        return unavailable(passage.question);
    }
    if (!record(passage, wireName(Action::List), subject, {}, Outcome::Allowed))
        return unavailable(passage.question);

    SecretJson json;
    json.beginObject();
    json.key("entries"_L1);
    json.beginArray();
    for (const EntrySummary &entry : page->entries)
        Redactor::writeSummary(json, entry);
    json.endArray();
    json.key("next_cursor"_L1);
    if (page->nextCursor.isEmpty())
        json.null();
    else
        json.value(page->nextCursor);
    json.key("total"_L1);
    json.value(qint64{page->total});
    json.endObject();
    return finished(passage.question, json);
}

link::Answer AccessGate::read(const Passage &passage, const link::ReadQuery &query)
{
    // Metadata is what a list shows, so it takes the right to list and leaves a list's row.
    const Action action = query.metadataOnly ? Action::List : Action::Read;
    const auto entry = entryInScope(passage, action, query.entryId);
    if (!entry)
        return entry.error();
    if (!record(passage, wireName(action), entry->title, entry->id, Outcome::Allowed))
        return unavailable(passage.question);

    SecretJson json;
    if (query.metadataOnly) {
        Redactor::writeSummary(json, *entry);
        return finished(passage.question, json);
    }
    const auto fields = deliver(passage, *entry);
    if (!fields)
        return unavailable(passage.question);
    Redactor::writeEntry(json, *entry, *fields);
    return finished(passage.question, json);
}

link::Answer AccessGate::search(const Passage &passage, const link::SearchQuery &query)
{
    const QString subject = u'"' + query.query + u'"';
    if (const auto permitted = permit(passage, Action::Search, subject); !permitted)
        return permitted.error();

    // As many as a page of summaries may show: `limit` with values, the rest of them as "more".
    constexpr int kShown = 20;
    const auto hits = m_parts.catalog.search(query.query, kShown, passage.agent.scope);
    if (!hits)
        return unavailable(passage.question);
    if (!record(passage, wireName(Action::Search), subject, {}, Outcome::Allowed))
        return unavailable(passage.question);

    const bool mayRead = decide(passage.agent, Action::Read, passage.now).allowed;
    const qsizetype withValues = mayRead ? std::min<qsizetype>(query.limit, hits->entries.size()) : 0;
    SecretJson json;
    json.beginObject();
    json.key("query"_L1);
    json.value(query.query);
    json.key("entries"_L1);
    json.beginArray();
    for (qsizetype i = 0; i < withValues; ++i) {
        const EntrySummary &entry = hits->entries[i];
        if (!record(passage, wireName(Action::Read), entry.title, entry.id, Outcome::Allowed, u"found by search"_s))
            return unavailable(passage.question);
        const auto fields = deliver(passage, entry);
        if (!fields)
            return unavailable(passage.question);
        Redactor::writeEntry(json, entry, *fields);
    }
    json.endArray();
    json.key("total"_L1);
    json.value(qint64{hits->total});
    if (hits->entries.size() > withValues) {
        json.key("more"_L1);
        json.beginArray();
        for (qsizetype i = withValues; i < hits->entries.size(); ++i)
            Redactor::writeSummary(json, hits->entries[i]);
        json.endArray();
    }
    json.endObject();
    return finished(passage.question, json);
}

link::Answer AccessGate::totp(const Passage &passage, const link::TotpQuery &query)
{
    const auto entry = entryInScope(passage, Action::Totp, query.entryId);
    if (!entry)
        return entry.error();
    const auto field = std::ranges::find_if(entry->fields, [](const FieldOutline &one) {
        return one.kind == FieldKind::Totp && one.tier == Tier::Shared;
    });
    if (field == entry->fields.end()) {
        if (!record(passage, wireName(Action::Totp), entry->title, entry->id, Outcome::Denied, u"no one-time code"_s))
            return unavailable(passage.question);
        return refusal(passage.question, link::Status::NotFound, u"This entry has no one-time code."_s);
    }
    if (!record(passage, wireName(Action::Totp), entry->title, entry->id, Outcome::Allowed))
        return unavailable(passage.question);
    const auto seeds = m_parts.entries.reveal(Authorization(entry->id, {field->number}, Authorization::Holder::Agent), nullptr);
    if (!seeds || seeds->empty())
        return unavailable(passage.question);
    const auto source = crypto::Totp::parse(seeds->front().value.view());
    if (!source)
        return refusal(passage.question, link::Status::NotFound, u"The stored one-time code source cannot be read. Ask the person to check it."_s);

    const qint64 seconds = passage.now / 1000;
    const int left = source->secondsLeft(seconds);
    const crypto::SecretText code = source->codeAt(seconds);
    SecretJson json;
    json.beginObject();
    json.key("id"_L1);
    json.value(entry->id.toString());
    json.key("title"_L1);
    json.value(entry->title);
    json.key("code"_L1);
    json.value(code.view());
    json.key("digits"_L1);
    json.value(qint64{source->digits()});
    json.key("period"_L1);
    json.value(qint64{source->periodSeconds()});
    json.key("expires_in"_L1);
    json.value(qint64{left});
    json.key("valid_until"_L1);
    json.value(toIso8601((seconds + left) * 1000));
    json.endObject();
    return finished(passage.question, json);
}

link::Answer AccessGate::generate(const Passage &passage, const link::GenerateQuery &query)
{
    const bool phrase = query.words > 0;
    const QString subject = phrase ? u"%1 words"_s.arg(query.words) : u"%1 characters"_s.arg(query.length);
    if (const auto permitted = permit(passage, Action::Generate, subject); !permitted)
        return permitted.error();
    std::expected<crypto::GeneratedSecret, crypto::CryptoError> made = phrase
        ? crypto::generatePassphrase({query.words, query.separator.toStdString()}, crypto::effLongWordList(), m_parts.random)
        : crypto::generatePassword({query.length, query.lower, query.upper, query.digits, query.symbols, query.avoidAmbiguous},
                                   m_parts.random);
    if (!made) {
        return refusal(passage.question, link::Status::BadRequest,
                       u"Ask for 8 to 256 characters of at least one kind, or for 3 to 20 words."_s);
    }
    if (!record(passage, wireName(Action::Generate), subject, {}, Outcome::Allowed))
        return unavailable(passage.question);
    SecretJson json;
    json.beginObject();
    json.key("password"_L1);
    json.value(made->text.view());
    json.key("length"_L1);
    json.value(static_cast<qint64>(made->text.size()));
    json.key("entropy_bits"_L1);
    json.value(made->entropyBits);
    json.endObject();
    return finished(passage.question, json);
}

std::expected<EntrySummary, link::Answer> AccessGate::entryInScope(const Passage &passage, Action action, const QString &entryId)
{
    const std::optional<EntryId> id = EntryId::fromString(entryId);
    Result<EntrySummary> entry = id ? m_parts.catalog.find(*id) : Result<EntrySummary>(fail(ErrorCode::NotFound));
    if (!entry && entry.error().code != ErrorCode::NotFound)
        return std::unexpected(unavailable(passage.question));
    const QString subject = entry ? entry->title : entryId.left(40);
    const EntryId rowEntry = entry ? entry->id : EntryId{};
    if (auto permitted = permit(passage, action, subject); !permitted)
        return std::unexpected(std::move(permitted.error()));
    if (entry && isInScope(passage.agent.scope, *entry))
        return std::move(*entry);
    const QString why = !entry ? u"no such entry"_s : entry->trashed ? u"in the trash"_s : u"out of scope"_s;
    if (!record(passage, wireName(action), subject, rowEntry, Outcome::Denied, why))
        return std::unexpected(unavailable(passage.question));
    return std::unexpected(refusal(passage.question, link::Status::NotFound));
}

std::expected<void, link::Answer> AccessGate::permit(const Passage &passage, Action action, const QString &subject)
{
    const Decision decision = decide(passage.agent, action, passage.now);
    if (decision.allowed)
        return {};
    if (!record(passage, wireName(action), subject, {}, Outcome::Denied, decision.why))
        return std::unexpected(unavailable(passage.question));
    return std::unexpected(refusal(passage.question, decision.status));
}

Result<std::vector<AnswerField>> AccessGate::deliver(const Passage &passage, const EntrySummary &entry)
{
    std::vector<AnswerField> fields;
    QList<int> revealed;
    fields.reserve(static_cast<std::size_t>(entry.fields.size()));
    for (const FieldOutline &outline : entry.fields) {
        const Delivery delivery = deliveryOf(passage.agent, outline);
        if (delivery == Delivery::Show || delivery == Delivery::Code)
            revealed.append(outline.number);
        fields.push_back({outline, delivery, {}, 0});
    }
    if (revealed.isEmpty())
        return fields;
    auto values = m_parts.entries.reveal(Authorization(entry.id, revealed, Authorization::Holder::Agent), nullptr);
    if (!values)
        return std::unexpected(values.error());
    for (RevealedField &value : *values) {
        const auto field = std::ranges::find_if(fields, [&](const AnswerField &one) { return one.outline.number == value.number; });
        if (field == fields.end())
            continue;
        if (field->delivery == Delivery::Show) {
            field->text = std::move(value.value);
            continue;
        }
        // A seed that makes no codes is named and withheld; the seed itself is no substitute.
        const auto source = crypto::Totp::parse(value.value.view());
        if (!source) {
            field->delivery = Delivery::Withheld;
            continue;
        }
        field->text = source->codeAt(passage.now / 1000);
        field->expiresInSeconds = source->secondsLeft(passage.now / 1000);
    }
    return fields;
}

Result<> AccessGate::record(const Passage &passage, QLatin1StringView action, const QString &subject, EntryId entry,
                            Outcome outcome, const QString &why)
{
    AuditEvent event;
    event.time = passage.now;
    event.action = QString(action);
    event.subject = subject;
    event.entry = entry;
    event.actor = passage.actor;
    event.keyId = passage.agent.keyId;
    event.outcome = outcome;
    event.why = why;
    event.reason = passage.question.reason;
    event.requestId = passage.question.requestId;
    event.durationMicroseconds = steadyMicroseconds() - passage.arrived;
    event.caller.client = passage.question.client;
    return m_parts.audit.append(std::move(event));
}

} // namespace clavitor
