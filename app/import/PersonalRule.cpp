// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/PersonalRule.h"

#include "app/import/SecretShape.h"
#include "app/link/Wipe.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// How a rule's words must stand in a label.
enum class Fit { Anywhere, Whole };

struct LabelRule
{
    FieldKind kind;
    const char16_t *what; // completes "its name says …"
    Fit fit;
    std::vector<QStringView> words;
};

// English first, then German, French, Spanish, Italian, Polish, Dutch, Portuguese.
const std::vector<LabelRule> &labelRules()
{
    static const std::vector<LabelRule> rules{
        {FieldKind::SeedPhrase,
         u"seed phrase",
         Fit::Anywhere,
         {u"seed phrase", u"seed words", u"seedphrase", u"recovery phrase", u"backup phrase", u"mnemonic",
          u"mnemonics", u"wallet seed", u"recovery seed", u"wiederherstellungsphrase",
          u"phrase de récupération", u"frase semilla", u"frase de recuperación", u"frase di recupero",
          u"fraza odzyskiwania"}},
        {FieldKind::SeedPhrase, u"seed phrase", Fit::Whole, {u"seed", u"secret phrase"}},
        {FieldKind::RecoveryCodes,
         u"recovery codes",
         Fit::Anywhere,
         {u"recovery code",
          u"recovery codes",
          u"recovery key",
          u"recovery keys",
          u"recovery token",
          u"backup code",
          u"backup codes",
          u"rescue code",
          u"rescue codes",
          u"scratch code",
          u"scratch codes",
          u"emergency code",
          u"emergency codes",
          u"emergency key",
          u"one time codes",
          u"2fa codes",
          u"wiederherstellungscode",
          u"wiederherstellungscodes",
          u"wiederherstellungsschlüssel",
          u"notfallcode",
          u"notfallcodes",
          u"code de récupération",
          u"codes de récupération",
          u"codes de secours",
          u"código de recuperación",
          u"códigos de recuperación",
          u"códigos de respaldo",
          u"codice di recupero",
          u"codici di recupero",
          u"codici di backup",
          u"kody zapasowe",
          u"kody odzyskiwania",
          u"kod odzyskiwania",
          u"herstelcode",
          u"herstelcodes",
          u"códigos de recuperação"}},
        {FieldKind::RecoveryCodes,
         u"recovery codes",
         Fit::Whole,
         {u"2fa backup", u"2fa recovery", u"mfa backup", u"mfa recovery"}},
        {FieldKind::CardVerification,
         u"card verification number",
         Fit::Anywhere,
         {u"cvv", u"cvv2", u"cvc", u"cvc2", u"card security code", u"card verification", u"kartenprüfnummer",
          u"prüfziffer", u"cryptogramme"}},
        {FieldKind::CardPin, u"PIN", Fit::Anywhere, {u"pin", u"pincode", u"puk", u"kod pin", u"geheimzahl"}},
        {FieldKind::CardExpiry,
         u"card expiry",
         Fit::Anywhere,
         {u"card expiry", u"card expiration", u"card valid", u"card exp"}},
        {FieldKind::CardNumber,
         u"card number",
         Fit::Anywhere,
         {u"card number", u"card no", u"cardnumber", u"cc number", u"ccnumber", u"credit card", u"debit card",
          u"kreditkartennummer", u"kartennummer", u"kreditkarte", u"numéro de carte", u"carte bancaire",
          u"número de tarjeta", u"tarjeta de crédito", u"numero carta", u"carta di credito", u"numer karty",
          u"kaartnummer", u"número do cartão"}},
        {FieldKind::BankAccountNumber,
         u"account number",
         Fit::Anywhere,
         {u"iban", u"account number", u"account no", u"bank account", u"kontonummer", u"numéro de compte",
          u"número de cuenta", u"numero di conto", u"numer konta", u"rekeningnummer", u"número da conta"}},
        {FieldKind::RoutingNumber,
         u"routing number",
         Fit::Anywhere,
         {u"routing number", u"routing no", u"sort code", u"aba number", u"transit number", u"bankleitzahl",
          u"blz"}},
        {FieldKind::PassportNumber,
         u"passport number",
         Fit::Anywhere,
         {u"passport number", u"passport no", u"passport id", u"reisepass", u"reisepassnummer", u"passeport",
          u"pasaporte", u"passaporto", u"paszport", u"paspoort", u"passaporte"}},
        {FieldKind::PassportNumber, u"passport number", Fit::Whole, {u"passport"}},
        {FieldKind::LicenseNumber,
         u"licence number",
         Fit::Anywhere,
         {u"driver license", u"drivers license", u"driver s license", u"driving license", u"driving licence",
          u"driver licence", u"drivers licence", u"driver s licence", u"führerschein", u"führerscheinnummer",
          u"permis de conduire", u"permiso de conducir", u"patente di guida", u"prawo jazdy", u"rijbewijs"}},
        {FieldKind::SocialSecurityNumber,
         u"social security number",
         Fit::Anywhere,
         {u"ssn", u"social security", u"national insurance", u"sozialversicherungsnummer",
          u"numéro de sécurité sociale", u"seguridad social", u"bsn"}},
        {FieldKind::TaxNumber,
         u"tax number",
         Fit::Anywhere,
         {u"tax id", u"tax number", u"tax no", u"taxpayer", u"itin", u"steuer id", u"steuernummer",
          u"steueridentifikationsnummer", u"numéro fiscal", u"codice fiscale", u"nip", u"cpf"}},
        {FieldKind::IdentityNumber,
         u"identity number",
         Fit::Anywhere,
         {u"id card", u"identity card", u"identity number", u"id number", u"national id", u"personalausweis",
          u"ausweisnummer", u"carte d identité", u"carta d identità", u"documento de identidad", u"pesel",
          u"dowód osobisty", u"aadhaar", u"nric"}},
    };
    return rules;
}

bool fits(const QString &words, const LabelRule &rule)
{
    return std::ranges::any_of(rule.words, [&](QStringView phrase) {
        const QString padded = u' ' + phrase.toString() + u' ';
        return rule.fit == Fit::Whole ? words == padded : words.contains(padded);
    });
}

bool containsAny(const QString &words, std::initializer_list<QStringView> phrases)
{
    return std::ranges::any_of(phrases, [&](QStringView phrase) {
        return words.contains(QString(u' ' + phrase.toString() + u' '));
    });
}

} // namespace

QString labelWords(const QString &label)
{
    QString words(u' ');
    QChar before;
    for (const QChar c : label) {
        // "cardPin" is two words, "IBAN" and "iOS" are one.
        if (c.isUpper() && before.isLower() && words.size() > 2)
            words += u' ';
        if (c.isLetterOrNumber())
            words += c.toLower();
        else if (!words.endsWith(u' '))
            words += u' ';
        before = c;
    }
    if (!words.endsWith(u' '))
        words += u' ';
    return words;
}

std::optional<PersonalMatch> personalByLabel(const QString &label, EntryType type)
{
    const QString words = labelWords(label);
    for (const LabelRule &rule : labelRules())
        if (fits(words, rule))
            return PersonalMatch{rule.kind, u"its name says "_s + QStringView(rule.what)};
    if (type == EntryType::Card &&
        containsAny(words, {u"expiry", u"expires", u"expiration", u"valid until", u"valid thru"}))
        return PersonalMatch{FieldKind::CardExpiry, u"it is the expiry of a card"_s};
    if (type == EntryType::Card && words == " number "_L1)
        return PersonalMatch{FieldKind::CardNumber, u"it is the number of a card"_s};
    if (type == EntryType::Card && containsAny(words, {u"security code", u"card code"}))
        return PersonalMatch{FieldKind::CardVerification, u"it is the security code of a card"_s};
    return std::nullopt;
}

std::optional<PersonalMatch> personalByValue(QByteArrayView utf8)
{
    const std::string_view text(utf8.data(), static_cast<std::size_t>(utf8.size()));
    if (isRecoveryList(text))
        return PersonalMatch{FieldKind::RecoveryCodes, u"it is a list of recovery codes"_s};
    if (isSeedPhrase(text))
        return PersonalMatch{FieldKind::SeedPhrase, u"it reads as a seed phrase"_s};
    if (isCardNumber(text))
        return PersonalMatch{FieldKind::CardNumber, u"it is a payment card number"_s};
    if (isIban(text))
        return PersonalMatch{FieldKind::BankAccountNumber, u"it is an IBAN"_s};
    return std::nullopt;
}

namespace {

// A title or a heading that names recovery codes or a seed phrase. Takes its text and overwrites it: it may
// be a line of a secret note.
std::optional<PersonalMatch> announced(QString text)
{
    QString words = labelWords(text);
    const auto rule = std::ranges::find_if(labelRules(), [&words](const LabelRule &candidate) {
        return (candidate.kind == FieldKind::RecoveryCodes || candidate.kind == FieldKind::SeedPhrase) &&
               fits(words, candidate);
    });
    link::wipe(text);
    link::wipe(words);
    if (rule == labelRules().end())
        return std::nullopt;
    return PersonalMatch{rule->kind, u"a line of it announces "_s + QStringView(rule->what)};
}

} // namespace

std::optional<PersonalMatch> personalNotes(const QString &title, QByteArrayView utf8)
{
    if (auto match = personalByValue(utf8))
        return match;
    if (utf8.trimmed().isEmpty())
        return std::nullopt;
    const std::string_view text(utf8.data(), static_cast<std::size_t>(utf8.size()));
    // The title alone is enough only for what could be codes or words, not for "how to use the recovery
    // codes".
    if (auto match = announced(title);
        match && (recoveryCodeLines(text) > 0 || match->kind == FieldKind::SeedPhrase)) {
        match->why = u"the title announces it"_s;
        return match;
    }
    if (recoveryCodeLines(text) < 2)
        return std::nullopt;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        at = end + 1;
        if (line.size() > 80)
            continue;
        if (auto match = announced(QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()))))
            return match;
    }
    return std::nullopt;
}

FieldKind customFieldKind(const QString &label, bool hidden)
{
    const QString words = labelWords(label);
    if (containsAny(words, {u"private key", u"ssh key", u"signing key"}))
        return FieldKind::PrivateKey;
    if (containsAny(words,
                    {u"access key id", u"key id", u"client id", u"app id", u"application id", u"account id"}))
        return hidden ? FieldKind::Hidden : FieldKind::Text;
    if (containsAny(words, {u"token", u"api key", u"apikey", u"secret", u"secret key", u"access key",
                            u"client secret", u"webhook secret", u"license key", u"licence key", u"auth key",
                            u"service key", u"publishable key", u"restricted key", u"encryption key",
                            u"api secret"}))
        return FieldKind::Token;
    if (containsAny(words, {u"password", u"passwort", u"kennwort", u"mot de passe", u"contraseña", u"hasło",
                            u"wachtwoord", u"senha", u"passphrase", u"passcode", u"pwd"}))
        return FieldKind::Password;
    if (containsAny(words, {u"url", u"uri", u"dsn", u"connection string", u"connection"}) && hidden)
        return FieldKind::Token;
    if (hidden)
        return FieldKind::Hidden;
    if (words == " email "_L1 || words == " e mail "_L1 || words == " mail "_L1)
        return FieldKind::Email;
    if (words == " username "_L1 || words == " user name "_L1 || words == " user "_L1 ||
        words == " login "_L1)
        return FieldKind::Username;
    return FieldKind::Text;
}

} // namespace clavitor
