// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Digest.h"

#include "tests/crypto/Vectors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <sodium.h>

#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::KeyedDigest;

class tst_Digest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void blake2bIsTheirs();
    void hashesWithAndWithoutAKey();
    void hashesInPiecesAsInOne();
    void tellsFieldsApart();
    void refusesAKeyTooShortOrTooLong();
    void comparesEveryByte();
};

void tst_Digest::blake2bIsTheirs()
{
    const QJsonArray rows = QJsonDocument::fromJson(test::contentOf("blake2/blake2b-kat.json")).array();
    QCOMPARE(rows.size(), 512);
    for (const QJsonValue &value : rows) {
        const QJsonObject row = value.toObject();
        const auto in = test::hexIn(row, "in");
        const auto key = test::hexIn(row, "key");
        std::array<std::byte, 64> out;
        crypto_generichash(reinterpret_cast<unsigned char *>(out.data()), out.size(),
                           reinterpret_cast<const unsigned char *>(in.data()), in.size(),
                           reinterpret_cast<const unsigned char *>(key.data()), key.size());
        QCOMPARE(test::toHex(out), row["out"_L1].toString().toLatin1());
    }
}

void tst_Digest::hashesWithAndWithoutAKey()
{
    for (const auto &row : test::tsvRows("crypto/blake2b-256.tsv")) {
        const auto key = test::fromHex(row[0]);
        const auto in = test::fromHex(row[1]);
        QCOMPARE(test::toHex(key.empty() ? crypto::digest(in) : KeyedDigest(key).add(in).finish()), row[2]);
    }
}

void tst_Digest::hashesInPiecesAsInOne()
{
    const auto key = test::fromHex("000102030405060708090a0b0c0d0e0f");
    const auto whole = KeyedDigest(key).add("one two three").finish();
    QCOMPARE(KeyedDigest(key).add("one ").add(std::string_view()).add("two ").add("three").finish(), whole);
    QVERIFY(KeyedDigest(key).add("one two threE").finish() != whole);
}

void tst_Digest::tellsFieldsApart()
{
    const auto key = test::fromHex("000102030405060708090a0b0c0d0e0f");
    QVERIFY(KeyedDigest(key).addField("ab").addField("c").finish() !=
            KeyedDigest(key).addField("a").addField("bc").finish());
    QVERIFY(KeyedDigest(key).addField("").finish() != KeyedDigest(key).finish());
    const auto number = test::fromHex("0807060504030201");
    QCOMPARE(KeyedDigest(key).addNumber(0x0102030405060708).finish(), KeyedDigest(key).add(number).finish());
    const auto field = test::fromHex("020000000000000061620000000000000000");
    QCOMPARE(KeyedDigest(key).addField("ab").addField("").finish(), KeyedDigest(key).add(field).finish());
}

void tst_Digest::refusesAKeyTooShortOrTooLong()
{
    const std::vector<std::byte> bytes(65);
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, KeyedDigest(std::span(bytes).first(15)));
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, KeyedDigest(std::span(bytes).first(65)));
}

void tst_Digest::comparesEveryByte()
{
    const auto a = crypto::digest({});
    QVERIFY(crypto::equals(a, a));
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto b = a;
        b[i] ^= std::byte(1);
        QVERIFY(!crypto::equals(a, b));
    }
}

QTEST_GUILESS_MAIN(tst_Digest)
#include "tst_Digest.moc"
