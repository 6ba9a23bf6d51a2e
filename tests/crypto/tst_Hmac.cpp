// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Hmac.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;

class tst_Hmac : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void agreesWithWycheproof_data();
    void agreesWithWycheproof();
    void takesAnEmptyKey();
};

void tst_Hmac::agreesWithWycheproof_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<int>("tests");
    QTest::newRow("SHA-1") << "wycheproof/hmac_sha1_test.json"_ba << int(crypto::HashAlgorithm::Sha1) << 170;
    QTest::newRow("SHA-256") << "wycheproof/hmac_sha256_test.json"_ba << int(crypto::HashAlgorithm::Sha256)
                             << 174;
    QTest::newRow("SHA-512") << "wycheproof/hmac_sha512_test.json"_ba << int(crypto::HashAlgorithm::Sha512)
                             << 174;
}

void tst_Hmac::agreesWithWycheproof()
{
    QFETCH(QByteArray, file);
    QFETCH(int, algorithm);
    QFETCH(int, tests);
    const auto rows = test::wycheproofTests(file.constData());
    QCOMPARE(rows.size(), tests);
    for (const QJsonObject &row : rows) {
        const auto mac = crypto::hmac(static_cast<crypto::HashAlgorithm>(algorithm), test::hexIn(row, "key"),
                                      test::hexIn(row, "msg"));
        const auto tag = test::hexIn(row, "tag");
        QCOMPARE(tag.size() * 8, static_cast<std::size_t>(row["tagSize"_L1].toInt()));
        const bool same = test::toHex(mac.bytes().first(tag.size())) == test::toHex(tag);
        QCOMPARE(same, row["result"_L1].toString() == "valid"_L1);
    }
}

void tst_Hmac::takesAnEmptyKey()
{
    // hmac.new(b"", b"", "sha1") of Python
    QCOMPARE(test::toHex(crypto::hmac(crypto::HashAlgorithm::Sha1, {}, {}).bytes()),
             "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"_ba);
}

QTEST_GUILESS_MAIN(tst_Hmac)
#include "tst_Hmac.moc"
