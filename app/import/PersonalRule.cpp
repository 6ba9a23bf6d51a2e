// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/PersonalRule.h"

#include "app/link/Wipe.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace clavitor {

using namespace Qt::StringLiterals;

namespace {

// How a rule's words must stand in a label.
enum class Fit { Anywhere, Whole };

struct LabelRule {
    FieldKind kind;
    const char16_t *what;           // completes "its name says …"
    Fit fit;
    std::vector<QStringView> words;
};

// English first, then German, French, Spanish, Italian, Polish, Dutch, Portuguese.
const std::vector<LabelRule> &labelRules()
{
    static const std::vector<LabelRule> rules{
        {FieldKind::SeedPhrase, u"seed phrase", Fit::Anywhere,
         {u"seed phrase", u"seed words", u"seedphrase", u"recovery phrase", u"backup phrase", u"mnemonic", u"mnemonics",
          u"wallet seed", u"recovery seed", u"wiederherstellungsphrase", u"phrase de récupération", u"frase semilla",
          u"frase de recuperación", u"frase di recupero", u"fraza odzyskiwania"}},
        {FieldKind::SeedPhrase, u"seed phrase", Fit::Whole, {u"seed", u"secret phrase"}},
        {FieldKind::RecoveryCodes, u"recovery codes", Fit::Anywhere,
         {u"recovery code", u"recovery codes", u"recovery key", u"recovery keys", u"recovery token", u"backup code",
          u"backup codes", u"rescue code", u"rescue codes", u"scratch code", u"scratch codes", u"emergency code",
          u"emergency codes", u"emergency key", u"one time codes", u"2fa codes", u"wiederherstellungscode", u"wiederherstellungscodes",
          u"wiederherstellungsschlüssel", u"notfallcode", u"notfallcodes", u"code de récupération",
          u"codes de récupération", u"codes de secours", u"código de recuperación", u"códigos de recuperación",
          u"códigos de respaldo", u"codice di recupero", u"codici di recupero", u"codici di backup", u"kody zapasowe",
          u"kody odzyskiwania", u"kod odzyskiwania", u"herstelcode", u"herstelcodes", u"códigos de recuperação"}},
        {FieldKind::RecoveryCodes, u"recovery codes", Fit::Whole,
         {u"2fa backup", u"2fa recovery", u"mfa backup", u"mfa recovery"}},
        {FieldKind::CardVerification, u"card verification number", Fit::Anywhere,
         {u"cvv", u"cvv2", u"cvc", u"cvc2", u"card security code", u"card verification", u"kartenprüfnummer",
          u"prüfziffer", u"cryptogramme"}},
        {FieldKind::CardPin, u"PIN", Fit::Anywhere, {u"pin", u"pincode", u"puk", u"kod pin", u"geheimzahl"}},
        {FieldKind::CardExpiry, u"card expiry", Fit::Anywhere,
         {u"card expiry", u"card expiration", u"card valid", u"card exp"}},
        {FieldKind::CardNumber, u"card number", Fit::Anywhere,
         {u"card number", u"card no", u"cardnumber", u"cc number", u"ccnumber", u"credit card", u"debit card",
          u"kreditkartennummer", u"kartennummer", u"kreditkarte", u"numéro de carte", u"carte bancaire",
          u"número de tarjeta", u"tarjeta de crédito", u"numero carta", u"carta di credito", u"numer karty",
          u"kaartnummer", u"número do cartão"}},
        {FieldKind::BankAccountNumber, u"account number", Fit::Anywhere,
         {u"iban", u"account number", u"account no", u"bank account", u"kontonummer", u"numéro de compte",
          u"número de cuenta", u"numero di conto", u"numer konta", u"rekeningnummer", u"número da conta"}},
        {FieldKind::RoutingNumber, u"routing number", Fit::Anywhere,
         {u"routing number", u"routing no", u"sort code", u"aba number", u"transit number", u"bankleitzahl", u"blz"}},
        {FieldKind::PassportNumber, u"passport number", Fit::Anywhere,
         {u"passport number", u"passport no", u"passport id", u"reisepass", u"reisepassnummer", u"passeport",
          u"pasaporte", u"passaporto", u"paszport", u"paspoort", u"passaporte"}},
        {FieldKind::PassportNumber, u"passport number", Fit::Whole, {u"passport"}},
        {FieldKind::LicenseNumber, u"licence number", Fit::Anywhere,
         {u"driver license", u"drivers license", u"driver s license", u"driving license", u"driving licence",
          u"driver licence", u"drivers licence", u"driver s licence", u"führerschein", u"führerscheinnummer",
          u"permis de conduire", u"permiso de conducir", u"patente di guida", u"prawo jazdy", u"rijbewijs"}},
        {FieldKind::SocialSecurityNumber, u"social security number", Fit::Anywhere,
         {u"ssn", u"social security", u"national insurance", u"sozialversicherungsnummer",
          u"numéro de sécurité sociale", u"seguridad social", u"bsn"}},
        {FieldKind::TaxNumber, u"tax number", Fit::Anywhere,
         {u"tax id", u"tax number", u"tax no", u"taxpayer", u"itin", u"steuer id", u"steuernummer",
          u"steueridentifikationsnummer", u"numéro fiscal", u"codice fiscale", u"nip", u"cpf"}},
        {FieldKind::IdentityNumber, u"identity number", Fit::Anywhere,
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

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> splitBlanks(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = text.find_first_not_of(" \t\r\n", at);
        if (start == std::string_view::npos)
            break;
        at = std::min(text.find_first_of(" \t\r\n", start), text.size());
        parts.push_back(text.substr(start, at - start));
    }
    return parts;
}

// "3." "12)" "-" "*" "•": what people put in front of the items of a list.
bool isListMark(std::string_view part)
{
    if (part == "-" || part == "*" || part == "\xe2\x80\xa2" || part == "[]")
        return true;
    if (part.size() < 2 || part.size() > 3 || (part.back() != '.' && part.back() != ')' && part.back() != ':'))
        return false;
    return std::ranges::all_of(part.substr(0, part.size() - 1), isDigit);
}

// One recovery code as services print them: 6–64 letters and digits with at least one digit, in at most four groups
// joined by "-" or blanks.
bool isCode(std::span<const std::string_view> groups)
{
    if (groups.empty() || groups.size() > 4)
        return false;
    std::size_t length = 0;
    bool digit = false;
    bool letter = false;
    for (const std::string_view group : groups) {
        if (group.front() == '-' || group.back() == '-')
            return false;
        for (const char c : group) {
            if (!isDigit(c) && !isAsciiLetter(c) && c != '-')
                return false;
            digit = digit || isDigit(c);
            letter = letter || isAsciiLetter(c);
        }
        length += group.size();
    }
    const bool date = groups.size() == 1 && !letter && length == 10 && groups[0][4] == '-' && groups[0][7] == '-';
    return digit && !date && length >= 6 && length <= 64;
}

struct Lines {
    int codes = 0;      // lines of nothing but codes
    int other = 0;      // other lines that are not blank
};

Lines linesOf(std::string_view text)
{
    Lines lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        auto parts = splitBlanks(text.substr(at, end - at));
        at = end + 1;
        if (!parts.empty() && isListMark(parts.front()))
            parts.erase(parts.begin());
        if (parts.empty())
            continue;
        (isCode(parts) ? lines.codes : lines.other) += 1;
    }
    return lines;
}

bool isRecoveryList(std::string_view text)
{
    const Lines lines = linesOf(text);
    return lines.codes >= 4 && lines.codes >= 3 * lines.other;
}

// BIP39 and its kin: 12, 15, 18, 21 or 24 lower-case words of 3–8 letters. The words a sentence cannot do without are
// not in the BIP39 list, so prose of that length is told apart.
bool isSeedPhrase(std::string_view text)
{
    static constexpr std::array<std::string_view, 18> kProse{
        "the", "and", "for", "with", "are", "was", "not", "but", "from",
        "has", "our", "your", "its", "his", "her", "been", "der", "und",
    };
    auto parts = splitBlanks(text);
    std::erase_if(parts, isListMark);
    const std::size_t count = parts.size();
    if (count < 12 || count > 24 || count % 3 != 0)
        return false;
    return std::ranges::all_of(parts, [](std::string_view word) {
        return word.size() >= 3 && word.size() <= 8
            && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; })
            && std::ranges::find(kProse, word) == kProse.end();
    });
}

// Payment card: 13–19 digits in the ranges of the card schemes, with a right Luhn digit (ISO/IEC 7812-1).
bool isCardNumber(std::string_view text)
{
    int head = 0;           // the first four digits
    int count = 0;
    for (const char c : text) {
        if (!isDigit(c) && c != ' ' && c != '-')
            return false;
        if (isDigit(c) && ++count <= 4)
            head = head * 10 + (c - '0');
    }
    const bool scheme = head / 1000 == 4 || head / 100 == 34 || head / 100 == 37 || head == 6011 || head / 100 == 65
        || head / 100 == 62 || (head >= 5100 && head < 5600) || (head >= 2221 && head < 2721);
    if (!scheme || count < 13 || count > 19)
        return false;
    int sum = 0;
    bool twice = false;
    for (auto c = text.rbegin(); c != text.rend(); ++c) {
        if (!isDigit(*c))
            continue;
        const int value = (*c - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
        twice = !twice;
    }
    return sum % 10 == 0;
}

// ISO 13616: two letters, two check digits, 11–30 letters and digits; 97 divides the rearranged number with rest 1.
bool isIban(std::string_view text)
{
    int count = 0;
    for (const char c : text) {
        if (c == ' ')
            continue;
        const bool capital = c >= 'A' && c <= 'Z';
        if (!(count < 2 ? capital : count < 4 ? isDigit(c) : capital || isDigit(c)))
            return false;
        ++count;
    }
    if (count < 15 || count > 34)
        return false;
    int rest = 0;
    // The country and the check digits count last.
    for (const bool tail : {false, true}) {
        int at = 0;
        for (const char c : text) {
            if (c == ' ' || (at++ < 4) != tail)
                continue;
            rest = isDigit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
        }
    }
    return rest == 1;
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
    if (type == EntryType::Card && containsAny(words, {u"expiry", u"expires", u"expiration", u"valid until", u"valid thru"}))
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

// A title or a heading that names recovery codes or a seed phrase. Takes its text and overwrites it: it may be a line of
// a secret note.
std::optional<PersonalMatch> announced(QString text)
{
    QString words = labelWords(text);
    const auto rule = std::ranges::find_if(labelRules(), [&words](const LabelRule &candidate) {
        return (candidate.kind == FieldKind::RecoveryCodes || candidate.kind == FieldKind::SeedPhrase)
            && fits(words, candidate);
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
    // The title alone is enough only for what could be codes or words, not for "how to use the recovery codes".
    if (auto match = announced(title); match && (linesOf(text).codes > 0 || match->kind == FieldKind::SeedPhrase)) {
        match->why = u"the title announces it"_s;
        return match;
    }
    if (linesOf(text).codes < 2)
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
    if (containsAny(words, {u"access key id", u"key id", u"client id", u"app id", u"application id", u"account id"}))
        return hidden ? FieldKind::Hidden : FieldKind::Text;
    if (containsAny(words, {u"token", u"api key", u"apikey", u"secret", u"secret key", u"access key", u"client secret",
                            u"webhook secret", u"license key", u"licence key", u"auth key", u"service key",
                            u"publishable key", u"restricted key", u"encryption key", u"api secret"}))
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
    if (words == " username "_L1 || words == " user name "_L1 || words == " user "_L1 || words == " login "_L1)
        return FieldKind::Username;
    return FieldKind::Text;
}

} // namespace clavitor
