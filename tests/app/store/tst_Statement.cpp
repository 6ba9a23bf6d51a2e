// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Statement.h"

#include "tests/support/TemporaryStore.h"

#include <QTest>

using namespace clavitor;
using namespace clavitor::test;
using namespace Qt::StringLiterals;

class tst_Statement : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(crypto::initialise()); }
    void returnsToTheCacheUnbound();
    void tellsThatItIsBrokenAtTheFirstStep();
    void storesTextAndBlobsAsTheyAre();
    void walksEveryRowAndStopsAtAnError();
};

void tst_Statement::returnsToTheCacheUnbound()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    Database &database = vault.database();
    {
        Statement bound = database.statement("SELECT ?1");
        bound.bind(1, u"once"_s);
        QVERIFY(bound.step().value());
        QCOMPARE(bound.text(0), u"once"_s);
        // The same text while the first is out: another one, not the same.
        Statement second = database.statement("SELECT ?1");
        QVERIFY(second.step().value());
        QVERIFY(second.isNull(0));
        QCOMPARE(bound.text(0), u"once"_s);
    }
    Statement again = database.statement("SELECT ?1");
    QVERIFY(again.step().value());
    QVERIFY(again.isNull(0));
}

void tst_Statement::tellsThatItIsBrokenAtTheFirstStep()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    Statement broken = vault.database().statement("SELECT x FROM nowhere WHERE x = ?");
    broken.bind(1, 5);
    const Result<bool> row = broken.step();
    REQUIRE_ERROR(row, ErrorCode::Internal);
    QVERIFY2(row.error().detail.contains("nowhere"_L1), qPrintable(row.error().detail));
    Statement misbound = vault.database().statement("SELECT 1");
    misbound.bind(7, u"secret value"_s);
    const Result<bool> second = misbound.step();
    REQUIRE_ERROR(second, ErrorCode::Internal);
    QVERIFY(!second.error().detail.contains("secret value"_L1));
}

void tst_Statement::storesTextAndBlobsAsTheyAre()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    Statement echo = vault.database().statement("SELECT ?1, ?2, ?3, ?4, typeof(?3), typeof(?4), ?5, typeof(?5)");
    const QString text = u"Füße \U0001F511 \0 end"_s;
    const QByteArray blob("\0\1\2", 3);
    const crypto::SecretText secretText = secret("s3cret \xc3\xa9");
    const crypto::SecretBytes secretBytes = TemporaryStore::filled(7);
    echo.bind(1, text).bind(2, QByteArrayView(blob)).bindSecret(3, secretText).bindSecret(4, secretBytes).bind(5, QString());
    QVERIFY(echo.step().value());
    QCOMPARE(echo.text(0), text);
    QCOMPARE(echo.blob(1), blob);
    QVERIFY(echo.secretText(2).equals(secretText.view()));
    QVERIFY(echo.secretBytes(3).equals(secretBytes.bytes()));
    QCOMPARE(echo.text(4), u"text"_s);
    QCOMPARE(echo.text(5), u"blob"_s);
    QCOMPARE(echo.text(6), QString());
    QVERIFY2(echo.text(7) == "text"_L1, "an empty text is not NULL");
}

void tst_Statement::walksEveryRowAndStopsAtAnError()
{
    TemporaryStore vault;
    REQUIRE_OK(vault.open());
    const QString three = u"SELECT value FROM json_each('[1,2,3]')"_s;
    QList<qint64> seen;
    Statement rows = vault.database().statement(three.toStdString());
    REQUIRE_OK(rows.forEach([&] { seen.append(rows.integer(0)); }));
    QCOMPARE(seen, (QList<qint64>{1, 2, 3}));
    seen.clear();
    Statement again = vault.database().statement(three.toStdString());
    const Result<> stopped = again.forEach([&]() -> Result<> {
        seen.append(again.integer(0));
        return seen.size() < 2 ? Result<>() : fail(ErrorCode::Internal, u"enough"_s);
    });
    REQUIRE_ERROR(stopped, ErrorCode::Internal);
    QCOMPARE(seen, (QList<qint64>{1, 2}));
    // What fails while rows are made: a number too large for abs().
    Statement broken = vault.database().statement("SELECT abs(value) FROM json_each('[1, -9223372036854775808]')");
    int rowsRead = 0;
    QVERIFY(!broken.forEach([&] { ++rowsRead; }));
    QCOMPARE(rowsRead, 1);
}

QTEST_GUILESS_MAIN(tst_Statement)
#include "tst_Statement.moc"
