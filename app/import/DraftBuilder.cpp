// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/DraftBuilder.h"

#include "app/import/ImportedTotp.h"
#include "app/import/PersonalRule.h"
#include "app/import/TypeRule.h"
#include "app/import/WebAddress.h"

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
    m_draft.title = oneLine(title);
}

void DraftBuilder::setDates(qint64 createdAt, qint64 updatedAt, qint64 now)
{
    const auto known = [now](qint64 time) { return time > 0 && time <= now ? time : 0; };
    m_draft.createdAt = known(createdAt);
    m_draft.updatedAt = known(updatedAt);
}

void DraftBuilder::addTag(const QString &tag)
{
    const QString name = oneLine(tag);
    if (!name.isEmpty() && !m_draft.tags.contains(name))
        m_draft.tags.append(name);
}

void DraftBuilder::addAddress(QByteArrayView utf8)
{
    if (utf8.trimmed().isEmpty())
        return;
    const ImportedAddress address = importedAddress(utf8);
    if (!m_draft.urls.contains(address.open))
        m_draft.urls.append(address.open);
    if (address.hasPassword) {
        put(u"connection string"_s, FieldKind::Token, utf8, {});
        remark(ImportRemark::Kind::Note,
               u"an address held a password: the whole of it is now the masked field "
               "“connection string”, the address is kept without it"_s);
    }
}

void DraftBuilder::add(const QString &label, FieldKind kind, QByteArrayView utf8)
{
    put(oneLine(label), kind, utf8, u"its kind is"_s);
}

void DraftBuilder::addCustom(const QString &label, bool hidden, QByteArrayView utf8)
{
    QString name = oneLine(label);
    if (name.isEmpty())
        name = u"field"_s;
    auto match = personalByLabel(name, m_draft.type);
    if (!match)
        match = personalByValue(utf8);
    if (match)
        put(name, match->kind, utf8, match->why);
    else
        put(name, customFieldKind(name, hidden), utf8, {});
}

void DraftBuilder::addNotes(QByteArrayView utf8)
{
    if (utf8.isEmpty())
        return;
    if (const auto match = personalNotes(m_draft.title, utf8))
        put(match->kind == FieldKind::SeedPhrase      ? u"seed phrase"_s
            : match->kind == FieldKind::RecoveryCodes ? u"recovery codes"_s
                                                      : u"notes"_s,
            match->kind, utf8, match->why);
    else
        put(u"notes"_s, FieldKind::Notes, utf8, {});
}

void DraftBuilder::addTotp(QByteArrayView utf8, const QString &account)
{
    if (utf8.trimmed().isEmpty())
        return;
    const QString issuer =
        !m_draft.title.isEmpty() || m_draft.urls.isEmpty() ? m_draft.title : hostOf(m_draft.urls.first());
    ImportedTotp totp = importedTotp(utf8, issuer, account);
    if (!totp.remark.isEmpty())
        remark(totp.remarkKind, totp.remark);
    m_draft.fields.push_back(
        {0, u"one-time code"_s, totp.kind, defaultTier(totp.kind), std::move(totp.value)});
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
        m_draft.title = host.isEmpty() ? oneLine(m_draft.urls.first()) : host;
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

void DraftBuilder::put(const QString &label, FieldKind kind, QByteArrayView utf8, const QString &why)
{
    const Tier tier = defaultTier(kind);
    if (tier == Tier::Personal)
        remark(ImportRemark::Kind::Personal,
               why.isEmpty() ? u"“%1” is Personal"_s.arg(label) : u"“%1” is Personal: %2"_s.arg(label, why));
    m_draft.fields.push_back({0, label, kind, tier, secretOf(utf8)});
}

} // namespace clavitor
