// SPDX-License-Identifier: GPL-3.0-or-later
// The part of AccessGate that gives a value to a command: `clavitor run` asks for it, and nobody else is told it.
#include "app/access/AccessGate.h"

#include "app/access/AnswerBody.h"
#include "app/access/Refusal.h"
#include "app/link/Wipe.h"
#include "app/model/Command.h"
#include "app/model/Reference.h"
#include "crypto/Totp.h"

#include <algorithm>
#include <iterator>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Bytes. Linux takes 128 KiB for one, its name included.
constexpr std::size_t kLongestVariable = 100'000;

} // namespace

Result<QList<EntrySummary>> AccessGate::entriesCalled(const Passage &passage, const QString &name) const
{
    Result<QList<EntrySummary>> entries = m_parts.catalog.titled(name, passage.agent.scope);
    const auto id = EntryId::fromString(name);
    if (!id || !entries || !entries->isEmpty())
        return entries;
    Result<EntrySummary> entry = m_parts.catalog.find(*id, passage.agent.scope);
    if (entry)
        entries->append(std::move(*entry));
    else if (entry.error().code != ErrorCode::NotFound)
        return std::unexpected(entry.error());
    return entries;
}

QString AccessGate::entryOf(const Passage &passage, const link::UseQuery &query) const
{
    const std::optional<Reference> reference = Reference::fromString(query.reference);
    const auto entries = entriesCalled(passage, reference ? reference->entry : QString());
    return entries && entries->size() == 1 ? entries->front().id.toString() : QString();
}

std::expected<AccessGate::Named, link::Answer> AccessGate::named(const Passage &passage, const link::UseQuery &query)
{
    const std::optional<Reference> reference = Reference::fromString(query.reference);
    const Subject subject{wireName(Action::Use), reference ? reference->entry : query.reference.left(40), {}};
    if (auto permitted = permit(passage, Action::Use, subject.text); !permitted)
        return std::unexpected(std::move(permitted.error()));
    if (!passage.card.isOwnProgram)
        return std::unexpected(refuse(passage, subject, link::Status::OwnProgramOnly, u"asked by another program than clavitor run"_s));
    if (!isReadable(query.command))
        return std::unexpected(refuse(passage, subject, link::Status::BadRequest, u"a command nobody can read"_s,
                                      u"The command holds characters a person would not see as they are."_s));
    if (!query.command.contains(u'=' + shellWord(query.reference) + u' '))
        return std::unexpected(refuse(passage, subject, link::Status::BadRequest, u"a command without the reference"_s,
                                      u"The command does not say which of its variables gets the value."_s));
    if (!reference)
        return std::unexpected(refuse(passage, subject, link::Status::BadRequest, u"no reference"_s,
                                      u"A reference reads clavitor://entry/field, with %2F for a slash in a name."_s));
    Result<QList<EntrySummary>> entries = entriesCalled(passage, reference->entry);
    if (!entries)
        return std::unexpected(broken(passage, subject));
    if (entries->isEmpty())
        return std::unexpected(missed(passage, subject, reference->entry));
    if (entries->size() > 1)
        return std::unexpected(refuse(passage, subject, link::Status::BadRequest, u"more than one entry of that name"_s,
                                      u"More than one entry is called so. Put the id of the one you mean in place of the name."_s));
    EntrySummary &entry = entries->front();
    const auto called = [&](auto &&name) {
        QList<FieldOutline> found;
        std::ranges::copy_if(entry.fields, std::back_inserter(found), [&](const FieldOutline &field) { return name(field) == reference->field; });
        return found;
    };
    QList<FieldOutline> fields = called([](const FieldOutline &field) { return field.label; });
    if (fields.isEmpty())
        fields = called([](const FieldOutline &field) { return field.wireId(); });
    if (fields.size() != 1)
        return std::unexpected(refuse(passage, {subject.action, entry.title, entry.id}, link::Status::BadRequest,
                                      fields.isEmpty() ? u"no such field"_s : u"more than one field of that name"_s,
                                      fields.isEmpty() ? u"The entry has no field of that name."_s
                                                       : u"More than one field is called so. Put the id of the one you mean, such as f2, in place of the name."_s));
    return Named{std::move(entry), std::move(fields.front())};
}

AccessGate::Plan AccessGate::planOfUse(const Agent &agent, const FieldOutline &field, Delivery delivery)
{
    const bool isCode = field.kind == FieldKind::Totp;
    Plan plan;
    plan.givesCredential = isCredential(field.kind);
    plan.showsPassword = delivery == Delivery::Show && field.kind == FieldKind::Password;
    plan.isKeptBack = delivery == Delivery::UseOnly || (isCode && agent.policy.codeNeedsTap)
        || !agent.actions.contains(isCode ? Action::Totp : Action::Read);
    plan.secrets = {field.label};
    return plan;
}

AccessGate::Ending AccessGate::use(const Passage &passage, const link::UseQuery &query)
{
    const auto what = named(passage, query);
    if (!what)
        return what.error();
    const EntrySummary &entry = what->entry;
    const FieldOutline &field = what->field;
    const Subject subject{wireName(Action::Use), entry.title, entry.id};
    const Delivery delivery = deliveryOf(passage.agent, entry.id, field);
    if (delivery == Delivery::Never)
        return refuse(passage, subject, link::Status::ActionNotAllowed,
                      field.tier == Tier::Personal ? u"a Personal field"_s : u"this field is not for this key"_s,
                      field.tier == Tier::Personal ? u"This field is Personal: it stays in Clavitor, whatever asks for it."_s
                                                   : u"This key does not get this field, not for a command either."_s);
    const bool isCode = field.kind == FieldKind::Totp;
    const Plan planned = planOfUse(passage.agent, field, delivery);
    const auto admission = admit(passage, entry, Action::Use, planned);
    if (!admission)
        return admission.error();
    auto values = m_parts.entries.reveal(Authorization(entry.id, {field.number}, Authorization::Holder::Agent), nullptr);
    if (!values || values->empty())
        return broken(passage, subject);
    crypto::SecretText value = std::move(values->front().value);
    if (isCode) {
        const auto source = crypto::Totp::parse(value.view());
        if (!source)
            return refuse(passage, subject, link::Status::NotFound, u"unreadable one-time code source"_s);
        value = source->codeAt(passage.now / 1000);
    }
    if (value.size() > kLongestVariable)
        return refuse(passage, subject, link::Status::BadRequest, u"longer than a variable"_s,
                      u"The value is longer than a variable of a program can be. Ask the person to hand it over another way."_s);
    QString why = whyGiven(planned, *admission);
    if (isCode)
        why = why.isEmpty() ? QString(KeyHistory::ofCode) : QString(why + u", "_s + KeyHistory::ofCode);
    link::Answer answer = give(passage, subject, AnswerBody::used(value), why);
    if (answer.status == link::Status::Ok && !account(passage, entry, planned.givesCredential, *admission)) {
        link::wipe(answer.body);
        return unavailable(passage.question);
    }
    return answer;
}

} // namespace clavitor
