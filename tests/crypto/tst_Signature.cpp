// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Signature.h"

#include "tests/crypto/Vectors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;

class tst_Signature : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithWycheproof();
    void isTheSameForTheSameVault();
    void refusesEveryFlippedBit();
    void refusesAKeyOfAnotherSize();
    void hashesAsTheStandardDoes();
};

void tst_Signature::agreesWithWycheproof()
{
    const QJsonDocument document = QJsonDocument::fromJson(test::contentOf("wycheproof/ed25519_test.json"));
    int good = 0;
    int bad = 0;
    for (const QJsonValue group : document["testGroups"_L1].toArray()) {
        const auto key = test::hexIn(group["publicKey"_L1].toObject(), "pk");
        crypto::VerifyingKey verifying{};
        QCOMPARE(key.size(), verifying.size());
        std::ranges::copy(key, verifying.begin());
        for (const QJsonValue one : group["tests"_L1].toArray()) {
            const auto message = test::hexIn(one.toObject(), "msg");
            const auto signature = test::hexIn(one.toObject(), "sig");
            const bool valid = one["result"_L1].toString() == "valid"_L1;
            crypto::SignatureBytes bytes{};
            bool agrees = false;
            // One of another length does not even fit the type.
            if (signature.size() == bytes.size()) {
                std::ranges::copy(signature, bytes.begin());
                agrees = crypto::verifies(bytes, {reinterpret_cast<const char *>(message.data()), message.size()}, verifying);
            }
            QVERIFY2(agrees == valid, qPrintable(QString::number(one["tcId"_L1].toInt())));
            ++(valid ? good : bad);
        }
    }
    QCOMPARE(good + bad, 151);
    QVERIFY(good > 50 && bad > 30);
}

void tst_Signature::isTheSameForTheSameVault()
{
    const crypto::SecretBytes vaultKey = crypto::SecretBytes::copyOf(std::vector<std::byte>(32, std::byte{7}));
    const crypto::SecretBytes other = crypto::SecretBytes::copyOf(std::vector<std::byte>(32, std::byte{8}));
    const auto key = crypto::SigningKey::of(vaultKey);
    QCOMPARE(key.verifyingKey(), crypto::SigningKey::of(vaultKey).verifyingKey());
    QVERIFY(key.verifyingKey() != crypto::SigningKey::of(other).verifyingKey());
    QVERIFY(crypto::verifies(key.sign("what was said"), "what was said", key.verifyingKey()));
    QVERIFY(!crypto::verifies(key.sign("what was said"), "what was said", crypto::SigningKey::of(other).verifyingKey()));
}

void tst_Signature::refusesEveryFlippedBit()
{
    const auto key = crypto::SigningKey::of(crypto::SecretBytes::copyOf(std::vector<std::byte>(32, std::byte{7})));
    const crypto::SignatureBytes signature = key.sign("what was said");
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        crypto::SignatureBytes other = signature;
        other[bit / 8] ^= std::byte{1} << (bit % 8);
        QVERIFY(!crypto::verifies(other, "what was said", key.verifyingKey()));
    }
    QVERIFY(!crypto::verifies(signature, "what was Said", key.verifyingKey()));
}

void tst_Signature::refusesAKeyOfAnotherSize()
{
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::SigningKey::of(crypto::SecretBytes(31)));
}

void tst_Signature::hashesAsTheStandardDoes()
{
    // FIPS 180-4's own example.
    QCOMPARE(test::toHex(crypto::sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_ba);
}

QTEST_APPLESS_MAIN(tst_Signature)
#include "tst_Signature.moc"
