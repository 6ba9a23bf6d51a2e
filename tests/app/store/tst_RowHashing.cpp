// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RowHashing.h"

#include <QRandomGenerator>
#include <QTest>

#include <vector>

using namespace clavitor;

/// Against the sum of each row's own hash, made one after the other.
class tst_RowHashing : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void isTheSumOfEachRow_data();
    void isTheSumOfEachRow();
    void goesOnAfterASum();
    void fillsABlockToItsLastByte();
    void keepsUpWithMoreThanItCanTake_data();
    void keepsUpWithMoreThanItCanTake();
    void isLeftInTheMiddle();

private:
    using Row = std::vector<std::byte>;

    static Row rowOf(std::size_t size)
    {
        Row row(size);
        for (std::byte &byte : row)
            byte = std::byte(QRandomGenerator::global()->bounded(256));
        return row;
    }
    void add(RowHashing &hashing, RowSum &expected, const Row &row) const
    {
        const std::span<std::byte> place = hashing.add(row.size());
        QCOMPARE(place.size(), row.size());
        std::ranges::copy(row, place.begin());
        expected.add(crypto::KeyedDigest(m_key.bytes()).add(row).finish());
    }

    crypto::SecretBytes m_key = crypto::SecretBytes::copyOf(std::vector<std::byte>(32, std::byte{0x22}));
};

void tst_RowHashing::isTheSumOfEachRow_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("longest");
    QTest::newRow("none") << 0 << 1;
    QTest::newRow("one without a byte") << 1 << 1;
    QTest::newRow("few") << 20 << 200;
    QTest::newRow("many, in many blocks") << 5000 << 300;
    QTest::newRow("some longer than a block") << 60 << static_cast<int>(3 * RowHashing::blockSize);
}

void tst_RowHashing::isTheSumOfEachRow()
{
    QFETCH(int, rows);
    QFETCH(int, longest);
    RowHashing hashing(m_key);
    RowSum expected;
    for (int i = 0; i < rows; ++i)
        add(hashing, expected, rowOf(QRandomGenerator::global()->bounded(longest)));
    QCOMPARE(expected.rows, static_cast<quint64>(rows));
    QVERIFY(hashing.sum() == expected);
}

void tst_RowHashing::goesOnAfterASum()
{
    RowHashing hashing(m_key);
    RowSum expected;
    for (int i = 0; i < 2000; ++i) {
        add(hashing, expected, rowOf(100));
        if (i % 300 == 0)
            QVERIFY(hashing.sum() == expected);
    }
    QVERIFY(hashing.sum() == expected);
}

void tst_RowHashing::fillsABlockToItsLastByte()
{
    // In front of each row lies its size.
    for (std::size_t size = RowHashing::blockSize - sizeof(size) - 1; size <= RowHashing::blockSize + 1; ++size) {
        RowHashing hashing(m_key);
        RowSum expected;
        for (const std::size_t one : {std::size_t{1}, size, std::size_t{0}, size, std::size_t{1}})
            add(hashing, expected, rowOf(one));
        QVERIFY2(hashing.sum() == expected, qPrintable(QString::number(size)));
    }
}

void tst_RowHashing::keepsUpWithMoreThanItCanTake_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("rows");
    QTest::newRow("rows of nothing, each as slow to hash as a long one") << 0 << 200'000;
    QTest::newRow("rows longer than a block") << static_cast<int>(2 * RowHashing::blockSize) << 40;
}

void tst_RowHashing::keepsUpWithMoreThanItCanTake()
{
    QFETCH(int, size);
    QFETCH(int, rows);
    const Row row = rowOf(static_cast<std::size_t>(size));
    const crypto::Digest32 one = crypto::KeyedDigest(m_key.bytes()).add(row).finish();
    RowSum expected;
    for (int i = 0; i < rows; ++i)
        expected.add(one);
    // Written much faster than they are hashed: blocks wait, some are hashed on the spot, and the sum takes what is left.
    RowHashing hashing(m_key);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < rows / 2; ++i)
            std::ranges::copy(row, hashing.add(row.size()).begin());
        if (round == 0)
            (void)hashing.sum();
    }
    QVERIFY(hashing.sum() == expected);
}

void tst_RowHashing::isLeftInTheMiddle()
{
    // With blocks waiting.
    for (int i = 0; i < 20; ++i) {
        RowHashing hashing(m_key);
        for (int row = 0; row < 60'000; ++row)
            (void)hashing.add(0);
    }
    // And with one at most.
    for (int i = 0; i < 50; ++i) {
        RowHashing hashing(m_key);
        RowSum expected;
        for (int row = 0; row < 400; ++row)
            add(hashing, expected, rowOf(300));
    }
}

QTEST_APPLESS_MAIN(tst_RowHashing)
#include "tst_RowHashing.moc"
