// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/BitwardenJson.h"

#include "tests/app/import/ImportedPlan.h"
#include "app/import/ImportFile.h"
#include "crypto/SecretBytes.h"
#include "crypto/Totp.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

namespace {

Result<ImportPlan> readItems(const QByteArray &items)
{
    return importBytes(u"export.json"_s,
                       "{\"encrypted\":false,\"folders\":[{\"id\":\"f1\",\"name\":\"Work/Dev\"},"
                       "{\"id\":\"f2\",\"name\":\"Unused\"}],\"items\":" +
                           items + '}',
                       kNow);
}

} // namespace

class tst_BitwardenJson : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void keepsEveryValueByteForByte();
    void readsALogin();
    void readsCardsWithTheirZeros();
    void readsAnIdentity();
    void readsAnSshKey();
    void keepsPasskeysForAnExport();
    void marksTheAssumedOneTimeCode();
    void skipsEmptyOldPasswordsAndRemarksThemOnce();
    void keepsNullAndEmptyApart();
    void fallsBackToTheHostForATitle();
    void reportsExactDuplicates();
    void bringsTrashFoldersAndCollections();
    void remarksWhatItCannotKeep();
    void keepsWhatItDoesNotKnow();
    void takesDatesOfTheFutureAsUnknown();
    void takesThePasswordOutOfAnAddress();
    void refusesEncryptedExports_data();
    void refusesEncryptedExports();
    void readsTheDemoVault();
};

// Qt's own parser is the second opinion on every text of the sample.
void tst_BitwardenJson::keepsEveryValueByteForByte()
{
    const QString path = importSample(u"bitwarden/bitwarden.json"_s);
    const auto plan = importFile(path, kNow);
    QVERIFY(plan);
    QCOMPARE(plan->format, u"Bitwarden JSON"_s);
    QCOMPARE(plan->source, u"bitwarden.json"_s);
    // 13 as the samples tell, and two old passwords.
    QCOMPARE(plan->personalFields(), 15);
    const QJsonArray items = QJsonDocument::fromJson(contentOf(path)).object()["items"_L1].toArray();
    QCOMPARE(plan->entries.size(), static_cast<std::size_t>(items.size()));
    int compared = 0;
    for (qsizetype i = 0; i < items.size(); ++i) {
        const QJsonObject item = items[i].toObject();
        const EntryDraft &entry = plan->entries[static_cast<std::size_t>(i)];
        const auto same = [&](const QJsonValue &value, QStringView label) {
            if (!value.isString())
                return true;
            ++compared;
            return valueOf(&entry, label) == value.toString().toUtf8();
        };
        QVERIFY(same(item["login"_L1]["username"_L1], u"username"));
        QVERIFY(same(item["login"_L1]["password"_L1], u"password"));
        QVERIFY(same(item["notes"_L1], fieldOf(&entry, u"recovery codes") ? u"recovery codes" : u"notes"));
        for (const QJsonValue &field : item["fields"_L1].toArray())
            QVERIFY(same(field["value"_L1], field["name"_L1].toString()));
        if (!item["name"_L1].toString().isEmpty())
            QCOMPARE(entry.title, item["name"_L1].toString());
    }
    QVERIFY(compared > 50);
}

void tst_BitwardenJson::readsALogin()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    const EntryDraft *github = entryOf(*plan, u"GitHub");
    QVERIFY(github);
    QCOMPARE(github->type, EntryType::Login);
    QCOMPARE(github->urls, (QStringList{u"https://github.com/login"_s, u"https://gist.github.com/"_s}));
    QCOMPARE(github->tags, QStringList{u"Work/Dev"_s});
    QVERIFY(github->favourite);
    QVERIFY(!github->trashed);
    QCOMPARE(github->createdAt, 1736935200000);
    QCOMPARE(github->updatedAt, 1736935200000);
    QCOMPARE(fieldOf(github, u"Environment")->kind, FieldKind::Text);
    QCOMPARE(fieldOf(github, u"Recovery codes")->kind, FieldKind::RecoveryCodes);
    QCOMPARE(fieldOf(github, u"Recovery codes")->tier, Tier::Personal);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Personal, u"GitHub", u"recovery codes"_s));
    QCOMPARE(valueOf(github, u"2FA enabled"), "true"_ba);
    QVERIFY(!fieldOf(github, u"Login e-mail"));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"GitHub", u"Login e-mail"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"GitHub", u"master password"_s));
    QCOMPARE(valueOf(github, u"old password, until 2025-01-15"), "dummy-old-1"_ba);
    QCOMPARE(fieldOf(github, u"old password, until 2025-01-15")->tier, Tier::Personal);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Personal, u"GitHub", u"old passwords"_s));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Lost, u"filling web pages"_s), 1);
}

void tst_BitwardenJson::readsCardsWithTheirZeros()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    const EntryDraft *card = entryOf(*plan, u"Mastercard (test)");
    QVERIFY(card);
    QCOMPARE(valueOf(card, u"card number"), "5555555555554444"_ba);
    QCOMPARE(valueOf(card, u"expiry"), "01/2029"_ba);
    QCOMPARE(valueOf(card, u"CVV"), "012"_ba);
    QCOMPARE(valueOf(card, u"PIN"), "0042"_ba);
    for (const QStringView label : {u"card number", u"expiry", u"CVV", u"PIN"})
        QCOMPARE(fieldOf(card, label)->tier, Tier::Personal);
    QCOMPARE(fieldOf(card, u"cardholder")->tier, Tier::Shared);
}

void tst_BitwardenJson::readsAnIdentity()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    const EntryDraft *identity = entryOf(*plan, u"Rowan Testperson");
    QVERIFY(identity);
    QCOMPARE(identity->type, EntryType::Identity);
    QCOMPARE(fieldOf(identity, u"social security number")->tier, Tier::Personal);
    QCOMPARE(fieldOf(identity, u"passport number")->tier, Tier::Personal);
    QCOMPARE(fieldOf(identity, u"license number")->tier, Tier::Personal);
    QCOMPARE(valueOf(identity, u"postal code"), "00123"_ba);
    QVERIFY(!fieldOf(identity, u"address 3"));
    QCOMPARE(identity->fields.size(), std::size_t{17});
}

void tst_BitwardenJson::readsAnSshKey()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    const EntryDraft *key = entryOf(*plan, u"SSH deploy key");
    QVERIFY(key);
    QCOMPARE(key->type, EntryType::SshKey);
    QCOMPARE(fieldOf(key, u"private key")->kind, FieldKind::PrivateKey);
    QVERIFY(valueOf(key, u"private key").endsWith("-----END OPENSSH PRIVATE KEY-----\n"));
    QVERIFY(valueOf(key, u"public key").startsWith("ssh-ed25519 "));
    QCOMPARE(valueOf(key, u"fingerprint"), "SHA256:T81PQaGMmsi8/+xXYTAnzlw5bKN/qFptLGcbfOoq6NY"_ba);
}

void tst_BitwardenJson::keepsPasskeysForAnExport()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    const FieldDraft *passkey = fieldOf(entryOf(*plan, u"Passkey site"), u"passkey for passkey.example.org");
    QVERIFY(passkey);
    QCOMPARE(passkey->kind, FieldKind::Passkey);
    const QJsonArray items = QJsonDocument::fromJson(contentOf(importSample(u"bitwarden/bitwarden.json"_s)))
                                 .object()["items"_L1]
                                 .toArray();
    const auto original = std::ranges::find_if(
        items, [](const QJsonValue &item) { return item["name"_L1].toString() == "Passkey site"_L1; });
    QCOMPARE(QJsonDocument::fromJson(valueOf(entryOf(*plan, u"Passkey site"), passkey->label)).object(),
             (*original)["login"_L1]["fido2Credentials"_L1].toArray().first().toObject());
}

void tst_BitwardenJson::marksTheAssumedOneTimeCode()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"SHA512 service", u"assumed"_s));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Note, u"assumed"_s), 1);
    const QByteArray steam = valueOf(entryOf(*plan, u"Steam"), u"one-time code");
    const auto totp = crypto::Totp::parse({steam.constData(), static_cast<std::size_t>(steam.size())});
    QVERIFY(totp && totp->isSteam());
    QVERIFY(valueOf(entryOf(*plan, u"Corp VPN"), u"one-time code")
                .contains("algorithm=SHA256&digits=8&period=60"));
}

void tst_BitwardenJson::skipsEmptyOldPasswordsAndRemarksThemOnce()
{
    const auto plan = readItems(R"([{"type":1,"name":"a","login":{},"passwordHistory":[
        {"lastUsedDate":"2025-01-15T10:00:00.000Z","password":"one"},{"password":""},{"password":null},
        {"lastUsedDate":"2024-01-15T10:00:00.000Z","password":"two"}]}])");
    QVERIFY(plan);
    QCOMPARE(entryOf(*plan, u"a")->fields.size(), std::size_t{2});
    QCOMPARE(valueOf(entryOf(*plan, u"a"), u"old password, until 2024-01-15"), "two"_ba);
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Personal), 1);
}

void tst_BitwardenJson::keepsNullAndEmptyApart()
{
    const auto plan = readItems(R"([{"type":1,"name":"a","login":{"username":null,"password":""}}])");
    QVERIFY(plan);
    QVERIFY(!fieldOf(entryOf(*plan, u"a"), u"username"));
    QCOMPARE(valueOf(entryOf(*plan, u"a"), u"password"), ""_ba);
}

void tst_BitwardenJson::fallsBackToTheHostForATitle()
{
    const auto plan =
        readItems(R"([{"type":1,"name":"","login":{"uris":[{"uri":"https://untitled.example.org/path?q=1"}]}},
        {"type":1,"name":" \n","login":{"uris":[{"uri":"192.0.2.10:8443"}]}},{"type":2,"name":null,"notes":"x"}])");
    QVERIFY(plan);
    QCOMPARE(plan->entries[0].title, u"untitled.example.org"_s);
    QCOMPARE(plan->entries[1].title, u"192.0.2.10"_s);
    QCOMPARE(plan->entries[2].title, u"Untitled"_s);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"untitled.example.org", u"no title"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"item 3", u"no title"_s));
}

void tst_BitwardenJson::reportsExactDuplicates()
{
    const auto plan = importFile(importSample(u"bitwarden/bitwarden.json"_s), kNow);
    QVERIFY(plan);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"Exact duplicate", u"twice"_s));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Note, u"twice"_s), 1);
    QCOMPARE(std::ranges::count(plan->entries, u"Exact duplicate"_s, &EntryDraft::title), 2);
    QCOMPARE(std::ranges::count(plan->entries, u"Duplicate"_s, &EntryDraft::title), 2);
}

void tst_BitwardenJson::bringsTrashFoldersAndCollections()
{
    const auto plan = importBytes(
        u"org.json"_s, R"({"encrypted":false,"collections":[{"id":"c1","name":"Ops/Prod"}],"folders":[],
        "items":[{"type":2,"name":"a","collectionIds":["c1","c2"],"organizationId":"o1"},
                 {"type":2,"name":"b","folderId":"f9","deletedDate":"2025-01-15T10:00:00.000Z"}]})",
        kNow);
    QVERIFY(plan);
    QCOMPARE(entryOf(*plan, u"a")->tags, QStringList{u"Ops/Prod"_s});
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"a", u"collection"_s));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Lost, u"organisation"_s), 1);
    QVERIFY(entryOf(*plan, u"b")->trashed);
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"b", u"trash"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Broken, u"b", u"folder"_s));
}

void tst_BitwardenJson::remarksWhatItCannotKeep()
{
    const auto plan =
        readItems(R"([{"type":2,"name":"a","folderId":"f1","archivedDate":"2025-01-15T10:00:00.000Z",
        "attachments":[{"fileName":"x"},{"fileName":"y"}],"newPart":{"a":1},"emptyPart":[],"nullPart":null}, 7])");
    QVERIFY(plan);
    QCOMPARE(plan->read, 2);
    QCOMPARE(plan->entries.size(), std::size_t{1});
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"a", u"archived"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"a", u"2 attached files"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"a", u"newPart"_s));
    QVERIFY(!hasRemark(*plan, ImportRemark::Kind::Lost, u"a", u"emptyPart"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Broken, u"item 2", u"no entry"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"Unused", u"empty"_s));
}

void tst_BitwardenJson::keepsWhatItDoesNotKnow()
{
    const auto plan = readItems(
        R"([{"type":9,"name":"new","bankAccount":{"iban":"DE89370400440532013000","branch":"x","parts":[1]}},
        {"type":1,"name":"login","login":{"username":"u","newSecret":"s3","flag":true}},
        {"type":3,"name":"card","card":{"number":4111111111111111,"expMonth":8,"expYear":2031,"chip":"yes"}}])");
    QVERIFY(plan);
    const EntryDraft *unknown = entryOf(*plan, u"new");
    QCOMPARE(unknown->type, EntryType::Other);
    QCOMPARE(fieldOf(unknown, u"iban")->tier, Tier::Personal);
    QVERIFY(isMasked(fieldOf(unknown, u"branch")->kind));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Note, u"new", u"type"_s));
    QVERIFY(hasRemark(*plan, ImportRemark::Kind::Lost, u"new", u"parts"_s));
    QCOMPARE(valueOf(entryOf(*plan, u"login"), u"newSecret"), "s3"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"login"), u"flag"), "true"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"card"), u"card number"), "4111111111111111"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"card"), u"expiry"), "08/2031"_ba);
    QCOMPARE(valueOf(entryOf(*plan, u"card"), u"chip"), "yes"_ba);
}

void tst_BitwardenJson::takesDatesOfTheFutureAsUnknown()
{
    const auto plan = readItems(
        R"([{"type":2,"name":"a","creationDate":"2999-01-01T00:00:00.000Z","revisionDate":"no date"}])");
    QVERIFY(plan);
    QCOMPARE(entryOf(*plan, u"a")->createdAt, 0);
    QCOMPARE(entryOf(*plan, u"a")->updatedAt, 0);
}

void tst_BitwardenJson::takesThePasswordOutOfAnAddress()
{
    const auto plan = readItems(
        R"([{"type":1,"name":"db","login":{"uris":[{"uri":"postgres://app:s3cret@db.example.com:5432/shop"}]}}])");
    QVERIFY(plan);
    const EntryDraft *db = entryOf(*plan, u"db");
    QCOMPARE(db->urls, QStringList{u"postgres://db.example.com:5432/shop"_s});
    QCOMPARE(db->type, EntryType::Database);
    QCOMPARE(valueOf(db, u"connection string"), "postgres://app:s3cret@db.example.com:5432/shop"_ba);
    QVERIFY(isMasked(fieldOf(db, u"connection string")->kind));
    for (const ImportRemark &remark : plan->remarks)
        QVERIFY(!remark.text.contains("s3cret"_L1));
}

void tst_BitwardenJson::refusesEncryptedExports_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says");
    QTest::newRow("account") << u"bitwarden/bitwarden-account-restricted.json"_s
                             << u"one Bitwarden account"_s;
    QTest::newRow("password, PBKDF2")
        << u"bitwarden/bitwarden-encrypted-pbkdf2.json"_s << u"protected by a password"_s;
    QTest::newRow("password, Argon2id")
        << u"bitwarden/bitwarden-encrypted-argon2id.json"_s << u"protected by a password"_s;
    QTest::newRow("hostile cost") << u"hostile/huge-argon2.json"_s << u"protected by a password"_s;
}

void tst_BitwardenJson::refusesEncryptedExports()
{
    QFETCH(QString, file);
    QFETCH(QString, says);
    const auto plan = importFile(importSample(file), kNow);
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::ImportEncrypted);
    QVERIFY(plan.error().detail.contains(says));
    QVERIFY(plan.error().detail.contains("Export vault"_L1));
}

void tst_BitwardenJson::readsTheDemoVault()
{
    const auto plan =
        importFile(QStringLiteral(CLAVITOR_TEST_DATA) + "/../../resources/demo/bitwarden.json"_L1, kNow);
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().detail));
    QVERIFY(plan->entries.size() >= 14);
    const EntryDraft *github = entryOf(*plan, u"github.com");
    QVERIFY(github);
    QCOMPARE(github->type, EntryType::Login);
    QCOMPARE(github->urls, QStringList{u"https://github.com"_s});
    QCOMPARE(github->tags, QStringList{u"dev"_s});
    QCOMPARE(valueOf(github, u"username"), "octo"_ba);
    QCOMPARE(fieldOf(github, u"one-time code")->kind, FieldKind::Totp);
    QCOMPARE(fieldOf(github, u"recovery codes")->tier, Tier::Personal);
    QCOMPARE(entryOf(*plan, u"AWS production")->type, EntryType::ApiKey);
    QCOMPARE(entryOf(*plan, u"PostgreSQL production")->type, EntryType::Database);
    QCOMPARE(entryOf(*plan, u"Deploy server")->type, EntryType::SshKey);
    QCOMPARE(entryOf(*plan, u"Office Wi-Fi")->type, EntryType::Wifi);
    QCOMPARE(entryOf(*plan, u"Visa business")->type, EntryType::Card);
    QCOMPARE(entryOf(*plan, u"Passport")->type, EntryType::Passport);
    QCOMPARE(entryOf(*plan, u"npm registry")->type, EntryType::ApiKey);
    QCOMPARE(plan->totpFields(), 3);
    QCOMPARE(plan->personalFields(), 7); // one of them an old password
    for (const EntryDraft &entry : plan->entries)
        QVERIFY2(!entry.tags.isEmpty(), qPrintable(entry.title));
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Lost), 0);
    QCOMPARE(countRemarks(*plan, ImportRemark::Kind::Broken), 0);
}

QTEST_GUILESS_MAIN(tst_BitwardenJson)
#include "tst_BitwardenJson.moc"
