// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/import/ImportPlan.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace clavitor {

/// Builds one entry of an import from what its source says, applies the rules for Personal, addresses and
/// one-time codes, and collects the remarks, whose subject is known only at the end. Every importer goes
/// through it, so the same value is treated alike whatever file it came from.
///
/// Values are UTF-8 and kept byte for byte. Each is copied once, into guarded memory. What is beyond entryLimits is
/// shortened (names) or left out (values), with a remark, so that one large thing does not fail the whole import.
class DraftBuilder
{
public:
    /// `row` names the record while it has no title: "row 12".
    DraftBuilder(EntryType type, const QString &title, QString row);

    [[nodiscard]] EntryType type() const { return m_draft.type; }
    void setTitle(const QString &title);
    void setType(EntryType type) { m_draft.type = type; }
    void setFavourite(bool favourite) { m_draft.favourite = favourite; }
    void setTrashed() { m_draft.trashed = true; }
    /// ms since the epoch; 0 when unknown. Dates after `now` are taken as unknown.
    void setDates(qint64 createdAt, qint64 updatedAt, qint64 now);
    void addTag(const QString &tag);
    /// Empty addresses are ignored.
    void addAddress(QByteArrayView utf8);

    /// A field whose kind its source tells. A kind that is Personal is remarked.
    void add(const QString &label, FieldKind kind, QByteArrayView utf8);
    /// A field people made themselves: kind and tier by the rules. `hidden` when the source masks it.
    void addCustom(const QString &label, bool hidden, QByteArrayView utf8);
    /// A password the entry had before: Personal, for people use them elsewhere. `until` is a day, or empty.
    /// Nothing when the password is empty.
    void addOldPassword(const QString &until, QByteArrayView utf8);
    /// Nothing when empty.
    void addNotes(QByteArrayView utf8);
    /// Nothing when empty. Called after the user name is known: an assumed URI carries it.
    void addTotp(QByteArrayView utf8, const QString &account);

    void remark(ImportRemark::Kind kind, const QString &text);
    /// Gives the entry its title and moves it and the remarks into the plan.
    void finish(ImportPlan &plan) &&;

private:
    void put(const QString &label, FieldKind kind, QByteArrayView utf8, const QString &why,
             std::optional<Tier> tier = {});
    void putTotp(const QString &label, QByteArrayView utf8, const QString &account);
    /// False when there is no room for it, which is remarked.
    bool keep(const QString &label, FieldKind kind, Tier tier, crypto::SecretText &&value);
    [[nodiscard]] QString shortened(QString name, qsizetype length, const QString &what);
    /// Once for an entry, however often it happens.
    void remarkOnce(ImportRemark::Kind kind, const QString &text);

    EntryDraft m_draft;
    QString m_row;
    QList<ImportRemark> m_remarks;
};

} // namespace clavitor
