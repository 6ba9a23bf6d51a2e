// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/RecoverySheet.h"

#include "tests/crypto/Vectors.h"

#include <QTest>

#include <set>
#include <stdexcept>

using namespace Qt::StringLiterals;
using namespace clavitor;
using crypto::RecoverySheet;
using crypto::RecoverySheetFault;
using Kind = RecoverySheetFault::Kind;

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The third row of the vectors: its groups hold zeros, ones and letters.
QByteArray printed()
{
    return test::tsvRows("crypto/recovery-sheets.tsv").at(2).at(1);
}

std::expected<RecoverySheet, RecoverySheetFault> parsed(const QByteArray &text)
{
    return RecoverySheet::parse({text.constData(), static_cast<std::size_t>(text.size())});
}

QList<int> wrongGroups(const QByteArray &text)
{
    const auto sheet = parsed(text);
    if (sheet || sheet.error().kind != Kind::WrongGroups)
        return {};
    return {sheet.error().groups.begin(), sheet.error().groups.end()};
}

} // namespace

class tst_RecoverySheet : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void printsReadsAndOpensAsTheVectorsSay();
    void drawsOneHundredAndSixtyBits();
    void readsWhatPeopleType_data();
    void readsWhatPeopleType();
    void findsEveryWrongCharacterAndNamesItsGroup();
    void findsTwoCharactersExchanged();
    void findsGroupsExchanged();
    void namesGroupsOfAnotherLength();
    void saysThatSomethingIsMissing_data();
    void saysThatSomethingIsMissing();
    void knowsItsGroups();
};

void tst_RecoverySheet::printsReadsAndOpensAsTheVectorsSay()
{
    for (const auto &row : test::tsvRows("crypto/recovery-sheets.tsv")) {
        test::ScriptedRandom random(test::fromHex(row[0]));
        const auto sheet = RecoverySheet::make(random.source());
        QCOMPARE(random.left(), 0u);
        QCOMPARE(test::toByteArray(sheet.text().view()), row[1]);
        QCOMPARE(test::toHex(sheet.slotSecret().bytes()), row[2]);
        const auto read = parsed(row[1]);
        QVERIFY(read.has_value());
        QCOMPARE(test::toHex(read->slotSecret().bytes()), row[2]);
    }
}

void tst_RecoverySheet::drawsOneHundredAndSixtyBits()
{
    std::set<QByteArray> seen;
    for (int i = 0; i < 50; ++i)
        seen.insert(test::toByteArray(RecoverySheet::make(crypto::systemRandom()).text().view()));
    QCOMPARE(seen.size(), 50u);
    QCOMPARE(seen.begin()->size(), 47);
}

void tst_RecoverySheet::readsWhatPeopleType_data()
{
    QTest::addColumn<QByteArray>("text");
    const QByteArray text = printed();
    QByteArray bare = text;
    bare.replace('-', "");
    QByteArray o = text.toLower();
    o.replace('0', 'o').replace('1', 'l');
    QByteArray big = text;
    big.replace('0', 'O').replace('1', 'I');
    QTest::newRow("as printed") << text;
    QTest::newRow("lower case") << text.toLower();
    QTest::newRow("without hyphens") << bare;
    QTest::newRow("o for 0, l for 1") << o;
    QTest::newRow("O for 0, I for 1") << big;
    QTest::newRow("blanks") << QByteArray(text).replace('-', ' ');
    QTest::newRow("two lines") << "  "_ba + QByteArray(text).replace(23, 1, "\r\n") + "\n"_ba;
    QTest::newRow("dashes of a writing program") << QByteArray(text).replace('-', "\xe2\x80\x93"_ba);
    QTest::newRow("narrow blanks") << QByteArray(text).replace('-', "\xc2\xa0"_ba);
    QTest::newRow("dots") << QByteArray(text).replace('-', '.');
    QTest::newRow("blanks between all") << [&] {
        QByteArray spaced;
        for (const char letter : bare)
            spaced.append(letter).append(' ');
        return spaced;
    }();
}

void tst_RecoverySheet::readsWhatPeopleType()
{
    QFETCH(QByteArray, text);
    const auto sheet = parsed(text);
    QVERIFY(sheet.has_value());
    QCOMPARE(test::toByteArray(sheet->text().view()), printed());
}

void tst_RecoverySheet::findsEveryWrongCharacterAndNamesItsGroup()
{
    const QByteArray text = printed();
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] == '-')
            continue;
        for (const char letter : std::string(alphabet) + "U") {
            if (letter == text[at])
                continue;
            QByteArray wrong = text;
            wrong[at] = letter;
            QCOMPARE(wrongGroups(wrong), QList<int>{static_cast<int>(at / 6 + 1)});
        }
        QCOMPARE(wrongGroups(QByteArray(text).replace(at, 1, "ü"_ba)),
                 QList<int>{static_cast<int>(at / 6 + 1)});
    }
    QByteArray two = text;
    two[0] = 'X';
    two[46] = 'X';
    QCOMPARE(wrongGroups(two), (QList<int>{1, 8}));
}

void tst_RecoverySheet::findsTwoCharactersExchanged()
{
    const QByteArray text = printed();
    int exchanged = 0;
    for (qsizetype group = 0; group < 8; ++group)
        for (qsizetype i = 0; i < 5; ++i)
            for (qsizetype k = i + 1; k < 5; ++k) {
                QByteArray wrong = text;
                std::swap(wrong[group * 6 + i], wrong[group * 6 + k]);
                if (wrong == text)
                    continue;
                ++exchanged;
                QCOMPARE(wrongGroups(wrong), QList<int>{static_cast<int>(group + 1)});
            }
    QVERIFY(exchanged > 60);
}

void tst_RecoverySheet::findsGroupsExchanged()
{
    for (const auto &row : test::tsvRows("crypto/recovery-sheets.tsv")) {
        auto groups = row[1].split('-');
        for (int i = 0; i < 8; ++i)
            for (int k = i + 1; k < 8; ++k) {
                auto wrong = groups;
                wrong.swapItemsAt(i, k);
                QCOMPARE(wrongGroups(wrong.join('-')), (QList<int>{i + 1, k + 1}));
            }
    }
}

void tst_RecoverySheet::namesGroupsOfAnotherLength()
{
    auto groups = printed().split('-');
    groups[2].chop(1);
    QCOMPARE(wrongGroups(groups.join('-')), QList<int>{3});
    groups[5] += '7';
    QCOMPARE(wrongGroups(groups.join('-')),
             (QList<int>{3, 6})); // forty characters, and yet two groups are wrong
    groups = printed().split('-');
    groups[7] += "77";
    QCOMPARE(wrongGroups(groups.join(' ')), QList<int>{8});
}

void tst_RecoverySheet::saysThatSomethingIsMissing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Kind>("kind");
    QTest::newRow("nothing") << ""_ba << Kind::Empty;
    QTest::newRow("blanks") << " - \n"_ba << Kind::Empty;
    QTest::newRow("one group") << printed().left(5) << Kind::TooShort;
    QTest::newRow("seven groups") << printed().left(41) << Kind::TooShort;
    QTest::newRow("nine groups") << printed() + "-00002"_ba << Kind::TooLong;
    QTest::newRow("twice") << printed() + "\n"_ba + printed() << Kind::TooLong;
    QTest::newRow("39 characters in a row") << QByteArray(39, '0') << Kind::TooShort;
    QTest::newRow("41 characters in a row") << QByteArray(41, '0') << Kind::TooLong;
    QTest::newRow("a megabyte") << QByteArray(1 << 20, '0') << Kind::TooLong;
    QTest::newRow("a megabyte in eight runs")
        << QByteArray(QByteArray(1 << 17, 'x') + ' ').repeated(8) << Kind::TooLong;
    QTest::newRow("bytes that are no text") << QByteArray(1000, '\xff') << Kind::TooLong;
    QTest::newRow("zeros") << QByteArray(100, '\0') << Kind::Empty;
}

void tst_RecoverySheet::saysThatSomethingIsMissing()
{
    QFETCH(QByteArray, text);
    QFETCH(Kind, kind);
    const auto sheet = parsed(text);
    QVERIFY(!sheet.has_value());
    QCOMPARE(sheet.error().kind, kind);
    QVERIFY(sheet.error().groups.empty());
}

void tst_RecoverySheet::knowsItsGroups()
{
    const auto sheet = parsed(printed());
    const auto groups = printed().split('-');
    for (int number = 1; number <= 8; ++number) {
        const QByteArray group = groups[number - 1];
        QCOMPARE(test::toByteArray(sheet->group(number).view()), group);
        for (int other = 1; other <= 8; ++other)
            QCOMPARE(sheet->groupIs(other, group.toLower().replace('0', 'o').toStdString()), other == number);
        QVERIFY(!sheet->groupIs(number, group.toStdString() + '0'));
        QVERIFY(!sheet->groupIs(number, group.left(4).toStdString()));
        QVERIFY(!sheet->groupIs(number, "UUUUU"));
        QVERIFY(!sheet->groupIs(number, ""));
    }
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)sheet->group(0));
    QVERIFY_THROWS_EXCEPTION(std::invalid_argument, (void)sheet->group(9));
}

QTEST_GUILESS_MAIN(tst_RecoverySheet)
#include "tst_RecoverySheet.moc"
