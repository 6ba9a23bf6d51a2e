// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/DraftBuilder.h"

#include "app/import/ImportedTotp.h"
#include "app/import/PersonalRule.h"
#include "app/import/TypeRule.h"
#include "app/import/WebAddress.h"
#include "app/model/EntryLimits.h"

#include <algorithm>
#include <utility>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// Titles, labels and tags stand in one line.
QString oneLine(QString text)
{
    for (QChar &c : text)
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator)
            c = u' ';
    return text.trimmed();
}

crypto::SecretText secretOf(QByteArrayView utf8)
{
    return crypto::SecretText::copyOf({utf8.data(), static_cast<std::size_t>(utf8.size())});
}

} // namespace

DraftBuilder::DraftBuilder(EntryType type, const QString &title, QString row)
    : m_row(std::move(row))
{
    m_draft.type = type;
    setTitle(title);
}

void DraftBuilder::setTitle(const QString &title)
{
    m_draft.title = shortened(oneLine(title), entryLimits::title, u"its title"_s);
}

void DraftBuilder::setDates(qint64 createdAt, qint64 updatedAt, qint64 now)
{
    const auto known = [now](qint64 time) { return time > 0 && time <= now ? time : 0; };
    m_draft.createdAt = known(createdAt);
    m_draft.updatedAt = known(updatedAt);
}

void DraftBuilder::addTag(const QString &tag)
{
    const QString name = shortened(oneLine(tag), entryLimits::tag, u"a tag"_s);
    if (name.isEmpty() || m_draft.tags.contains(name))
        return;
    if (m_draft.tags.size() < entryLimits::tags)
        m_draft.tags.append(name);
    else
        remarkOnce(ImportRemark::Kind::Lost, u"it has more than %1 tags: the others are left out"_s.arg(entryLimits::tags));
}

void DraftBuilder::addAddress(QByteArrayView utf8)
{
    if (utf8.trimmed().isEmpty())
        return;
    if (isTotpSeed({}, utf8)) {
        putTotp(u"one-time code"_s, utf8, {});
        return;
    }
    const ImportedAddress address = importedAddress(utf8);
    if (address.hasPassword) {
        put(u"connection string"_s, FieldKind::Token, utf8, {});
        remark(ImportRemark::Kind::Note,
               u"an address held a password or a token: the whole of it is now the masked field "
               "“connection string”, the address is kept without it"_s);
    }
    if (m_draft.urls.contains(address.open))
        return;
    if (address.open.size() <= entryLimits::url && m_draft.urls.size() < entryLimits::urls) {
        m_draft.urls.append(address.open);
    } else if (!address.hasPassword) {
        put(u"address"_s, FieldKind::Hidden, utf8, {});
        remarkOnce(ImportRemark::Kind::Note,
                   u"it has an address of more than %1 characters, or more than %2 addresses: those are kept as masked "
                   "fields"_s.arg(entryLimits::url).arg(entryLimits::urls));
    }
}

void DraftBuilder::add(const QString &label, FieldKind kind, QByteArrayView utf8)
{
    put(label, kind, utf8, u"fields of its kind are"_s);
}

void DraftBuilder::addCustom(const QString &label, bool hidden, QByteArrayView utf8)
{
    QString name = oneLine(label);
    if (name.isEmpty())
        name = u"field"_s;
    if (isTotpSeed(name, utf8)) {
        putTotp(name, utf8, {});
        return;
    }
    auto match = personalByLabel(name, m_draft.type);
    if (!match)
        match = personalByValue(utf8);
    if (match)
        put(name, match->kind, utf8, match->why);
    else if (holdsTotpSeed(utf8))
        put(name, customFieldKind(name, true), utf8, u"it holds the seed of a one-time code"_s, Tier::Personal);
    else
        put(name, customFieldKind(name, hidden), utf8, {});
}

void DraftBuilder::addNotes(QByteArrayView utf8)
{
    if (utf8.isEmpty())
        return;
    if (isTotpSeed({}, utf8))
        putTotp(u"one-time code"_s, utf8, {});
    else if (const auto match = personalNotes(m_draft.title, utf8))
        put(match->kind == FieldKind::SeedPhrase      ? u"seed phrase"_s
            : match->kind == FieldKind::RecoveryCodes ? u"recovery codes"_s
                                                      : u"notes"_s,
            match->kind, utf8, match->why);
    else if (holdsTotpSeed(utf8))
        put(u"notes"_s, FieldKind::Notes, utf8, u"they hold the seed of a one-time code"_s, Tier::Personal);
    else
        put(u"notes"_s, FieldKind::Notes, utf8, {});
}

void DraftBuilder::addTotp(QByteArrayView utf8, const QString &account)
{
    if (utf8.trimmed().isEmpty())
        return;
    putTotp(u"one-time code"_s, utf8, account);
}

void DraftBuilder::addOldPassword(const QString &until, QByteArrayView utf8)
{
    if (utf8.isEmpty())
        return;
    const QString label = until.isEmpty() ? u"old password"_s : u"old password, until %1"_s.arg(until);
    if (utf8.size() > static_cast<qsizetype>(entryLimits::valueBytes))
        put(label, FieldKind::Hidden, utf8, {}, Tier::Personal);
    else if (keep(shortened(oneLine(label), entryLimits::label, u"the name of a field"_s), FieldKind::Hidden,
                  Tier::Personal, secretOf(utf8)))
        remarkOnce(ImportRemark::Kind::Personal,
                   u"its old passwords are Personal: agents get the one that is in use"_s);
}

void DraftBuilder::putTotp(const QString &label, QByteArrayView utf8, const QString &account)
{
    const QString issuer =
        !m_draft.title.isEmpty() || m_draft.urls.isEmpty() ? m_draft.title : hostOf(m_draft.urls.first());
    if (utf8.size() > static_cast<qsizetype>(entryLimits::valueBytes)) {
        put(label, FieldKind::Hidden, utf8, {}, Tier::Personal);
        return;
    }
    ImportedTotp totp = importedTotp(utf8, issuer, account);
    const QString name = shortened(oneLine(label), entryLimits::label, u"the name of a field"_s);
    const Tier tier = totp.tier;
    if (!keep(name, totp.kind, tier, std::move(totp.value)))
        return;
    if (!totp.remark.isEmpty())
        remark(totp.remarkKind, totp.remark);
    if (tier == Tier::Personal)
        remark(ImportRemark::Kind::Personal, u"“%1” is Personal: agents get codes, never a seed"_s.arg(name));
}

void DraftBuilder::remark(ImportRemark::Kind kind, const QString &text)
{
    m_remarks.append({kind, {}, text});
}

void DraftBuilder::finish(ImportPlan &plan) &&
{
    refineType(m_draft);
    if (m_draft.title.isEmpty() && !m_draft.urls.isEmpty()) {
        const QString host = hostOf(m_draft.urls.first());
        setTitle(host.isEmpty() ? m_draft.urls.first() : host);
        remark(ImportRemark::Kind::Note, u"it had no title: its address is the title now"_s);
    }
    if (m_draft.title.isEmpty()) {
        m_draft.title = u"Untitled"_s;
        remark(ImportRemark::Kind::Note, u"it had no title and no address"_s);
    }
    m_draft.tags.sort();
    for (ImportRemark &made : m_remarks)
        made.subject = m_draft.title == "Untitled"_L1 ? m_row : m_draft.title;
    plan.remarks.append(std::move(m_remarks));
    plan.entries.push_back(std::move(m_draft));
}

void DraftBuilder::put(const QString &label, FieldKind kind, QByteArrayView utf8, const QString &why,
                       std::optional<Tier> tier)
{
    const QString name = shortened(oneLine(label), entryLimits::label, u"the name of a field"_s);
    if (utf8.size() > static_cast<qsizetype>(entryLimits::valueBytes)) {
        remark(ImportRemark::Kind::Lost, u"“%1” is larger than 1 MiB, the most a field holds: it is left out"_s.arg(name));
        return;
    }
    const Tier kept = tier.value_or(defaultTier(kind));
    if (!keep(name, kind, kept, secretOf(utf8)) || kept == Tier::Shared)
        return;
    remark(ImportRemark::Kind::Personal,
           why.isEmpty() ? u"“%1” is Personal"_s.arg(name) : u"“%1” is Personal: %2"_s.arg(name, why));
}

bool DraftBuilder::keep(const QString &label, FieldKind kind, Tier tier, crypto::SecretText &&value)
{
    if (m_draft.fields.size() >= entryLimits::fields) {
        remarkOnce(ImportRemark::Kind::Lost,
                   u"it has more than %1 fields: the others are left out"_s.arg(entryLimits::fields));
        return false;
    }
    m_draft.fields.push_back({0, label, kind, tier, std::move(value)});
    return true;
}

QString DraftBuilder::shortened(QString name, qsizetype length, const QString &what)
{
    if (name.size() <= length)
        return name;
    remarkOnce(ImportRemark::Kind::Note, u"%1 is longer than %2 characters: the rest is cut off"_s.arg(what).arg(length));
    if (name[length - 1].isHighSurrogate())
        --length;
    name.truncate(length);
    return name;
}

void DraftBuilder::remarkOnce(ImportRemark::Kind kind, const QString &text)
{
    if (std::ranges::none_of(m_remarks, [&](const ImportRemark &made) { return made.kind == kind && made.text == text; }))
        remark(kind, text);
}

} // namespace clavitor
