// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SecretBox.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::SecretBytes;

class tst_SecretBox : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithWycheproof();
    void refusesEveryFlippedBit();
    void refusesOtherAssociatedDataAndKeys();
    void refusesWhatIsTooShort();
    void drawsANonceEachTime();
    void refusesAKeyOfAnotherSize();
};

void tst_SecretBox::agreesWithWycheproof()
{
    const auto rows = test::wycheproofTests("wycheproof/xchacha20_poly1305_test.json");
    QCOMPARE(rows.size(), 315);
    int opened = 0;
    int refused = 0;
    for (const QJsonObject &row : rows) {
        const SecretBytes key = SecretBytes::copyOf(test::hexIn(row, "key"));
        const auto nonce = test::hexIn(row, "iv");
        const auto message = test::hexIn(row, "msg");
        const auto aad = test::hexIn(row, "aad");
        const bool valid = row["result"_L1].toString() == "valid"_L1;
        std::vector<std::byte> box = nonce;
        for (const char *part : {"ct", "tag"}) {
            const auto bytes = test::hexIn(row, part);
            box.insert(box.end(), bytes.begin(), bytes.end());
        }
        const auto plaintext = crypto::openBox(key, box, aad);
        QCOMPARE(plaintext.has_value(), valid);
        if (!valid) {
            ++refused;
            continue;
        }
        ++opened;
        QCOMPARE(test::toHex(plaintext->bytes()), test::toHex(message));
        test::ScriptedRandom random(nonce);
        QCOMPARE(test::toHex(crypto::sealBox(key, message, aad, random.source())), test::toHex(box));
        QCOMPARE(random.left(), 0u);
    }
    QVERIFY(opened > 200 && refused > 50);
}

void tst_SecretBox::refusesEveryFlippedBit()
{
    const SecretBytes key = crypto::randomSecret(32, test::seededRandom(1));
    const auto box =
        crypto::sealBox(key, test::bytesOf("a value"), test::bytesOf("context"), test::seededRandom(2));
    QVERIFY(crypto::openBox(key, box, test::bytesOf("context")).has_value());
    for (std::size_t i = 0; i < box.size() * 8; ++i) {
        auto changed = box;
        changed[i / 8] ^= std::byte(1 << i % 8);
        QCOMPARE(crypto::openBox(key, changed, test::bytesOf("context")).error(), CryptoError::Damaged);
    }
}

void tst_SecretBox::refusesOtherAssociatedDataAndKeys()
{
    const SecretBytes key = crypto::randomSecret(32, test::seededRandom(1));
    const auto box =
        crypto::sealBox(key, test::bytesOf("a value"), test::bytesOf("context"), test::seededRandom(2));
    for (const char *other : {"", "contex", "context ", "Context"})
        QCOMPARE(crypto::openBox(key, box, test::bytesOf(other)).error(), CryptoError::Damaged);
    const SecretBytes otherKey = crypto::randomSecret(32, test::seededRandom(3));
    QCOMPARE(crypto::openBox(otherKey, box, test::bytesOf("context")).error(), CryptoError::Damaged);
}

void tst_SecretBox::refusesWhatIsTooShort()
{
    const SecretBytes key(32);
    const std::vector<std::byte> box(crypto::boxOverhead);
    for (std::size_t size = 0; size < box.size(); ++size)
        QCOMPARE(crypto::openBox(key, std::span(box).first(size), {}).error(), CryptoError::Malformed);
    QCOMPARE(crypto::openBox(key, box, {}).error(), CryptoError::Damaged);
    const auto empty = crypto::sealBox(key, {}, {}, crypto::systemRandom());
    QCOMPARE(empty.size(), crypto::boxOverhead);
    QVERIFY(crypto::openBox(key, empty, {}).value().isEmpty());
}

void tst_SecretBox::drawsANonceEachTime()
{
    const SecretBytes key(32);
    const auto a = crypto::sealBox(key, test::bytesOf("same"), {}, crypto::systemRandom());
    const auto b = crypto::sealBox(key, test::bytesOf("same"), {}, crypto::systemRandom());
    QVERIFY(a != b);
}

void tst_SecretBox::refusesAKeyOfAnotherSize()
{
    const SecretBytes key(16);
    const std::vector<std::byte> box(64);
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument,
                             (void)crypto::sealBox(key, {}, {}, crypto::systemRandom()));
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::openBox(key, box, {}));
}

QTEST_GUILESS_MAIN(tst_SecretBox)
#include "tst_SecretBox.moc"
