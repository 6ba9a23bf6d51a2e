// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/import/CsvReader.h"

#include <QTest>

using namespace clavitor;
using namespace Qt::StringLiterals;

using Cells = QList<QByteArrayList>;

class tst_CsvReader : public QObject
{
    Q_OBJECT

private slots:
    void reads_data();
    void reads();
    void saysWhereARowIsTorn();
    void saysWhenTextFollowsAQuote();
    void trimsOnlyTheColumnNames();
    void readsNothingOfAnEmptyFile();
    void bindsTheCellsOfARow();
};

void tst_CsvReader::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Cells>("rows");
    QTest::newRow("plain") << "a,b\n1,2\n3,4\n"_ba << Cells{{"1", "2"}, {"3", "4"}};
    QTest::newRow("no line break at the end") << "a,b\n1,2"_ba << Cells{{"1", "2"}};
    QTest::newRow("CRLF") << "a,b\r\n1,2\r\n"_ba << Cells{{"1", "2"}};
    QTest::newRow("old Mac CR") << "a,b\r1,2\r3,4"_ba << Cells{{"1", "2"}, {"3", "4"}};
    QTest::newRow("blank lines are no rows")
        << "\n\na,b\n\n1,2\n\r\n\n3,4\n\n"_ba << Cells{{"1", "2"}, {"3", "4"}};
    QTest::newRow("quotes") << "a,b\n\"x,\"\"y\"\"\",2\n"_ba << Cells{{"x,\"y\"", "2"}};
    QTest::newRow("line breaks inside quotes")
        << "a,b\r\n\"1\n2\r\n3\",4\r\n"_ba << Cells{{"1\n2\r\n3", "4"}};
    QTest::newRow("empty quoted cell") << "a,b\n\"\",\n"_ba << Cells{{"", ""}};
    QTest::newRow("blanks are kept") << "a,b\n  1  ,\"  2 \"\n"_ba << Cells{{"  1  ", "  2 "}};
    QTest::newRow("a quote inside a bare cell is text") << "a,b\n1\"2,3\n"_ba << Cells{{"1\"2", "3"}};
    QTest::newRow("semicolons") << "a;b\n1,5;2\n"_ba << Cells{{"1,5", "2"}};
    QTest::newRow("tabs") << "a\tb\n1,5\t2;3\n"_ba << Cells{{"1,5", "2;3"}};
    QTest::newRow("the separator is not counted inside quotes")
        << "\"a;;;\",b\n1;2,3\n"_ba << Cells{{"1;2", "3"}};
    QTest::newRow("short and long rows") << "a,b\n1\n1,2,3\n"_ba << Cells{{"1"}, {"1", "2", "3"}};
    QTest::newRow("formulas stay text") << "a,b\n=SUM(1+1),@x\n"_ba << Cells{{"=SUM(1+1)", "@x"}};
    QTest::newRow("backslashes stay") << "a,b\nc\\d,\"e\\\"\n"_ba << Cells{{"c\\d", "e\\"}};
    QTest::newRow("header alone") << "a,b\n"_ba << Cells{};
}

void tst_CsvReader::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(Cells, rows);
    CsvReader reader(text);
    Cells read;
    CsvRow row;
    while (reader.next(row)) {
        QCOMPARE(row.flaw, CsvRow::Flaw::None);
        QCOMPARE(row.number, static_cast<int>(read.size()) + 1);
        read.append(QByteArrayList(row.cells.begin(), row.cells.end()));
    }
    QCOMPARE(read, rows);
}

void tst_CsvReader::saysWhereARowIsTorn()
{
    CsvReader reader("a,b\n\"1\n\",2\n\"torn,3\n4,5\n");
    CsvRow row;
    QVERIFY(reader.next(row));
    QCOMPARE(row.line, 2);
    QVERIFY(reader.next(row));
    QCOMPARE(row.flaw, CsvRow::Flaw::OpenQuote);
    QCOMPARE(row.number, 2);
    QCOMPARE(row.line, 4);
    QVERIFY(!reader.next(row));
}

void tst_CsvReader::saysWhenTextFollowsAQuote()
{
    CsvReader reader("a,b\n\"1\"tail,2\n3,4\n");
    CsvRow row;
    QVERIFY(reader.next(row));
    QCOMPARE(row.flaw, CsvRow::Flaw::StrayText);
    QCOMPARE(row.cells[0], "1tail"_ba);
    QVERIFY(reader.next(row));
    QCOMPARE(row.flaw, CsvRow::Flaw::None);
}

void tst_CsvReader::trimsOnlyTheColumnNames()
{
    CsvReader reader(" Name , URL \n x , y \n");
    QCOMPARE(reader.columns(), (QStringList{u"Name"_s, u"URL"_s}));
    CsvRow row;
    QVERIFY(reader.next(row));
    QCOMPARE(row.cells[0], " x "_ba);
}

void tst_CsvReader::readsNothingOfAnEmptyFile()
{
    for (const QByteArrayView text :
         {QByteArrayView(""), QByteArrayView("\n\r\n"), QByteArrayView("\"open")}) {
        CsvReader reader(text);
        CsvRow row;
        QVERIFY(reader.columns().isEmpty());
        QVERIFY(!reader.next(row));
    }
}

void tst_CsvReader::bindsTheCellsOfARow()
{
    const QByteArray commas(1'000'000, ',');
    const QByteArray text = "a,b\n" + commas + "\n1,2\n";
    CsvReader reader(text);
    CsvRow row;
    QVERIFY(reader.next(row));
    QCOMPARE(row.flaw, CsvRow::Flaw::TooManyCells);
    QCOMPARE(row.cells.size(), CsvReader::kMostCells);
    QVERIFY(reader.next(row));
    QCOMPARE(row.cells.size(), std::size_t{2});
    QVERIFY(CsvReader(commas).columns().isEmpty());
}

QTEST_GUILESS_MAIN(tst_CsvReader)
#include "tst_CsvReader.moc"
