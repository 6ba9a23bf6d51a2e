// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/access/Redactor.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

QJsonObject parse(SecretJson &json)
{
    const crypto::SecretText text = json.take();
    return QJsonDocument::fromJson(QByteArray(text.view().data(), static_cast<qsizetype>(text.size()))).object();
}

EntrySummary github()
{
    EntrySummary entry;
    entry.id = EntryId{newUuid(1'772'965'394'000)};
    entry.title = u"github.com"_s;
    entry.subtitle = u"octo"_s;
    entry.urls = {u"https://github.com"_s};
    entry.tags = {u"dev"_s};
    entry.updatedAt = 1'772'965'394'123;
    entry.fields = {{1, u"username"_s, FieldKind::Username, Tier::Shared},
                    {2, u"one-time code"_s, FieldKind::Totp, Tier::Shared},
                    {3, u"recovery codes"_s, FieldKind::RecoveryCodes, Tier::Personal}};
    return entry;
}

AnswerField field(FieldOutline outline, Delivery delivery, std::string_view text = {}, int expiresIn = 0)
{
    return {std::move(outline), delivery, crypto::SecretText::copyOf(text), expiresIn};
}

} // namespace

class tst_Redactor : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }

    void aSummaryNamesItsFieldsAndHoldsNoValue()
    {
        SecretJson json;
        Redactor::writeSummary(json, github());
        const QJsonObject entry = parse(json);
        QCOMPARE(entry.keys(), QStringList({u"fields"_s, u"id"_s, u"tags"_s, u"title"_s, u"type"_s, u"updated_at"_s, u"urls"_s}));
        QCOMPARE(entry["updated_at"_L1].toString(), u"2026-03-08T10:23:14Z"_s);
        const QJsonArray fields = entry["fields"_L1].toArray();
        QCOMPARE(fields.size(), 3);
        for (const QJsonValue &one : fields)
            QCOMPARE(one.toObject().keys(), QStringList({u"id"_s, u"kind"_s, u"label"_s}));
    }

    void eachDeliveryHasExactlyItsOwnMembers()
    {
        const EntrySummary entry = github();
        std::vector<AnswerField> fields;
        fields.push_back(field(entry.fields[0], Delivery::Show, "octo"));
        fields.push_back(field(entry.fields[1], Delivery::CodeOnly, "847203", 17));
        fields.push_back(field(entry.fields[2], Delivery::Never));
        fields.push_back(field({4, u"passkey"_s, FieldKind::Passkey, Tier::Shared}, Delivery::Never));
        SecretJson json;
        Redactor::writeEntry(json, entry, fields);
        const QJsonArray written = parse(json)["fields"_L1].toArray();
        QCOMPARE(written[0].toObject(), QJsonObject({{u"id"_s, u"f1"_s}, {u"label"_s, u"username"_s}, {u"kind"_s, u"username"_s},
                                                     {u"value"_s, u"octo"_s}}));
        QCOMPARE(written[1].toObject(), QJsonObject({{u"id"_s, u"f2"_s}, {u"label"_s, u"one-time code"_s}, {u"kind"_s, u"totp"_s},
                                                     {u"code"_s, u"847203"_s}, {u"expires_in"_s, 17}}));
        QCOMPARE(written[2].toObject(), QJsonObject({{u"id"_s, u"f3"_s}, {u"label"_s, u"recovery codes"_s},
                                                     {u"kind"_s, u"recovery_codes"_s}, {u"value"_s, u"[REDACTED]"_s}, {u"l2"_s, true}}));
        QCOMPARE(written[3].toObject(), QJsonObject({{u"id"_s, u"f4"_s}, {u"label"_s, u"passkey"_s}, {u"kind"_s, u"passkey"_s},
                                                     {u"delivery"_s, u"never"_s}}));
    }

    void aReferenceNamesEntryAndFieldAndEscapesWhatSeparatesThem()
    {
        EntrySummary entry = github();
        std::vector<AnswerField> fields;
        fields.push_back(field({4, u"deploy token"_s, FieldKind::Token, Tier::Shared}, Delivery::UseOnly, "canary-value"));
        fields.push_back(field({5, u"50% of a/b"_s, FieldKind::Token, Tier::Shared}, Delivery::UseOnly));
        SecretJson json;
        Redactor::writeEntry(json, entry, fields);
        const QJsonArray written = parse(json)["fields"_L1].toArray();
        QCOMPARE(written[0].toObject(), QJsonObject({{u"id"_s, u"f4"_s}, {u"label"_s, u"deploy token"_s}, {u"kind"_s, u"token"_s},
                                                     {u"delivery"_s, u"use-only"_s}, {u"ref"_s, u"clavitor://github.com/deploy token"_s}}));
        QCOMPARE(written[1].toObject().value("ref"_L1).toString(), u"clavitor://github.com/50%25 of a%2Fb"_s);
    }

    void aPersonalFieldIsRedactedEvenWhenPolicySaidShow()
    {
        const EntrySummary entry = github();
        std::vector<AnswerField> fields;
        fields.push_back(field(entry.fields[2], Delivery::Show, "canary-value"));
        SecretJson json;
        Redactor::writeEntry(json, entry, fields);
        const crypto::SecretText text = json.take();
        QVERIFY(text.view().find("canary") == std::string_view::npos);
        QVERIFY(text.view().find(R"("value":"[REDACTED]","l2":true)") != std::string_view::npos);
    }
};

QTEST_APPLESS_MAIN(tst_Redactor)
#include "tst_Redactor.moc"
