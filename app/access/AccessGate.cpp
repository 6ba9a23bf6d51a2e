// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/AccessGate.h"

#include "app/access/AnswerBody.h"
#include "app/access/QueryAction.h"
#include "app/access/Refusal.h"
#include "app/base/Monotonic.h"
#include "app/link/Utf8.h"
#include "app/model/RefusalReasons.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// An agent's last use is stored at most this often, so that a busy key does not write a row a request.
constexpr qint64 kTouchInterval = 10'000;

/// What a row keeps of the caller's own words. Of a use the command comes first, whole, when it is our own program that says so.
QString saidBy(const link::Question &question, const CallerCard &card)
{
    const QString reason = link::cutToUtf8(question.reason, AuditLog::agentTextLimit);
    const auto *used = std::get_if<link::UseQuery>(&question.query);
    if (!used || !card.isOwnProgram)
        return reason;
    return reason.isEmpty() ? used->command : QString(used->command + u" – "_s + reason);
}

} // namespace

AccessGate::AccessGate(Parts parts)
    : m_parts(std::move(parts))
    , m_questions(m_parts.times)
{
}

Result<> AccessGate::load()
{
    const qint64 now = m_parts.clock();
    const qint64 seen = std::max(now, m_parts.audit.lastSeen());
    const auto given = m_parts.history.givenSince(now - ms::hour);
    if (!given)
        return std::unexpected(given.error());
    // As long ago as it was by the clock that wrote it, counted from where the vault's own time stands.
    for (const KeyHistory::Given &one : *given)
        m_meter.given(one.keyId, one.entry, seen - std::max<qint64>(0, now - one.time));
    return {};
}

AccessGate::Asker AccessGate::askerOf(const Passage &passage)
{
    const auto *used = std::get_if<link::UseQuery>(&passage.question.query);
    return {passage.agent, passage.seen, &passage.card.caller.program, used ? Command{used->command, passage.card.caller.folder} : Command{}};
}

std::expected<AccessGate::Passage, link::Answer> AccessGate::passageOf(const link::Question &question, qint64 arrived)
{
    const qint64 now = m_parts.clock();
    // A clock that was set back does not bring an expired key back.
    const qint64 seen = std::max(now, m_parts.audit.lastSeen());
    const Subject subject{actionOf(question.query), {}, {}};
    auto known = m_parts.tokens.authenticate(question.token);
    if (!known)
        return std::unexpected(unavailable(question));
    // Nobody looks through all processes for a stranger's call that leaves no row.
    const bool isLooked = *known || !m_refused[{}].count.isFull(now);
    CallerCard card = isLooked ? m_parts.caller(question.peer) : CallerCard();
    card.caller.client = question.client;
    if (!*known)
        return std::unexpected(refuse({question, arrived, now, seen, std::move(card), {}, actorOf(question.door)}, subject,
                                      link::Status::Unauthorized, question.token.isEmpty() ? reason::NoToken : reason::UnknownToken));

    const QString actor = actorOf(question.door, (*known)->name);
    Passage passage{question, arrived, now, seen, std::move(card), std::move(**known), actor};
    if (const Decision alive = decideAlive(passage.agent, seen); !alive.allowed)
        return std::unexpected(refuse(passage, subject, alive.status, alive.why));
    if (m_frozen.contains(passage.agent.keyId))
        return std::unexpected(refuse(passage, subject, link::Status::KeyFrozen, reason::KeyFrozen));
    if (m_paused)
        return std::unexpected(refuse(passage, subject, link::Status::KeyPaused, reason::AllKeysPaused));
    if (const auto until = m_questions.restsUntil(passage.agent.keyId, m_parts.steady())) {
        const auto seconds = static_cast<int>((*until - m_parts.steady() + 999) / 1000);
        return std::unexpected(refuse(passage, subject, link::Status::KeyPaused, reason::Resting, {}, seconds));
    }
    const Pin &pin = passage.agent.policy.pin;
    const QStringList leadsTo = pin.program.isEmpty() ? QStringList() : m_parts.links(pin.program);
    const Decision where = decideWhere(pin, leadsTo, passage.card.programs, passage.card.caller.folder);
    if (!where.allowed) {
        link::Answer answer = refuse(passage, subject, where.status, where.why);
        // As often as it is written. Our own doctor tries every client's key, and need not be reported to the person who ran it.
        if (answer.status == where.status && !passage.card.isOwnProgram)
            alert(passage, KeyAlert::Kind::Elsewhere, {});
        return std::unexpected(std::move(answer));
    }
    // A token belongs to one vault; under another's prefix nothing exists.
    if (!question.vaultPrefix.isEmpty() && question.vaultPrefix != m_parts.vaultId)
        return std::unexpected(refuse(passage, subject, link::Status::WrongVault, reason::WrongVault));
    return passage;
}

std::optional<link::Answer> AccessGate::answer(const link::Question &question, qint64 arrived)
{
    if (!m_leasesOnly)
        return answerPassage(question, arrived);
    // The lease may have been used up by the call before this one.
    if (!isUnderLease(question))
        return refusal(question, link::Status::Locked);
    Ending answer = answerPassage(question, arrived);
    if (answer && (answer->status == link::Status::Ok || answer->status == link::Status::AuditUnavailable))
        return answer;
    return refusal(question, link::Status::Locked);
}

bool AccessGate::isUnderLease(const link::Question &question) const
{
    QString entryId;
    Action action = Action::Read;
    if (const auto *read = std::get_if<link::ReadQuery>(&question.query); read && !read->metadataOnly) {
        entryId = read->entryId;
    } else if (const auto *code = std::get_if<link::TotpQuery>(&question.query)) {
        entryId = code->entryId;
        action = Action::Totp;
    }
    const auto entry = EntryId::fromString(entryId);
    if (!entry || m_paused)
        return false;
    const auto known = m_parts.tokens.authenticate(question.token);
    if (!known || !*known)
        return false;
    const Agent &agent = **known;
    const qint64 seen = std::max(m_parts.clock(), m_parts.audit.lastSeen());
    return decideAlive(agent, seen).allowed && !m_frozen.contains(agent.keyId)
        && m_parts.grants.covering(agent.keyId, *entry, action, seen, true, nullptr) != nullptr;
}

AccessGate::Ending AccessGate::answerPassage(const link::Question &question, qint64 arrived)
{
    const auto passage = passageOf(question, arrived);
    if (!passage)
        return passage.error();
    struct Visitor {
        AccessGate &gate;
        const Passage &passage;
        // Nothing is given, so nothing is on record: of the calls of a session most are of these.
        Ending operator()(const link::AuthenticateQuery &) const { return granted(passage.question, AnswerBody::nothing()); }
        // Answered by the channel: it needs no token.
        Ending operator()(const link::HealthQuery &) const { return refusal(passage.question, link::Status::Internal); }
        Ending operator()(const link::StatusQuery &) const { return gate.status(passage); }
        Ending operator()(const link::ListQuery &query) const { return gate.list(passage, query); }
        Ending operator()(const link::ReadQuery &query) const { return gate.read(passage, query); }
        Ending operator()(const link::SearchQuery &query) const { return gate.search(passage, query); }
        Ending operator()(const link::TotpQuery &query) const { return gate.totp(passage, query); }
        Ending operator()(const link::GenerateQuery &query) const { return gate.generate(passage, query); }
        Ending operator()(const link::ApprovalQuery &query) const { return gate.approval(passage, query); }
        Ending operator()(const link::RequestQuery &query) const { return gate.request(passage, query); }
        Ending operator()(const link::CompleteQuery &query) const { return gate.complete(passage, query); }
        Ending operator()(const link::UseQuery &query) const { return gate.use(passage, query); }
    };
    Ending ending = std::visit(Visitor{*this, *passage}, question.query);
    if (ending)
        ending->process = passage->card.process;
    return ending;
}

std::expected<EntrySummary, link::Answer> AccessGate::entryInScope(const Passage &passage, Action action, const QString &entryId)
{
    const std::optional<EntryId> id = EntryId::fromString(entryId);
    // Within the scope: one outside is not read at all, so it takes the same time as one that is not there.
    Result<EntrySummary> entry = id ? m_parts.catalog.find(*id, passage.agent.scope) : Result<EntrySummary>(fail(ErrorCode::NotFound));
    const Subject subject{wireName(action), entry ? entry->title : entryId.left(40), entry ? entry->id : EntryId{}};
    if (!entry && entry.error().code != ErrorCode::NotFound)
        return std::unexpected(broken(passage, subject));
    if (auto permitted = permit(passage, action, subject.text); !permitted)
        return std::unexpected(std::move(permitted.error()));
    if (entry)
        return std::move(*entry);
    return std::unexpected(missed(passage, subject, entryId));
}

std::expected<void, link::Answer> AccessGate::permit(const Passage &passage, Action action, const QString &subject)
{
    const Decision decision = decide(passage.agent, action, passage.seen);
    if (decision.allowed)
        return {};
    return std::unexpected(refuse(passage, {wireName(action), subject, {}}, decision.status, decision.why));
}

link::Answer AccessGate::missed(const Passage &passage, const Subject &subject, const QString &entryId)
{
    // Asked again within a minute it was answered, and written, already: an agent that looks twice is not punished for it.
    QHash<QString, qint64> &misses = m_refused[passage.agent.keyId].misses;
    misses.removeIf([&](const std::pair<const QString &, qint64 &> &miss) {
        return miss.second <= passage.now - ms::minute || miss.second > passage.now;
    });
    if (misses.contains(entryId)) {
        m_refused[passage.agent.keyId].count.repeated();
        m_refused[passage.agent.keyId].actor = passage.actor;
        noteUnwritten();
        return refusal(passage.question, link::Status::NotFound);
    }
    Subject told = subject;
    QString why = u"no such entry"_s;
    // Why is for the log only, so it is only looked for when there will be a row.
    if (const auto id = EntryId::fromString(entryId); id && !m_refused[passage.agent.keyId].count.isFull(passage.now)) {
        if (const auto hidden = m_parts.catalog.find(*id)) {
            told.text = hidden->title;
            told.entry = hidden->id;
            why = hidden->trashed ? u"in the trash"_s : u"out of scope"_s;
        }
    }
    link::Answer answer = refuse(passage, told, link::Status::NotFound, why);
    if (answer.status == link::Status::NotFound && misses.size() < RefusalCount::perMinute) {
        misses.insert(entryId, passage.now);
        m_missed.append({passage.agent.keyId, entryId});
    }
    return answer;
}

link::Answer AccessGate::give(const Passage &passage, const Subject &subject, const crypto::SecretText &body, const QString &why)
{
    if (body.size() > AnswerBody::largest)
        return refuse(passage, subject, link::Status::BadRequest, u"answer too large"_s,
                      u"The answer would be larger than 4 MiB, so nothing of it was sent. Ask the person for the value you need."_s);
    // Only what was given is a use.
    if (passage.now - passage.agent.lastUsedAt >= kTouchInterval && !m_parts.agents.touch(passage.agent.keyId, passage.now))
        return unavailable(passage.question);
    if (!record(passage, subject, Outcome::Allowed, why))
        return unavailable(passage.question);
    return granted(passage.question, body);
}

link::Answer AccessGate::refuse(const Passage &passage, const Subject &subject, link::Status status, const QString &why,
                                const QString &detail, int retryAfterSeconds)
{
    Refused &refused = m_refused[passage.agent.keyId];
    refused.actor = passage.actor;
    const RefusalCount::Verdict verdict = refused.count.refused(passage.now);
    if (verdict.tooOften) {
        noteUnwritten();
        // Without a row of its own, so without an answer that tells anything: not even what was refused.
        // Whose token is no good has no tool that could tell its model to wait.
        link::Answer answer = refusal(passage.question, status == link::Status::Unauthorized ? status : link::Status::RateLimited,
                                      u"Too many refused calls within a minute."_s);
        answer.retryAfterSeconds = verdict.retryAfterSeconds;
        return answer;
    }
    const QString more = verdict.unwritten > 0 ? reason::Separator + u"%1 more before it"_s.arg(verdict.unwritten) : QString();
    if (verdict.unwritten > 0)
        m_told.append({passage.agent.keyId, verdict.unwritten});
    if (!record(passage, subject, Outcome::Denied, why + more))
        return unavailable(passage.question);
    link::Answer answer = refusal(passage.question, status, detail);
    answer.retryAfterSeconds = retryAfterSeconds;
    return answer;
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
    event.reason = saidBy(passage.question, passage.card);
    event.requestId = passage.question.requestId;
    event.durationMicroseconds = steadyMicroseconds() - passage.arrived;
    event.caller = passage.card.caller;
    return m_parts.audit.append(std::move(event));
}

void AccessGate::settled(bool committed)
{
    for (const auto &[keyId, entryId] : std::exchange(m_missed, {}))
        if (!committed)
            m_refused[keyId].misses.remove(entryId);
    // What was not stored was not asked.
    if (!committed) {
        m_news.asked.clear();
        m_news.requested.clear();
    }
    for (const auto &[keyId, count] : std::exchange(m_told, {})) {
        if (committed)
            continue;
        m_refused[keyId].count.putBack(count);
        noteUnwritten();
    }
    // Not tried again at once.
    if (!committed && m_unwrittenSince)
        m_unwrittenSince = m_parts.steady();
}

void AccessGate::noteUnwritten()
{
    if (!m_unwrittenSince)
        m_unwrittenSince = m_parts.steady();
}

std::optional<qint64> AccessGate::unwrittenDue() const
{
    return m_unwrittenSince ? std::optional(*m_unwrittenSince + ms::minute) : std::nullopt;
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
        m_told.append({refused.key(), count});
        if (const Result<> written = m_parts.audit.append(std::move(event)); !written)
            return written;
    }
    m_unwrittenSince.reset();
    return {};
}

} // namespace clavitor
