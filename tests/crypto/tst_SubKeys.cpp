// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/SubKeys.h"

#include "crypto/KeyDerivation.h"
#include "tests/crypto/Vectors.h"

#include <QTest>

#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::SecretBytes;

class tst_SubKeys : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void derivesAsLibsodiumPublishes();
    void derivesTheDocumentedKeys();
    void refusesAKeyOfAnotherSize();
};

void tst_SubKeys::derivesAsLibsodiumPublishes()
{
    // libsodium, test/default/kdf.exp: the line of 32 bytes.
    const SecretBytes key = SecretBytes::copyOf(
        test::fromHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    QCOMPARE(test::toHex(crypto::deriveKey(key, 32, "KDF test").bytes()),
             "154b291f11196737f8b7f491e4ca11764e0227d34f94295408a869f007aa8618"_ba);
}

void tst_SubKeys::derivesTheDocumentedKeys()
{
    for (const auto &row : test::tsvRows("crypto/subkeys.tsv")) {
        const SecretBytes key = SecretBytes::copyOf(test::fromHex(row[0]));
        const auto purpose = static_cast<crypto::SubKey>(row[1].toInt());
        QCOMPARE(test::toHex(crypto::deriveSubKey(key, purpose).bytes()), row[2]);
    }
}

void tst_SubKeys::refusesAKeyOfAnotherSize()
{
    for (const std::size_t size : {0u, 16u, 31u, 33u})
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument,
                                 (void)crypto::deriveSubKey(SecretBytes(size), crypto::SubKey::Database));
}

QTEST_GUILESS_MAIN(tst_SubKeys)
#include "tst_SubKeys.moc"
