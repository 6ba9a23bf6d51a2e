// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Totp.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <limits>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::SecretBytes;
using crypto::Totp;

namespace {

constexpr std::string_view seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // "12345678901234567890"

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

std::expected<Totp, CryptoError> parsed(const QByteArray &text)
{
    return Totp::parse(viewOf(text));
}

QByteArray codeOf(const Totp &totp, qint64 unixSeconds)
{
    return test::toByteArray(totp.codeAt(unixSeconds).view());
}

Totp::Algorithm algorithmOf(const QByteArray &name)
{
    return name == "SHA512"   ? Totp::Algorithm::Sha512
           : name == "SHA256" ? Totp::Algorithm::Sha256
                              : Totp::Algorithm::Sha1;
}

} // namespace

class tst_Totp : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithRfc6238();
    void agreesWithRfc4226();
    void agreesWithTheSteamApp();
    void agreesWithTheExportedAccounts();
    void readsUris_data();
    void readsUris();
    void readsSteamsSpellings_data();
    void readsSteamsSpellings();
    void marksABareSeedAsAssumed();
    void refusesUris_data();
    void refusesUris();
    void refusesNumbersOutOfRange_data();
    void refusesNumbersOutOfRange();
    void writesUrisThatReadTheSame_data();
    void writesUrisThatReadTheSame();
    void changesCodeExactlyAtThePeriod();
    void countsTheSecondsLeft();
    void survivesOddTimes();
    void keepsLeadingZeros();
};

void tst_Totp::agreesWithRfc6238()
{
    const auto rows = test::tsvRows("otp/rfc-6238.tsv");
    QCOMPARE(rows.size(), 18);
    for (const auto &row : rows) {
        const auto totp = Totp::make(SecretBytes::copyOf(test::bytesOf(row[2])), algorithmOf(row[1]), 8, 30);
        QCOMPARE(codeOf(totp.value(), row[0].toLongLong()), row[3]);
    }
}

void tst_Totp::agreesWithRfc4226()
{
    for (const auto &row : test::tsvRows("otp/rfc-4226.tsv"))
        QCOMPARE(codeOf(Totp::parse(seed).value(), row[0].toLongLong() * 30), row[1]);
}

void tst_Totp::agreesWithTheSteamApp()
{
    for (const auto &row : test::tsvRows("otp/steam.tsv"))
        QCOMPARE(codeOf(parsed("steam://" + row[1]).value(), row[0].toLongLong()), row[2]);
}

void tst_Totp::agreesWithTheExportedAccounts()
{
    const auto uris = test::contentOf("otp/otpauth-uris.txt").split('\n');
    const auto rows = test::tsvRows("otp/expected-codes.tsv");
    int checked = 0;
    for (qsizetype i = 1; i < rows.size(); ++i) { // the first row names the columns
        const auto &row = rows[i];
        const auto totp = parsed(uris[i - 1]);
        if (row[2] == "hotp") {
            QCOMPARE(totp.error(), CryptoError::Unsupported);
            continue;
        }
        QVERIFY(totp.has_value());
        QCOMPARE(totp->isSteam(), row[2] == "steam");
        QCOMPARE(test::toByteArray(totp->issuer()), row[0]);
        QCOMPARE(test::toByteArray(totp->label()), row[1]);
        QCOMPARE(totp->algorithm(), algorithmOf(row[3]));
        QCOMPARE(totp->digits(), row[4].toInt());
        QCOMPARE(totp->periodSeconds(), row[5].toInt());
        QCOMPARE(codeOf(*totp, 59), row[6]);
        QCOMPARE(codeOf(*totp, 1111111109), row[7]);
        QCOMPARE(codeOf(*totp, 2000000000), row[8]);
        ++checked;
    }
    QCOMPARE(checked, 5);
    for (qsizetype i = rows.size() - 1; i < 9; ++i)
        QVERIFY(parsed(uris[i]).has_value());
}

void tst_Totp::readsUris_data()
{
    QTest::addColumn<QByteArray>("uri");
    QTest::addColumn<QByteArray>("label");
    QTest::addColumn<QByteArray>("issuer");
    QTest::addColumn<QByteArray>("codeAt59");
    const QByteArray s = "secret=" + test::toByteArray(seed);
    const auto row = [](const char *name, const QByteArray &uri, const char *label, const char *issuer,
                        const char *code) {
        QTest::newRow(name) << uri << QByteArray(label) << QByteArray(issuer) << QByteArray(code);
    };
    row("the usual",
        "otpauth://totp/ACME%20Co:john@example.com?" + s +
            "&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
        "john@example.com", "ACME Co", "287082");
    row("scheme and names in capitals", "OTPAUTH://TOTP/x?SECRET=" + test::toByteArray(seed) + "&DIGITS=8",
        "x", "", "94287082");
    row("encoded colon", "otpauth://totp/Padded%3Auser%40example.org?" + s + "&issuer=Padded",
        "user@example.org", "Padded", "287082");
    row("blank after the colon", "otpauth://totp/Example:%20alice?" + s, "alice", "Example", "287082");
    row("two issuers, neither lost", "otpauth://totp/Other%20Issuer:user?" + s + "&issuer=Real+Issuer",
        "Other Issuer:user", "Real Issuer", "287082");
    row("no label", "otpauth://totp/?" + s, "", "", "287082");
    row("no slash", "otpauth://totp?" + s, "", "", "287082");
    row("plus in the account", "otpauth://totp/a+b@example.org?" + s, "a+b@example.org", "", "287082");
    row("UTF-8", "otpauth://totp/B%C3%BCro:j%C3%B6rg?" + s, "jörg", "Büro", "287082");
    row("lower case with blanks", "otpauth://totp/x?secret=gezd%20gnbv+gy3t qojq gezdgnbvgy3tqojq", "x", "",
        "287082");
    row("padding", "otpauth://totp/x?secret=GEZDGNBVGY3Q%3D%3D%3D%3D", "x", "", "858700"); // by oathtool
    row("parameters we do not know",
        "otpauth://totp/x?image=https%3A%2F%2Fexample.org%2Fi.png&" + s + "&foo&bar=&&x=1", "x", "",
        "287082");
    row("fragment", "otpauth://totp/x?" + s + "#digits=8", "x", "", "287082");
    row("algorithm with a hyphen", "otpauth://totp/x?" + s + "&algorithm=sha-1", "x", "", "287082");
    row("algorithm as KeePass says it", "otpauth://totp/x?" + s + "&algorithm=HMAC-SHA-1", "x", "", "287082");
    row("blanks around", "  otpauth://totp/x?" + s + "\r\n", "x", "", "287082");
    row("empty issuer", "otpauth://totp/Site:x?" + s + "&issuer=", "x", "Site", "287082");
    row("bare seed", test::toByteArray(seed), "", "", "287082");
    row("bare seed, grouped", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "", "", "287082");
}

void tst_Totp::readsUris()
{
    QFETCH(QByteArray, uri);
    QFETCH(QByteArray, label);
    QFETCH(QByteArray, issuer);
    QFETCH(QByteArray, codeAt59);
    const auto totp = parsed(uri);
    QVERIFY(totp.has_value());
    QCOMPARE(test::toByteArray(totp->label()), label);
    QCOMPARE(test::toByteArray(totp->issuer()), issuer);
    QCOMPARE(codeOf(*totp, 59), codeAt59);
}

void tst_Totp::readsSteamsSpellings_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray s = "63BEDWCQZKTQWPESARIERL5DTTQFCJTK";
    QTest::newRow("steam://") << QByteArray("steam://" + s);
    QTest::newRow("Steam:// with a slash") << QByteArray("Steam://" + s + "/");
    QTest::newRow("otpauth://steam") << QByteArray("otpauth://steam/Steam:rowan?secret=" + s +
                                                   "&issuer=Steam&algorithm=SHA1&digits=5&period=30");
    QTest::newRow("encoder") << QByteArray("otpauth://totp/x?secret=" + s +
                                           "&digits=5&period=30&encoder=Steam");
    QTest::newRow("encoder without digits") << QByteArray("otpauth://totp/x?encoder=steam&secret=" + s);
}

void tst_Totp::readsSteamsSpellings()
{
    QFETCH(QByteArray, text);
    const auto totp = parsed(text);
    QVERIFY(totp.has_value());
    QVERIFY(totp->isSteam() && !totp->isAssumed());
    QCOMPARE(totp->digits(), 5);
    QCOMPARE(codeOf(*totp, 1511200518), "FR8RV"_ba);
}

void tst_Totp::marksABareSeedAsAssumed()
{
    QVERIFY(Totp::parse(seed).value().isAssumed());
    QVERIFY(!parsed("otpauth://totp/x?secret=" + test::toByteArray(seed)).value().isAssumed());
}

void tst_Totp::refusesUris_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("error");
    const QByteArray s = "secret=" + test::toByteArray(seed);
    const auto row = [](const char *name, const QByteArray &text, CryptoError error) {
        QTest::newRow(name) << text << int(error);
    };
    row("empty", "", CryptoError::Malformed);
    row("blanks", "   ", CryptoError::Malformed);
    row("HOTP", "otpauth://hotp/x?" + s + "&counter=5", CryptoError::Unsupported);
    row("another type", "otpauth://motp/x?" + s, CryptoError::Malformed);
    row("no secret", "otpauth://totp/x?issuer=y", CryptoError::Malformed);
    row("empty secret", "otpauth://totp/x?secret=", CryptoError::Malformed);
    row("secret is not base32", "otpauth://totp/x?secret=0189", CryptoError::Malformed);
    row("padding too long", "otpauth://totp/x?" + s + "%3D%3D", CryptoError::Malformed);
    row("two secrets", "otpauth://totp/x?" + s + "&" + s, CryptoError::Malformed);
    row("two periods", "otpauth://totp/x?" + s + "&period=30&period=60", CryptoError::Malformed);
    row("MD5", "otpauth://totp/x?" + s + "&algorithm=MD5", CryptoError::Unsupported);
    row("digits in words", "otpauth://totp/x?" + s + "&digits=six", CryptoError::Malformed);
    row("digits with a tail", "otpauth://totp/x?" + s + "&digits=6x", CryptoError::Malformed);
    row("empty digits", "otpauth://totp/x?" + s + "&digits=", CryptoError::Malformed);
    row("negative period", "otpauth://totp/x?" + s + "&period=-30", CryptoError::Malformed);
    row("period too large for a number", "otpauth://totp/x?" + s + "&period=99999999999999999999",
        CryptoError::Malformed);
    row("broken escape", "otpauth://totp/x%2?" + s, CryptoError::Malformed);
    row("escape of no digits", "otpauth://totp/x%zz?" + s, CryptoError::Malformed);
    row("escape at the end", "otpauth://totp/x?" + s + "&issuer=a%", CryptoError::Malformed);
    row("another scheme", "https://example.org/?" + s, CryptoError::Malformed);
    row("a batch of Google's", "otpauth-migration://offline?data=CjEKCkhlbGxv", CryptoError::Malformed);
    row("Steam without a seed", "steam://", CryptoError::Malformed);
    row("Steam with SHA-256", "otpauth://steam/x?" + s + "&algorithm=SHA256", CryptoError::Unsupported);
    row("Steam with 60 s", "otpauth://steam/x?" + s + "&period=60", CryptoError::Unsupported);
    row("endless", "otpauth://totp/" + QByteArray(20000, 'x') + "?" + s, CryptoError::Malformed);
    row("a seed too large", "otpauth://totp/x?secret=" + QByteArray(1648, 'A'), CryptoError::Malformed);
}

void tst_Totp::refusesUris()
{
    QFETCH(QByteArray, text);
    QFETCH(int, error);
    QCOMPARE(int(parsed(text).error()), error);
}

void tst_Totp::refusesNumbersOutOfRange_data()
{
    QTest::addColumn<int>("digits");
    QTest::addColumn<int>("period");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("fewest digits") << 6 << 30 << true;
    QTest::newRow("most digits") << 10 << 30 << true;
    QTest::newRow("shortest period") << 6 << 1 << true;
    QTest::newRow("longest period") << 6 << 86400 << true;
    QTest::newRow("five digits") << 5 << 30 << false;
    QTest::newRow("eleven digits") << 11 << 30 << false;
    QTest::newRow("no period") << 6 << 0 << false;
    QTest::newRow("more than a day") << 6 << 86401 << false;
}

void tst_Totp::refusesNumbersOutOfRange()
{
    QFETCH(int, digits);
    QFETCH(int, period);
    QFETCH(bool, allowed);
    const QByteArray uri = "otpauth://totp/x?secret=" + test::toByteArray(seed) +
                           "&digits=" + QByteArray::number(digits) + "&period=" + QByteArray::number(period);
    const auto totp = parsed(uri);
    QCOMPARE(totp.has_value(), allowed);
    if (allowed)
        QCOMPARE(codeOf(*totp, 59).size(), digits);
    else
        QCOMPARE(totp.error(), CryptoError::Refused);
}

void tst_Totp::writesUrisThatReadTheSame_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ",
                             "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=SHA256&digits=8&period=60",
                             "otpauth://totp/x?secret=MY&algorithm=SHA512&digits=7&period=20",
                             "steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK", "MZXW6YTBOI"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_Totp::writesUrisThatReadTheSame()
{
    QFETCH(QByteArray, text);
    const Totp before = parsed(text).value();
    const auto uri = before.toUri("jörg+a/b?&=#%:c", "ACME & Co: Büro");
    const auto after = Totp::parse(uri.view());
    QVERIFY(after.has_value());
    QCOMPARE(after->algorithm(), before.algorithm());
    QCOMPARE(after->digits(), before.digits());
    QCOMPARE(after->periodSeconds(), before.periodSeconds());
    QCOMPARE(after->isSteam(), before.isSteam());
    QVERIFY(!after->isAssumed());
    QCOMPARE(test::toByteArray(after->issuer()), "ACME & Co: Büro"_ba);
    QCOMPARE(test::toByteArray(after->label()), "jörg+a/b?&=#%:c"_ba);
    QCOMPARE(codeOf(*after, 1234567890), codeOf(before, 1234567890));
    QCOMPARE(test::toByteArray(Totp::parse(before.toUri("me", "Site").view()).value().label()), "me"_ba);
    QCOMPARE(test::toByteArray(Totp::parse(seed).value().toUri("me", "My Site").view()),
             "otpauth://totp/My%20Site:me?secret=" + test::toByteArray(seed) +
                 "&issuer=My%20Site&algorithm=SHA1&digits=6&period=30");
}

void tst_Totp::changesCodeExactlyAtThePeriod()
{
    const Totp totp = parsed("otpauth://totp/x?secret=" + test::toByteArray(seed) + "&period=20").value();
    QCOMPARE(codeOf(totp, 40), codeOf(totp, 59));
    QVERIFY(codeOf(totp, 39) != codeOf(totp, 40));
    QVERIFY(codeOf(totp, 59) != codeOf(totp, 60));
}

void tst_Totp::countsTheSecondsLeft()
{
    const Totp totp = Totp::parse(seed).value();
    QCOMPARE(totp.secondsLeft(0), 30);
    QCOMPARE(totp.secondsLeft(1), 29);
    QCOMPARE(totp.secondsLeft(29), 1);
    QCOMPARE(totp.secondsLeft(30), 30);
    QCOMPARE(totp.secondsLeft(1772965394), 30 - 1772965394 % 30);
}

void tst_Totp::survivesOddTimes()
{
    const Totp totp = Totp::parse(seed).value();
    QCOMPARE(codeOf(totp, -1), codeOf(totp, 0));
    QCOMPARE(codeOf(totp, std::numeric_limits<qint64>::min()), codeOf(totp, 0));
    QCOMPARE(totp.secondsLeft(-100), 30);
    QCOMPARE(codeOf(totp, std::numeric_limits<qint64>::max()).size(), 6);
    // Beyond 2038 and 2106: the counter has 64 bits, as RFC 6238's row for the year 2603 shows.
    QCOMPARE(codeOf(totp, 20000000000), "353130"_ba);
}

void tst_Totp::keepsLeadingZeros()
{
    QCOMPARE(codeOf(Totp::parse(seed).value(), 1111111109), "081804"_ba);
    const auto ten = parsed("otpauth://totp/x?digits=10&secret=" + test::toByteArray(seed));
    QCOMPARE(codeOf(ten.value(), 59).right(8), "94287082"_ba);
    QCOMPARE(codeOf(ten.value(), 59).size(), 10);
}

QTEST_GUILESS_MAIN(tst_Totp)
#include "tst_Totp.moc"
