// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PasswordGenerator.h"

#include "crypto/WordList.h"
#include "tests/crypto/Vectors.h"

#include <QTest>

#include <cmath>
#include <map>
#include <set>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::PassphraseRecipe;
using crypto::PasswordRecipe;

namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view symbols = "!#$%&()*+,-./:;<=>?@[]^_{|}~";

bool hasOneOf(std::string_view text, std::string_view characters)
{
    return text.find_first_of(characters) != std::string_view::npos;
}

PasswordRecipe onlyDigits(int length)
{
    return {.length = length,
            .lower = false,
            .upper = false,
            .digits = true,
            .symbols = false,
            .avoidAmbiguous = false};
}

} // namespace

class tst_PasswordGenerator : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void spellsTheDrawsInOrder();
    void drawsAgainUntilEveryClassIsThere();
    void rejectsDrawsThatWouldFavourSomeCharacters();
    void keepsToTheRecipe_data();
    void keepsToTheRecipe();
    void usesEveryCharacterOfTheAlphabet();
    void leavesOutAmbiguousCharacters();
    void refusesRecipesOutOfRange_data();
    void refusesRecipesOutOfRange();
    void countsEntropyExactly();
    void countsEntropyOfSmallCasesByHand();
    void joinsWords();
    void refusesPassphrasesOutOfRange();
    void countsTheEntropyOfWords();
    void hasTheEffWords();
};

void tst_PasswordGenerator::spellsTheDrawsInOrder()
{
    // Ten digits: 6 draws at the bottom are rejected, so a draw of 10n + d gives the digit d.
    auto random = test::ScriptedRandom::ofNumbers({11, 22, 30, 4294967295, 9, 18, 27, 36});
    const auto password = crypto::generatePassword(onlyDigits(8), random.source());
    QCOMPARE(test::toByteArray(password.value().text.view()), "12059876"_ba);
    QCOMPARE(random.left(), 0u);
}

void tst_PasswordGenerator::drawsAgainUntilEveryClassIsThere()
{
    PasswordRecipe recipe{.length = 8,
                          .lower = true,
                          .upper = false,
                          .digits = true,
                          .symbols = false,
                          .avoidAmbiguous = false};
    // Alphabet: a-z at 0-25, 0-9 at 26-35; 2^32 mod 36 = 4. First only letters, then only digits, then both.
    auto random = test::ScriptedRandom::ofNumbers(
        {36, 37, 38, 39, 40, 41, 42, 43, 62, 63, 64, 65, 66, 67, 68, 69, 36, 37, 38, 39, 40, 41, 42, 62});
    const auto password = crypto::generatePassword(recipe, random.source());
    QCOMPARE(test::toByteArray(password.value().text.view()), "abcdefg0"_ba);
    QCOMPARE(random.left(), 0u);
}

void tst_PasswordGenerator::rejectsDrawsThatWouldFavourSomeCharacters()
{
    auto random = test::ScriptedRandom::ofNumbers({0, 5, 11, 1, 22, 2, 30, 3, 41, 4, 52, 63, 74, 5, 85});
    const auto password = crypto::generatePassword(onlyDigits(8), random.source());
    QCOMPARE(test::toByteArray(password.value().text.view()), "12012345"_ba);
}

void tst_PasswordGenerator::keepsToTheRecipe_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<int>("classes");
    for (const int length : {8, 9, 32, 256}) {
        for (int classes = 1; classes < 16; ++classes)
            QTest::newRow(qPrintable(QString::asprintf("%d characters, classes %d", length, classes)))
                << length << classes;
    }
}

void tst_PasswordGenerator::keepsToTheRecipe()
{
    QFETCH(int, length);
    QFETCH(int, classes);
    const PasswordRecipe recipe{.length = length,
                                .lower = (classes & 1) != 0,
                                .upper = (classes & 2) != 0,
                                .digits = (classes & 4) != 0,
                                .symbols = (classes & 8) != 0,
                                .avoidAmbiguous = false};
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) {
        const auto password = crypto::generatePassword(recipe, crypto::systemRandom());
        QVERIFY(password.has_value());
        const std::string_view text = password->text.view();
        QCOMPARE(text.size(), static_cast<std::size_t>(length));
        QCOMPARE(hasOneOf(text, lower), recipe.lower);
        QCOMPARE(hasOneOf(text, upper), recipe.upper);
        QCOMPARE(hasOneOf(text, digits), recipe.digits);
        QCOMPARE(hasOneOf(text, symbols), recipe.symbols);
        QCOMPARE(password->entropyBits, crypto::entropyBits(recipe));
        seen.emplace(text);
    }
    QVERIFY(seen.size() >= 19);
}

void tst_PasswordGenerator::usesEveryCharacterOfTheAlphabet()
{
    std::set<char> seen;
    const auto random = test::seededRandom(3);
    for (int i = 0; i < 20; ++i) {
        const auto password = crypto::generatePassword({.length = 256}, random);
        for (const char c : password.value().text.view())
            seen.insert(c);
    }
    std::set<char> all;
    for (const auto characters : {lower, upper, digits, symbols})
        all.insert(characters.begin(), characters.end());
    QCOMPARE(all.size(), 26u + 26 + 10 + 28);
    QVERIFY(seen == all);
}

void tst_PasswordGenerator::leavesOutAmbiguousCharacters()
{
    PasswordRecipe recipe{.length = 256};
    recipe.avoidAmbiguous = true;
    const auto random = test::seededRandom(4);
    for (int i = 0; i < 20; ++i)
        QVERIFY(!hasOneOf(crypto::generatePassword(recipe, random).value().text.view(), "0Oo1lI|"));
    QVERIFY(crypto::entropyBits(recipe) < crypto::entropyBits(PasswordRecipe{.length = 256}));
}

void tst_PasswordGenerator::refusesRecipesOutOfRange_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("anyClass");
    QTest::newRow("negative") << -1 << true;
    QTest::newRow("empty") << 0 << true;
    QTest::newRow("too short") << 7 << true;
    QTest::newRow("too long") << 257 << true;
    QTest::newRow("of nothing") << 32 << false;
}

void tst_PasswordGenerator::refusesRecipesOutOfRange()
{
    QFETCH(int, length);
    QFETCH(bool, anyClass);
    const PasswordRecipe recipe{.length = length,
                                .lower = anyClass,
                                .upper = anyClass,
                                .digits = anyClass,
                                .symbols = anyClass,
                                .avoidAmbiguous = false};
    QCOMPARE(crypto::generatePassword(recipe, crypto::systemRandom()).error(), CryptoError::Refused);
    QCOMPARE(crypto::entropyBits(recipe), 0.0);
}

void tst_PasswordGenerator::countsEntropyExactly()
{
    // One class: nothing is rejected, length × log2(10).
    QVERIFY(std::abs(crypto::entropyBits(onlyDigits(20)) - 20 * std::log2(10.0)) < 1e-9);
    // All classes, 8 of 90: log2 of the inclusion-exclusion sum, by Python's integers.
    QVERIFY(std::abs(crypto::entropyBits(PasswordRecipe{.length = 8}) - 50.86659781126102) < 1e-9);
    QVERIFY(std::abs(crypto::entropyBits(PasswordRecipe{.length = 32}) - 207.70555705694248) < 1e-9);
    QVERIFY(std::abs(crypto::entropyBits(PasswordRecipe{.length = 256}) - 1661.91439266039661) < 1e-6);
    PasswordRecipe clear{.length = 12};
    clear.avoidAmbiguous = true;
    QVERIFY(std::abs(crypto::entropyBits(clear) - 75.91992548542607) < 1e-9);
}

void tst_PasswordGenerator::countsEntropyOfSmallCasesByHand()
{
    // Letters and digits, 8 characters: 36^8 - 26^8 - 10^8 passwords have both.
    const PasswordRecipe recipe{.length = 8,
                                .lower = true,
                                .upper = false,
                                .digits = true,
                                .symbols = false,
                                .avoidAmbiguous = false};
    QVERIFY(std::abs(crypto::entropyBits(recipe) -
                     std::log2(std::pow(36.0, 8) - std::pow(26.0, 8) - std::pow(10.0, 8))) < 1e-9);
}

void tst_PasswordGenerator::joinsWords()
{
    constexpr std::array<std::string_view, 4> words{"ant", "bee", "cat", "dog"};
    auto random = test::ScriptedRandom::ofNumbers({3, 0, 2, 1});
    const auto phrase = crypto::generatePassphrase({.words = 4, .separator = "·"}, words, random.source());
    QCOMPARE(test::toByteArray(phrase.value().text.view()), "dog·ant·cat·bee"_ba);
    QCOMPARE(phrase->entropyBits, 8.0);
    QCOMPARE(random.left(), 0u);
}

void tst_PasswordGenerator::refusesPassphrasesOutOfRange()
{
    const auto words = crypto::effLongWordList();
    for (const int count : {-1, 0, 2, 21})
        QCOMPARE(crypto::generatePassphrase({.words = count, .separator = "-"}, words, crypto::systemRandom())
                     .error(),
                 CryptoError::Refused);
    QCOMPARE(crypto::generatePassphrase({.words = 6, .separator = "123456789"}, words, crypto::systemRandom())
                 .error(),
             CryptoError::Refused);
    QCOMPARE(crypto::generatePassphrase({}, words.first(1), crypto::systemRandom()).error(),
             CryptoError::Refused);
    QVERIFY(crypto::generatePassphrase({.words = 20, .separator = ""}, words, crypto::systemRandom())
                .has_value());
}

void tst_PasswordGenerator::countsTheEntropyOfWords()
{
    QVERIFY(std::abs(crypto::entropyBits(PassphraseRecipe{}, 7776) - 6 * std::log2(7776.0)) < 1e-9);
    QCOMPARE(crypto::entropyBits(PassphraseRecipe{.words = 2, .separator = "-"}, 7776), 0.0);
}

void tst_PasswordGenerator::hasTheEffWords()
{
    const auto words = crypto::effLongWordList();
    QCOMPARE(words.size(), 7776u);
    QCOMPARE(test::toByteArray(words.front()), "abacus"_ba);
    QCOMPARE(test::toByteArray(words[7775]), "zoom"_ba);
    std::set<std::string_view> all(words.begin(), words.end());
    QCOMPARE(all.size(), 7776u);
    // No word begins another, so a phrase can be taken apart in one way only and its entropy is exact for any
    // separator.
    for (auto word = all.begin(), next = std::next(word); next != all.end(); word = next++)
        QVERIFY2(!next->starts_with(*word), std::string(*next).c_str());
    for (const std::string_view word : words)
        QVERIFY(word.size() >= 3 && word.size() <= 9 &&
                word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
}

QTEST_GUILESS_MAIN(tst_PasswordGenerator)
#include "tst_PasswordGenerator.moc"
