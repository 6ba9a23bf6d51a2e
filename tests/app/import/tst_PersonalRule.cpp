// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/PersonalRule.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

class tst_PersonalRule : public QObject
{
    Q_OBJECT

private slots:
    void splitsLabelsIntoWords_data();
    void splitsLabelsIntoWords();
    void knowsPersonalLabels_data();
    void knowsPersonalLabels();
    void leavesOtherLabelsAlone_data();
    void leavesOtherLabelsAlone();
    void judgesByTypeOfEntry();
    void knowsPersonalValues_data();
    void knowsPersonalValues();
    void leavesOtherValuesAlone_data();
    void leavesOtherValuesAlone();
    void knowsPersonalNotes_data();
    void knowsPersonalNotes();
    void leavesOtherNotesAlone_data();
    void leavesOtherNotesAlone();
    void namesTheKindOfACustomField_data();
    void namesTheKindOfACustomField();
    void onlyEverNamesPersonalKinds();
};

void tst_PersonalRule::splitsLabelsIntoWords_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("words");
    QTest::newRow("snake") << u"backup_codes"_s << u" backup codes "_s;
    QTest::newRow("camel") << u"cardNumber"_s << u" card number "_s;
    QTest::newRow("capitals stay one word") << u"IBAN"_s << u" iban "_s;
    QTest::newRow("punctuation") << u"  Card-PIN: (new)"_s << u" card pin new "_s;
    QTest::newRow("accents") << u"Prüfziffer"_s << u" prüfziffer "_s;
    QTest::newRow("nothing") << u" — "_s << u" "_s;
}

void tst_PersonalRule::splitsLabelsIntoWords()
{
    QFETCH(QString, label);
    QTEST(labelWords(label), "words");
}

void tst_PersonalRule::knowsPersonalLabels_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<FieldKind>("kind");
    const std::pair<const char16_t *, FieldKind> rows[] = {
        {u"Recovery codes", FieldKind::RecoveryCodes},
        {u"recovery_code", FieldKind::RecoveryCodes},
        {u"GitHub backup codes", FieldKind::RecoveryCodes},
        {u"2FA recovery", FieldKind::RecoveryCodes},
        {u"BitLocker recovery key", FieldKind::RecoveryCodes},
        {u"Wiederherstellungscodes", FieldKind::RecoveryCodes},
        {u"Codes de secours", FieldKind::RecoveryCodes},
        {u"Kody zapasowe", FieldKind::RecoveryCodes},
        {u"Seed phrase", FieldKind::SeedPhrase},
        {u"MNEMONIC", FieldKind::SeedPhrase},
        {u"Secret Recovery Phrase", FieldKind::SeedPhrase},
        {u"seed", FieldKind::SeedPhrase},
        {u"CVV", FieldKind::CardVerification},
        {u"cardCvc", FieldKind::CardVerification},
        {u"PIN", FieldKind::CardPin},
        {u"Card PIN code", FieldKind::CardPin},
        {u"Card number", FieldKind::CardNumber},
        {u"Kartennummer", FieldKind::CardNumber},
        {u"Card expiry", FieldKind::CardExpiry},
        {u"IBAN", FieldKind::BankAccountNumber},
        {u"Account number", FieldKind::BankAccountNumber},
        {u"Sort code", FieldKind::RoutingNumber},
        {u"Routing number", FieldKind::RoutingNumber},
        {u"Passport", FieldKind::PassportNumber},
        {u"Passport No.", FieldKind::PassportNumber},
        {u"Driver's license", FieldKind::LicenseNumber},
        {u"Driving licence no", FieldKind::LicenseNumber},
        {u"SSN", FieldKind::SocialSecurityNumber},
        {u"National Insurance", FieldKind::SocialSecurityNumber},
        {u"Tax ID", FieldKind::TaxNumber},
        {u"Codice fiscale", FieldKind::TaxNumber},
        {u"ID card", FieldKind::IdentityNumber},
        {u"PESEL", FieldKind::IdentityNumber},
    };
    for (const auto &[label, kind] : rows)
        QTest::newRow(qPrintable(QString::fromUtf16(label))) << QString::fromUtf16(label) << kind;
}

void tst_PersonalRule::knowsPersonalLabels()
{
    QFETCH(QString, label);
    const auto match = personalByLabel(label, EntryType::Login);
    QVERIFY(match);
    QTEST(match->kind, "kind");
    QVERIFY(!match->why.isEmpty());
}

void tst_PersonalRule::leavesOtherLabelsAlone_data()
{
    QTest::addColumn<QString>("label");
    for (const char16_t *label : {u"Recovery e-mail",
                                  u"Recovery phone",
                                  u"2FA enabled",
                                  u"Environment",
                                  u"aws_access_key_id",
                                  u"Pinterest token",
                                  u"Expires",
                                  u"number",
                                  u"seed data path",
                                  u"passport.js secret",
                                  u"licence key",
                                  u"backup server",
                                  u"account id",
                                  u"shopping card",
                                  u"spinner",
                                  u"opinion",
                                  u"zip code",
                                  u"code",
                                  u"",
                                  u" "})
        QTest::newRow(qPrintable(QString::fromUtf16(label))) << QString::fromUtf16(label);
}

void tst_PersonalRule::leavesOtherLabelsAlone()
{
    QFETCH(QString, label);
    QVERIFY(!personalByLabel(label, EntryType::Login));
}

void tst_PersonalRule::judgesByTypeOfEntry()
{
    QCOMPARE(personalByLabel(u"Expires"_s, EntryType::Card).value_or(PersonalMatch{}).kind,
             FieldKind::CardExpiry);
    QCOMPARE(personalByLabel(u"Number"_s, EntryType::Card).value_or(PersonalMatch{}).kind,
             FieldKind::CardNumber);
    QCOMPARE(personalByLabel(u"Security code"_s, EntryType::Card).value_or(PersonalMatch{}).kind,
             FieldKind::CardVerification);
    QVERIFY(!personalByLabel(u"Security code"_s, EntryType::Login));
}

void tst_PersonalRule::knowsPersonalValues_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<FieldKind>("kind");
    QTest::newRow("codes in groups") << "11aa-22bb\n33cc-44dd\n55ee-66ff\n77aa-88bb"_ba
                                     << FieldKind::RecoveryCodes;
    QTest::newRow("numbered codes") << "1. 1234 5678\n2. 2345 6789\n3. 3456 7890\n4. 4567 8901\n"_ba
                                    << FieldKind::RecoveryCodes;
    QTest::newRow("codes below a heading")
        << "GitHub:\n\na1b2c3d4\ne5f6a7b8\nc9d0e1f2\na3b4c5d6\r\n"_ba << FieldKind::RecoveryCodes;
    QTest::newRow("bulleted codes") << "- a1b2c3\n- d4e5f6\n* a7b8c9\n* d0e1f2"_ba
                                    << FieldKind::RecoveryCodes;
    QTest::newRow("twelve words")
        << "legal winner thank year wave sausage worth useful legal winner thank yellow"_ba
        << FieldKind::SeedPhrase;
    QTest::newRow("numbered words")
        << "1. abandon\n2. abandon\n3. abandon\n4. abandon\n5. abandon\n6. abandon\n7. abandon\n8. abandon\n9. abandon\n10. abandon\n11. abandon\n12. about"_ba
        << FieldKind::SeedPhrase;
    QTest::newRow("twenty-four words")
        << "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold"_ba
        << FieldKind::SeedPhrase;
    QTest::newRow("Visa") << "4111 1111 1111 1111"_ba << FieldKind::CardNumber;
    QTest::newRow("Mastercard") << "5555555555554444"_ba << FieldKind::CardNumber;
    QTest::newRow("Mastercard of the 2 series") << "2223003122003222"_ba << FieldKind::CardNumber;
    QTest::newRow("American Express") << "3782-822463-10005"_ba << FieldKind::CardNumber;
    QTest::newRow("IBAN, British") << "GB82 WEST 1234 5698 7654 32"_ba << FieldKind::BankAccountNumber;
    QTest::newRow("IBAN, German") << "DE89370400440532013000"_ba << FieldKind::BankAccountNumber;
}

void tst_PersonalRule::knowsPersonalValues()
{
    QFETCH(QByteArray, value);
    const auto match = personalByValue(value);
    QVERIFY(match);
    QTEST(match->kind, "kind");
}

void tst_PersonalRule::leavesOtherValuesAlone_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char *value :
         {"", "prod", "11aa-22bb", "4111 1111 1111 1112", "1234567812345670", "GB82 WEST 1234 5698 7654 33",
          "2024-01-01\n2024-02-01\n2024-03-01\n2024-04-01", "192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4",
          "10\n20\n30\n40", "please call the bank and ask for new cards before next june", "one two three",
          "Legal Winner Thank Year Wave Sausage Worth Useful Legal Winner Thank Yellow",
          "host: a1b2c3\nport: 5432\nuser: app1\ndb: shop22",
          "-----BEGIN KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAAEbm9uZQAAAAAAAAABAAAAMwAAAA\n-----END "
          "KEY-----",
          "353879234252633"})
        QTest::newRow(value) << QByteArray(value);
}

void tst_PersonalRule::leavesOtherValuesAlone()
{
    QFETCH(QByteArray, value);
    QVERIFY(!personalByValue(value));
}

void tst_PersonalRule::knowsPersonalNotes_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QByteArray>("notes");
    QTest::addColumn<FieldKind>("kind");
    QTest::newRow("title announces codes")
        << u"Recovery codes - Example"_s << "01aa-01bb"_ba << FieldKind::RecoveryCodes;
    QTest::newRow("title announces words")
        << u"Wallet seed phrase"_s << "in the safe: Zoo, Apple"_ba << FieldKind::SeedPhrase;
    QTest::newRow("a line announces codes")
        << u"Example"_s << "Sign in at the office.\nBackup codes:\n01aa-01bb\n02aa-02bb\nAsk Kim."_ba
        << FieldKind::RecoveryCodes;
    QTest::newRow("a list without any words")
        << u"Example"_s << "01aa-01bb\n02aa-02bb\n03aa-03bb\n04aa-04bb"_ba << FieldKind::RecoveryCodes;
}

void tst_PersonalRule::knowsPersonalNotes()
{
    QFETCH(QString, title);
    QFETCH(QByteArray, notes);
    const auto match = personalNotes(title, notes);
    QVERIFY(match);
    QTEST(match->kind, "kind");
}

void tst_PersonalRule::leavesOtherNotesAlone_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QByteArray>("notes");
    QTest::newRow("prose about codes")
        << u"Where the recovery codes are"_s << "Printed, in the blue folder."_ba;
    QTest::newRow("nothing") << u"Recovery codes"_s << "  \n"_ba;
    QTest::newRow("a passport is no heading") << u"Passport"_s << "renew it at the town hall"_ba;
    QTest::newRow("markdown") << u"Server notes"_s
                              << "# Heading\n\n* bullet\n* \"quotes\"\n\n```\nkey: value\n```\n"_ba;
}

void tst_PersonalRule::leavesOtherNotesAlone()
{
    QFETCH(QString, title);
    QFETCH(QByteArray, notes);
    QVERIFY(!personalNotes(title, notes));
}

void tst_PersonalRule::namesTheKindOfACustomField_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<bool>("hidden");
    QTest::addColumn<FieldKind>("kind");
    QTest::newRow("open text") << u"Environment"_s << false << FieldKind::Text;
    QTest::newRow("hidden text") << u"Environment"_s << true << FieldKind::Hidden;
    QTest::newRow("secret that was not hidden") << u"API key"_s << false << FieldKind::Token;
    QTest::newRow("secret key") << u"aws_secret_access_key"_s << true << FieldKind::Token;
    QTest::newRow("an id is no secret") << u"aws_access_key_id"_s << false << FieldKind::Text;
    QTest::newRow("client secret") << u"clientSecret"_s << false << FieldKind::Token;
    QTest::newRow("another password") << u"Admin password"_s << false << FieldKind::Password;
    QTest::newRow("private key") << u"Private key"_s << false << FieldKind::PrivateKey;
    QTest::newRow("connection string") << u"DATABASE_URL"_s << true << FieldKind::Token;
    QTest::newRow("open address") << u"Status page URL"_s << false << FieldKind::Text;
    QTest::newRow("e-mail") << u"E-Mail"_s << false << FieldKind::Email;
    QTest::newRow("user") << u"User name"_s << false << FieldKind::Username;
}

void tst_PersonalRule::namesTheKindOfACustomField()
{
    QFETCH(QString, label);
    QFETCH(bool, hidden);
    const FieldKind kind = customFieldKind(label, hidden);
    QTEST(kind, "kind");
    QCOMPARE(defaultTier(kind), Tier::Shared);
    if (hidden)
        QVERIFY(isMasked(kind));
}

void tst_PersonalRule::onlyEverNamesPersonalKinds()
{
    for (const char *label : {"recovery codes", "seed", "cvv", "pin", "card expiry", "card number", "iban",
                              "sort code", "passport", "drivers license", "ssn", "tax id", "id card"})
        QCOMPARE(defaultTier(personalByLabel(QString::fromLatin1(label), EntryType::Other)->kind),
                 Tier::Personal);
}

QTEST_GUILESS_MAIN(tst_PersonalRule)
#include "tst_PersonalRule.moc"
