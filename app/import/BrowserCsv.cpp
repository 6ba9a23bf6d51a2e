// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BrowserCsv.h"

#include <array>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// An empty cell is how a CSV says "none".
void addBrowserLogin(const CsvRecord &record, DraftBuilder &draft)
{
    draft.addAddress(record["url"_L1]);
    if (!record["username"_L1].isEmpty())
        draft.add(u"username"_s, FieldKind::Username, record["username"_L1]);
    if (!record["password"_L1].isEmpty())
        draft.add(u"password"_s, FieldKind::Password, record["password"_L1]);
}

} // namespace

QString ChromiumCsv::name() const
{
    return u"Chrome, Edge or Brave CSV"_s;
}

CsvImporter::Columns ChromiumCsv::required() const
{
    static constexpr std::array kColumns{"name"_L1, "url"_L1, "username"_L1, "password"_L1};
    return kColumns;
}

CsvImporter::Columns ChromiumCsv::optional() const
{
    static constexpr std::array kColumns{"note"_L1};
    return kColumns;
}

bool ChromiumCsv::readRecord(const CsvRecord &record, qint64, DraftBuilder &draft, ImportPlan &) const
{
    draft.setTitle(record.text("name"_L1));
    addBrowserLogin(record, draft);
    draft.addNotes(record["note"_L1]);
    return true;
}

QString FirefoxCsv::name() const
{
    return u"Firefox CSV"_s;
}

CsvImporter::Columns FirefoxCsv::required() const
{
    static constexpr std::array kColumns{"url"_L1, "username"_L1, "password"_L1, "httprealm"_L1};
    return kColumns;
}

CsvImporter::Columns FirefoxCsv::optional() const
{
    static constexpr std::array kColumns{"formactionorigin"_L1, "guid"_L1, "timecreated"_L1,
                                         "timelastused"_L1, "timepasswordchanged"_L1};
    return kColumns;
}

bool FirefoxCsv::readRecord(const CsvRecord &record, qint64 now, DraftBuilder &draft, ImportPlan &plan) const
{
    if (record["url"_L1].startsWith("chrome://FirefoxAccounts")) {
        plan.remarks.append(
            {ImportRemark::Kind::Skipped, record.name(),
             u"“chrome://FirefoxAccounts” is how Firefox keeps its own sync account, not a login"_s});
        return false;
    }
    addBrowserLogin(record, draft);
    if (!record["httprealm"_L1].isEmpty())
        draft.add(u"HTTP realm"_s, FieldKind::Text, record["httprealm"_L1]);
    draft.setTitle(hostOf(record.text("url"_L1)));
    draft.setDates(record["timecreated"_L1].toLongLong(), record["timepasswordchanged"_L1].toLongLong(), now);
    return true;
}

void FirefoxCsv::remarkOnFormat(ImportPlan &plan) const
{
    plan.remarks.append({ImportRemark::Kind::Lost, u"all rows"_s,
                         u"Firefox's internal numbers, form addresses and times of last use are not kept"_s});
}

QString SafariCsv::name() const
{
    return u"Safari CSV"_s;
}

CsvImporter::Columns SafariCsv::required() const
{
    static constexpr std::array kColumns{"title"_L1, "url"_L1, "username"_L1, "password"_L1};
    return kColumns;
}

CsvImporter::Columns SafariCsv::optional() const
{
    static constexpr std::array kColumns{"notes"_L1, "otpauth"_L1};
    return kColumns;
}

bool SafariCsv::readRecord(const CsvRecord &record, qint64, DraftBuilder &draft, ImportPlan &) const
{
    QString title = record.text("title"_L1);
    const QString user = record.text("username"_L1);
    if (const QString suffix = u" (" + user + u')'; !user.isEmpty() && title.endsWith(suffix))
        title.chop(suffix.size());
    draft.setTitle(title);
    addBrowserLogin(record, draft);
    draft.addTotp(record["otpauth"_L1], user);
    draft.addNotes(record["notes"_L1]);
    return true;
}

} // namespace clavitor
