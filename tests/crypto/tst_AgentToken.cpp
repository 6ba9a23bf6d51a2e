// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/AgentToken.h"

#include "tests/crypto/Vectors.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::AgentToken;
using crypto::CryptoError;
using crypto::SecretBytes;

namespace {

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

class tst_AgentToken : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void writesAndReadsTheDocumentedForm();
    void drawsIdAndSecret();
    void comesBackFromItsText();
    void refusesEveryOtherCharacterAnywhere();
    void refusesSwappedCharacters();
    void refusesWhatIsNoToken_data();
    void refusesWhatIsNoToken();
    void digestsDependOnEverything();
};

void tst_AgentToken::writesAndReadsTheDocumentedForm()
{
    SecretBytes pepper(32);
    for (std::size_t i = 0; i < 32; ++i)
        pepper.writable()[i] = std::byte(i);
    const auto rows = test::tsvRows("crypto/agent-tokens.tsv");
    QCOMPARE(rows.size(), 5);
    for (const auto &row : rows) {
        const AgentToken token{row[0].toStdString(), SecretBytes::copyOf(test::fromHex(row[1]))};
        QCOMPARE(test::toByteArray(token.text().view()), row[2]);
        const auto parsed = AgentToken::parse(viewOf(row[2]));
        QVERIFY(parsed.has_value());
        QCOMPARE(test::toByteArray(parsed->id), row[0]);
        QCOMPARE(test::toHex(parsed->secret.bytes()), row[1]);
        QCOMPARE(test::toHex(crypto::tokenDigest(pepper, parsed->id, parsed->secret)), row[3]);
    }
}

void tst_AgentToken::drawsIdAndSecret()
{
    // Eight draws below 62 (2^32 mod 62 = 4), then the secret.
    auto random =
        test::ScriptedRandom::ofNumbers({62, 71, 72, 97, 98, 123, 4, 65, 1, 2, 3, 4, 5, 6, 7, 0xffffffff});
    const AgentToken token = AgentToken::make(random.source());
    QCOMPARE(test::toByteArray(token.id), "09AZaz43"_ba);
    QCOMPARE(test::toHex(token.secret.bytes()),
             "01000000020000000300000004000000050000000600000007000000ffffffff"_ba);
    QCOMPARE(random.left(), 0u);
    QVERIFY(!AgentToken::make(crypto::systemRandom())
                 .secret.equals(AgentToken::make(crypto::systemRandom()).secret.bytes()));
}

void tst_AgentToken::comesBackFromItsText()
{
    static const QRegularExpression form(u"^clavitor_[0-9A-Za-z]{57}$"_s);
    for (int i = 0; i < 500; ++i) {
        const AgentToken token = AgentToken::make(crypto::systemRandom());
        const auto text = token.text();
        QVERIFY(form.match(QString::fromLatin1(test::toByteArray(text.view()))).hasMatch());
        const auto parsed = AgentToken::parse(text.view());
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->id, token.id);
        QVERIFY(parsed->secret.equals(token.secret.bytes()));
    }
}

void tst_AgentToken::refusesEveryOtherCharacterAnywhere()
{
    const QByteArray text = test::tsvRows("crypto/agent-tokens.tsv")[2][2];
    for (qsizetype i = 0; i < text.size(); ++i) {
        for (int c = 0; c < 256; ++c) {
            QByteArray changed = text;
            changed[i] = static_cast<char>(c);
            QCOMPARE(AgentToken::parse(viewOf(changed)).has_value(), changed == text);
        }
    }
}

void tst_AgentToken::refusesSwappedCharacters()
{
    const QByteArray text = test::tsvRows("crypto/agent-tokens.tsv")[2][2];
    for (qsizetype i = 0; i + 1 < text.size(); ++i) {
        QByteArray changed = text;
        std::swap(changed[i], changed[i + 1]);
        QCOMPARE(AgentToken::parse(viewOf(changed)).has_value(), changed == text);
    }
}

void tst_AgentToken::refusesWhatIsNoToken_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray good = test::tsvRows("crypto/agent-tokens.tsv")[2][2];
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prefix") << "clavitor_"_ba;
    QTest::newRow("cut") << good.left(65);
    QTest::newRow("longer") << QByteArray(good + "0");
    QTest::newRow("blank in front") << QByteArray(" " + good);
    QTest::newRow("blank behind") << QByteArray(good + " ");
    QTest::newRow("another prefix") << QByteArray("clavitor-" + good.mid(9));
    QTest::newRow("capitals") << QByteArray("CLAVITOR_" + good.mid(9));
    // The checksums of these are right:
    QTest::newRow("a secret of 2^256")
        << "clavitor_AbC123xYyhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp23S0UdY"_ba;
    QTest::newRow("the largest number of 43 digits")
        << "clavitor_AbC123xYzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz4LfP2V"_ba;
    QTest::newRow("an id with a hyphen")
        << "clavitor_AbC1-3xY00000000000000000000000000000000000000000054EquaK"_ba;
    QTest::newRow("a secret with a hyphen")
        << "clavitor_AbC123xY000000000000000000000000000000000000000005-2e7QDa"_ba;
}

void tst_AgentToken::refusesWhatIsNoToken()
{
    QFETCH(QByteArray, text);
    QCOMPARE(AgentToken::parse(viewOf(text)).error(), CryptoError::Malformed);
}

void tst_AgentToken::digestsDependOnEverything()
{
    const SecretBytes pepper = crypto::randomSecret(32, test::seededRandom(1));
    const SecretBytes otherPepper = crypto::randomSecret(32, test::seededRandom(2));
    const AgentToken token = AgentToken::make(test::seededRandom(3));
    const AgentToken other = AgentToken::make(test::seededRandom(4));
    const auto digest = crypto::tokenDigest(pepper, token.id, token.secret);
    QVERIFY(crypto::equals(digest, crypto::tokenDigest(pepper, token.id, token.secret)));
    QVERIFY(!crypto::equals(digest, crypto::tokenDigest(otherPepper, token.id, token.secret)));
    QVERIFY(!crypto::equals(digest, crypto::tokenDigest(pepper, other.id, token.secret)));
    QVERIFY(!crypto::equals(digest, crypto::tokenDigest(pepper, token.id, other.secret)));
}

QTEST_GUILESS_MAIN(tst_AgentToken)
#include "tst_AgentToken.moc"
