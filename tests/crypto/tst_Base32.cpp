// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Base32.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::Base32Padding;
using crypto::CryptoError;

namespace {

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

class tst_Base32 : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithRfc4648();
    void readsWhatPeopleType_data();
    void readsWhatPeopleType();
    void refusesWhatIsNotBase32_data();
    void refusesWhatIsNotBase32();
    void everyByteComesBack();
};

void tst_Base32::agreesWithRfc4648()
{
    for (const auto &row : test::tsvRows("crypto/base32.tsv")) {
        QCOMPARE(test::toByteArray(crypto::encodeBase32(test::bytesOf(row[0]), Base32Padding::Full).view()),
                 row[1]);
        QByteArray bare = row[1];
        bare.replace('=', "");
        QCOMPARE(test::toByteArray(crypto::encodeBase32(test::bytesOf(row[0])).view()), bare);
        for (const QByteArray &text : {row[1], bare, row[1].toLower()}) {
            const auto decoded = crypto::decodeBase32(viewOf(text));
            QVERIFY(decoded.has_value());
            QCOMPARE(test::toHex(decoded->bytes()), row[0].toHex());
        }
    }
}

void tst_Base32::readsWhatPeopleType_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("groups") << "JBSW Y3DP EB3W 64TM MQXC 4LQ"_ba;
    QTest::newRow("hyphens") << "jbsw-y3dp-eb3w-64tm-mqxc-4lq"_ba;
    QTest::newRow("lines") << "  JBSWY3DPEB3W\r\n\t64TMMQXC4LQ=\n"_ba;
    QTest::newRow("mixed case") << "JbSwY3dPeB3w64tMmQxC4lQ"_ba;
    QTest::newRow("left-over bits set") << "JBSWY3DPEB3W64TMMQXC4LR"_ba;
}

void tst_Base32::readsWhatPeopleType()
{
    QFETCH(QByteArray, text);
    const auto decoded = crypto::decodeBase32(viewOf(text));
    QVERIFY(decoded.has_value());
    QCOMPARE(test::toHex(decoded->bytes()), "Hello world..."_ba.toHex());
}

void tst_Base32::refusesWhatIsNotBase32_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"1ZXW6YTB", "MZXW0YTB", "MZXW8YTB", "MZXW9YTB", "MZXW6YT!", "MZXW6YT\xc3\xa9",
          "MY=X====", "MZXW6YTB=", "MY=======", "M", "MZX", "MZXW6Y", "=", "A=======", "otpauth://totp/x"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("zero byte") << QByteArray("MZXW\0YTB", 8);
}

void tst_Base32::refusesWhatIsNotBase32()
{
    QFETCH(QByteArray, text);
    QCOMPARE(crypto::decodeBase32(viewOf(text)).error(), CryptoError::Malformed);
}

void tst_Base32::everyByteComesBack()
{
    for (std::size_t size = 0; size < 64; ++size) {
        std::vector<std::byte> bytes(size);
        test::seededRandom(static_cast<std::uint8_t>(size))(bytes);
        QCOMPARE(test::toHex(crypto::decodeBase32(crypto::encodeBase32(bytes).view()).value().bytes()),
                 test::toHex(bytes));
    }
}

QTEST_GUILESS_MAIN(tst_Base32)
#include "tst_Base32.moc"
