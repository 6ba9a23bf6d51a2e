// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PersonalKey.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::PersonalKeyPair;
using crypto::PersonalPublicKey;
using crypto::SecretBytes;

namespace {

PersonalPublicKey::Bytes keyBytes(std::span<const std::byte> bytes)
{
    PersonalPublicKey::Bytes out{};
    std::ranges::copy(bytes, out.begin());
    return out;
}

} // namespace

class tst_PersonalKey : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithWycheproof();
    void takesThePublicKeyFromTheSecretOne();
    void refusesASecretKeyOfAnotherSize();
    void identifiesKeys();
    void drawsADifferentPairEachTime();
};

void tst_PersonalKey::agreesWithWycheproof()
{
    const auto rows = test::wycheproofTests("wycheproof/x25519_test.json");
    QCOMPARE(rows.size(), 518);
    int refused = 0;
    for (const QJsonObject &row : rows) {
        const auto publicKey = test::hexIn(row, "public");
        const auto secretKey = test::hexIn(row, "private");
        const QByteArray shared = row["shared"_L1].toString().toLatin1();
        const bool smallOrder = shared == QByteArray(64, '0');
        // Keys that would agree on zero are the ones to refuse, and no others.
        QCOMPARE(PersonalPublicKey::fromBytes(keyBytes(publicKey)).has_value(), !smallOrder);
        std::array<std::byte, 32> out{};
        const int failed = crypto_scalarmult(reinterpret_cast<unsigned char *>(out.data()),
                                             reinterpret_cast<const unsigned char *>(secretKey.data()),
                                             reinterpret_cast<const unsigned char *>(publicKey.data()));
        QCOMPARE(failed != 0, smallOrder);
        if (smallOrder)
            ++refused;
        else
            QCOMPARE(test::toHex(out), shared);
    }
    QVERIFY(refused > 10);
}

void tst_PersonalKey::takesThePublicKeyFromTheSecretOne()
{
    // RFC 7748 §6.1
    const auto pair = PersonalKeyPair::fromSecretKey(SecretBytes::copyOf(
        test::fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
    QCOMPARE(test::toHex(pair.value().publicKey.bytes()),
             "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"_ba);
}

void tst_PersonalKey::refusesASecretKeyOfAnotherSize()
{
    for (const std::size_t size : {0u, 31u, 33u})
        QCOMPARE(PersonalKeyPair::fromSecretKey(SecretBytes(size)).error(), CryptoError::Malformed);
}

void tst_PersonalKey::identifiesKeys()
{
    const auto key = PersonalPublicKey::fromBytes(
        keyBytes(test::fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")));
    // printf 8520…4e6a | xxd -r -p | b2sum -l 256, its first 16 digits
    QCOMPARE(test::toHex(key.value().identifier()), "7a91869e4c114964"_ba);
}

void tst_PersonalKey::drawsADifferentPairEachTime()
{
    QVERIFY(PersonalKeyPair::make(crypto::systemRandom()).publicKey !=
            PersonalKeyPair::make(crypto::systemRandom()).publicKey);
    QVERIFY(PersonalKeyPair::make(test::seededRandom(1)).publicKey ==
            PersonalKeyPair::make(test::seededRandom(1)).publicKey);
}

QTEST_GUILESS_MAIN(tst_PersonalKey)
#include "tst_PersonalKey.moc"
