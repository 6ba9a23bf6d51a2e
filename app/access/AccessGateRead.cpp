// SPDX-License-Identifier: GPL-3.0-or-later
// The part of AccessGate that answers: what each kind of question gets.
#include "app/access/AccessGate.h"

#include "app/access/AnswerBody.h"
#include "app/access/QueryAction.h"
#include "app/access/Refusal.h"
#include "app/link/Utf8.h"
#include "app/link/Wipe.h"
#include "crypto/PasswordGenerator.h"
#include "crypto/Totp.h"
#include "crypto/WordList.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// As many as a page of summaries may show: `limit` with values, the rest of them as "more".
constexpr int kSearchShown = 20;
// MCP, completion/complete: at most 100 values.
constexpr int kCompletions = 100;

const FieldOutline *codeField(const EntrySummary &entry)
{
    const auto field = std::ranges::find_if(entry.fields, [](const FieldOutline &one) {
        return one.kind == FieldKind::Totp && one.tier == Tier::Shared;
    });
    return field == entry.fields.end() ? nullptr : &*field;
}

/// What an agent looked for, within the log's limit together with its quotes.
QString quoted(const QString &text)
{
    return u'"' + link::cutToUtf8(text, AuditLog::agentTextLimit - 2) + u'"';
}

/// Whether every kind of field that is searched is one the key is shown: a value that is kept back must not be found by trying.
bool getsListed(const KeyPolicy &policy)
{
    return std::ranges::all_of(allFieldKinds(), [&](FieldKind kind) {
        return !isListed(kind) || policy.deliveryOf({}, kind) == Delivery::Show;
    });
}

} // namespace

AccessGate::Ending AccessGate::status(const Passage &passage)
{
    return give(passage, {actionOf(passage.question.query), {}, {}},
                AnswerBody::status(m_parts.vaultId, m_parts.vaultName, passage.agent));
}

AccessGate::Ending AccessGate::list(const Passage &passage, const link::ListQuery &query)
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

AccessGate::Ending AccessGate::read(const Passage &passage, const link::ReadQuery &query)
{
    // Metadata is what a list shows, so it takes the right to list and leaves a list's row.
    const Action action = query.metadataOnly ? Action::List : Action::Read;
    const auto entry = entryInScope(passage, action, query.entryId);
    if (!entry)
        return entry.error();
    const Subject subject{wireName(action), entry->title, entry->id};
    if (query.metadataOnly)
        return give(passage, subject, AnswerBody::summary(*entry));
    const CodeAccess code = codeAccess(askerOf(passage), *entry);
    Plan planned = plan(passage.agent, *entry, code.mayHave);
    auto admission = admit(passage, *entry, action, planned);
    if (!admission)
        return admission.error();
    if (planned.givesCode)
        admission->codeGrant = code.grant;
    auto fields = deliver(passage, *entry, std::move(planned.fields));
    if (!fields)
        return broken(passage, subject);
    link::Answer answer = give(passage, subject, AnswerBody::entry(*entry, *fields), whyGiven(planned, *admission));
    if (answer.status == link::Status::Ok && !account(passage, *entry, planned.givesCredential, *admission)) {
        link::wipe(answer.body);
        return unavailable(passage.question);
    }
    return answer;
}

AccessGate::Ending AccessGate::search(const Passage &passage, const link::SearchQuery &query)
{
    const Subject subject{wireName(Action::Search), quoted(query.query), {}};
    if (const auto permitted = permit(passage, Action::Search, subject.text); !permitted)
        return permitted.error();
    const auto hits = m_parts.catalog.search(query.query, kSearchShown, passage.agent.scope, getsListed(passage.agent.policy));
    if (!hits && hits.error().code == ErrorCode::InvalidValue)
        return refuse(passage, subject, link::Status::BadRequest, u"too many words"_s,
                      u"The query has too many words. Search for the one or two that name the entry."_s);
    if (!hits)
        return broken(passage, subject);

    const bool mayRead = decide(passage.agent, Action::Read, passage.seen).allowed;
    const qsizetype wanted = mayRead ? query.limit : 0;
    std::size_t room = AnswerBody::largest - AnswerBody::forSummaries - (std::size_t{1} << 16);
    std::vector<crypto::SecretText> found;
    struct GivenRow {
        Subject subject;
        QString why;
    };
    std::vector<GivenRow> given;
    bool isStopped = false;
    QList<FoundSummary> more;
    for (const EntrySummary &entry : hits->entries) {
        if (static_cast<qsizetype>(given.size()) >= wanted || isStopped) {
            more.append({entry, false});
            continue;
        }
        // A code that a grant allows is asked for by itself, so that it is used up by itself.
        const CodeAccess code = codeAccess(askerOf(passage), entry);
        Plan planned = plan(passage.agent, entry, code.mayHave && !code.grant);
        const auto standing = standingOf(askerOf(passage), entry, Action::Read, planned);
        if (!standing)
            return broken(passage, subject);
        // A search never asks: what would is named, and may be read by its id.
        const Verdict verdict = judge(passage.agent.policy, Action::Read, planned.givesCredential, *standing);
        if (verdict.access != Access::Given) {
            // What it had found until then is given, and is the last. Where the person would be asked anyhow, nothing is taken.
            KeyPolicy withoutLimits = passage.agent.policy;
            withoutLimits.budget = {0, 0, 0};
            isStopped = verdict.freezes && judge(withoutLimits, Action::Read, planned.givesCredential, *standing).access == Access::Given;
            if (isStopped && !freeze(passage, KeyAlert::Kind::TooMany, entry.title, verdict.why))
                return unavailable(passage.question);
            more.append({entry, true});
            continue;
        }
        const auto fields = deliver(passage, entry, std::move(planned.fields));
        if (!fields)
            return broken(passage, subject);
        crypto::SecretText body = AnswerBody::entry(entry, *fields);
        if (body.size() > room) {
            more.append({entry, false});
            continue;
        }
        room -= body.size();
        const Admission admission = admissionOf(passage, entry, Action::Read, planned, *standing);
        if (!account(passage, entry, planned.givesCredential, admission))
            return unavailable(passage.question);
        // Bait is found like any other entry, and is the last.
        isStopped = entry.decoy;
        found.push_back(std::move(body));
        const QString why = whyGiven(planned, admission);
        given.push_back({{wireName(Action::Read), entry.title, entry.id},
                         why.isEmpty() ? u"found by search"_s : QString(u"found by search, "_s + why)});
    }
    link::Answer answer = give(passage, subject, AnswerBody::search(query.query, found, more, hits->total));
    if (answer.status != link::Status::Ok)
        return answer;
    for (const GivenRow &row : given) {
        if (!record(passage, row.subject, Outcome::Allowed, row.why)) {
            link::wipe(answer.body);
            return unavailable(passage.question);
        }
    }
    return answer;
}

AccessGate::Ending AccessGate::totp(const Passage &passage, const link::TotpQuery &query)
{
    const auto entry = entryInScope(passage, Action::Totp, query.entryId);
    if (!entry)
        return entry.error();
    const Subject subject{wireName(Action::Totp), entry->title, entry->id};
    if (const auto none = noCode(passage.agent, *entry))
        return refuse(passage, subject, none->status, none->why, none->detail);
    const FieldOutline *const field = codeField(*entry);
    Plan planned = plan(passage.agent, *entry, true);
    planned.givesCredential = true;
    planned.givesCode = false;
    planned.secrets = {field->label};
    const auto admission = admit(passage, *entry, Action::Totp, planned);
    if (!admission)
        return admission.error();
    const auto seeds = m_parts.entries.reveal(Authorization(entry->id, {field->number}, Authorization::Holder::Agent), nullptr);
    if (!seeds || seeds->empty())
        return broken(passage, subject);
    const auto source = crypto::Totp::parse(seeds->front().value.view());
    if (!source)
        return refuse(passage, subject, link::Status::NotFound, u"unreadable one-time code source"_s,
                      u"The stored one-time code source cannot be read. Ask the person to check it."_s);
    link::Answer answer = give(passage, subject, AnswerBody::code(*entry, *source, passage.now), whyGiven(planned, *admission));
    if (answer.status == link::Status::Ok && !account(passage, *entry, true, *admission)) {
        link::wipe(answer.body);
        return unavailable(passage.question);
    }
    return answer;
}

AccessGate::Ending AccessGate::generate(const Passage &passage, const link::GenerateQuery &query)
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

AccessGate::Ending AccessGate::complete(const Passage &passage, const link::CompleteQuery &query)
{
    const Subject subject{wireName(Action::List), quoted(query.text), {}};
    if (const auto permitted = permit(passage, Action::List, subject.text); !permitted)
        return permitted.error();
    EntryFilter filter;
    filter.scope = passage.agent.scope;
    filter.text = query.text;
    filter.searchesListed = getsListed(passage.agent.policy);
    const auto page = m_parts.catalog.page(filter, {}, kCompletions);
    if (!page && page.error().code == ErrorCode::InvalidValue)
        return give(passage, subject, AnswerBody::completion({}, 0, false));
    if (!page)
        return broken(passage, subject);
    QStringList values;
    for (const EntrySummary &entry : page->entries)
        if (const QString value = query.ids ? entry.id.toString() : entry.title; !values.contains(value))
            values.append(value);
    // Titles repeat, so how many there are is known of a whole page only.
    const bool hasMore = !page->nextCursor.isEmpty();
    return give(passage, subject, AnswerBody::completion(values, hasMore ? page->total : static_cast<int>(values.size()), hasMore), u"completion"_s);
}

AccessGate::Plan AccessGate::plan(const Agent &agent, const EntrySummary &entry, bool withCode) const
{
    Plan plan;
    plan.fields.reserve(static_cast<std::size_t>(entry.fields.size()));
    for (const FieldOutline &outline : entry.fields) {
        AnswerField field{outline, deliveryOf(agent, entry.id, outline), {}, 0};
        const bool isCode = field.delivery == Delivery::CodeOnly;
        field.isFilled = field.delivery == Delivery::Show || (isCode && withCode);
        if (field.isFilled && isCredential(outline.kind)) {
            plan.givesCredential = true;
            plan.secrets.append(outline.label);
        }
        plan.givesCode = plan.givesCode || (isCode && field.isFilled);
        plan.showsPassword = plan.showsPassword || (field.delivery == Delivery::Show && outline.kind == FieldKind::Password);
        plan.fields.push_back(std::move(field));
    }
    return plan;
}

std::optional<AccessGate::NoCode> AccessGate::noCode(const Agent &agent, const EntrySummary &entry)
{
    const FieldOutline *const field = codeField(entry);
    if (!field)
        return NoCode{link::Status::NotFound, u"no one-time code"_s, u"This entry has no one-time code."_s};
    if (deliveryOf(agent, entry.id, *field) != Delivery::CodeOnly)
        return NoCode{link::Status::ActionNotAllowed, u"no codes of this entry for this key"_s, u"This key gets no one-time codes of this entry."_s};
    return std::nullopt;
}

AccessGate::CodeAccess AccessGate::codeAccess(const Asker &asker, const EntrySummary &entry) const
{
    const Agent &agent = asker.agent;
    // Locked, a code is given for what was leased with codes, and to nobody else.
    const Grant *const grant = m_parts.grants.covering(agent.keyId, entry.id, Action::Totp, asker.seen, false, asker.program);
    if (m_leasesOnly && !grant)
        return {};
    if (!agent.policy.codeNeedsTap)
        return {true, std::nullopt};
    // Two factors in one answer would be one.
    const bool showsPassword = std::ranges::any_of(entry.fields, [&](const FieldOutline &field) {
        return field.kind == FieldKind::Password && deliveryOf(agent, entry.id, field) == Delivery::Show;
    });
    if (!showsPassword)
        return {true, std::nullopt};
    return grant ? CodeAccess{true, grant->id} : CodeAccess{};
}

QString AccessGate::whyGiven(const Plan &plan, const Admission &admission)
{
    QStringList parts;
    if (admission.isLease)
        parts.append(KeyHistory::byLease);
    if (!plan.givesCredential)
        parts.append(KeyHistory::withoutSecret);
    if (admission.codeGrant)
        parts.append(u"with its code"_s);
    return parts.join(", "_L1);
}

Result<std::vector<AnswerField>> AccessGate::deliver(const Passage &passage, const EntrySummary &entry, std::vector<AnswerField> fields)
{
    QList<int> revealed;
    for (const AnswerField &field : fields)
        if (field.isFilled)
            revealed.append(field.outline.number);
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

Result<> AccessGate::account(const Passage &passage, const EntrySummary &entry, bool givesCredential, const Admission &admission)
{
    for (const std::optional<GrantId> &grant : {admission.grant, admission.codeGrant}) {
        if (!grant)
            continue;
        if (const Result<> spent = m_parts.grants.spend(*grant); !spent)
            return spent;
        m_news.grantsChanged = true;
    }
    // What a lease allows was counted when it was made.
    if (givesCredential && !admission.isLease)
        m_meter.given(passage.agent.keyId, entry.id, passage.seen);
    if (entry.decoy)
        return freeze(passage, KeyAlert::Kind::DecoyRead, entry.title, u"read a decoy"_s);
    return {};
}

} // namespace clavitor
