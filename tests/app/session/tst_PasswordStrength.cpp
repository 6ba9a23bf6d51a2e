// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/PasswordStrength.h"

#include <QElapsedTimer>
#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

namespace {

crypto::SecretText secretOf(const QByteArray &utf8)
{
    return crypto::SecretText::copyOf({utf8.constData(), static_cast<std::size_t>(utf8.size())});
}

QByteArray bytesOf(const crypto::SecretText &secret)
{
    return QByteArray(secret.view().data(), static_cast<qsizetype>(secret.size()));
}

} // namespace

class tst_PasswordStrength : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void rates_data();
    void rates();
    void saysWhatMakesItWeak_data();
    void saysWhatMakesItWeak();
    void countsCharactersNotBytes();
    void knowsTheVaultsName();
    void ratesNothingBehindANul();
    void staysQuickWithEndlessPasswords();
    void normalises_data();
    void normalises();
    void growsWithTheGuesses();
};

void tst_PasswordStrength::initTestCase()
{
    QVERIFY(crypto::initialise());
}

void tst_PasswordStrength::rates_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QTest::addColumn<bool>("isAcceptable");
    QTest::addColumn<QString>("crackTime");
    QTest::newRow("empty") << QByteArray() << 0 << 0 << false << u"less than a second"_s;
    QTest::newRow("the most common") << QByteArray("password") << 0 << 0 << false << u"less than a second"_s;
    QTest::newRow("with digits for letters") << QByteArray("p4ssw0rd") << 0 << 0 << false << u"less than a second"_s;
    QTest::newRow("a keyboard row") << QByteArray("qwertyuiop") << 0 << 1 << false << QString();
    QTest::newRow("one letter repeated") << QByteArray("aaaaaaaaa") << 0 << 0 << false << u"less than a second"_s;
    QTest::newRow("random, 8") << QByteArray("x9$Kq!2v") << 3 << 4 << true << QString();
    QTest::newRow("random, 20") << QByteArray("x9$Kq!2vLp7#eRw@0zNm") << 4 << 4 << true << u"centuries"_s;
    QTest::newRow("four words") << QByteArray("correct horse battery staple") << 4 << 4 << true << u"centuries"_s;
    QTest::newRow("long by rule, though weak") << QByteArray("aaaaaaaaaaaa") << 0 << 1 << true << QString();
    QTest::newRow("eleven common characters") << QByteArray("password123") << 0 << 1 << false << QString();
}

void tst_PasswordStrength::rates()
{
    QFETCH(QByteArray, password);
    QFETCH(int, least);
    QFETCH(int, most);
    QFETCH(bool, isAcceptable);
    QFETCH(QString, crackTime);
    const auto strength = passwordStrength(secretOf(password));
    QVERIFY2(strength.score >= least && strength.score <= most, qPrintable(QString::number(strength.score)));
    QCOMPARE(strength.isAcceptable, isAcceptable);
    QVERIFY(strength.guesses >= 1);
    if (!crackTime.isEmpty())
        QCOMPARE(strength.crackTime, crackTime);
    QVERIFY(!strength.crackTime.isEmpty());
}

void tst_PasswordStrength::saysWhatMakesItWeak_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<PasswordWeakness>("heaviest");
    QTest::newRow("a common word") << QByteArray("elephant") << PasswordWeakness::CommonWord;
    QTest::newRow("a disguised word") << QByteArray("3l3ph4nt") << PasswordWeakness::CommonWord;
    QTest::newRow("a keyboard row") << QByteArray("zxcvfdsaq") << PasswordWeakness::KeyboardRow;
    QTest::newRow("an alphabet") << QByteArray("hijklmnopq") << PasswordWeakness::Sequence;
    QTest::newRow("repetition") << QByteArray("gggggggggg") << PasswordWeakness::Repeat;
    QTest::newRow("a date") << QByteArray("13.7.1984") << PasswordWeakness::Date;
    QTest::newRow("our own name") << QByteArray("clavitor") << PasswordWeakness::PersonalWord;
}

void tst_PasswordStrength::saysWhatMakesItWeak()
{
    QFETCH(QByteArray, password);
    QFETCH(PasswordWeakness, heaviest);
    const auto weaknesses = passwordStrength(secretOf(password)).weaknesses;
    QVERIFY(!weaknesses.isEmpty());
    QCOMPARE(weaknesses.first(), heaviest);
    QCOMPARE(weaknesses.last(), PasswordWeakness::TooShort);
    QCOMPARE(weaknesses.count(heaviest), 1);
}

void tst_PasswordStrength::countsCharactersNotBytes()
{
    const auto umlauts = passwordStrength(secretOf("ä€𝄞ä€𝄞"));
    QCOMPARE(umlauts.length, 6);
    QVERIFY(umlauts.weaknesses.contains(PasswordWeakness::TooShort));
    // Decomposed letters count as what they are after normalisation.
    QCOMPARE(passwordStrength(secretOf("a\xcc\x88")).length, 1);
}

void tst_PasswordStrength::knowsTheVaultsName()
{
    const auto stranger = passwordStrength(secretOf("Zwackelmann"));
    const auto known = passwordStrength(secretOf("Zwackelmann"), {u"Family Zwackelmann"_s});
    QVERIFY(known.guesses < stranger.guesses / 1000);
    QVERIFY(known.weaknesses.contains(PasswordWeakness::PersonalWord));
}

void tst_PasswordStrength::ratesNothingBehindANul()
{
    const auto strength = passwordStrength(secretOf(QByteArray("abc\0x9$Kq!2vLp7#eRw", 19)));
    QVERIFY(strength.score <= 1);
    QCOMPARE(strength.length, 19);
}

void tst_PasswordStrength::staysQuickWithEndlessPasswords()
{
    QElapsedTimer timer;
    timer.start();
    const auto strength = passwordStrength(secretOf(QByteArray("Xy7!").repeated(5000)));
    QCOMPARE(strength.length, 20000);
    QVERIFY(strength.isAcceptable);
    // Unbounded, this would take hours; the bound is far from what a slow machine needs.
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

void tst_PasswordStrength::normalises_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<QByteArray>("hashed");
    // UAX #15, figures 3–6
    QTest::newRow("ASCII stays") << QByteArray("plain Text 1!") << QByteArray("plain Text 1!");
    QTest::newRow("empty") << QByteArray("") << QByteArray("");
    QTest::newRow("decomposed") << QByteArray("A\xcc\x8a") << QByteArray("\xc3\x85");
    QTest::newRow("Angstrom sign") << QByteArray("\xe2\x84\xab") << QByteArray("\xc3\x85");
    QTest::newRow("Ohm sign") << QByteArray("\xe2\x84\xa6") << QByteArray("\xce\xa9");
    QTest::newRow("ligature") << QByteArray("\xef\xac\x81") << QByteArray("fi");
    QTest::newRow("superscript") << QByteArray("2\xe2\x81\xb5") << QByteArray("25");
    QTest::newRow("order of marks") << QByteArray("d\xcc\x87\xcc\xa3") << QByteArray("\xe1\xb8\x8d\xcc\x87");
    QTest::newRow("Hangul") << QByteArray("\xe1\x84\x80\xe1\x85\xa1") << QByteArray("\xea\xb0\x80");
    QTest::newRow("full width") << QByteArray("\xef\xbc\xa1") << QByteArray("A");
    QTest::newRow("beyond the BMP") << QByteArray("\xf0\x9d\x84\x9e") << QByteArray("\xf0\x9d\x84\x9e");
}

void tst_PasswordStrength::normalises()
{
    QFETCH(QByteArray, typed);
    QFETCH(QByteArray, hashed);
    const auto secret = secretOf(typed);
    QCOMPARE(bytesOf(normalisedPassword(secret)), hashed);
    QCOMPARE(bytesOf(secret), typed);
}

void tst_PasswordStrength::growsWithTheGuesses()
{
    // Each password is one random character longer than the one before.
    const QByteArray random("q7Zr#mK2!xW9");
    double before = 0;
    int scoreBefore = 0;
    for (qsizetype length = 1; length <= random.size(); ++length) {
        const auto strength = passwordStrength(secretOf(random.left(length)));
        QVERIFY(strength.guesses > before);
        QVERIFY(strength.score >= scoreBefore);
        before = strength.guesses;
        scoreBefore = strength.score;
    }
    QCOMPARE(scoreBefore, 4);
}

QTEST_GUILESS_MAIN(tst_PasswordStrength)
#include "tst_PasswordStrength.moc"
