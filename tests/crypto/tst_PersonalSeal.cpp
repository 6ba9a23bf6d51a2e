// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/PersonalSeal.h"

#include "crypto/Digest.h"
#include "tests/crypto/Vectors.h"

#include <QTest>

#include <sodium.h>

#include <optional>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::CryptoError;
using crypto::PersonalKeyPair;
using crypto::SealContext;
using crypto::SecretBytes;
using crypto::SecretText;

Q_DECLARE_METATYPE(clavitor::crypto::SealContext)

namespace {

using Record = std::vector<std::byte>;

const unsigned char *raw(std::span<const std::byte> bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

SealContext someContext()
{
    SealContext context;
    context.vaultId = "0123456789ab";
    for (std::size_t i = 0; i < context.entryId.size(); ++i)
        context.entryId[i] = std::byte(i + 1);
    context.fieldNumber = 7;
    context.kind = "recovery_codes";
    context.version = 3;
    return context;
}

/// What crypto/README.md says is bound into a record, written down a second time.
QByteArray documentedAssociatedData(const SealContext &context, std::span<const std::byte> keyId)
{
    const auto number = [](quint64 value, int size) {
        QByteArray out;
        for (int i = 0; i < size; ++i, value >>= 8)
            out.append(static_cast<char>(value & 0xff));
        return out;
    };
    QByteArray data = "clavitor/personal/v1"_ba + number(1, 1) + number(context.epoch, 4) +
                      QByteArray::fromHex(test::toHex(keyId));
    data += number(context.vaultId.size(), 2) + test::toByteArray(context.vaultId);
    data += QByteArray::fromHex(test::toHex(context.entryId)) + number(context.fieldNumber, 4);
    data += number(context.kind.size(), 2) + test::toByteArray(context.kind) + number(context.version, 4);
    return data;
}

} // namespace

class tst_PersonalSeal : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void sealedBoxesAreLibsodiums();
    void givesBackWhatWasSealed_data();
    void givesBackWhatWasSealed();
    void hidesTheLength();
    void refusesEveryFlippedBit();
    void refusesWhatIsCutOrLengthened();
    void bindsEveryPartOfThePlace_data();
    void bindsEveryPartOfThePlace();
    void showsRecordsPlantedWithoutTheKeeper();
    void namesTheWrongPersonalKey();
    void doesNotTrustTheKeeperAboutThePlace();
    void namesANewerRecord();
    void sealsDifferentlyEachTime();
    void readsAsTheReadmeSays();
    void opensARecordOfVersionOne();

private:
    std::optional<PersonalKeyPair> m_keys;
    SecretBytes m_manifestKey;
};

void tst_PersonalSeal::initTestCase()
{
    QVERIFY(crypto::initialise());
    m_keys = PersonalKeyPair::make(test::seededRandom(9));
    m_manifestKey = crypto::randomSecret(32, test::seededRandom(10));
}

void tst_PersonalSeal::sealedBoxesAreLibsodiums()
{
    for (const auto &row : test::tsvRows("sealedbox/sealed_box_ref.tsv")) {
        const auto secretKey = test::fromHex(row[0]);
        const auto publicKey = test::fromHex(row[1]);
        const auto sealed = test::fromHex(row[3]);
        QCOMPARE(sealed.size(), static_cast<std::size_t>(row[2].size() / 2) + crypto_box_SEALBYTES);
        Record opened(sealed.size() - crypto_box_SEALBYTES);
        QCOMPARE(crypto_box_seal_open(reinterpret_cast<unsigned char *>(opened.data()), raw(sealed),
                                      sealed.size(), raw(publicKey), raw(secretKey)),
                 0);
        QCOMPARE(test::toHex(opened), row[2]);
    }
}

void tst_PersonalSeal::givesBackWhatWasSealed_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {0, 1, 63, 64, 65, 127, 128, 1000, 70000})
        QTest::newRow(qPrintable(QString::number(size))) << size;
}

void tst_PersonalSeal::givesBackWhatWasSealed()
{
    QFETCH(int, size);
    std::string text;
    for (int i = 0; i < size; ++i)
        text += static_cast<char>(i % 256); // zeros and the padding's own marker included
    const auto record =
        crypto::sealPersonal(SecretText::copyOf(text), someContext(), m_keys->publicKey, m_manifestKey);
    QVERIFY(crypto::verifyPersonal(record, someContext(), m_manifestKey).has_value());
    const auto opened = crypto::openPersonal(record, someContext(), *m_keys, m_manifestKey);
    QVERIFY(opened.has_value());
    QVERIFY(opened->equals(text));
    // Neither the text nor a recognisable part of it stands in the record.
    if (size >= 16)
        QVERIFY(!QByteArray::fromHex(test::toHex(record)).contains(QByteArray(text.data(), 16)));
}

void tst_PersonalSeal::hidesTheLength()
{
    const auto sizeOf = [&](std::size_t length) {
        return crypto::sealPersonal(SecretText::copyOf(std::string(length, 'x')), someContext(),
                                    m_keys->publicKey, m_manifestKey)
            .size();
    };
    QCOMPARE(sizeOf(0), sizeOf(63));
    QCOMPARE(sizeOf(64), sizeOf(0) + 64);
    QCOMPARE(sizeOf(64), sizeOf(127));
}

void tst_PersonalSeal::refusesEveryFlippedBit()
{
    const auto record = crypto::sealPersonal(SecretText::copyOf("4111 1111 1111 1111"), someContext(),
                                             m_keys->publicKey, m_manifestKey);
    for (std::size_t i = 0; i < record.size() * 8; ++i) {
        Record changed = record;
        changed[i / 8] ^= std::byte(1 << i % 8);
        const auto verified = crypto::verifyPersonal(changed, someContext(), m_manifestKey);
        QVERIFY(!verified);
        if (i >= 8)
            QCOMPARE(verified.error(), CryptoError::Damaged);
        QCOMPARE(crypto::openPersonal(changed, someContext(), *m_keys, m_manifestKey).error(),
                 verified.error());
    }
}

void tst_PersonalSeal::refusesWhatIsCutOrLengthened()
{
    auto record =
        crypto::sealPersonal(SecretText::copyOf("text"), someContext(), m_keys->publicKey, m_manifestKey);
    for (std::size_t size = 0; size < record.size(); ++size)
        QCOMPARE(crypto::verifyPersonal(std::span(record).first(size), someContext(), m_manifestKey).error(),
                 CryptoError::Malformed);
    record.resize(record.size() + 1);
    QCOMPARE(crypto::verifyPersonal(record, someContext(), m_manifestKey).error(), CryptoError::Malformed);
    record.resize(record.size() + 63);
    QCOMPARE(crypto::verifyPersonal(record, someContext(), m_manifestKey).error(), CryptoError::Damaged);
}

void tst_PersonalSeal::bindsEveryPartOfThePlace_data()
{
    QTest::addColumn<SealContext>("other");
    const auto row = [](const char *name, auto change) {
        SealContext other = someContext();
        change(other);
        QTest::newRow(name) << other;
    };
    row("vault", [](SealContext &c) { c.vaultId.back() = 'c'; });
    row("entry", [](SealContext &c) { c.entryId.back() ^= std::byte(1); });
    row("field", [](SealContext &c) { ++c.fieldNumber; });
    row("kind", [](SealContext &c) { c.kind = "seed_phrase"; });
    row("version", [](SealContext &c) { ++c.version; });
    row("epoch", [](SealContext &c) { ++c.epoch; });
    row("end of the vault id", [](SealContext &c) { c.vaultId += '\1'; });
}

void tst_PersonalSeal::bindsEveryPartOfThePlace()
{
    QFETCH(SealContext, other);
    const auto record =
        crypto::sealPersonal(SecretText::copyOf("text"), someContext(), m_keys->publicKey, m_manifestKey);
    QCOMPARE(crypto::verifyPersonal(record, other, m_manifestKey).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openPersonal(record, other, *m_keys, m_manifestKey).error(), CryptoError::Damaged);
}

void tst_PersonalSeal::showsRecordsPlantedWithoutTheKeeper()
{
    // Whoever has the public key can make a record that the Personal key opens, but not the keeper's mark on
    // it.
    const SecretBytes guessed = crypto::randomSecret(32, test::seededRandom(77));
    const auto planted = crypto::sealPersonal(SecretText::copyOf("pay here instead"), someContext(),
                                              m_keys->publicKey, guessed);
    QVERIFY(crypto::openPersonal(planted, someContext(), *m_keys, guessed).has_value());
    QCOMPARE(crypto::verifyPersonal(planted, someContext(), m_manifestKey).error(), CryptoError::Damaged);
    QCOMPARE(crypto::openPersonal(planted, someContext(), *m_keys, m_manifestKey).error(),
             CryptoError::Damaged);
}

void tst_PersonalSeal::namesTheWrongPersonalKey()
{
    const auto record =
        crypto::sealPersonal(SecretText::copyOf("text"), someContext(), m_keys->publicKey, m_manifestKey);
    const PersonalKeyPair others = PersonalKeyPair::make(test::seededRandom(11));
    QCOMPARE(crypto::openPersonal(record, someContext(), others, m_manifestKey).error(),
             CryptoError::WrongKey);
}

void tst_PersonalSeal::doesNotTrustTheKeeperAboutThePlace()
{
    // Someone who holds the manifest key, but not the Personal one, marks a record as belonging to another
    // field.
    auto record =
        crypto::sealPersonal(SecretText::copyOf("text"), someContext(), m_keys->publicKey, m_manifestKey);
    SealContext other = someContext();
    other.fieldNumber = 8;
    const auto body = std::span(record).first(record.size() - 32);
    const auto mark =
        crypto::KeyedDigest(m_manifestKey.bytes())
            .add("clavitor/personal-mac/v1")
            .addField(test::bytesOf(documentedAssociatedData(other, m_keys->publicKey.identifier())))
            .addField(body)
            .finish();
    std::ranges::copy(mark, record.end() - 32);
    QVERIFY(crypto::verifyPersonal(record, other, m_manifestKey).has_value());
    QCOMPARE(crypto::openPersonal(record, other, *m_keys, m_manifestKey).error(), CryptoError::Damaged);
}

void tst_PersonalSeal::namesANewerRecord()
{
    auto record =
        crypto::sealPersonal(SecretText::copyOf("text"), someContext(), m_keys->publicKey, m_manifestKey);
    record[0] = std::byte(2);
    QCOMPARE(crypto::verifyPersonal(record, someContext(), m_manifestKey).error(), CryptoError::Newer);
    record[0] = std::byte(0);
    QCOMPARE(crypto::verifyPersonal(record, someContext(), m_manifestKey).error(), CryptoError::Malformed);
}

void tst_PersonalSeal::sealsDifferentlyEachTime()
{
    const SecretText text = SecretText::copyOf("text");
    const auto a = crypto::sealPersonal(text, someContext(), m_keys->publicKey, m_manifestKey);
    const auto b = crypto::sealPersonal(text, someContext(), m_keys->publicKey, m_manifestKey);
    QCOMPARE(a.size(), b.size());
    // Version, epoch and key id are the same; the wrapped key, the nonce and all that follow are not.
    QVERIFY(std::ranges::equal(std::span(a).first(13), std::span(b).first(13)));
    QVERIFY(!std::ranges::equal(std::span(a).subspan(13, 32), std::span(b).subspan(13, 32)));
    QVERIFY(!std::ranges::equal(std::span(a).subspan(125, 24), std::span(b).subspan(125, 24)));
    QVERIFY(!std::ranges::equal(std::span(a).subspan(149), std::span(b).subspan(149)));
}

void tst_PersonalSeal::readsAsTheReadmeSays()
{
    // The way another program would: libsodium and the offsets of crypto/README.md, nothing of ours.
    const auto record = crypto::sealPersonal(SecretText::copyOf("abandon ability able"), someContext(),
                                             m_keys->publicKey, m_manifestKey);
    const std::span<const std::byte> bytes(record);
    QCOMPARE(record.size(), 1u + 4 + 8 + 112 + 24 + 64 + 16 + 32);
    QCOMPARE(test::toHex(bytes.first(5)), "0101000000"_ba);
    const QByteArray data = documentedAssociatedData(someContext(), bytes.subspan(5, 8));

    std::array<unsigned char, 64> package;
    QCOMPARE(crypto_box_seal_open(package.data(), raw(bytes.subspan(13, 112)), 112,
                                  raw(std::span(m_keys->publicKey.bytes())), raw(m_keys->secretKey.bytes())),
             0);
    std::array<unsigned char, 32> dataDigest;
    crypto_generichash(dataDigest.data(), dataDigest.size(), raw(test::bytesOf(data)),
                       static_cast<unsigned long long>(data.size()), nullptr, 0);
    QVERIFY(std::ranges::equal(std::span(package).subspan(32), dataDigest));
    std::array<unsigned char, 64> padded;
    QCOMPARE(crypto_aead_xchacha20poly1305_ietf_decrypt(
                 padded.data(), nullptr, nullptr, raw(bytes.subspan(149, 80)), 80, raw(test::bytesOf(data)),
                 static_cast<unsigned long long>(data.size()), raw(bytes.subspan(125, 24)), package.data()),
             0);
    std::size_t length = 0;
    QCOMPARE(sodium_unpad(&length, padded.data(), padded.size(), 64), 0);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(padded.data()), static_cast<qsizetype>(length)),
             "abandon ability able"_ba);
}

void tst_PersonalSeal::opensARecordOfVersionOne()
{
    // Written once by this library and kept, so that no later version forgets how to read it.
    const auto row = test::tsvRows("crypto/personal-v1.tsv").first();
    const auto keys = PersonalKeyPair::fromSecretKey(SecretBytes::copyOf(test::fromHex(row[0])));
    const SecretBytes manifestKey = SecretBytes::copyOf(test::fromHex(row[1]));
    const auto opened = crypto::openPersonal(test::fromHex(row[3]), someContext(), keys.value(), manifestKey);
    QVERIFY(opened.has_value());
    QCOMPARE(test::toByteArray(opened->view()), row[2]);
}

QTEST_GUILESS_MAIN(tst_PersonalSeal)
#include "tst_PersonalSeal.moc"
