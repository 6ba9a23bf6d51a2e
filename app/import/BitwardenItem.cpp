// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenItem.h"

#include "app/import/DraftBuilder.h"
#include "app/link/Wipe.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

using Kind = ImportRemark::Kind;

// Bitwarden's numbers for the type of an item and of a custom field.
enum ItemType { Login = 1, SecureNote = 2, Card = 3, Identity = 4, SshKey = 5 };
enum CustomType { Text = 0, Hidden = 1, Boolean = 2, Linked = 3 };

struct Member
{
    QByteArrayView name;
    const char16_t *label;
    FieldKind kind;
};

constexpr Member kIdentity[] = {
    {"title", u"title", FieldKind::Text},
    {"firstName", u"first name", FieldKind::Text},
    {"middleName", u"middle name", FieldKind::Text},
    {"lastName", u"last name", FieldKind::Text},
    {"username", u"username", FieldKind::Username},
    {"company", u"company", FieldKind::Text},
    {"email", u"email", FieldKind::Email},
    {"phone", u"phone", FieldKind::Phone},
    {"address1", u"address 1", FieldKind::Address},
    {"address2", u"address 2", FieldKind::Address},
    {"address3", u"address 3", FieldKind::Address},
    {"city", u"city", FieldKind::Address},
    {"state", u"state", FieldKind::Address},
    {"postalCode", u"postal code", FieldKind::Address},
    {"country", u"country", FieldKind::Address},
    {"ssn", u"social security number", FieldKind::SocialSecurityNumber},
    {"passportNumber", u"passport number", FieldKind::PassportNumber},
    {"licenseNumber", u"license number", FieldKind::LicenseNumber},
};

constexpr Member kSshKey[] = {
    {"privateKey", u"private key", FieldKind::PrivateKey},
    {"publicKey", u"public key", FieldKind::PublicKey},
    {"keyFingerprint", u"fingerprint", FieldKind::Text},
};

// The text of a string, or of a number or truth value as it stood; a null has none.
QByteArray plainText(const JsonValue &value)
{
    QByteArray text;
    if (value.isString()) {
        text = value.text().toByteArray();
    } else if (!value.isNull() && !value.isArray() && !value.isObject()) {
        text.reserve(value.writtenSize());
        value.write(text);
    }
    return text;
}

bool isEmptyValue(const JsonValue &value)
{
    return value.isNull() || (value.isString() && value.text().isEmpty()) ||
           (value.isArray() && value.items().empty()) || (value.isObject() && value.members().empty());
}

// Other programs that write this format put numbers where Bitwarden has texts.
void addFilled(const JsonValue &value, const QString &label, FieldKind kind, DraftBuilder &draft)
{
    if (isEmptyValue(value))
        return;
    QByteArray text = plainText(value);
    draft.add(label, kind, text);
    link::wipe(text);
}

// Whatever a newer Bitwarden writes that this table does not know: text is kept masked, the rest is named.
void keepUnknown(const JsonValue &object, std::span<const QByteArrayView> known, DraftBuilder &draft)
{
    for (const auto &[name, value] : object.members()) {
        if (isEmptyValue(value) || std::ranges::find(known, QByteArrayView(name)) != known.end())
            continue;
        const QString label = QString::fromUtf8(name);
        if (value.isArray() || value.isObject()) {
            draft.remark(Kind::Lost,
                         u"“%1” is not kept: Clavitor does not know this part of the format"_s.arg(label));
            continue;
        }
        QByteArray text = plainText(value);
        draft.addCustom(label, true, text);
        link::wipe(text);
        draft.remark(
            Kind::Note,
            u"“%1” is a part of the format Clavitor does not know: kept as a masked field"_s.arg(label));
    }
}

template <std::size_t N>
void addMembers(const JsonValue &object, const Member (&members)[N], DraftBuilder &draft)
{
    std::array<QByteArrayView, N> known;
    for (std::size_t i = 0; i < N; ++i) {
        known[i] = members[i].name;
        addFilled(object[members[i].name], QString::fromUtf16(members[i].label), members[i].kind, draft);
    }
    keepUnknown(object, known, draft);
}

void addPasskey(const JsonValue &credential, DraftBuilder &draft)
{
    const QString site = credential["rpId"].toQString();
    QByteArray json;
    json.reserve(credential.writtenSize());
    credential.write(json);
    draft.add(site.isEmpty() ? u"passkey"_s : u"passkey for %1"_s.arg(site), FieldKind::Passkey, json);
    link::wipe(json);
    draft.remark(Kind::Note, u"its passkey is kept for a later export; Clavitor does not sign in with it"_s);
}

void addLogin(const JsonValue &login, DraftBuilder &draft, BitwardenContext &context)
{
    bool pageRules = !login["autofillOnPageLoad"].isNull();
    for (const JsonValue &uri : login["uris"].items()) {
        draft.addAddress(uri["uri"].text());
        pageRules = pageRules || !uri["match"].isNull();
    }
    context.pageRules += pageRules ? 1 : 0;
    // null is "never had one", "" is an empty one: both stay what they are.
    if (login["username"].isString())
        draft.add(u"username"_s, FieldKind::Username, login["username"].text());
    if (login["password"].isString())
        draft.add(u"password"_s, FieldKind::Password, login["password"].text());
    draft.addTotp(login["totp"].text(), login["username"].toQString());
    for (const JsonValue &credential : login["fido2Credentials"].items())
        addPasskey(credential, draft);
    static constexpr std::array<QByteArrayView, 8> kKnown{"uris",
                                                          "uri",
                                                          "username",
                                                          "password",
                                                          "totp",
                                                          "fido2Credentials",
                                                          "autofillOnPageLoad",
                                                          "passwordRevisionDate"};
    if (login["uris"].items().empty())
        draft.addAddress(login["uri"].text()); // exports of 2018 and before
    keepUnknown(login, kKnown, draft);
}

void addCard(const JsonValue &card, DraftBuilder &draft)
{
    addFilled(card["cardholderName"], u"cardholder"_s, FieldKind::Text, draft);
    addFilled(card["brand"], u"brand"_s, FieldKind::Text, draft);
    addFilled(card["number"], u"card number"_s, FieldKind::CardNumber, draft);
    QByteArray month = plainText(card["expMonth"]);
    QByteArray year = plainText(card["expYear"]);
    if (!month.isEmpty() || !year.isEmpty()) {
        QByteArray expiry;
        expiry.reserve(month.size() + year.size() + 2);
        if (month.size() == 1)
            expiry.append('0');
        expiry.append(month);
        if (!month.isEmpty() && !year.isEmpty())
            expiry.append('/');
        expiry.append(year);
        draft.add(u"expiry"_s, FieldKind::CardExpiry, expiry);
        link::wipe(expiry);
    }
    link::wipe(month);
    link::wipe(year);
    addFilled(card["code"], u"CVV"_s, FieldKind::CardVerification, draft);
    static constexpr std::array<QByteArrayView, 6> kKnown{"cardholderName", "brand",   "number",
                                                          "expMonth",       "expYear", "code"};
    keepUnknown(card, kKnown, draft);
}

void addCustomFields(const JsonValue &fields, DraftBuilder &draft)
{
    for (const JsonValue &field : fields.items()) {
        const QString label = field["name"].toQString();
        const qint64 type = field["type"].toInteger().value_or(Hidden);
        if (type == Linked) {
            draft.remark(
                Kind::Lost,
                u"“%1” only pointed to another field of the entry and has no value of its own"_s.arg(label));
            continue;
        }
        QByteArray text = plainText(field["value"]);
        draft.addCustom(label, type != Text && type != Boolean, text);
        link::wipe(text);
    }
}

void addOldPasswords(const JsonValue &history, DraftBuilder &draft)
{
    for (const JsonValue &old : history.items())
        draft.addOldPassword(old["lastUsedDate"].toQString().left(10), old["password"].text());
}

qint64 timeOf(const JsonValue &date)
{
    const QDateTime time = QDateTime::fromString(date.toQString(), Qt::ISODateWithMs);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

void addPlaces(const JsonValue &item, DraftBuilder &draft, BitwardenContext &context)
{
    if (const QByteArray folder = item["folderId"].text().toByteArray(); !folder.isEmpty()) {
        context.usedFolders.insert(folder);
        if (context.folders.contains(folder))
            draft.addTag(context.folders.value(folder));
        else
            draft.remark(Kind::Broken, u"its folder is not in the file"_s);
    }
    for (const JsonValue &id : item["collectionIds"].items()) {
        if (const QString name = context.collections.value(id.text().toByteArray()); !name.isEmpty())
            draft.addTag(name);
        else
            draft.remark(Kind::Lost, u"it was in a collection whose name is not in the file"_s);
    }
    if (item["organizationId"].isString())
        ++context.ownedByOrganisation;
}

EntryType entryTypeOf(qint64 type)
{
    switch (type) {
    case Login:
        return EntryType::Login;
    case SecureNote:
        return EntryType::Note;
    case Card:
        return EntryType::Card;
    case Identity:
        return EntryType::Identity;
    case SshKey:
        return EntryType::SshKey;
    default:
        return EntryType::Other;
    }
}

void addContent(const JsonValue &item, qint64 type, DraftBuilder &draft, BitwardenContext &context)
{
    switch (type) {
    case Login:
        addLogin(item["login"], draft, context);
        return;
    case SecureNote:
        return; // a note is its notes
    case Card:
        addCard(item["card"], draft);
        return;
    case Identity:
        addMembers(item["identity"], kIdentity, draft);
        return;
    case SshKey:
        addMembers(item["sshKey"], kSshKey, draft);
        return;
    default:
        break;
    }
    draft.remark(
        Kind::Note,
        u"it is of a type Clavitor does not know (%1): what it holds is kept in masked fields"_s.arg(type));
    for (const auto &[name, value] : item.members())
        if (value.isObject())
            keepUnknown(value, {}, draft);
}

} // namespace

void readBitwardenItem(const JsonValue &item, int number, BitwardenContext &context, ImportPlan &plan)
{
    if (!item.isObject()) {
        plan.remarks.append({Kind::Broken, u"item %1"_s.arg(number), u"it is no entry"_s});
        return;
    }
    const qint64 type = item["type"].toInteger().value_or(0);
    DraftBuilder draft(entryTypeOf(type), item["name"].toQString(), u"item %1"_s.arg(number));
    draft.setFavourite(item["favorite"].isTrue());
    draft.setDates(timeOf(item["creationDate"]), timeOf(item["revisionDate"]), context.now);
    addPlaces(item, draft, context);
    addContent(item, type, draft, context);
    addCustomFields(item["fields"], draft);
    draft.addNotes(item["notes"].text());
    addOldPasswords(item["passwordHistory"], draft);

    if (!item["deletedDate"].isNull()) {
        draft.setTrashed();
        draft.remark(Kind::Note, u"it was in Bitwarden's trash and goes to the trash"_s);
    }
    if (!item["archivedDate"].isNull())
        draft.remark(Kind::Lost,
                     u"it was archived; Clavitor has no archive, so it stands among the others"_s);
    if (item["reprompt"].toInteger().value_or(0) != 0)
        draft.remark(Kind::Lost,
                     u"Bitwarden asked for the master password before showing it; Clavitor asks only for "
                     "Personal fields"_s);
    if (!item["attachments"].items().empty())
        draft.remark(Kind::Lost, u"its %1 attached files are not part of this export"_s.arg(
                                     item["attachments"].items().size()));

    static constexpr std::array<QByteArrayView, 20> kKnown{
        "id",          "organizationId", "folderId", "collectionIds",   "type",         "reprompt",
        "name",        "notes",          "favorite", "fields",          "login",        "secureNote",
        "card",        "identity",       "sshKey",   "passwordHistory", "revisionDate", "creationDate",
        "deletedDate", "archivedDate"};
    if (draft.type() != EntryType::Other)
        for (const auto &[name, value] : item.members())
            if (!isEmptyValue(value) && name != "attachments" &&
                std::ranges::find(kKnown, QByteArrayView(name)) == kKnown.end())
                draft.remark(Kind::Lost,
                             u"“%1” is not kept: Clavitor does not know this part of the format"_s.arg(
                                 QString::fromUtf8(name)));
    std::move(draft).finish(plan);
}

} // namespace clavitor
