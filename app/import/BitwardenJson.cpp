// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenJson.h"

#include "app/import/BitwardenItem.h"

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

QHash<QByteArray, QString> namesById(const JsonValue &list)
{
    QHash<QByteArray, QString> names;
    for (const JsonValue &folder : list.items())
        names.insert(folder["id"].text().toByteArray(), folder["name"].toQString());
    return names;
}

void remarkOnWhole(const BitwardenContext &context, ImportPlan &plan)
{
    for (auto folder = context.folders.begin(); folder != context.folders.end(); ++folder)
        if (!context.usedFolders.contains(folder.key()))
            plan.remarks.append({ImportRemark::Kind::Lost, folder.value(),
                                 u"the folder is empty: tags exist only on entries"_s});
    if (context.pageRules > 0)
        plan.remarks.append({ImportRemark::Kind::Lost, u"%1 entries"_s.arg(context.pageRules),
                             u"rules for filling web pages are not kept: Clavitor does not fill pages"_s});
    if (context.ownedByOrganisation > 0)
        plan.remarks.append({ImportRemark::Kind::Lost, u"%1 entries"_s.arg(context.ownedByOrganisation),
                             u"they belonged to an organisation: later changes there do not arrive here"_s});
}

} // namespace

QString BitwardenJson::name() const
{
    return u"Bitwarden JSON"_s;
}

QStringList BitwardenJson::filePatterns() const
{
    return {u"*.json"_s};
}

bool BitwardenJson::recognises(const ImportSource &source) const
{
    const JsonValue &root = source.json();
    if (root["encrypted"].kind() != JsonValue::Kind::Bool)
        return false;
    return root["items"].isArray() || !root["encKeyValidation_DO_NOT_EDIT"].isNull();
}

Result<ImportPlan> BitwardenJson::read(const ImportSource &source, qint64 now) const
{
    const JsonValue &root = source.json();
    if (root["encrypted"].isTrue()) {
        if (root["passwordProtected"].isTrue())
            return fail(ErrorCode::ImportEncrypted,
                        u"This Bitwarden export is protected by a password, which Clavitor cannot open yet. "
                        u"In Bitwarden "
                        "choose Export vault with the file format “.json” (not “.json (Encrypted)”)."_s);
        return fail(
            ErrorCode::ImportEncrypted,
            u"This Bitwarden export is encrypted for one Bitwarden account, so no other program can read it. "
            u"In "
            "Bitwarden choose Export vault with the file format “.json” (not “.json (Encrypted)”)."_s);
    }
    const auto &items = root["items"].items();
    if (items.empty())
        return fail(ErrorCode::ImportEmpty, u"The export holds no entries."_s);
    if (items.size() > kMostImportedEntries)
        return fail(ErrorCode::ImportTooLarge, u"The export holds more than 100,000 entries."_s);

    BitwardenContext context;
    context.folders = namesById(root["folders"]);
    context.collections = namesById(root["collections"]);
    context.now = now;

    ImportPlan plan;
    plan.read = static_cast<int>(items.size());
    plan.entries.reserve(items.size());
    int number = 0;
    for (const JsonValue &item : items)
        readBitwardenItem(item, ++number, context, plan);
    remarkOnWhole(context, plan);
    return plan;
}

} // namespace clavitor
