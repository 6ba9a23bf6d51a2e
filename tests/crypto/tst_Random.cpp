// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/Random.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <array>
#include <stdexcept>

using namespace clavitor;

class tst_Random : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void fillsTheWholeSpan();
    void rejectsTheIncompleteRun_data();
    void rejectsTheIncompleteRun();
    void everyNumberHasAsManyDraws();
    void hasNoNumberBelowZero();
};

void tst_Random::fillsTheWholeSpan()
{
    const auto a = crypto::randomSecret(64, crypto::systemRandom());
    const auto b = crypto::randomSecret(64, crypto::systemRandom());
    QVERIFY(!a.equals(b.bytes()));
    // A quarter that stayed zero has probability 2^-126.
    for (std::size_t quarter = 0; quarter < 4; ++quarter)
        QVERIFY(!crypto::SecretBytes(16).equals(a.bytes().subspan(16 * quarter, 16)));
}

void tst_Random::rejectsTheIncompleteRun_data()
{
    QTest::addColumn<quint32>("bound");
    QTest::addColumn<quint32>("firstAccepted"); // 2^32 mod bound
    QTest::newRow("62") << 62u << 4u;
    QTest::newRow("90") << 90u << 76u;
    QTest::newRow("7776") << 7776u << 2560u;
    QTest::newRow("3 billion") << 3000000000u << 1294967296u;
}

void tst_Random::rejectsTheIncompleteRun()
{
    QFETCH(quint32, bound);
    QFETCH(quint32, firstAccepted);
    QCOMPARE(firstAccepted, static_cast<quint32>((Q_UINT64_C(1) << 32) % bound));
    auto random = test::ScriptedRandom::ofNumbers({firstAccepted - 1, 0, firstAccepted, 0xffffffff});
    QCOMPARE(crypto::uniformBelow(bound, random.source()), firstAccepted % bound);
    QCOMPARE(random.left(), 4u);
    QCOMPARE(crypto::uniformBelow(bound, random.source()), 0xffffffffu % bound);
}

void tst_Random::everyNumberHasAsManyDraws()
{
    // The accepted draws of a bound are the 2^32 - 2^32 mod bound numbers up to the top: walk both ends of
    // that range and see that the residues run through whole cycles.
    constexpr std::uint32_t bound = 10;
    std::array<int, bound> counts{};
    for (std::uint32_t i = 0; i < 1000; ++i) {
        auto bottom = test::ScriptedRandom::ofNumbers({6 + i});
        auto top = test::ScriptedRandom::ofNumbers({0xffffffff - i});
        ++counts[crypto::uniformBelow(bound, bottom.source())];
        ++counts[crypto::uniformBelow(bound, top.source())];
    }
    for (const int count : counts)
        QCOMPARE(count, 200);
    auto anything = test::ScriptedRandom::ofNumbers({12345});
    QCOMPARE(crypto::uniformBelow(1, anything.source()), 0u);
}

void tst_Random::hasNoNumberBelowZero()
{
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)crypto::uniformBelow(0, crypto::systemRandom()));
}

QTEST_GUILESS_MAIN(tst_Random)
#include "tst_Random.moc"
