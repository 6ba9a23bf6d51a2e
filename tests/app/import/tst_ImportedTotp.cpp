// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/ImportedTotp.h"

#include "crypto/SecretBytes.h"
#include "crypto/Totp.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

QByteArray text(const crypto::SecretText &secret)
{
    return {secret.view().data(), static_cast<qsizetype>(secret.size())};
}

} // namespace

class tst_ImportedTotp : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void keepsAUriAsItIs();
    void marksWhatABareSecretLeavesOpen();
    void makesSteamAUri();
    void keepsWhatItCannotUse_data();
    void keepsWhatItCannotUse();
    void knowsASeedWhereNoneIsExpected_data();
    void knowsASeedWhereNoneIsExpected();
};

void tst_ImportedTotp::keepsAUriAsItIs()
{
    const QByteArray uri =
        "otpauth://totp/Corp%20VPN:rowan?secret=GEZDGNBVGY3TQOJQ&algorithm=SHA256&digits=8&period=60&image=x";
    const auto totp = importedTotp(uri, u"ignored"_s, u"ignored"_s);
    QCOMPARE(totp.kind, FieldKind::Totp);
    QCOMPARE(text(totp.value), uri);
    QVERIFY(totp.remark.isEmpty());
}

void tst_ImportedTotp::marksWhatABareSecretLeavesOpen()
{
    const auto totp =
        importedTotp("gezd gnbv gy3t qojq-gezdgnbvgy3tqojq", u"Example & Co"_s, u"a@b.example"_s);
    QCOMPARE(totp.kind, FieldKind::Totp);
    QCOMPARE(totp.remarkKind, ImportRemark::Kind::Note);
    QVERIFY(totp.remark.contains("assumed"_L1));
    const auto parsed = crypto::Totp::parse(totp.value.view());
    QVERIFY(parsed);
    QVERIFY(!parsed->isAssumed()); // spelled out from now on
    QCOMPARE(parsed->digits(), 6);
    QCOMPARE(parsed->periodSeconds(), 30);
    QCOMPARE(parsed->label(), std::string("a@b.example"));
    QCOMPARE(parsed->issuer(), std::string("Example & Co"));
    // RFC 6238 Appendix B: the code at 59 s ends in 287082.
    QCOMPARE(text(parsed->codeAt(59)), "287082"_ba);
}

void tst_ImportedTotp::makesSteamAUri()
{
    const auto totp = importedTotp("steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK", u"Games"_s, u"rowan"_s);
    QCOMPARE(totp.kind, FieldKind::Totp);
    QVERIFY(totp.remark.isEmpty());
    QVERIFY(text(totp.value).startsWith("otpauth://"));
    const auto parsed = crypto::Totp::parse(totp.value.view());
    QVERIFY(parsed);
    QVERIFY(parsed->isSteam());
    QCOMPARE(text(parsed->codeAt(0)).size(), 5);
}

void tst_ImportedTotp::keepsWhatItCannotUse_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<ImportRemark::Kind>("kind");
    QTest::newRow("counter-based") << "otpauth://hotp/x?secret=GEZDGNBV&counter=5"_ba
                                   << ImportRemark::Kind::Lost;
    QTest::newRow("unknown algorithm")
        << "otpauth://totp/x?secret=GEZDGNBV&algorithm=MD5"_ba << ImportRemark::Kind::Lost;
    QTest::newRow("no Base32") << "not-a-seed-0189!"_ba << ImportRemark::Kind::Broken;
    QTest::newRow("no secret in the URI") << "otpauth://totp/x?issuer=y"_ba << ImportRemark::Kind::Broken;
    QTest::newRow("empty Steam") << "steam://"_ba << ImportRemark::Kind::Broken;
}

void tst_ImportedTotp::keepsWhatItCannotUse()
{
    QFETCH(QByteArray, given);
    const auto totp = importedTotp(given, {}, {});
    QCOMPARE(totp.kind, FieldKind::Hidden);
    QCOMPARE(totp.tier, Tier::Personal);
    QCOMPARE(text(totp.value), given);
    QTEST(totp.remarkKind, "kind");
    QVERIFY(!totp.remark.isEmpty());
}

void tst_ImportedTotp::knowsASeedWhereNoneIsExpected_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("whole");
    QTest::addColumn<bool>("within");
    QTest::newRow("a URI") << u"x"_s << " otpauth://totp/a?secret=GEZDGNBV\n"_ba << true << true;
    QTest::newRow("a URI in capitals") << u"x"_s << "OtpAuth://hotp/a"_ba << true << true;
    QTest::newRow("a migration") << u"x"_s << "otpauth-migration://offline?data=x"_ba << true << true;
    QTest::newRow("a URI and more") << u"x"_s << "otpauth://totp/a?secret=GEZDGNBV and more"_ba << false << true;
    QTest::newRow("a URI in a text") << u"x"_s << "an otpauth or an OTPAUTH://totp/a"_ba << false << true;
    QTest::newRow("the word alone") << u"x"_s << "about otpauth: and otpauth"_ba << false << false;
    QTest::newRow("a Steam seed") << u"x"_s << "steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK"_ba << true << false;
    QTest::newRow("a Steam game") << u"x"_s << "steam://run/440"_ba << false << false;
    QTest::newRow("a bare seed under its name") << u"2FA secret"_s << "gezd gnbv gy3t qojq"_ba << true << false;
    QTest::newRow("a bare seed under another") << u"API secret"_s << "GEZDGNBVGY3TQOJQ"_ba << false << false;
    QTest::newRow("a word under its name") << u"TOTP"_s << "enabled"_ba << false << false;
    QTest::newRow("a text under its name") << u"OTP"_s << "see the other phone!"_ba << false << false;
    QTest::newRow("empty") << u"TOTP"_s << ""_ba << false << false;
}

void tst_ImportedTotp::knowsASeedWhereNoneIsExpected()
{
    QFETCH(QString, label);
    QFETCH(QByteArray, value);
    QTEST(isTotpSeed(label, value), "whole");
    QTEST(holdsTotpSeed(value), "within");
}

QTEST_GUILESS_MAIN(tst_ImportedTotp)
#include "tst_ImportedTotp.moc"
