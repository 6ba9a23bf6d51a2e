// SPDX-License-Identifier: GPL-3.0-or-later
// The part of AccessGate about the person: who is asked, and what came of it.
#include "app/access/AccessGate.h"

#include "app/access/AnswerBody.h"
#include "app/access/QueryAction.h"
#include "app/access/Refusal.h"

#include <algorithm>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// A code is good for its period and the clocks' difference, in milliseconds.
constexpr qint64 kCodeLife = 2 * ms::minute;
// A request for a missing entry is answered when somebody has the time.
constexpr int kRequestsOpen = 3;

QLatin1StringView stateName(ApprovalQueue::State state)
{
    switch (state) {
    case ApprovalQueue::State::Pending:
        return "pending"_L1;
    case ApprovalQueue::State::Allowed:
        return "allowed"_L1;
    case ApprovalQueue::State::Denied:
        return "denied"_L1;
    case ApprovalQueue::State::Expired:
        return "expired"_L1;
    }
    return "denied"_L1;
}

QLatin1StringView stateName(EntryRequest::State state)
{
    switch (state) {
    case EntryRequest::State::Open:
        return "pending"_L1;
    case EntryRequest::State::Added:
        return "added"_L1;
    case EntryRequest::State::Declined:
        return "declined"_L1;
    }
    return "declined"_L1;
}

/// A letter or a digit a person can see: Hangul's fillers are letters, and show nothing.
bool saysSomething(const QString &text)
{
    static const QList<uint> blank{0x115f, 0x1160, 0x3164, 0xffa0};
    const QList<uint> characters = text.toUcs4();
    return std::ranges::any_of(characters, [](uint c) { return QChar::isLetterOrNumber(c) && !blank.contains(c); });
}

/// A 202 with where to ask again.
link::Answer pendingAnswer(const link::Question &question, const crypto::SecretText &body, int retryAfterSeconds)
{
    link::Answer answer = granted(question, body);
    answer.status = link::Status::Pending;
    answer.retryAfterSeconds = retryAfterSeconds;
    return answer;
}

} // namespace

Result<Standing> AccessGate::standingOf(const Asker &asker, const EntrySummary &entry, Action action, const Plan &plan) const
{
    const Agent &agent = asker.agent;
    const BudgetMeter::Reading reading = m_meter.reading(agent.keyId, entry.id, asker.seen);
    Standing standing;
    standing.hasHad = reading.hasHad;
    standing.inMinute = reading.inMinute;
    standing.inHour = reading.inHour;
    standing.isKeptBack = plan.isKeptBack;
    standing.isGranted = m_parts.grants.covering(agent.keyId, entry.id, action, asker.seen, false, asker.program, asker.command) != nullptr;
    standing.isOverBudget = m_parts.grants.covering(agent.keyId, entry.id, action, asker.seen, true, asker.program, asker.command) != nullptr;
    if (action == Action::Totp && plan.showsPassword && agent.policy.codeNeedsTap) {
        const Result<bool> read = m_parts.history.hasRead(agent.keyId, entry.id);
        if (!read)
            return std::unexpected(read.error());
        standing.hasPassword = *read;
    }
    if ((action == Action::Read || action == Action::Use) && plan.showsPassword && agent.policy.codeNeedsTap && !standing.isGranted) {
        const Result<bool> code = m_parts.history.hasCode(agent.keyId, entry.id, m_parts.clock() - kCodeLife);
        if (!code)
            return std::unexpected(code.error());
        standing.hasCode = *code;
    }
    return standing;
}

std::expected<AccessGate::Admission, AccessGate::Ending> AccessGate::admit(const Passage &passage, const EntrySummary &entry,
                                                                           Action action, const Plan &plan)
{
    // Bait is taken without a word; the key is stopped behind it.
    if (entry.decoy)
        return Admission{};
    const Subject subject{wireName(action), entry.title, entry.id};
    const auto standing = standingOf(askerOf(passage), entry, action, plan);
    if (!standing)
        return std::unexpected(Ending(broken(passage, subject)));
    const Verdict verdict = judge(passage.agent.policy, action, plan.givesCredential, *standing);
    switch (verdict.access) {
    case Access::Given:
        return admissionOf(passage, entry, action, plan, *standing);
    case Access::Asks:
        return std::unexpected(ask(passage, entry, action, plan, verdict));
    case Access::Refused:
        break;
    }
    if (verdict.freezes && !freeze(passage, KeyAlert::Kind::TooMany, entry.title, verdict.why))
        return std::unexpected(Ending(unavailable(passage.question)));
    return std::unexpected(Ending(refuse(passage, subject, link::Status::KeyFrozen, verdict.why)));
}

AccessGate::Admission AccessGate::admissionOf(const Passage &passage, const EntrySummary &entry, Action action, const Plan &plan,
                                              const Standing &standing) const
{
    const bool usesOverBudget = plan.givesCredential && !standing.hasHad && standing.isOverBudget;
    const Grant *const grant = m_parts.grants.covering(passage.agent.keyId, entry.id, action, passage.seen, usesOverBudget,
                                                       &passage.card.caller.program, askerOf(passage).command);
    Admission admission;
    if (grant) {
        admission.grant = grant->id;
        admission.isLease = grant->isLease;
    }
    return admission;
}

AccessGate::Ending AccessGate::ask(const Passage &passage, const EntrySummary &entry, Action action, const Plan &plan,
                                   const Verdict &verdict)
{
    const Subject subject{wireName(action), entry.title, entry.id};
    const QString &keyId = passage.agent.keyId;
    const QString command = askerOf(passage).command.text;
    if (const auto open = m_questions.open(keyId, entry.id, action, passage.card.caller, command)) {
        Ending ending = wait(passage, subject, open->value, AnswerBody::approval(open->toString(), "pending"_L1), 2);
        // The answer is for one call more.
        if (const auto request = m_questions.find(open->value); request && !ending)
            m_news.asked.append(*request);
        return ending;
    }
    if (m_questions.isFull(keyId)) {
        const bool isBudget = verdict.because == AskedBecause::MinuteBudget || verdict.because == AskedBecause::HourBudget;
        return refuse(passage, subject, isBudget ? link::Status::BudgetExceeded : link::Status::RateLimited,
                      u"three questions of this key wait for the person already"_s,
                      u"The person has three questions of this key to answer already."_s, 10);
    }
    const Result<int> ofEntry = m_parts.history.countGiven(keyId, entry.id, 0);
    const Result<int> today = m_parts.history.countGiven(keyId, {}, passage.seen - ms::day);
    if (!ofEntry || !today)
        return broken(passage, subject);
    ApprovalRequest request;
    request.id = ApprovalId{newUuid(passage.now)};
    request.keyId = keyId;
    request.keyName = passage.agent.name;
    request.actor = passage.actor;
    request.entry = entry.id;
    request.title = entry.title;
    request.type = entry.type;
    request.urls = entry.urls;
    request.action = action;
    request.command = command;
    request.fields = plan.secrets;
    request.because = verdict.because;
    request.reason = passage.question.reason;
    request.caller = passage.card.caller;
    request.distinctInTime = verdict.distinct;
    request.readsOfEntry = *ofEntry;
    request.readsInDay = *today;
    request.askedAt = passage.now;
    request.until = passage.now + m_parts.times.answer;
    // Also one whose caller leaves at once was put to the person.
    if (!record(passage, subject, Outcome::Pending, u"the person is asked"_s))
        return unavailable(passage.question);
    m_questions.add(request, m_parts.steady());
    m_news.asked.append(request);
    return wait(passage, subject, request.id.value, AnswerBody::approval(request.id.toString(), "pending"_L1), 2);
}

AccessGate::Ending AccessGate::wait(const Passage &passage, const Subject &subject, QUuid what, const crypto::SecretText &body,
                                    int retryAfterSeconds)
{
    // From when it came: asked again after a change, it is not held longer than its client waits.
    if (m_questions.hold(passage.question.id, passage.agent.keyId, what, passage.arrived / 1000))
        return std::nullopt;
    if (!record(passage, subject, Outcome::Pending, u"told to come back"_s))
        return unavailable(passage.question);
    return pendingAnswer(passage.question, body, retryAfterSeconds);
}

link::Answer AccessGate::conclude(const link::Question &question, qint64 arrived, Conclusion conclusion, QUuid waitedFor)
{
    const auto passage = passageOf(question, arrived);
    if (!passage)
        return passage.error();
    link::Answer answer = concluded(*passage, conclusion, waitedFor);
    answer.process = passage->card.process;
    return answer;
}

link::Answer AccessGate::concluded(const Passage &passage, Conclusion conclusion, QUuid waitedFor)
{
    const link::Question &question = passage.question;
    if (const auto *requested = std::get_if<link::RequestQuery>(&question.query)) {
        const auto request = m_parts.requests.findByTitle(passage.agent.keyId, requested->title);
        const Subject subject{actionOf(question.query), requested->title, {}};
        if (!request || !*request)
            return broken(passage, subject);
        return standingOfRequest(passage, **request);
    }
    QString entryId;
    if (const auto *read = std::get_if<link::ReadQuery>(&question.query))
        entryId = read->entryId;
    else if (const auto *code = std::get_if<link::TotpQuery>(&question.query))
        entryId = code->entryId;
    else if (const auto *used = std::get_if<link::UseQuery>(&question.query))
        entryId = entryOf(passage, *used);
    const auto id = EntryId::fromString(entryId);
    const auto entry = id ? m_parts.catalog.find(*id) : Result<EntrySummary>(fail(ErrorCode::NotFound));
    const Subject subject{actionOf(question.query), entry ? entry->title : entryId, entry ? entry->id : EntryId{}};
    switch (conclusion) {
    case Conclusion::Pending:
        if (!record(passage, subject, Outcome::Pending, u"told to come back"_s))
            return unavailable(question);
        return pendingAnswer(question, AnswerBody::approval(waitedFor.toString(QUuid::WithoutBraces), "pending"_L1), 2);
    case Conclusion::Denied:
        return refuse(passage, subject, link::Status::ApprovalDenied, u"the person said no"_s, u"The person did not allow this."_s);
    case Conclusion::TimedOut:
        return refuse(passage, subject, link::Status::ApprovalDenied, u"nobody answered"_s,
                      u"The person was asked and did not answer in time."_s);
    }
    return unavailable(question);
}

AccessGate::Ending AccessGate::approval(const Passage &passage, const link::ApprovalQuery &query)
{
    // Where something stands is no access, so no row, and an id of another key is none.
    if (const auto id = ApprovalId::fromString(query.id)) {
        if (const auto state = m_questions.stateOf(*id, passage.agent.keyId, m_parts.steady()))
            return granted(passage.question, AnswerBody::approval(query.id, stateName(*state)));
        const auto request = m_parts.requests.find(EntryRequestId{id->value});
        if (!request && request.error().code != ErrorCode::NotFound)
            return unavailable(passage.question);
        if (request && request->keyId == passage.agent.keyId)
            return granted(passage.question, AnswerBody::request(query.id, stateName(request->state), visible(passage, *request)));
    }
    return missed(passage, {actionOf(passage.question.query), query.id.left(40), {}}, query.id);
}

EntryId AccessGate::visible(const Passage &passage, const EntryRequest &request) const
{
    // One that was deleted since, or that the key was not let in to, is not named.
    if (request.entry.isNull() || !m_parts.catalog.find(request.entry, passage.agent.scope))
        return {};
    return request.entry;
}

link::Answer AccessGate::standingOfRequest(const Passage &passage, const EntryRequest &request)
{
    const EntryId entry = visible(passage, request);
    const Subject subject{actionOf(passage.question.query), request.title, entry};
    const bool isOpen = request.state == EntryRequest::State::Open;
    if (!record(passage, subject, isOpen ? Outcome::Pending : Outcome::Allowed, QString(stateName(request.state))))
        return unavailable(passage.question);
    const crypto::SecretText body = AnswerBody::request(request.id.toString(), stateName(request.state), entry);
    return isOpen ? pendingAnswer(passage.question, body, 5) : granted(passage.question, body);
}

AccessGate::Ending AccessGate::request(const Passage &passage, const link::RequestQuery &query)
{
    const QString &keyId = passage.agent.keyId;
    const Subject subject{actionOf(passage.question.query), query.title, {}};
    for (const auto &[name, text] : {std::pair("title"_L1, query.title), std::pair("why"_L1, query.why)})
        if (!saysSomething(text))
            return refuse(passage, subject, link::Status::BadRequest, u"a request without words"_s,
                          u"'%1' needs letters or digits: the person reads it."_s.arg(name));
    const auto known = m_parts.requests.findByTitle(keyId, query.title);
    if (!known)
        return broken(passage, subject);
    // Declined a day ago may be asked for again; an open one is held anew, not told to come back at once.
    const bool isStanding = *known && (!visible(passage, **known).isNull() || (*known)->state == EntryRequest::State::Open
                                       || (*known)->askedAt > passage.now - ms::day);
    if (isStanding && (*known)->state != EntryRequest::State::Open)
        return standingOfRequest(passage, **known);
    if (isStanding)
        return wait(passage, subject, (*known)->id.value, AnswerBody::request((*known)->id.toString(), "pending"_L1, {}), 5);
    if (const auto until = m_questions.requestsRestUntil(keyId, m_parts.steady())) {
        const qint64 left = *until - m_parts.steady();
        return refuse(passage, subject, link::Status::RateLimited, u"five requests declined, none taken for ten minutes"_s,
                      u"The person declined five requests of this key. Ask for nothing more for %1 minutes."_s.arg((left + ms::minute - 1) / ms::minute),
                      static_cast<int>((left + 999) / 1000));
    }
    const auto open = m_parts.requests.countOpen(keyId);
    if (!open)
        return broken(passage, subject);
    if (*open >= kRequestsOpen)
        return refuse(passage, subject, link::Status::RateLimited, u"three requests of this key are open already"_s,
                      u"The person has three requests of this key to answer already."_s, 60);
    EntryRequest request;
    request.id = EntryRequestId{newUuid(passage.now)};
    request.keyId = keyId;
    request.keyName = passage.agent.name;
    request.title = query.title;
    request.why = query.why;
    request.fields = query.fields;
    request.askedAt = passage.now;
    if (!m_parts.requests.insert(request) || !record(passage, subject, Outcome::Pending, u"asked for"_s))
        return unavailable(passage.question);
    m_news.requested.append(request);
    return wait(passage, subject, request.id.value, AnswerBody::request(request.id.toString(), "pending"_L1, {}), 5);
}

Result<> AccessGate::freeze(const Passage &passage, KeyAlert::Kind kind, const QString &subject, const QString &why)
{
    m_frozen.insert(passage.agent.keyId);
    m_news.agentsChanged = true;
    m_news.stopped.append(passage.agent.keyId);
    alert(passage, kind, subject);
    AuditEvent row;
    row.time = passage.now;
    row.action = u"key.freeze"_s;
    row.subject = passage.agent.name;
    row.actor = u"app:clavitor"_s;
    row.keyId = passage.agent.keyId;
    row.why = subject.isEmpty() ? why : QString(why + u": "_s + subject);
    row.requestId = passage.question.requestId;
    row.caller = passage.card.caller;
    if (const Result<> written = m_parts.audit.append(std::move(row)); !written)
        return written;
    return m_parts.agents.freeze(passage.agent.keyId, passage.now, why);
}

void AccessGate::moveToKey(const QString &keyId, const QString &newKeyId)
{
    m_meter.moveToKey(keyId, newKeyId);
}

void AccessGate::alert(const Passage &passage, KeyAlert::Kind kind, const QString &subject)
{
    m_news.alerts.append({kind, passage.agent.keyId, passage.agent.name, subject, passage.card.caller, passage.now});
}

void AccessGate::release(const QString &keyId)
{
    m_frozen.remove(keyId);
    m_meter.reset(keyId);
    m_questions.endRest(keyId);
}

QStringList AccessGate::stoppedKeys() const
{
    return m_frozen.values() + m_questions.resting(m_parts.steady());
}

qint64 AccessGate::restsUntil(const QString &keyId) const
{
    const qint64 steady = m_parts.steady();
    const auto until = m_questions.restsUntil(keyId, steady);
    return until ? m_parts.clock() + (*until - steady) : 0;
}

} // namespace clavitor
