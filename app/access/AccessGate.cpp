// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "app/access/AnswerBody.h"
#include "app/access/Policy.h"
#include "app/access/QueryAction.h"
#include "app/access/Refusal.h"
#include "app/base/Monotonic.h"
#include "app/link/Wipe.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/Totp.h"
#include "crypto/WordList.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// An agent's last use is stored at most this often, so that a busy key does not write a row a request.
constexpr qint64 kTouchInterval = 10'000;
// As many as a page of summaries may show: `limit` with values, the rest of them as "more".
constexpr int kSearchShown = 20;

} // namespace

AccessGate::AccessGate(Parts parts)
    : m_parts(std::move(parts))
{
}

link::Answer AccessGate::answer(const link::Question &question, qint64 arrived)
{
    const qint64 now = m_parts.clock();
    // A clock that was set back does not bring an expired key back.
    const qint64 seen = std::max(now, m_parts.audit.lastSeen());
    const Subject subject{actionOf(question.query), {}, {}};
    auto known = m_parts.tokens.authenticate(question.token);
    if (!known)
        return unavailable(question);
    if (!*known)
        return refuse({question, arrived, now, seen, {}, actorOf(question.door)}, subject, link::Status::Unauthorized,
                      u"unknown or malformed token"_s);

    const QString actor = actorOf(question.door, (*known)->name);
    const Passage passage{question, arrived, now, seen, std::move(**known), actor};
    if (const Decision alive = decideAlive(passage.agent, seen); !alive.allowed)
        return refuse(passage, subject, alive.status, alive.why);
    if (m_paused)
        return refuse(passage, subject, link::Status::KeyPaused, u"all keys paused"_s);
    // A token belongs to one vault; under another's prefix nothing exists.
    if (!question.vaultPrefix.isEmpty() && question.vaultPrefix != m_parts.vaultId)
        return refuse(passage, subject, link::Status::WrongVault, u"wrong vault"_s);

    struct Visitor {
        AccessGate &gate;
        const Passage &passage;
        // Nothing is given, so nothing is on record: of the calls of a session most are of these.
        link::Answer operator()(const link::AuthenticateQuery &) const { return granted(passage.question, AnswerBody::nothing()); }
        // Answered by the channel: it needs no token.
        link::Answer operator()(const link::HealthQuery &) const { return refusal(passage.question, link::Status::Internal); }
        link::Answer operator()(const link::StatusQuery &) const { return gate.status(passage); }
        link::Answer operator()(const link::ListQuery &query) const { return gate.list(passage, query); }
        link::Answer operator()(const link::ReadQuery &query) const { return gate.read(passage, query); }
        link::Answer operator()(const link::SearchQuery &query) const { return gate.search(passage, query); }
        link::Answer operator()(const link::TotpQuery &query) const { return gate.totp(passage, query); }
        link::Answer operator()(const link::GenerateQuery &query) const { return gate.generate(passage, query); }
        // Nobody has waited for the person yet.
        link::Answer operator()(const link::ApprovalQuery &) const { return refusal(passage.question, link::Status::NotFound); }
        link::Answer operator()(const link::RequestQuery &) const { return refusal(passage.question, link::Status::ActionNotAllowed); }
        link::Answer operator()(const link::CompleteQuery &) const { return refusal(passage.question, link::Status::NotFound); }
    };
    return std::visit(Visitor{*this, passage}, question.query);
}

link::Answer AccessGate::status(const Passage &passage)
{
    return give(passage, {actionOf(passage.question.query), {}, {}},
                AnswerBody::status(m_parts.vaultId, m_parts.vaultName, passage.agent));
}

link::Answer AccessGate::list(const Passage &passage, const link::ListQuery &query)
{
    QString text = query.type.isEmpty() ? QString() : u"type "_s + query.type;
    if (!query.tag.isEmpty())
        text += (text.isEmpty() ? u"tag "_s : u", tag "_s) + query.tag;
    if (const auto permitted = permit(passage, Action::List, text); !permitted)
        return permitted.error();

    const Subject subject{wireName(Action::List), text, {}};
    EntryFilter filter;
    filter.scope = passage.agent.scope;
    filter.tag = query.tag;
    if (!query.type.isEmpty()) {
        filter.type = entryTypeFromWireName(query.type);
        if (!filter.type)
            return refuse(passage, subject, link::Status::BadRequest, u"unknown entry type"_s,
                          u"There is no entry type '%1'."_s.arg(query.type.left(40)));
    }
    for (int limit = query.limit;; limit /= 2) {
        const auto page = m_parts.catalog.page(filter, query.cursor, limit);
        if (!page && page.error().code == ErrorCode::InvalidValue)
            return refuse(passage, subject, link::Status::BadRequest, u"bad cursor"_s,
                          u"The cursor is not one of ours. Start again without it."_s);
        if (!page)
            return broken(passage, subject);
        const crypto::SecretText body = AnswerBody::list(*page);
        // Long outlines make a shorter page; the cursor goes on from there.
        if (body.size() <= AnswerBody::largest || limit <= 1)
            return give(passage, subject, body);
    }
}

link::Answer AccessGate::read(const Passage &passage, const link::ReadQuery &query)
{
    // Metadata is what a list shows, so it takes the right to list and leaves a list's row.
    const Action action = query.metadataOnly ? Action::List : Action::Read;
    const auto entry = entryInScope(passage, action, query.entryId);
    if (!entry)
        return entry.error();
    const Subject subject{wireName(action), entry->title, entry->id};
    if (query.metadataOnly)
        return give(passage, subject, AnswerBody::summary(*entry));
    const auto fields = deliver(passage, *entry);
    if (!fields)
        return broken(passage, subject);
    return give(passage, subject, AnswerBody::entry(*entry, *fields));
}

link::Answer AccessGate::search(const Passage &passage, const link::SearchQuery &query)
{
    const Subject subject{wireName(Action::Search), u'"' + query.query + u'"', {}};
    if (const auto permitted = permit(passage, Action::Search, subject.text); !permitted)
        return permitted.error();
    const auto hits = m_parts.catalog.search(query.query, kSearchShown, passage.agent.scope);
    if (!hits && hits.error().code == ErrorCode::InvalidValue)
        return refuse(passage, subject, link::Status::BadRequest, u"too many words"_s,
                      u"The query has too many words. Search for the one or two that name the entry."_s);
    if (!hits)
        return broken(passage, subject);

    const bool mayRead = decide(passage.agent, Action::Read, passage.seen).allowed;
    const qsizetype wanted = mayRead ? std::min<qsizetype>(query.limit, hits->entries.size()) : 0;
    std::size_t room = AnswerBody::largest - AnswerBody::forSummaries - (std::size_t{1} << 16);
    std::vector<crypto::SecretText> found;
    QList<EntrySummary> given;
    QList<EntrySummary> more;
    for (qsizetype i = 0; i < hits->entries.size(); ++i) {
        const EntrySummary &entry = hits->entries[i];
        if (i >= wanted) {
            more.append(entry);
            continue;
        }
        const auto fields = deliver(passage, entry);
        if (!fields)
            return broken(passage, subject);
        crypto::SecretText body = AnswerBody::entry(entry, *fields);
        if (body.size() > room) {
            more.append(entry);
            continue;
        }
        room -= body.size();
        found.push_back(std::move(body));
        given.append(entry);
    }
    link::Answer answer = give(passage, subject, AnswerBody::search(query.query, found, more, hits->total));
    if (answer.status != link::Status::Ok)
        return answer;
    for (const EntrySummary &entry : given) {
        if (!record(passage, {wireName(Action::Read), entry.title, entry.id}, Outcome::Allowed, u"found by search"_s)) {
            link::wipe(answer.body);
            return unavailable(passage.question);
        }
    }
    return answer;
}

link::Answer AccessGate::totp(const Passage &passage, const link::TotpQuery &query)
{
    const auto entry = entryInScope(passage, Action::Totp, query.entryId);
    if (!entry)
        return entry.error();
    const Subject subject{wireName(Action::Totp), entry->title, entry->id};
    const auto field = std::ranges::find_if(entry->fields, [](const FieldOutline &one) {
        return one.kind == FieldKind::Totp && one.tier == Tier::Shared;
    });
    if (field == entry->fields.end())
        return refuse(passage, subject, link::Status::NotFound, u"no one-time code"_s, u"This entry has no one-time code."_s);
    const auto seeds = m_parts.entries.reveal(Authorization(entry->id, {field->number}, Authorization::Holder::Agent), nullptr);
    if (!seeds || seeds->empty())
        return broken(passage, subject);
    const auto source = crypto::Totp::parse(seeds->front().value.view());
    if (!source)
        return refuse(passage, subject, link::Status::NotFound, u"unreadable one-time code source"_s,
                      u"The stored one-time code source cannot be read. Ask the person to check it."_s);
    return give(passage, subject, AnswerBody::code(*entry, *source, passage.now));
}

link::Answer AccessGate::generate(const Passage &passage, const link::GenerateQuery &query)
{
    const bool phrase = query.words > 0;
    const Subject subject{wireName(Action::Generate),
                          phrase ? u"%1 words"_s.arg(query.words) : u"%1 characters"_s.arg(query.length),
                          {}};
    if (const auto permitted = permit(passage, Action::Generate, subject.text); !permitted)
        return permitted.error();
    const std::expected<crypto::GeneratedSecret, crypto::CryptoError> made = phrase
        ? crypto::generatePassphrase({query.words, query.separator.toStdString()}, crypto::effLongWordList(), m_parts.random)
        : crypto::generatePassword({query.length, query.lower, query.upper, query.digits, query.symbols, query.avoidAmbiguous},
                                   m_parts.random);
    if (!made)
        return refuse(passage, subject, link::Status::BadRequest, u"no such password"_s,
                      u"Ask for 8 to 256 characters of at least one kind, or for 3 to 20 words."_s);
    return give(passage, subject, AnswerBody::generated(*made));
}

std::expected<EntrySummary, link::Answer> AccessGate::entryInScope(const Passage &passage, Action action, const QString &entryId)
{
    const std::optional<EntryId> id = EntryId::fromString(entryId);
    Result<EntrySummary> entry = id ? m_parts.catalog.find(*id) : Result<EntrySummary>(fail(ErrorCode::NotFound));
    const Subject subject{wireName(action), entry ? entry->title : entryId.left(40), entry ? entry->id : EntryId{}};
    if (!entry && entry.error().code != ErrorCode::NotFound)
        return std::unexpected(broken(passage, subject));
    if (auto permitted = permit(passage, action, subject.text); !permitted)
        return std::unexpected(std::move(permitted.error()));
    if (entry && isInScope(passage.agent.scope, *entry))
        return std::move(*entry);
    const QString why = !entry ? u"no such entry"_s : entry->trashed ? u"in the trash"_s : u"out of scope"_s;
    return std::unexpected(refuse(passage, subject, link::Status::NotFound, why));
}

std::expected<void, link::Answer> AccessGate::permit(const Passage &passage, Action action, const QString &subject)
{
    const Decision decision = decide(passage.agent, action, passage.seen);
    if (decision.allowed)
        return {};
    return std::unexpected(refuse(passage, {wireName(action), subject, {}}, decision.status, decision.why));
}

Result<std::vector<AnswerField>> AccessGate::deliver(const Passage &passage, const EntrySummary &entry)
{
    std::vector<AnswerField> fields;
    QList<int> revealed;
    fields.reserve(static_cast<std::size_t>(entry.fields.size()));
    for (const FieldOutline &outline : entry.fields) {
        const Delivery delivery = deliveryOf(passage.agent, entry.id, outline);
        if (delivery == Delivery::Show || delivery == Delivery::CodeOnly)
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
            field->delivery = Delivery::Never;
            continue;
        }
        field->text = source->codeAt(passage.now / 1000);
        field->expiresInSeconds = source->secondsLeft(passage.now / 1000);
    }
    return fields;
}

link::Answer AccessGate::give(const Passage &passage, const Subject &subject, const crypto::SecretText &body)
{
    if (body.size() > AnswerBody::largest)
        return refuse(passage, subject, link::Status::BadRequest, u"answer too large"_s,
                      u"The answer would be larger than 4 MiB, so nothing of it was sent. Ask the person for the value you need."_s);
    // Only what was given is a use.
    if (passage.now - passage.agent.lastUsedAt >= kTouchInterval && !m_parts.agents.touch(passage.agent.keyId, passage.now))
        return unavailable(passage.question);
    if (!record(passage, subject, Outcome::Allowed))
        return unavailable(passage.question);
    return granted(passage.question, body);
}

link::Answer AccessGate::refuse(const Passage &passage, const Subject &subject, link::Status status, const QString &why,
                                const QString &detail)
{
    Refused &refused = m_refused[passage.agent.keyId];
    refused.actor = passage.actor;
    const RefusalCount::Verdict verdict = refused.count.refused(passage.now);
    if (verdict.tooOften) {
        // Without a row of its own, so without an answer that tells anything: not even what was refused.
        link::Answer answer = refusal(passage.question, link::Status::RateLimited, u"Too many refused calls within a minute."_s);
        answer.retryAfterSeconds = verdict.retryAfterSeconds;
        return answer;
    }
    const QString more = verdict.unwritten > 0 ? u"; %1 more before it"_s.arg(verdict.unwritten) : QString();
    if (verdict.unwritten > 0)
        m_told.append({passage.agent.keyId, verdict.unwritten});
    if (!record(passage, subject, Outcome::Denied, why + more))
        return unavailable(passage.question);
    return refusal(passage.question, status, detail);
}

link::Answer AccessGate::broken(const Passage &passage, const Subject &subject)
{
    // The answer is the same whether or not this row is stored.
    (void)record(passage, subject, Outcome::Error, u"the vault cannot be read"_s);
    return unavailable(passage.question);
}

Result<> AccessGate::record(const Passage &passage, const Subject &subject, Outcome outcome, const QString &why)
{
    AuditEvent event;
    event.time = passage.now;
    event.action = QString(subject.action);
    event.subject = subject.text;
    event.entry = subject.entry;
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

void AccessGate::settled(bool committed)
{
    for (const auto &[keyId, count] : std::exchange(m_told, {}))
        if (!committed)
            m_refused[keyId].count.putBack(count);
}

Result<> AccessGate::recordUnwritten()
{
    for (auto refused = m_refused.begin(); refused != m_refused.end(); ++refused) {
        const int count = refused->count.takeUnwritten();
        if (count == 0)
            continue;
        AuditEvent event;
        event.time = m_parts.clock();
        event.action = u"refused"_s;
        event.actor = refused->actor;
        event.keyId = refused.key();
        event.outcome = Outcome::Denied;
        event.why = u"%1 calls without a row of their own"_s.arg(count);
        if (const Result<> written = m_parts.audit.append(std::move(event)); !written)
            return written;
    }
    return {};
}

} // namespace clavitor
